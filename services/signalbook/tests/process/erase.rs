//! `signalbook log erase`: what was said is gone everywhere, and who erased it stays.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use signalbook_double::{Act, Impact, Opening, Posting, Status};

use crate::failures::refusal;
use crate::support::{PROGRAM, Program, Vendor, signalbook, wait_for};
use crate::{kinds, reads};

const SECRET: &str = "Call Ada Miller at 555 0100.";

fn erase(store: &str, what: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["log", "erase", "--store", store]).args(what);
    command.args(["--by", "Grace", "--reason", "a request"]);
    command
}

/// The event of the update.
fn update_event(program: &Program) -> Value {
    let listed = program.json("/v1/events?limit=500");
    let mut events = listed["events"].as_array().unwrap().iter();
    events.rfind(|event| event["type"] == "incident.investigating").unwrap().clone()
}

/// Whether the secret is in a file of `folder`, as it is.
fn is_in_files(folder: &Path) -> bool {
    let files = fs::read_dir(folder).unwrap().map(|file| fs::read(file.unwrap().path()).unwrap());
    files.into_iter().any(|bytes| bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_erased_is_gone_from_the_record_and_the_views() {
    let vendor = Vendor::start("acme").await;
    let folder = tempfile::tempdir().unwrap();
    let config = vendor.config(folder.path());
    let program = Program::serve(&config);
    wait_for("the page is read", || reads(&program, "acme"));
    let update = Posting::new("upd000000001", Status::Investigating, SECRET);
    let opening = Opening::new("inc000000001", "Searches fail", Impact::Major).update(update);
    vendor.double.act("acme", Act::Open(opening));
    let told = || kinds(&program).iter().any(|kind| kind == "incident.investigating");
    wait_for("the update is told", told);
    let event = update_event(&program);
    let position = event["position"].to_string();
    let observation = format!("/v1/observations/{}", event["observation_id"].as_str().unwrap());
    let documents = program.json(&observation)["documents"].clone();
    let hashes: Vec<String> = documents
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|document| Some(document["answer"]["hash"].as_str()?.to_owned()))
        .collect();
    // The vendor takes it back, as it must, or the next poll would bring it again.
    vendor.double.act("acme", Act::Delete { incident: "inc000000001".to_owned() });
    assert!(program.stop().success());
    assert!(is_in_files(folder.path()));

    let store = format!("sqlite:{}", folder.path().join("signalbook.db").display());
    let output = erase(&store, &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("--event"), "{output:?}");
    assert!(folder.path().join("signalbook-views.db").exists(), "nothing was named");
    let said = refusal(&mut erase(&store, &["--event", "9999"]));
    assert!(said.contains("and not 9999; nothing was erased"), "{said}");
    let mut what = vec!["--event", &position];
    what.extend(hashes.iter().flat_map(|hash| ["--document", hash]));
    let output = erase(&store, &what).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(!is_in_files(folder.path()), "nothing is left of it");
    let verified = signalbook(&["log", "verify", "--evidence", "--store", &store]);
    let expected = format!("what event {position} says was erased on ");
    assert!(
        verified.contains(&expected) && verified.contains(" by Grace: a request"),
        "{verified}"
    );
    assert!(verified.contains(&format!(" {} erased, 0 missing", hashes.len())), "{verified}");

    let program = Program::serve(&config);
    wait_for("the views are built again", || program.json("/readyz")["status"] == "ready");
    assert!(update_event(&program)["data"].is_null());
    for document in program.json(&observation)["documents"].as_array().unwrap() {
        assert_eq!(document["answer"]["state"], "erased", "{document}");
    }
    assert!(program.stop().success());
    assert!(!is_in_files(folder.path()), "and nothing of it comes back");
}
