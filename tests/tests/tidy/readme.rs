//! The two commands that the README promises.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::house;

const DEMO: &str = "cargo run --release -- demo";
const TESTS: &str = "./tests/run";

fn unsaid(readme: &str) -> Vec<String> {
    let said = |command: &&&str| !readme.lines().any(|line| line.trim() == **command);
    let unsaid =
        [DEMO, TESTS].iter().filter(said).map(|command| format!("README.md: no line `{command}`"));
    unsaid.collect()
}

/// What `cargo run` would have to choose between: executables and packages with a default one.
fn undecided(executables: &[&str], defaults: usize) -> Vec<String> {
    let decided = defaults == 1 || executables.len() == 1;
    let choice = (!decided).then(|| format!("`cargo run` cannot choose from {executables:?}"));
    choice.into_iter().collect()
}

#[test]
fn the_readme_says_how_to_see_it_and_how_to_test_it() {
    let Ok(readme) = fs::read_to_string(house::root().join("README.md")) else {
        println!("there is no README.md to judge");
        return;
    };
    house::expect_none(
        &unsaid(&readme),
        "These are the two commands that everybody tries first; each is a line of its own.",
    );
}

#[test]
fn the_demo_can_be_run_without_saying_what_to_run() {
    let metadata = house::metadata();
    let packages = metadata.workspace_packages();
    let targets = packages.iter().flat_map(|package| &package.targets);
    let executables: Vec<_> =
        targets.filter(|target| target.is_bin()).map(|target| target.name.as_str()).collect();
    let defaults = packages.iter().filter(|package| package.default_run.is_some()).count();
    house::expect_none(
        &undecided(&executables, defaults),
        "`default-run = \"signalbook\"` in services/signalbook/Cargo.toml decides, if it stands nowhere else.",
    );
}

#[test]
fn the_test_command_can_be_executed() {
    let about = fs::metadata(house::root().join("tests/run")).expect("tests/run is there");
    assert!(about.permissions().mode() & 0o111 != 0, "make it executable: chmod +x tests/run");
}

#[test]
fn a_command_that_is_only_spoken_of_is_found() {
    let readme = format!("    {DEMO}\n\nThe tests: {TESTS}\n");
    assert_eq!(unsaid(&readme), [format!("README.md: no line `{TESTS}`")]);
}

#[test]
fn an_open_choice_of_executables_is_found() {
    assert_eq!(undecided(&["a", "b"], 0), ["`cargo run` cannot choose from [\"a\", \"b\"]"]);
    assert!(undecided(&["a", "b"], 1).is_empty() && undecided(&["a"], 0).is_empty());
}
