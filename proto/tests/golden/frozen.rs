//! What was recorded stays as it is, for ever: the folder only grows.
//!
//! `golden/frozen.sha256` lists every file with its SHA-256. A new file is added at the end with
//! `SIGNALBOOK_BLESS=1`; the lines that the format was frozen with never change.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use signalbook_domain::observation::ContentHash;

/// The lines that the format was frozen with, and their SHA-256.
const FROZEN: (usize, &str) =
    (244, "513e864adc9871d2cf6f7ff73ba9596c2f2a6a4359403e4f3771d0d71c443999");

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// The files below `folder`, by their paths from there.
fn files(folder: &Path, prefix: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let entry = entry.expect("it can be listed");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            found.extend(files(&entry.path(), &format!("{name}/")));
        } else {
            found.insert(name);
        }
    }
    found.remove("frozen.sha256");
    found
}

fn line(name: &str) -> String {
    let bytes = fs::read(folder().join(name)).unwrap_or_else(|_| panic!("`{name}` is gone"));
    format!("{}  {name}\n", ContentHash::of(&bytes))
}

#[test]
fn what_was_recorded_never_changes_and_only_grows() {
    let path = folder().join("frozen.sha256");
    let mut list = fs::read_to_string(&path).unwrap_or_default();
    let is_listed = |name: &String, list: &str| {
        list.lines().any(|line| line.split_once("  ").is_some_and(|(_, known)| known == name))
    };
    let all = files(&folder(), "");
    let mut new = all.iter().filter(|name| !is_listed(name, &list)).map(|name| line(name));
    if std::env::var_os("SIGNALBOOK_BLESS").is_some_and(|bless| bless == "1") {
        list = new.fold(list.clone(), |list, line| list + &line);
        fs::write(&path, &list).expect("the list can be written");
    } else {
        assert_eq!(new.next(), None, "record it with SIGNALBOOK_BLESS=1");
    }
    for listed in list.split_inclusive('\n') {
        let (_, name) = listed.trim_end().split_once("  ").expect("a hash and a name");
        assert_eq!(listed, line(name), "what was recorded is never written again");
    }
    let frozen: String = list.split_inclusive('\n').take(FROZEN.0).collect();
    assert_eq!(ContentHash::of(frozen.as_bytes()).to_string(), FROZEN.1);
}
