//! A log that was restored from a copy: what can be read is shown, and nothing is recorded until
//! somebody accepts that what came after the copy is missing.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use signalbook_double::{Act, Impact, Opening};
use tempfile::TempDir;

use crate::failures::refusal;
use crate::support::{PROGRAM, Program, Vendor, signalbook, wait_for};
use crate::{kinds, reads};

fn store(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("signalbook.db").display())
}

/// The log's file and its write-ahead log.
const PARTS: [&str; 2] = ["signalbook.db", "signalbook.db-wal"];

/// A copy of the log of a store that nobody uses.
fn copied(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for part in PARTS {
        // There need not be a write-ahead log.
        let _ = fs::copy(folder.join(part), copy.path().join(part));
    }
    copy
}

fn put_back(copy: &TempDir, folder: &Path) {
    for part in PARTS {
        let _ = fs::remove_file(folder.join(part));
        let _ = fs::copy(copy.path().join(part), folder.join(part));
    }
}

fn accept(folder: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["log", "accept-restore", "--store", &store(folder)]);
    command
}

/// Why it is not ready for a restored log's sake.
fn reason(program: &Program) -> String {
    let ready = program.json("/readyz");
    let checks = ready["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == "restore");
    check.map_or_else(String::new, |check| check["reason"].as_str().unwrap().to_owned())
}

fn events(program: &Program) -> Value {
    program.json("/v1/events?limit=500")
}

/// Runs until the vendor's incident is told, then ends.
fn record_an_incident(vendor: &Vendor, config: &Path, id: &str) {
    let program = Program::serve(config);
    wait_for("the page is read", || reads(&program, "acme"));
    let before = kinds(&program).len();
    vendor.double.act("acme", Act::Open(Opening::new(id, "Searches fail", Impact::Major)));
    let opened = || kinds(&program)[before..].iter().any(|kind| kind == "incident.opened");
    wait_for("the incident is told", opened);
    assert!(program.stop().success());
}

/// Whether the page is polled within some of its intervals.
fn polls_go_on(vendor: &Vendor) -> bool {
    let polls = || vendor.double.counts("acme").summary;
    let before = polls();
    crate::support::pause(std::time::Duration::from_secs(3));
    polls() > before
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_log_is_shown_and_takes_nothing_until_that_is_accepted() {
    let vendor = Vendor::start("acme").await;
    let folder = tempfile::tempdir().unwrap();
    let config = vendor.config(folder.path());
    record_an_incident(&vendor, &config, "inc000000001");
    let copy = copied(folder.path());
    record_an_incident(&vendor, &config, "inc000000002");
    put_back(&copy, folder.path());

    // Again after a restart, when the views were built anew and remember nothing.
    for _ in 0..2 {
        let program = Program::serve(&config);
        let reason = reason(&program);
        assert!(reason.contains("the log was restored from a copy"), "{reason}");
        assert!(reason.contains("signalbook log accept-restore"), "{reason}");
        let shown = kinds(&program);
        assert_eq!(shown.iter().filter(|kind| *kind == "incident.opened").count(), 1);
        assert_eq!(program.json("/v1/providers/acme")["open"].as_array().unwrap().len(), 1);
        assert!(!polls_go_on(&vendor), "nothing is polled");
        assert_eq!(kinds(&program), shown);
        assert!(program.stop().success());
    }

    let program = Program::serve(&config);
    let before = events(&program);
    let said = refusal(&mut accept(folder.path()));
    assert!(said.contains("in use by another Signalbook process"), "{said}");
    assert!(program.stop().success());
    let said = signalbook(&["log", "accept-restore", "--store", &store(folder.path())]);
    let position = &before["position"];
    assert!(said.contains(&format!("begins after event {position}")), "{said}");

    let program = Program::serve(&config);
    let opened = || kinds(&program).iter().filter(|kind| *kind == "incident.opened").count() == 2;
    wait_for("what was missing is recorded again", opened);
    wait_for("it can work", || program.json("/readyz")["status"] == "ready");
    let after = events(&program);
    assert!(after["epoch"].as_str().unwrap().starts_with("2-"), "{}", after["epoch"]);
    let old = before["epoch"].as_str().unwrap();
    let refused = program.json(&format!("/v1/events?after={position}&epoch={old}"));
    assert_eq!(refused["status"], 410, "{refused}");
    let new = after["epoch"].as_str().unwrap();
    let rest = program.json(&format!("/v1/events?after={position}&epoch={new}"));
    assert!(!rest["events"].as_array().unwrap().is_empty());
    assert!(program.stop().success());
    let verified = signalbook(&["log", "verify", "--evidence", "--store", &store(folder.path())]);
    assert!(verified.contains("none was changed"), "{verified}");
    let said = refusal(&mut accept(folder.path()));
    assert!(said.contains("the log was not restored, so there is nothing to accept"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_can_be_accepted_at_the_start() {
    let vendor = Vendor::start("acme").await;
    let folder = tempfile::tempdir().unwrap();
    let config = vendor.config(folder.path());
    record_an_incident(&vendor, &config, "inc000000001");
    let copy = copied(folder.path());
    record_an_incident(&vendor, &config, "inc000000002");
    put_back(&copy, folder.path());
    // The evidence alone remembers.
    fs::remove_file(folder.path().join("signalbook-views.db")).unwrap();
    let program = Program::serve(&config);
    let reason = reason(&program);
    assert!(reason.contains("the documents beside it name"), "{reason}");
    assert!(program.stop().success());

    let start = || {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--accept-restore", "--config"]).arg(&config);
        Program::spawn(&mut command)
    };
    // A second time there is nothing to accept, and it works as ever.
    for _ in 0..2 {
        let program = start();
        wait_for("it can work", || program.json("/readyz")["status"] == "ready");
        let is_told =
            || kinds(&program).iter().filter(|kind| *kind == "incident.opened").count() == 2;
        wait_for("what was missing is recorded again", is_told);
        assert!(events(&program)["epoch"].as_str().unwrap().starts_with("2-"));
        assert!(program.stop().success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_log_beside_what_another_left_takes_nothing_until_that_is_accepted() {
    let (old, new) = (Vendor::start("acme").await, Vendor::start("zeta").await);
    let folder = tempfile::tempdir().unwrap();
    record_an_incident(&old, &old.config(folder.path()), "inc000000001");
    put_back(&tempfile::tempdir().unwrap(), folder.path());
    let config = new.config(folder.path());
    let program = Program::serve(&config);
    let reason = reason(&program);
    assert!(reason.contains("the views beside it name event"), "{reason}");
    assert_eq!(program.json("/v1/providers")["providers"], Value::Array(Vec::new()));
    assert!(program.stop().success());
    signalbook(&["log", "accept-restore", "--store", &store(folder.path())]);
    let program = Program::serve(&config);
    wait_for("the other page is read", || reads(&program, "zeta"));
    assert_eq!(program.json("/v1/providers")["providers"].as_array().unwrap().len(), 1);
    wait_for("it can work", || program.json("/readyz")["status"] == "ready");
    assert!(program.stop().success());
}
