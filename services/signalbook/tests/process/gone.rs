//! A file of the store goes away under the running program, while the page that it watches changes:
//! it says so at once, what to do, and records nothing more.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use signalbook_double::{Act, Impact, Opening, Posting, Status};
use tempfile::TempDir;

use crate::support::{PROGRAM, Program, Vendor, wait_for, wait_while};
use crate::{kinds, reads};

/// It is not ready within this time.
const NOTICED_WITHIN: Duration = Duration::from_secs(2);

fn delete(path: &Path) {
    fs::remove_file(path).unwrap();
}

fn replace(path: &Path) {
    let copy = path.with_file_name("copy");
    fs::copy(path, &copy).unwrap();
    fs::rename(copy, path).unwrap();
}

fn cut_short(path: &Path) {
    OpenOptions::new().write(true).open(path).unwrap().set_len(512).unwrap();
}

/// Why it is not ready, as its checks say.
fn reasons(program: &Program) -> String {
    let ready = program.json("/readyz");
    let reasons = ready["checks"].as_array().unwrap().iter().map(|check| &check["reason"]);
    reasons.filter_map(|reason| reason.as_str()).collect::<Vec<_>>().join("\n")
}

/// A program that watches a page, and a file of whose store went away.
struct Harmed {
    program: Program,
    vendor: Vendor,
    events: usize,
    folder: TempDir,
}

impl Harmed {
    /// Harms the file called `name`, and expects that it is told with all of `said`.
    async fn by(harm: fn(&Path), name: &str, said: [&str; 2]) -> Self {
        let vendor = Vendor::start("acme").await;
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--config"]).arg(vendor.config(folder.path()));
        let errors = File::create(folder.path().join("errors")).unwrap();
        let program = Program::spawn(command.stderr(errors));
        wait_for("the page is read", || reads(&program, "acme"));
        let open = Opening::new("inc000000001", "Searches fail", Impact::Major);
        vendor.double.act("acme", Act::Open(open));
        let is_told = || kinds(&program).iter().any(|kind| kind == "incident.opened");
        wait_for("the incident is told", is_told);
        wait_for("it can work", || program.json("/readyz")["status"] == "ready");
        let events = kinds(&program).len();
        harm(&folder.path().join(name));
        wait_while(NOTICED_WITHIN, || {
            let reasons = reasons(&program);
            let is_told = said.iter().all(|part| reasons.contains(part));
            (!is_told).then(|| format!("it is not told within {NOTICED_WITHIN:?}: {reasons}"))
        });
        Self { program, vendor, events, folder }
    }

    /// Something happens at the vendor, which is polled three more times.
    fn go_on(&self) {
        let double = &self.vendor.double;
        let update = Posting::new("upd000000009", Status::Identified, "We know what it is.");
        double.act("acme", Act::post("inc000000001", update));
        let so_far = double.counts("acme").summary;
        wait_for("the page is polled", || double.counts("acme").summary >= so_far + 3);
    }

    fn expect_nothing_more(&self) {
        self.go_on();
        assert_eq!(kinds(&self.program).len(), self.events, "nothing more is recorded");
        assert_eq!(self.program.json("/readyz")["status"], "not ready");
    }

    /// It ends when it is asked to, and the last that it says is what became of the record.
    fn expect_bad_end(self, how: &str) {
        assert!(!self.program.stop().success(), "the record is not where it will be looked for");
        let errors = fs::read_to_string(self.folder.path().join("errors")).unwrap();
        let last = errors.lines().last().unwrap();
        assert!(last.starts_with("signalbook: `") && last.contains(how), "{errors}");
    }
}

const REFUSED: &str = "so nothing more is written to it; stop Signalbook";

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_deleted_is_told_and_takes_nothing_more() {
    let how = "was deleted or moved away";
    let harmed = Harmed::by(delete, "signalbook.db", [how, REFUSED]).await;
    harmed.expect_nothing_more();
    harmed.expect_bad_end(how);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_replaced_is_told_and_takes_nothing_more() {
    let how = "was replaced by another file";
    let harmed = Harmed::by(replace, "signalbook.db", [how, REFUSED]).await;
    harmed.expect_nothing_more();
    harmed.expect_bad_end(how);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_cut_short_is_told_and_takes_nothing_more() {
    let how = "was cut short";
    let harmed = Harmed::by(cut_short, "signalbook.db", [how, REFUSED]).await;
    harmed.expect_nothing_more();
    harmed.expect_bad_end(how);
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_that_is_deleted_is_told() {
    let how = "was deleted or moved away";
    let harmed = Harmed::by(delete, "signalbook-evidence.db", [how, REFUSED]).await;
    harmed.expect_bad_end(how);
}

#[tokio::test(flavor = "multi_thread")]
async fn views_that_are_deleted_are_told_and_the_record_goes_on() {
    let said = ["was deleted or moved away", "start again: all that was in it is built again"];
    let harmed = Harmed::by(delete, "signalbook-views.db", said).await;
    harmed.go_on();
    let Harmed { program, vendor: _vendor, folder, .. } = harmed;
    assert!(program.stop().success(), "the record is whole");
    let program = Program::serve(&folder.path().join("signalbook.toml"));
    let is_told = || kinds(&program).iter().any(|kind| kind == "incident.identified");
    wait_for("the update is told", is_told);
    wait_for("it can work", || program.json("/readyz")["status"] == "ready");
}

#[test]
fn the_folder_of_the_demo_is_for_its_owner_alone() {
    let temporary = tempfile::tempdir().unwrap();
    let mut command = Command::new(PROGRAM);
    command.args(["demo", "--listen", "127.0.0.1:0"]).env("TMPDIR", temporary.path());
    let program = Program::spawn(&mut command);
    let folder = fs::read_dir(temporary.path()).unwrap().next().unwrap().unwrap();
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    let store = folder.path().join("signalbook.db");
    assert_eq!(store.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(program.interrupt().success());
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
}
