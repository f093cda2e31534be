//! `signalbook backup` of a store in use, `log verify` of what it made, and what becomes of it when
//! it is restored.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use signalbook_double::{Act, Impact, Opening, Posting, Status};
use tempfile::TempDir;

use crate::failures::refusal;
use crate::support::{PROGRAM, Program, Vendor, signalbook, wait_for};
use crate::{kinds, reads};

/// How often a store is backed up while it is written to.
const BACKUPS: u64 = 5;

/// The vendor posts an update with each poll.
const BUSY: &str = "inc000000001";

fn address(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("signalbook.db").display())
}

fn back_up(store: &Path, to: &Path) -> String {
    signalbook(&["backup", "--store", &address(store), "--to", to.to_str().unwrap()])
}

fn verify(folder: &Path) -> String {
    signalbook(&["log", "verify", "--evidence", "--store", &address(folder)])
}

fn verify_command(folder: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["log", "verify", "--evidence", "--store", &address(folder)]).args(more);
    command
}

fn anchor(folder: &Path) -> String {
    signalbook(&["log", "anchor", "--store", &address(folder)])
}

/// What `log verify` refuses of the backup in `folder`.
fn found(folder: &Path) -> String {
    let output = verify_command(folder, &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn post(vendor: &Vendor, number: u64) {
    let update = Posting::new(format!("upd{number:09}"), Status::Identified, "We know more.");
    vendor.double.act("acme", Act::post(BUSY, update));
}

fn updates(program: &Program) -> u64 {
    kinds(program).iter().filter(|kind| *kind == "incident.identified").count() as u64
}

/// A program that watches a vendor with an incident.
async fn watching() -> (Vendor, TempDir, PathBuf, Program) {
    let vendor = Vendor::start("acme").await;
    let folder = tempfile::tempdir().unwrap();
    let config = vendor.config(folder.path());
    let program = Program::serve(&config);
    wait_for("the page is read", || reads(&program, "acme"));
    vendor.double.act("acme", Act::Open(Opening::new(BUSY, "Searches fail", Impact::Major)));
    wait_for("the incident is told", || kinds(&program).iter().any(|k| k == "incident.opened"));
    (vendor, folder, config, program)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_in_use_is_backed_up_and_each_backup_is_whole() {
    let (vendor, folder, _config, program) = watching().await;
    let backups = tempfile::tempdir().unwrap();
    for number in 1..=BACKUPS {
        post(&vendor, number);
        let shown = kinds(&program).len();
        let to = backups.path().join(format!("backup-{number}"));
        let said = back_up(folder.path(), &to);
        assert!(said.starts_with("backed up to `"), "{said}");
        let verified = verify(&to);
        assert!(
            verified.starts_with("this log takes no events yet: it is a backup of"),
            "{verified}"
        );
        assert!(verified.contains("the files are those that were backed up."), "{verified}");
        assert!(verified.contains(" 0 evicted, 0 erased, 0 missing, 0 altered"), "{verified}");
        let manifest = fs::read(to.join("signalbook-backup.json")).unwrap();
        let manifest: Value = serde_json::from_slice(&manifest).unwrap();
        assert!(manifest["log"]["position"].as_u64().unwrap() >= shown as u64, "{manifest}");
        wait_for("the update is told", || updates(&program) == number);
    }
    assert_eq!(
        fs::read_dir(backups.path()).unwrap().count() as u64,
        BACKUPS,
        "nothing else is left"
    );
    assert_eq!(program.json("/readyz")["status"], "ready");
    assert!(program.stop().success());
    assert!(!verify(folder.path()).contains("takes no events"), "the original is none");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_evidence_file_is_a_failure_unless_its_loss_is_known() {
    let (_vendor, folder, _config, program) = watching().await;
    assert!(program.stop().success());
    fs::remove_file(folder.path().join("signalbook-evidence.db")).unwrap();
    assert!(!verify_command(folder.path(), &[]).output().unwrap().status.success());
    let output = verify_command(folder.path(), &["--allow-missing"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && said.contains("documents: 0 sound, "), "{said}");
    assert!(!said.contains(" 0 missing,"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_document_is_counted_beside_the_sound_ones() {
    /// How each compressed document begins.
    const ZSTD: [u8; 4] = 0xfd2f_b528_u32.to_le_bytes();
    let (_vendor, folder, _config, program) = watching().await;
    // A copy has no write-ahead log, and nothing in it but what is kept.
    let to = folder.path().join("backup");
    back_up(folder.path(), &to);
    assert!(program.stop().success());
    let evidence = to.join("signalbook-evidence.db");
    let mut bytes = fs::read(&evidence).unwrap();
    let at = bytes.windows(ZSTD.len()).position(|part| part == ZSTD).unwrap();
    bytes[at + 20] ^= 1;
    fs::write(&evidence, bytes).unwrap();
    let said = found(&to);
    assert!(said.contains("its compressed bytes are not those that were kept"), "{said}");
    let counted = said.lines().find(|line| line.starts_with("documents: ")).unwrap();
    assert!(counted.ends_with(" 0 missing, 1 altered"), "{said}");
    assert!(!counted.starts_with("documents: 0 sound"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_a_backup_is_found() {
    let (_vendor, folder, _config, program) = watching().await;
    let to = folder.path().join("backup");
    back_up(folder.path(), &to);
    assert!(program.stop().success());
    let evidence = to.join("signalbook-evidence.db");
    let manifest = to.join("signalbook-backup.json");

    let sound = fs::read(&evidence).unwrap();
    let mut flipped = sound.clone();
    // A byte that no page uses: the last of the header of the file.
    flipped[99] ^= 1;
    fs::write(&evidence, &flipped).unwrap();
    assert!(found(&to).contains("`signalbook-evidence.db` of the backup was altered"));
    fs::write(&evidence, [&sound[..], &[0; 4096]].concat()).unwrap();
    assert!(found(&to).contains("`signalbook-evidence.db` of the backup had"));
    fs::write(&evidence, &sound).unwrap();
    verify(&to);

    let text = fs::read_to_string(&manifest).unwrap();
    let edited = |from: &str, to: &str| fs::write(&manifest, text.replacen(from, to, 1)).unwrap();
    edited("\"position\": ", "\"position\": 1");
    assert!(found(&to).contains("the log does not end where the backup's manifest says"));
    edited("\"format\": 1", "\"format\": 2");
    assert!(found(&to).contains("its format is 2, and this version of Signalbook knows 1"));
    edited("signalbook-evidence.db", "../signalbook-evidence.db");
    assert!(found(&to).contains("it is no plain name"));
    edited("{", "");
    assert!(found(&to).contains("cannot be read"));
    fs::remove_file(&manifest).unwrap();
    let said = verify(&to);
    assert!(said.contains("no manifest of a backup is beside it"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_records_on_in_an_epoch_of_its_own() {
    let (vendor, folder, _config, program) = watching().await;
    let before = anchor(folder.path());
    post(&vendor, 1);
    wait_for("the update is told", || updates(&program) == 1);
    let to = folder.path().join("backup");
    back_up(folder.path(), &to);
    let old = program.json("/v1/events?limit=500");
    post(&vendor, 2);
    wait_for("the update is told", || updates(&program) == 2);
    let after = anchor(folder.path());
    assert!(program.stop().success());

    let restored = tempfile::tempdir().unwrap();
    for name in ["signalbook.db", "signalbook-evidence.db", "signalbook-backup.json"] {
        fs::copy(to.join(name), restored.path().join(name)).unwrap();
    }
    let config = vendor.config(restored.path());
    let program = Program::serve(&config);
    assert_eq!(program.json("/readyz")["status"], "not ready");
    let shown = kinds(&program);
    assert_eq!(shown.len(), old["events"].as_array().unwrap().len());
    let polls = vendor.double.counts("acme").summary;
    assert_eq!(kinds(&program), shown);
    assert!(program.stop().success());
    assert_eq!(vendor.double.counts("acme").summary, polls, "nobody is asked");
    let said = verify(restored.path());
    assert!(said.contains("its files were opened since"), "{said}");

    let said = signalbook(&["log", "accept-restore", "--store", &address(restored.path())]);
    assert!(said.starts_with("The restore is accepted: epoch 2-"), "{said}");
    let program = Program::serve(&config);
    wait_for("the lost update is told again", || updates(&program) == 2);
    wait_for("it can work", || program.json("/readyz")["status"] == "ready");
    let new = program.json("/v1/events?limit=500");
    assert_eq!(new["events"][shown.len() - 1], old["events"][shown.len() - 1]);
    assert_ne!(new["epoch"], old["epoch"]);
    assert!(program.stop().success());

    let sound = |text: &str| verify_command(restored.path(), &["--anchor", text]);
    let said = String::from_utf8(sound(&before).output().unwrap().stdout).unwrap();
    assert!(said.contains("the log goes on from what was noted."), "{said}");
    let output = sound(&after).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("since it was restored then"), "{said}");
    let now = anchor(restored.path());
    assert!(now.contains(",epoch=2-"), "{now}");
    assert!(sound(&now).output().unwrap().status.success());
}

#[test]
fn a_backup_goes_to_a_folder_of_its_own_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::failures::used(folder.path());
    let evidence = folder.path().join("signalbook-evidence.db");
    let back_up = |store: &str, to: &Path| {
        let mut command = Command::new(PROGRAM);
        command.args(["backup", "--store", store, "--to"]).arg(to);
        command
    };
    let to = folder.path().join("full");
    fs::create_dir(&to).unwrap();
    fs::write(to.join("mine"), "mine").unwrap();
    let said = refusal(&mut back_up(&address(folder.path()), &to));
    assert!(said.contains("is not empty; name a folder that is not there yet"), "{said}");
    let said = refusal(&mut back_up("sqlite:nowhere.db", &folder.path().join("new")));
    assert!(said.contains("there is no store at `sqlite:nowhere.db`"), "{said}");
    let said = refusal(&mut back_up("sqlite::memory:", &folder.path().join("new")));
    assert!(said.contains("a store in memory cannot be copied"), "{said}");
    fs::remove_file(&evidence).unwrap();
    let said =
        refusal(&mut back_up(&format!("sqlite:{}", store.display()), &folder.path().join("new")));
    assert!(said.contains("signalbook-evidence.db"), "{said}");
    let names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().contains("backup")), "{names:?}");
    assert!(!folder.path().join("new").exists(), "nothing is left");
}

#[test]
fn a_backup_follows_a_link_and_makes_the_folders_on_its_way_for_their_owner() {
    let (folder, backups) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    crate::failures::used(folder.path());
    let (empty, link) = (backups.path().join("empty"), backups.path().join("link"));
    fs::create_dir(&empty).unwrap();
    symlink("empty", &link).unwrap();
    for to in [link, backups.path().join("on/the/way/")] {
        back_up(folder.path(), &to);
        verify(&to);
        assert_eq!(to.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::read_dir(&to).unwrap().count(), 3);
    }
    assert!(empty.join("signalbook.db").exists());
    let way = backups.path().join("on");
    assert_eq!(way.metadata().unwrap().permissions().mode() & 0o777, 0o700);
}
