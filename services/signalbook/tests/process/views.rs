//! The views under the program: bytes of them change while it runs, and it is asked to end while
//! it brings them up.

use std::fs::OpenOptions;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use signalbook_aggregator::{WatchedPage, reconcile};
use signalbook_runtime::{Clock as _, SeededIds, SystemClock};
use signalbook_store::log::SharedLog;
use signalbook_store_sqlite::{Location, SqliteLog};
use uuid::Uuid;

use crate::kill::record::Record;
use crate::kill::truth::Answers;
use crate::kill::vendors::Vendors;
use crate::support::{PROGRAM, Program, pause, verify_and_rebuild, wait_for};

const SEED: u64 = 20_260_302;
const PAGES: usize = 12;
const FLIPS: usize = 200;

/// After so many changes it is waited until what is shown is true.
const FLIPS_IN_A_ROW: usize = 40;

/// Between two changes.
const FLIP_EVERY: Duration = Duration::from_millis(20);

/// How long the program has to find what no answer shows, and to build everything anew.
const HEALED_WITHIN: Duration = Duration::from_mins(1);

/// The files that the views are in while the program runs.
struct Flipper {
    files: [PathBuf; 2],
    chance: fastrand::Rng,
}

impl Flipper {
    fn new(folder: &Path) -> Self {
        let files = ["", "-wal"].map(|ending| folder.join(format!("signalbook-views.db{ending}")));
        Self { files, chance: fastrand::Rng::with_seed(SEED) }
    }

    /// Changes a byte, wherever it is; nothing if the file is just being replaced.
    fn flip(&mut self) -> bool {
        let lengths = self.files.each_ref().map(|file| file.metadata().map_or(0, |it| it.len()));
        let place = self.chance.u64(..lengths.iter().sum::<u64>().max(1));
        let (file, place) = if place < lengths[0] {
            (&self.files[0], place)
        } else {
            (&self.files[1], place - lengths[0])
        };
        let change = self.chance.u8(1..);
        let flipped = || {
            let mut file = OpenOptions::new().read(true).write(true).open(file)?;
            let mut byte = [0];
            file.seek(SeekFrom::Start(place))?;
            file.read_exact(&mut byte)?;
            file.seek(SeekFrom::Start(place))?;
            file.write_all(&[byte[0] ^ change])
        };
        flipped().is_ok()
    }

    /// What tells one file from another that took its place.
    fn identity(&self) -> Option<u64> {
        self.files[0].metadata().ok().map(|it| it.ino())
    }
}

/// What is said of all providers is said of each of them, or that it is damaged. One that got lost
/// is missing at most until the views have caught up.
fn expect_all(program: &Program) {
    wait_for("all are listed", || {
        let answer = program.json("/v1/providers");
        let Some(listed) = answer["providers"].as_array() else {
            assert_eq!(answer["type"], "urn:signalbook:problem:damaged", "{answer}");
            return true;
        };
        for damaged in listed.iter().filter(|one| !one["damaged"].is_null()) {
            assert_eq!(damaged["status"], "unknown", "{answer}");
        }
        listed.len() == PAGES
    });
}

/// Waits until the program shows what the vendors do, and nothing of it is pending any more: a
/// return to an earlier value counts when two polls agree.
fn wait_until_settled(program: &Program, vendors: &Vendors) {
    vendors.wait_for_truth(program, HEALED_WITHIN);
    let (mut position, mut polls) = (Value::Null, 0);
    wait_for("nothing more is recorded", || {
        let now = program.json("/v1/providers")["position"].take();
        if now != position || now.is_null() {
            (position, polls) = (now, vendors.polls());
        }
        vendors.polls() > polls + 5 * u64::try_from(PAGES).unwrap()
    });
    vendors.wait_for_truth(program, HEALED_WITHIN);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_bytes_of_the_views_change_and_what_is_shown_becomes_true_again() {
    let Some(mut vendors) = Vendors::start(PAGES, SEED).await else {
        println!("left out: this machine has no loopback address for each of {PAGES} hosts");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let config = vendors.config(folder.path());
    // Once to the end, so that the views are in their file and not in its write-ahead log alone.
    let program = Program::serve(&config);
    vendors.wait_for_truth(&program, HEALED_WITHIN);
    assert!(program.stop().success());

    let program = Program::serve(&config);
    let mut flipper = Flipper::new(folder.path());
    let (mut flips, mut healed) = (0, 0);
    let mut identity = flipper.identity();
    while flips < FLIPS {
        vendors.act();
        flips += usize::from(flipper.flip());
        if flips % FLIPS_IN_A_ROW == 0 {
            vendors.wait_for_truth(&program, HEALED_WITHIN);
            wait_for("it can work", || program.json("/readyz")["status"] == "ready");
        }
        expect_all(&program);
        let now = flipper.identity();
        healed += usize::from(now != identity);
        identity = now;
        pause(FLIP_EVERY);
    }
    wait_until_settled(&program, &vendors);
    let record = Record::read(&program);
    record.expect_gapless();
    record.expect_nothing_twice();
    let before = Answers::of(&program, &vendors);
    assert!(program.stop().success());

    let program = Program::serve(&config);
    vendors.wait_for_truth(&program, HEALED_WITHIN);
    Answers::of(&program, &vendors).expect_same(&before, "a restart shows the same");
    assert!(program.stop().success());
    verify_and_rebuild(folder.path());
    let program = Program::serve(&config);
    Answers::of(&program, &vendors).expect_same(&before, "the views are those of the log");
    assert!(program.stop().success());
    println!("{flips} bytes changed, {} events, views replaced {healed} times", record.len());
    assert!(healed > 0, "nothing was ever healed");
}

/// So many pages that bringing the views up takes several steps.
const PAGES_TO_BRING_UP: u32 = 6_000;

/// A log of many events in `folder`, without views. Answers the address of the store.
async fn long_log(folder: &Path) -> String {
    let path = folder.join("signalbook.db");
    let location = Location::File(path.clone());
    let log = SqliteLog::open(&location, Uuid::from_u128(1)).await.unwrap();
    let page = |number: u32| WatchedPage {
        provider: format!("page-{number}").parse().unwrap(),
        name: format!("Page {number}"),
        url: format!("http://127.0.0.1:1080/{number}"),
        interval: Duration::from_mins(1),
    };
    let pages: Vec<_> = (0..PAGES_TO_BRING_UP).map(page).collect();
    let log: SharedLog = Arc::new(log);
    let now = SystemClock::new().now().into();
    reconcile(&log, &pages, &SeededIds::new(SEED), now).await.unwrap();
    format!("sqlite:{}", path.display())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_while_the_views_catch_up_is_prompt_and_good() {
    let folder = tempfile::tempdir().unwrap();
    let store = long_log(folder.path()).await;
    let serve = || {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--listen", "127.0.0.1:0", "--store", &store]);
        command
    };
    let mut command = serve();
    command.env("SIGNALBOOK_LOG", "info").stderr(Stdio::piped());
    let mut program = Program::begin(&mut command);
    let mut logged = program.logged();
    assert!(logged.any(|line| line.contains("views catch up with the log")));
    let (status, printed) = program.stop_early();
    assert!(status.success(), "{status}");
    assert_eq!(printed, "", "it never came so far that it listened");

    let program = Program::spawn(&mut serve());
    wait_for("it can work", || program.json("/readyz")["status"] == "ready");
    assert!(program.stop().success());
}
