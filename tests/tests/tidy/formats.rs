//! Every kind of event has a recorded message: what it was on the day it was first written.

use signalbook_domain::Worded as _;
use signalbook_domain::event::EventKind;

use super::house::{self, File};

fn unrecorded(kinds: &[&str], files: &[File]) -> Vec<String> {
    let names = kinds.iter().flat_map(|kind| ["json", "hex"].map(|end| format!("{kind}.{end}")));
    let paths = names.map(|name| format!("proto/golden/v1/{name}"));
    let gone = paths.filter(|path| !files.iter().any(|file| file.path == *path));
    gone.map(|path| format!("{path}: is missing")).collect()
}

#[test]
fn every_kind_of_event_has_a_golden_file() {
    let kinds: Vec<_> = EventKind::ALL.iter().map(|kind| kind.name()).collect();
    house::expect_none(
        &unrecorded(&kinds, &house::files()),
        "Add a sample of the kind in proto/tests/golden/samples.rs and record it: \
         `SIGNALBOOK_BLESS=1 cargo test -p signalbook-proto --test golden`.",
    );
}

#[test]
fn a_kind_without_a_golden_file_is_found() {
    let files = [
        File::sample("proto/golden/v1/page.added.json", "{}"),
        File::sample("proto/golden/v1/page.added.hex", "00"),
        File::sample("proto/golden/v1/page.moved.json", "{}"),
    ];
    let broken = unrecorded(&["page.added", "page.moved"], &files);
    assert_eq!(broken, ["proto/golden/v1/page.moved.hex: is missing"]);
}
