//! What rules and ports must not need, not even far down: rules neither wait, nor store, nor
//! speak to anybody, nor log; ports have no database and no message system in them.

use super::house::{self, Graph};

const PURE: &[&str] = &["signalbook-domain", "signalbook-readers"];
const PORTS: &[&str] = &["signalbook-bus", "signalbook-store"];

const RUNTIMES: &[&str] = &["async-std", "mio", "smol", "tokio"];
const DATABASES: &[&str] = &[
    "diesel",
    "libsqlite3-sys",
    "postgres",
    "redb",
    "rocksdb",
    "rusqlite",
    "sled",
    "sqlx",
    "sqlx-core",
    "tokio-postgres",
];
const NETWORK: &[&str] = &[
    "async-nats",
    "axum",
    "h2",
    "hyper",
    "native-tls",
    "openssl",
    "reqwest",
    "rustls",
    "socket2",
    "tonic",
    "ureq",
];
const LOGGING: &[&str] = &["env_logger", "slog", "tracing", "tracing-core", "tracing-subscriber"];
/// Facades that foreign packages have as an option; ours must not name them.
const FACADES: &[&str] = &["async-trait", "futures", "futures-util", "log"];
const MESSAGES: &[&str] = &["async-nats", "lapin", "rdkafka"];

fn impure(graph: &Graph) -> Vec<String> {
    let mut broken = Vec::new();
    for package in PURE {
        let engines = [RUNTIMES, DATABASES, NETWORK, LOGGING].concat();
        let below = graph.reach(package).into_iter().filter(|name| engines.contains(name));
        let named = graph.direct(package).filter(|name| FACADES.contains(name));
        broken.extend(below.chain(named).map(|name| format!("`{package}` needs `{name}`")));
    }
    broken
}

fn driven(graph: &Graph) -> Vec<String> {
    let drivers = [DATABASES, MESSAGES].concat();
    let needed = |package: &&str| {
        let below = graph.reach(package).into_iter().filter(|name| drivers.contains(name));
        below.map(|name| format!("`{package}` needs `{name}`")).collect::<Vec<_>>()
    };
    PORTS.iter().flat_map(needed).collect()
}

#[test]
fn rules_and_readers_are_pure() {
    house::expect_none(
        &impure(&Graph::of_the_house()),
        "Take what was waited for, read or fetched as an argument, and return what is to be \
         logged; `cargo tree --package PACKAGE --invert NEEDED` shows who brings it in.",
    );
}

#[test]
fn ports_know_no_driver() {
    house::expect_none(
        &driven(&Graph::of_the_house()),
        "Say it in the port's own words, and move what names the driver to the adapter; \
         `cargo tree --package PACKAGE --invert NEEDED` shows who brings it in.",
    );
}

#[test]
fn the_packages_judged_here_are_there() {
    let members = Graph::of_the_house().members;
    let gone = PURE.iter().chain(PORTS).filter(|name| !members.contains(**name));
    let gone: Vec<_> = gone.map(|name| format!("`{name}` is no package")).collect();
    house::expect_none(&gone, "Follow the new name in tests/tests/tidy/purity.rs.");
}

#[test]
fn an_engine_below_a_rule_is_found() {
    let graph = Graph::sample(&[("signalbook-domain", "clever"), ("clever", "tokio")]);
    assert_eq!(impure(&graph), ["`signalbook-domain` needs `tokio`"]);
}

#[test]
fn a_facade_is_found_where_we_name_it_and_forgiven_below() {
    let graph = Graph::sample(&[
        ("signalbook-readers", "log"),
        ("signalbook-domain", "jiff"),
        ("jiff", "log"),
    ]);
    assert_eq!(impure(&graph), ["`signalbook-readers` needs `log`"]);
}

#[test]
fn a_driver_below_a_port_is_found() {
    let graph = Graph::sample(&[("signalbook-store", "sqlx"), ("sqlx", "sqlx-core")]);
    assert_eq!(
        driven(&graph),
        ["`signalbook-store` needs `sqlx`", "`signalbook-store` needs `sqlx-core`"]
    );
}
