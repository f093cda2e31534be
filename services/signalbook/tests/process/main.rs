//! The real program, started as a user starts it.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

mod backup;
mod clock;
mod descriptors;
mod erase;
mod failures;
mod gone;
mod kill;
mod looks;
mod restore;
mod support;
mod views;

use std::process::Command;

use serde_json::Value;
use signalbook_double::{Act, Impact, Opening, Posting, Status};
use support::{Program, Vendor, verify_and_rebuild, wait_for};

/// The types of all events, in order.
fn kinds(program: &Program) -> Vec<String> {
    let events = program.json("/v1/events?limit=500");
    let events = events["events"].as_array().unwrap();
    events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

fn reads(program: &Program, provider: &str) -> bool {
    program.json(&format!("/v1/providers/{provider}"))["pages"][0]["health"] == "readable"
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_watches_a_page_and_a_restart_loses_nothing_and_records_nothing_twice() {
    let vendor = Vendor::start("acme").await;
    let folder = tempfile::tempdir().unwrap();
    let config = vendor.config(folder.path());
    let program = Program::serve(&config);
    wait_for("the page is read", || reads(&program, "acme"));
    let open = Opening::new("inc000000001", "Searches fail", Impact::Major).update(Posting::new(
        "upd000000001",
        Status::Investigating,
        "We look into it.",
    ));
    vendor.double.act("acme", Act::Open(open));
    wait_for("the incident is told", || program.json("/v1/providers/acme")["status"] == "major");
    let before = kinds(&program);
    assert_eq!(before.iter().filter(|kind| *kind == "incident.opened").count(), 1);
    assert!(program.stop().success());

    let again = Program::serve(&config);
    vendor.double.act("acme", Act::resolve("inc000000001", "upd000000002", "It is over."));
    wait_for("the resolution is told", || again.json("/v1/providers/acme")["status"] == "up");
    let after = kinds(&again);
    assert_eq!(after[..before.len()], before[..]);
    assert!(after[before.len()..].iter().any(|kind| kind == "incident.resolved"));
    assert!(
        !after[before.len()..]
            .iter()
            .any(|kind| ["incident.opened", "page.added"].contains(&kind.as_str()))
    );
    assert!(again.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_left_the_file_is_recorded_as_removed() {
    let vendor = Vendor::start("acme").await;
    let folder = tempfile::tempdir().unwrap();
    let config = vendor.config(folder.path());
    let program = Program::serve(&config);
    wait_for("the page is read", || reads(&program, "acme"));
    assert!(program.stop().success());

    let text = std::fs::read_to_string(&config).unwrap();
    let without = text.split("[[page]]").next().unwrap();
    std::fs::write(&config, without).unwrap();
    let program = Program::serve(&config);
    assert_eq!(kinds(&program).last().unwrap(), "page.removed");
    assert_eq!(program.json("/v1/providers")["providers"], Value::Array(Vec::new()));
    assert!(program.stop().success());

    std::fs::write(&config, text).unwrap();
    let program = Program::serve(&config);
    wait_for("the page is watched again", || reads(&program, "acme"));
    assert_eq!(kinds(&program).iter().filter(|kind| *kind == "page.added").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_one_file_is_refused_with_a_sentence() {
    let vendor = Vendor::start("acme").await;
    let folder = tempfile::tempdir().unwrap();
    let config = vendor.config(folder.path());
    let program = Program::serve(&config);
    let second = Command::new(support::PROGRAM).args(["serve", "--config"]).arg(&config).output();
    let second = second.unwrap();
    assert!(!second.status.success());
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains("in use by another Signalbook process; stop that one first"), "{said}");
    assert!(program.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_goes_on_where_it_was_and_its_log_verifies() {
    let vendor = Vendor::start("acme").await;
    let folder = tempfile::tempdir().unwrap();
    let config = vendor.config(folder.path());
    let program = Program::serve(&config);
    wait_for("the page is read", || reads(&program, "acme"));
    let before = kinds(&program);
    program.kill();
    let program = Program::serve(&config);
    assert_eq!(kinds(&program)[..before.len()], before[..]);
    assert!(program.stop().success());

    verify_and_rebuild(folder.path());
    let program = Program::serve(&config);
    assert!(reads(&program, "acme"));
    assert!(program.stop().success());
}

#[test]
fn the_demo_prints_its_address_first_and_ends_cleanly() {
    let program = Program::start(&["demo", "--listen", "127.0.0.1:0"]);
    let first = program.first_line().to_owned();
    assert!(first.starts_with("http://127.0.0.1:"), "{first}");
    wait_for("eight vendors are read", || {
        let providers = program.json("/v1/providers");
        let providers = providers["providers"].as_array().unwrap();
        let is_read = |one: &Value| {
            let health = one["pages"][0]["health"].as_str().unwrap();
            ["readable", "partly_readable"].contains(&health)
        };
        providers.len() == 8 && providers.iter().all(is_read)
    });
    wait_for("something happens", || {
        let events = program.json("/v1/events?after=200&limit=500");
        events["events"].as_array().unwrap().iter().any(|event| {
            event["backfilled"] == false && event["type"].as_str().unwrap().starts_with("incident.")
        })
    });
    assert!(program.get("/").contains("Providers"));
    assert!(program.interrupt().success());
}

#[test]
fn the_demo_shows_what_is_degraded_partly_readable_and_inferred() {
    let program = Program::start(&["demo", "--listen", "127.0.0.1:0"]);
    let providers = || {
        let answer = program.json("/v1/providers");
        answer["providers"].as_array().unwrap().clone()
    };
    let mut degraded = Vec::new();
    wait_for("a provider is degraded", || {
        degraded = providers();
        degraded.retain(|one| one["status"] == "degraded");
        !degraded.is_empty()
    });
    let signs = degraded[0]["signs"].as_array().unwrap();
    assert!(signs.iter().any(|sign| sign["kind"] == "component"), "{signs:?}");
    let slug = degraded[0]["slug"].as_str().unwrap();
    let page = program.get(&format!("/providers/{slug}"));
    assert!(page.contains("Degraded means that no incident that counts"), "{page}");

    let mut partly = Vec::new();
    wait_for("a page is partly readable", || {
        partly = providers();
        partly.retain(|one| one["pages"][0]["health"] == "partly_readable");
        !partly.is_empty()
    });
    let missing = &partly[0]["pages"][0]["documents"][0];
    let (which, state) = (&missing["document"], &missing["state"]);
    assert_eq!((which, state), (&"maintenances".into(), &"failing".into()));
    let slug = partly[0]["slug"].as_str().unwrap();
    let page = program.get(&format!("/providers/{slug}"));
    assert!(page.contains("The list of planned work has been unreadable since"), "{page}");

    let mut ended = Vec::new();
    wait_for("an incident ends unannounced", || {
        let slugs = providers().into_iter().map(|one| one["slug"].as_str().unwrap().to_owned());
        let outages = slugs.flat_map(|slug| {
            let history = program.json(&format!("/v1/providers/{slug}/outages"));
            history["outages"].as_array().unwrap().clone()
        });
        ended = outages.filter(|outage| !outage["inferred"].is_null()).collect();
        !ended.is_empty()
    });
    assert_eq!(ended[0]["phase"], "resolved");
    let updates = ended[0]["updates"].as_array().unwrap();
    assert!(updates.iter().all(|update| update["phase"] != "resolved"), "{updates:?}");
    let page = program.get(&format!("/incidents/{}", ended[0]["id"].as_str().unwrap()));
    assert!(page.contains("The vendor did not announce the end."), "{page}");
    assert!(program.interrupt().success());
}

#[test]
fn help_shows_examples_and_a_wrong_configuration_is_told_with_its_key() {
    let help = Command::new(support::PROGRAM).arg("--help").output().unwrap();
    assert!(String::from_utf8(help.stdout).unwrap().contains("signalbook serve --page"));
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("wrong.toml");
    std::fs::write(&config, "[poll]\ninterval = 60\n").unwrap();
    let wrong = Command::new(support::PROGRAM).args(["serve", "--config"]).arg(&config).output();
    let wrong = wrong.unwrap();
    let said = String::from_utf8(wrong.stderr).unwrap();
    assert!(!wrong.status.success());
    assert!(said.contains("wrong.toml") && said.contains("interval"), "{said}");
}
