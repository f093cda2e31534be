//! `log verify` reads a log that is in use, a copy that may not be written, and anything else, and
//! changes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use signalbook_double::{Act, Impact, Opening, Posting, Status};

use crate::failures::{as_somebody_else, refusal, set_read_only, used};
use crate::support::{PROGRAM, Program, Vendor, wait_for};
use crate::{kinds, reads};

/// How often a log is verified while it is written to.
const LOOKS: u64 = 10;

fn verify(store: &Path, temporary: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["log", "verify", "--store", &format!("sqlite:{}", store.display())]);
    command.env("TMPDIR", temporary);
    command
}

/// How many events are found to be sound.
fn verified(command: &mut Command) -> usize {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    let said = String::from_utf8(stdout).unwrap();
    let (count, rest) = said.split_once(' ').unwrap();
    assert!(rest.starts_with("events checked, none was changed"), "{said}");
    count.parse().unwrap()
}

/// The files of a folder, with their bytes and when they were last written.
fn state(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let of = |path: PathBuf| {
        let written = path.metadata().unwrap().modified().unwrap();
        let bytes = if path.is_dir() { Vec::new() } else { fs::read(&path).unwrap() };
        (path, (bytes, written))
    };
    fs::read_dir(folder).unwrap().map(|entry| of(entry.unwrap().path())).collect()
}

fn names(folder: &Path) -> Vec<PathBuf> {
    state(folder).into_keys().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_use_is_verified_with_all_that_was_shown_and_goes_on() {
    let vendor = Vendor::start("acme").await;
    let (folder, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let program = Program::serve(&vendor.config(folder.path()));
    wait_for("the page is read", || reads(&program, "acme"));
    let open = Opening::new("inc000000001", "Searches fail", Impact::Major);
    vendor.double.act("acme", Act::Open(open));
    let store = folder.path().join("signalbook.db");
    let before = names(folder.path());
    let updates = || kinds(&program).iter().filter(|kind| *kind == "incident.identified").count();
    for look in 1..=LOOKS {
        let update = Posting::new(format!("upd{look:09}"), Status::Identified, "We know more.");
        vendor.double.act("acme", Act::post("inc000000001", update));
        let shown = kinds(&program).len();
        let found = verified(&mut verify(&store, temporary.path()));
        assert!(found >= shown, "{found} of {shown} events");
        wait_for("the update is told", || updates() as u64 == look);
    }
    assert_eq!(names(folder.path()), before);
    assert_eq!(names(temporary.path()), [] as [&Path; 0]);
    assert_eq!(program.json("/readyz")["status"], "ready");
    let shown = kinds(&program).len();
    assert!(program.stop().success());
    assert_eq!(verified(&mut verify(&store, temporary.path())), shown);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_a_killed_log_is_verified_with_its_newest_events_and_stays_as_it_is() {
    let vendor = Vendor::start("acme").await;
    let (folder, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let program = Program::serve(&vendor.config(folder.path()));
    wait_for("the page is read", || reads(&program, "acme"));
    let shown = kinds(&program).len();
    program.kill();
    let copy = tempfile::tempdir().unwrap();
    for name in ["signalbook.db", "signalbook.db-wal"] {
        fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let store = copy.path().join("signalbook.db");
    let before = state(copy.path());
    assert!(verified(&mut verify(&store, temporary.path())) >= shown);
    assert_eq!(state(copy.path()), before);
    assert_eq!(names(temporary.path()), [] as [&Path; 0]);

    let missing = temporary.path().join("missing");
    let said = refusal(&mut verify(&store, &missing));
    assert!(said.contains("another folder can be named with `TMPDIR`"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_may_not_be_written_is_verified() {
    let vendor = Vendor::start("acme").await;
    let (folder, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let program = Program::serve(&vendor.config(folder.path()));
    wait_for("the page is read", || reads(&program, "acme"));
    let shown = kinds(&program).len();
    program.kill();
    let Some(mut command) = as_somebody_else(folder.path()) else {
        println!("left out: nobody here may be kept from writing");
        return;
    };
    as_somebody_else(temporary.path()).unwrap();
    let store = folder.path().join("signalbook.db");
    set_read_only(&store, true);
    set_read_only(folder.path(), true);
    let wanted = verify(&store, temporary.path());
    command.args(wanted.get_args()).env("TMPDIR", temporary.path());
    let before = state(folder.path());
    assert!(verified(&mut command) >= shown);
    assert_eq!(state(folder.path()), before);
    set_read_only(folder.path(), false);
}

#[test]
fn a_log_that_was_closed_is_verified_where_it_is() {
    let (folder, nowhere) = (tempfile::tempdir().unwrap(), Path::new("/nowhere"));
    let store = used(folder.path());
    let location = signalbook_store_sqlite::Location::File(store.clone());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        // A process that ends does not wait until its log is folded into the file.
        let log = signalbook_store_sqlite::SqliteLog::open_existing(&location).await.unwrap();
        log.close().await;
    });
    let before = state(folder.path());
    assert_eq!(verified(&mut verify(&store, nowhere)), 1);
    assert_eq!(state(folder.path()), before);
}

#[test]
fn what_is_no_log_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("signalbook.db");
    let said = refusal(&mut verify(&store, folder.path()));
    assert!(said.contains("there is no store at"), "{said}");
    fs::write(&store, []).unwrap();
    let before = state(folder.path());
    let said = refusal(&mut verify(&store, folder.path()));
    assert!(said.contains("is empty, but the log of a Signalbook store was expected"), "{said}");
    let mut rebuild = Command::new(PROGRAM);
    rebuild.args(["views", "rebuild", "--store", &format!("sqlite:{}", store.display())]);
    let said = refusal(&mut rebuild);
    assert!(said.contains("is empty, but the log of a Signalbook store was expected"), "{said}");
    assert_eq!(state(folder.path()), before);
}
