//! The disk under the program fails it: it says what to do, loses nothing that it showed, and goes
//! on when it can.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use signalbook_double::{Act, Impact, Opening, Posting, Status};

use crate::support::{PROGRAM, Program, Vendor, signalbook, wait_for};
use crate::{kinds, reads};

/// What it says when it cannot start.
pub(crate) fn refusal(command: &mut Command) -> String {
    let Output { status, stderr, .. } = command.output().unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert!(!status.success(), "{said}");
    assert!(said.starts_with("signalbook: "), "{said}");
    said
}

pub(crate) fn serve(store: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    let store = format!("sqlite:{}", store.display());
    command.args(["serve", "--listen", "127.0.0.1:0", "--store", &store]);
    command
}

/// Text that does not get smaller by being compressed.
fn noise(seed: u64, bytes: usize) -> String {
    let mut chance = fastrand::Rng::with_seed(seed);
    (0..bytes).map(|_| chance.alphanumeric()).collect()
}

fn says_that_the_disk_is_full(program: &Program) -> bool {
    let ready = program.json("/readyz");
    let reasons = ready["checks"].as_array().unwrap().iter().map(|check| &check["reason"]);
    let reasons = reasons.filter_map(|reason| reason.as_str()).collect::<Vec<_>>().join("\n");
    ready["status"] == "not ready" && reasons.contains("full")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_costs_nothing_that_was_shown() {
    let vendor = Vendor::start("acme").await;
    let folder = tempfile::tempdir().unwrap();
    let config = vendor.config(folder.path());
    let open = Opening::new("inc000000001", "Searches fail", Impact::Major);
    vendor.double.act("acme", Act::Open(open));
    let program = Program::serve(&config);
    wait_for("the page is read", || reads(&program, "acme"));
    assert!(program.stop().success());

    // No file may grow beyond some hundred kilobytes, which a program meets like a full disk.
    let script = "trap '' XFSZ; ulimit -S -f 1200; exec \"$0\" \"$@\"";
    let mut limited = Command::new("sh");
    limited.args(["-c", script, PROGRAM, "serve", "--config"]).arg(&config);
    let program = Program::spawn(&mut limited);
    let polls = || vendor.double.counts("acme").summary;
    let (mut posts, mut posted_at) = (0, polls());
    wait_for("the disk is full", || {
        // A post for each poll. Together they are larger than a file may be, and smaller than a
        // document may be.
        if posts < 40 && polls() > posted_at {
            posted_at = polls();
            posts += 1;
            let body = noise(posts, 60_000);
            let update = Posting::new(format!("upd{posts:09}"), Status::Identified, body);
            vendor.double.act("acme", Act::post("inc000000001", update));
        }
        says_that_the_disk_is_full(&program)
    });
    let shown = kinds(&program);
    let program = if make_room(&program) {
        wait_for("it goes on by itself", || program.json("/readyz")["status"] == "ready");
        program
    } else {
        assert!(program.stop().success(), "it still ends when it is asked to");
        Program::serve(&config)
    };
    assert_eq!(kinds(&program)[..shown.len()], shown[..]);
    let updates = || {
        let told = kinds(&program).into_iter().filter(|kind| kind == "incident.identified");
        u64::try_from(told.count()).unwrap()
    };
    wait_for("everything is told", || updates() == posts);
    assert_eq!(program.json("/readyz")["status"], "ready");
    assert!(program.stop().success());
    let store = format!("sqlite:{}", folder.path().join("signalbook.db").display());
    signalbook(&["log", "verify", "--store", &store]);
}

/// Lets the files of a running program grow again, where there is a command for that.
fn make_room(program: &Program) -> bool {
    let mut command = Command::new("prlimit");
    command.args(["--fsize=unlimited", "--pid", &program.id().to_string()]);
    command.status().is_ok_and(|status| status.success())
}

#[test]
fn a_store_in_a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("missing").join("signalbook.db");
    let said = refusal(&mut serve(&store));
    assert!(said.contains(&format!("cannot open `{}`", store.display())), "{said}");
    assert!(said.contains("check that its folder exists and is writable"), "{said}");
}

#[test]
fn a_store_that_is_no_database_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("signalbook.db");
    let text = "Dear diary, ".repeat(1_000);
    fs::write(&store, &text).unwrap();
    let said = refusal(&mut serve(&store));
    assert!(
        said.contains("this is not an intact SQLite database; restore it from a copy"),
        "{said}"
    );
    assert_eq!(fs::read_to_string(&store).unwrap(), text);
}

/// A store that was used by a process that has ended.
pub(crate) fn used(folder: &Path) -> PathBuf {
    let store = folder.join("signalbook.db");
    let program = Program::spawn(serve(&store).args(["--page", "acme=http://127.0.0.1:1080"]));
    assert!(program.stop().success());
    store
}

#[test]
fn views_that_do_not_open_are_set_aside_and_built_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = used(folder.path());
    let views = folder.path().join("signalbook-views.db");
    // A write-ahead log that is left would mend the file.
    for ending in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{ending}", views.display()));
    }
    let diary = "Dear diary, ".repeat(1_000);
    fs::write(&views, &diary).unwrap();
    let program = Program::spawn(serve(&store).args(["--page", "acme=http://127.0.0.1:1080"]));
    wait_for("it can work", || program.json("/readyz")["status"] == "ready");
    assert_eq!(program.json("/v1/providers")["providers"][0]["slug"], "acme");
    assert!(program.stop().success());
    let aside = folder.path().join("signalbook-views.db.damaged-1");
    assert_eq!(fs::read_to_string(aside).unwrap(), diary);
    signalbook(&["log", "verify", "--store", &format!("sqlite:{}", store.display())]);
}

#[test]
fn verifying_a_log_opens_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let store = used(folder.path());
    let others = ["views", "evidence"].map(|part| format!("signalbook-{part}.db"));
    let others = others.map(|name| folder.path().join(name));
    for other in &others {
        fs::remove_file(other).unwrap();
    }
    let store = format!("sqlite:{}", store.display());
    let said = signalbook(&["log", "verify", "--store", &store]);
    assert!(said.contains("1 events checked"), "{said}");
    assert!(others.iter().all(|other| !other.exists()));
}

#[test]
fn a_port_that_is_taken_is_named_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("signalbook.db");
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = holder.local_addr().unwrap();
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--listen", &taken.to_string(), "--store"]);
    let said = refusal(command.arg(format!("sqlite:{}", store.display())));
    let told = format!("cannot listen on `{taken}`; is another program using it?");
    assert!(said.contains(&told) && said.contains("choose another with `--listen`"), "{said}");
    assert!(!store.exists(), "nothing is begun");
}

#[test]
fn a_store_that_is_a_folder_is_told_as_that() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("signalbook.db");
    fs::create_dir(&store).unwrap();
    let said = refusal(&mut serve(&store));
    assert!(said.contains("is a folder, but the log of a Signalbook store was expected"), "{said}");
}

#[test]
fn a_store_that_may_not_be_written_says_whom_to_allow() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("signalbook.db");
    let page = "acme=http://127.0.0.1:1080";
    let program = Program::spawn(serve(&store).args(["--page", page]));
    assert!(program.stop().success());
    let Some(mut command) = as_somebody_else(folder.path()) else {
        println!("left out: nobody here may be kept from writing");
        return;
    };
    set_read_only(&store, true);
    command.args(serve(&store).get_args());
    let said = refusal(&mut command);
    assert!(said.contains(&format!("cannot use `{}`", store.display())), "{said}");
    assert!(said.contains("is not writable; grant this user write access"), "{said}");
}

#[test]
fn a_folder_that_may_not_be_written_is_no_place_for_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("signalbook.db");
    let Some(mut command) = as_somebody_else(folder.path()) else {
        println!("left out: nobody here may be kept from writing");
        return;
    };
    set_read_only(folder.path(), true);
    command.args(serve(&store).get_args());
    let said = refusal(&mut command);
    set_read_only(folder.path(), false);
    assert!(said.contains(&format!("cannot open `{}`", store.display())), "{said}");
    assert!(said.contains("is writable"), "{said}");
}

pub(crate) fn set_read_only(path: &Path, read_only: bool) {
    let mode = if read_only { "u-w" } else { "u+w" };
    assert!(Command::new("chmod").arg(mode).arg(path).status().unwrap().success());
}

/// The program as a user whom permissions bind, owning `folder`: whoever runs this, unless that
/// is root, who may write everything.
pub(crate) fn as_somebody_else(folder: &Path) -> Option<Command> {
    const NOBODY: &str = "65534";
    let id = Command::new("id").arg("-u").output().ok()?;
    if id.stdout.trim_ascii() != b"0" {
        return Some(Command::new(PROGRAM));
    }
    let owned = Command::new("chown").args(["-R", NOBODY]).arg(folder).status().ok()?;
    let become_nobody = |program: &str| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", NOBODY, "--clear-groups", program]);
        command
    };
    let may_run = become_nobody(PROGRAM).arg("--help").output().ok()?.status.success();
    (owned.success() && may_run).then(|| become_nobody(PROGRAM))
}
