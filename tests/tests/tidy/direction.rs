//! Who may know whom: `domain ← proto ← ports ← services`; adapters implement ports; only the
//! executable and the tests name both. What a package needs for its tests is judged alike.

use super::house::{self, Graph};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layer {
    Domain,
    /// Documents or data in, words of the domain out.
    Reading,
    /// The wire and the domain, each as the other.
    Wire,
    /// What any process needs, whatever it is about.
    Ground,
    Port,
    Adapter,
    Service,
    /// A vendor's status page, played.
    Double,
    Executable,
    Tests,
}

const PLACES: &[(&str, Layer)] = &[
    ("signalbook-domain", Layer::Domain),
    ("signalbook-readers", Layer::Reading),
    ("signalbook-proto", Layer::Wire),
    ("signalbook-runtime", Layer::Ground),
    ("signalbook-outbound", Layer::Ground),
    ("signalbook-store", Layer::Port),
    ("signalbook-bus", Layer::Port),
    ("signalbook-store-sqlite", Layer::Adapter),
    ("signalbook-scheduler", Layer::Service),
    ("signalbook-poller", Layer::Service),
    ("signalbook-aggregator", Layer::Service),
    ("signalbook-projector", Layer::Service),
    ("signalbook-api", Layer::Service),
    ("signalbook-double", Layer::Double),
    ("signalbook", Layer::Executable),
    ("signalbook-bench", Layer::Tests),
    ("signalbook-fuzz-targets", Layer::Tests),
    ("signalbook-tests", Layer::Tests),
];

impl Layer {
    fn of(package: &str) -> Option<Self> {
        PLACES.iter().find(|(name, _)| *name == package).map(|(_, layer)| *layer)
    }

    fn may_know(self, other: Self) -> bool {
        use Layer::{
            Adapter, Domain, Double, Executable, Ground, Port, Reading, Service, Tests, Wire,
        };
        match self {
            Domain | Ground | Double => false,
            Reading | Wire => matches!(other, Domain),
            Port => matches!(other, Domain | Wire),
            Adapter => matches!(other, Domain | Wire | Port),
            Service => matches!(other, Domain | Reading | Wire | Ground | Port),
            Executable => !matches!(other, Executable | Tests),
            Tests => true,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Domain => "the domain",
            Self::Reading => "a reader",
            Self::Wire => "the wire",
            Self::Ground => "what any process needs",
            Self::Port => "a port",
            Self::Adapter => "an adapter",
            Self::Service => "a service",
            Self::Double => "the double",
            Self::Executable => "the executable",
            Self::Tests => "the tests",
        }
    }
}

fn against_the_direction(graph: &Graph) -> Vec<String> {
    let mut broken = Vec::new();
    for package in &graph.members {
        let Some(layer) = Layer::of(package) else {
            broken.push(format!("`{package}` has no place in the house"));
            continue;
        };
        for other in graph.direct(package) {
            if let Some(below) = Layer::of(other).filter(|below| !layer.may_know(*below)) {
                let (layer, below) = (layer.words(), below.words());
                broken.push(format!("`{package}` ({layer}) depends on `{other}` ({below})"));
            }
        }
    }
    broken
}

/// A name that says nothing collects everything.
fn vague(graph: &Graph) -> Vec<String> {
    const VAGUE: &[&str] = &["common", "core", "helpers", "shared", "util", "utils"];
    let vague = |name: &&String| name.split('-').any(|part| VAGUE.contains(&part));
    graph.members.iter().filter(vague).map(|name| format!("`{name}` says nothing")).collect()
}

#[test]
fn dependencies_point_one_way() {
    house::expect_none(
        &against_the_direction(&Graph::of_the_house()),
        "Depend on a port and let the executable bring the adapter, or move what both need \
         towards the domain. Give a new package its place in `PLACES` of tests/tests/tidy/direction.rs.",
    );
}

#[test]
fn a_package_is_named_by_what_it_does() {
    house::expect_none(
        &vague(&Graph::of_the_house()),
        "Name the package by what it does, or move its contents to those who use them.",
    );
}

#[test]
fn a_dependency_against_the_direction_is_found() {
    for (package, other) in [
        ("signalbook-domain", "signalbook-proto"),
        ("signalbook-proto", "signalbook-readers"),
        ("signalbook-store", "signalbook-store-sqlite"),
        ("signalbook-bus", "signalbook-runtime"),
        ("signalbook-store-sqlite", "signalbook-runtime"),
        ("signalbook-projector", "signalbook-store-sqlite"),
        ("signalbook-scheduler", "signalbook-poller"),
        ("signalbook-poller", "signalbook-double"),
        ("signalbook", "signalbook-tests"),
    ] {
        let broken = against_the_direction(&Graph::sample(&[(package, other)]));
        assert_eq!(broken.len(), 1, "`{package}` must not know `{other}`: {broken:?}");
    }
}

#[test]
fn a_package_without_a_place_is_found() {
    let broken = against_the_direction(&Graph::sample(&[("signalbook-attic", "serde")]));
    assert_eq!(broken, ["`signalbook-attic` has no place in the house"]);
}

#[test]
fn a_vague_name_is_found() {
    let broken =
        vague(&Graph::sample(&[("signalbook-api-utils", "serde"), ("signalbook", "core")]));
    assert_eq!(broken, ["`signalbook-api-utils` says nothing"]);
}
