//! The house as it stands: its packages as `cargo metadata` tells them, its files as git does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{CargoOpt, Metadata, MetadataCommand};

/// The folder of the workspace.
pub(super) fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("the package lies in the workspace").to_path_buf()
}

/// Fails with everything that breaks a rule, and with what to do about it.
#[track_caller]
pub(super) fn expect_none(broken: &[String], remedy: &str) {
    assert!(broken.is_empty(), "\n{}\n\n{remedy}\n", broken.join("\n"));
}

/// Who depends on whom, by name: our packages and everything below them, tests and build scripts
/// included.
pub(super) struct Graph {
    /// Our packages.
    pub(super) members: BTreeSet<String>,
    below: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    /// The graph of this workspace.
    pub(super) fn of_the_house() -> Self {
        let metadata = metadata();
        let members = metadata.workspace_packages();
        // What is written in our manifests, for other systems and behind features too.
        let written = members.iter().flat_map(|package| {
            package.dependencies.iter().map(|below| (package.name.to_string(), below.name.clone()))
        });
        let mut graph = Self {
            members: members.iter().map(|package| package.name.to_string()).collect(),
            below: BTreeMap::new(),
        };
        for (package, below) in written.chain(resolved(&metadata)) {
            graph.add(package, below);
        }
        graph
    }

    /// A graph for trying a rule; who has the prefix of the house is a member.
    pub(super) fn sample(edges: &[(&str, &str)]) -> Self {
        let mut graph = Self { members: BTreeSet::new(), below: BTreeMap::new() };
        for (package, below) in edges {
            let ours = [package, below].into_iter().filter(|name| name.starts_with("signalbook"));
            graph.members.extend(ours.map(ToString::to_string));
            graph.add((*package).to_owned(), (*below).to_owned());
        }
        graph
    }

    /// What `package` names itself.
    pub(super) fn direct(&self, package: &str) -> impl Iterator<Item = &str> {
        self.below.get(package).into_iter().flatten().map(String::as_str)
    }

    /// What `package` needs, however far down.
    pub(super) fn reach<'a>(&'a self, package: &'a str) -> BTreeSet<&'a str> {
        let mut seen = BTreeSet::new();
        let mut open = vec![package];
        while let Some(next) = open.pop() {
            open.extend(self.direct(next).filter(|below| seen.insert(*below)));
        }
        seen
    }

    /// A package that turns on a feature of its own for its tests names itself: that is nothing.
    fn add(&mut self, package: String, below: String) {
        if package != below {
            self.below.entry(package).or_default().insert(below);
        }
    }
}

/// What cargo knows of the workspace, with everything that any feature turns on.
pub(super) fn metadata() -> Metadata {
    MetadataCommand::new()
        .current_dir(root())
        .features(CargoOpt::AllFeatures)
        .other_options(vec!["--locked".to_owned()])
        .exec()
        .expect("cargo knows the workspace")
}

fn resolved(metadata: &Metadata) -> Vec<(String, String)> {
    let nodes = &metadata.resolve.as_ref().expect("cargo resolves what it describes").nodes;
    let edges =
        nodes.iter().flat_map(|node| node.dependencies.iter().map(|below| (&node.id, below)));
    edges
        .map(|(package, below)| {
            (metadata[package].name.to_string(), metadata[below].name.to_string())
        })
        .collect()
}

/// A text file of the house.
pub(super) struct File {
    /// From the folder of the workspace, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    /// A file for trying a rule.
    pub(super) fn sample(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    pub(super) fn is_rust(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|ending| ending == "rs")
    }

    pub(super) fn is_sql(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|ending| ending == "sql")
    }
}

/// Every text file that git tracks or would track; without git, every one but what is built.
pub(super) fn files() -> Vec<File> {
    let root = root();
    let read = |path: String| {
        let text = fs::read_to_string(root.join(&path)).ok()?;
        (!text.contains('\0')).then_some(File { path, text })
    };
    listed(&root).unwrap_or_else(|| walked(&root)).into_iter().filter_map(read).collect()
}

fn listed(root: &Path) -> Option<Vec<String>> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(arguments).current_dir(root).output().ok()?;
    let list = String::from_utf8(output.stdout).ok().filter(|list| !list.is_empty())?;
    Some(list.split_terminator('\0').map(str::to_owned).collect())
}

fn walked(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.ends_with("target") || path.ends_with(".git") {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else if let Some(path) = path.strip_prefix(root).ok().and_then(Path::to_str) {
                found.push(path.replace('\\', "/"));
            }
        }
    }
    found
}

#[test]
fn files_are_found_with_and_without_git() {
    let root = root();
    let walked = walked(&root);
    let listed = listed(&root).unwrap_or_else(|| walked.clone());
    for file in ["Cargo.toml", "tests/tests/tidy.rs"] {
        assert!(walked.iter().any(|path| path == file), "a walk finds `{file}`");
        assert!(listed.iter().any(|path| path == file), "git lists `{file}`");
    }
}

#[test]
fn a_reach_goes_all_the_way_down() {
    let graph = Graph::sample(&[("signalbook", "a"), ("a", "b"), ("b", "a"), ("c", "d")]);
    assert_eq!(graph.reach("signalbook"), BTreeSet::from(["a", "b"]));
}
