//! A short run of every target: the corpus as it is, and mutations of it, the same in every run.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod mutate;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use signalbook_fuzz_targets::{ALL, Target};

use mutate::Mutator;

/// How many mutations each target gets: some seconds of a build without optimisation.
const MUTATIONS: usize = 8_000;

/// What a panic shows of the bytes that caused it.
const SHOWN_BYTES_MAX: usize = 4_096;

#[test]
fn summaries_are_read_or_refused() {
    run("summary");
}

#[test]
fn lists_of_incidents_are_read_or_refused() {
    run("incidents");
}

#[test]
fn lists_of_maintenances_are_read_or_refused() {
    run("maintenances");
}

#[test]
fn markdown_becomes_harmless() {
    run("markdown");
}

#[test]
fn configurations_are_used_or_refused() {
    run("configuration");
}

#[test]
fn payloads_are_understood_or_refused() {
    run("payload");
}

#[test]
fn every_target_has_a_program_of_cargo_fuzz() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    for (name, _) in ALL {
        assert!(manifest.contains(&format!("name = \"{name}\"\n")), "{name}");
        let program = fs::read_to_string(folder.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(program.contains(&format!("signalbook_fuzz_targets::{name}(bytes)")), "{name}");
    }
}

fn run(name: &str) {
    let (_, target) = ALL.into_iter().find(|(other, _)| *other == name).unwrap();
    let corpus = corpus(name);
    for (file, bytes) in &corpus {
        call(target, bytes, &format!("{name}/{file}"));
    }
    let mut mutator = Mutator::new(corpus.into_iter().map(|(_, bytes)| bytes).collect());
    for number in 0..MUTATIONS {
        let bytes = mutator.next();
        call(target, &bytes, &format!("mutation {number} of {name}"));
    }
}

/// The files of a target's corpus, in the order of their names.
fn corpus(name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus").join(name);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    assert!(files.len() >= 5, "{} files in {}", files.len(), folder.display());
    files
}

fn call(target: Target, bytes: &[u8], what: &str) {
    let shown = &bytes[..bytes.len().min(SHOWN_BYTES_MAX)];
    let kept = catch_unwind(AssertUnwindSafe(|| target(bytes))).is_ok();
    assert!(kept, "{what} breaks a promise: b\"{}\"", shown.escape_ascii());
}
