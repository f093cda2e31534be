//! What no file of the house says. The forbidden words are put together from halves, or this
//! file would break its own rules.

use super::house::{self, File};

const STAND_INS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("to", "do!"),
    concat!("unimple", "mented!"),
    concat!("#[", "ignore"),
];

const MACHINES: &[&str] =
    &[concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/Us", "ers/"), concat!("/wo", "rk/")];

/// Whether `word` stands in `line` and is no part of a longer word.
fn says(line: &str, word: &str) -> bool {
    let part = |char: char| char.is_alphanumeric() || char == '_';
    line.match_indices(word).any(|(at, _)| {
        let begins = !line[..at].ends_with(part) || word.starts_with(|first| !part(first));
        let ends = !line[at + word.len()..].starts_with(part) || word.ends_with(|last| !part(last));
        begins && ends
    })
}

/// Whether `line` names a folder from the root of a machine, and not the path of an address.
fn names_a_machine(line: &str) -> bool {
    let inside = |char: char| char.is_alphanumeric() || "._-~}*/".contains(char);
    let named =
        |folder: &str| line.match_indices(folder).any(|(at, _)| !line[..at].ends_with(inside));
    MACHINES.iter().any(|folder| named(folder))
}

/// Whether `line` silences a lint without saying for how long.
fn silences(line: &str) -> bool {
    let attribute = line.trim_start();
    (attribute.starts_with("#[") || attribute.starts_with("#!["))
        && attribute.split("allow(").next().is_some_and(|before| {
            before.len() < attribute.len() && before.ends_with(['[', ' ', ','])
        })
}

fn lines_that(files: &[File], rust_only: bool, breaks: impl Fn(&str) -> bool) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files.iter().filter(|file| file.is_rust() || !rust_only) {
        let lines = file.text.lines().enumerate().filter(|(_, line)| breaks(line));
        broken.extend(lines.map(|(at, line)| format!("{}:{}: {}", file.path, at + 1, line.trim())));
    }
    broken
}

fn stand_ins(files: &[File]) -> Vec<String> {
    lines_that(files, true, |line| STAND_INS.iter().any(|word| says(line, word)))
}

fn silenced(files: &[File]) -> Vec<String> {
    lines_that(files, true, silences)
}

fn machines(files: &[File]) -> Vec<String> {
    lines_that(files, false, names_a_machine)
}

fn unended(files: &[File]) -> Vec<String> {
    let unended = |file: &&File| !file.text.is_empty() && !file.text.ends_with('\n');
    files.iter().filter(unended).map(|file| format!("{}: has no last newline", file.path)).collect()
}

fn module_files(files: &[File]) -> Vec<String> {
    let nameless = files.iter().filter(|file| file.path.ends_with("/mod.rs"));
    nameless.map(|file| file.path.clone()).collect()
}

#[test]
fn nothing_is_put_off_in_a_source() {
    house::expect_none(
        &stand_ins(&house::files()),
        "Do it, or write it down where the work of the project is planned. A test that cannot \
         run everywhere says so and returns.",
    );
}

#[test]
fn no_lint_is_silenced_for_good() {
    house::expect_none(
        &silenced(&house::files()),
        "Write `expect(LINT, reason = \"…\")` instead: it complains when it is needed no longer.",
    );
}

#[test]
fn no_file_names_a_place_on_somebodys_machine() {
    house::expect_none(
        &machines(&house::files()),
        "Name the place from the folder of the workspace, or take it from a variable.",
    );
}

#[test]
fn every_text_ends_with_a_newline() {
    house::expect_none(&unended(&house::files()), "End the last line with a newline.");
}

#[test]
fn a_module_is_a_file_of_its_own_name() {
    house::expect_none(
        &module_files(&house::files()),
        "Move `name/mod.rs` to `name.rs`, beside the folder.",
    );
}

#[test]
fn each_stand_in_is_found() {
    for word in STAND_INS {
        let files = [File::sample("a.rs", &format!("fn a() {{}}\n{word}(later)\n"))];
        assert_eq!(stand_ins(&files), [format!("a.rs:2: {word}(later)")]);
    }
    let files = [
        File::sample("a.rs", &format!("let {}_LIST = \"{}X\";\n", STAND_INS[0], STAND_INS[2])),
        File::sample("a.md", STAND_INS[0]),
    ];
    assert!(stand_ins(&files).is_empty(), "longer words and other files say something else");
}

#[test]
fn a_silenced_lint_is_found() {
    let files = [File::sample(
        "a.rs",
        "#![allow(dead_code)]\n    #[cfg_attr(test, allow(unused))]\n#[expect(dead_code)]\nswallow(a);\n",
    )];
    assert_eq!(
        silenced(&files),
        ["a.rs:1: #![allow(dead_code)]", "a.rs:2: #[cfg_attr(test, allow(unused))]"]
    );
}

#[test]
fn a_place_on_a_machine_is_found() {
    for folder in MACHINES {
        let line = format!("path = \"{folder}signalbook\"");
        let files = [File::sample("a.toml", &format!("{line}\n"))];
        assert_eq!(machines(&files), [format!("a.toml:1: {line}")]);
        let address = format!("url = \"https://status.example{folder}page\"\n");
        assert!(machines(&[File::sample("a.toml", &address)]).is_empty(), "an address is no place");
    }
}

#[test]
fn a_missing_newline_is_found() {
    let files = [File::sample("a", "x"), File::sample("b", "x\n"), File::sample("c", "")];
    assert_eq!(unended(&files), ["a: has no last newline"]);
}

#[test]
fn a_nameless_module_is_found() {
    let files = [File::sample("a/src/b/mod.rs", ""), File::sample("a/src/b.rs", "")];
    assert_eq!(module_files(&files), ["a/src/b/mod.rs"]);
}
