//! Lints are set once, for every package.

use super::house::{self, File};

fn without_lints(files: &[File]) -> Vec<String> {
    let package = |file: &&File| file.path.ends_with("/Cargo.toml");
    let manifests = files.iter().filter(package);
    let loose = manifests.filter(|file| !inherits_lints(&file.text));
    loose.map(|file| format!("{}: sets its own lints, or none", file.path)).collect()
}

fn inherits_lints(manifest: &str) -> bool {
    let mut section = manifest.lines().skip_while(|line| *line != "[lints]").skip(1);
    section.next() == Some("workspace = true")
}

#[test]
fn every_package_has_the_lints_of_the_house() {
    house::expect_none(
        &without_lints(&house::files()),
        "Write `[lints]` and, on the next line, `workspace = true` into the manifest.",
    );
}

#[test]
fn a_manifest_with_lints_of_its_own_is_found() {
    let files = [
        File::sample("Cargo.toml", "[workspace]\n"),
        File::sample("a/Cargo.toml", "[package]\n\n[lints]\nworkspace = true\n"),
        File::sample("b/Cargo.toml", "[package]\n\n[lints.clippy]\nall = \"allow\"\n"),
        File::sample("c/Cargo.toml", "[package]\n"),
    ];
    let broken = without_lints(&files);
    assert_eq!(
        broken,
        ["b/Cargo.toml: sets its own lints, or none", "c/Cargo.toml: sets its own lints, or none"]
    );
}
