//! The real program is killed again and again while it watches two hundred pages every second:
//! nothing that it ever showed is lost, nothing is told twice, and in the end it shows the truth.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

mod program;
mod record;
mod truth;
mod vendors;

use std::time::Duration;

use program::{Program, signalbook};
use record::Record;
use signalbook_runtime::{Clock as _, SystemClock};
use truth::Answers;
use vendors::Vendors;

const SEED: u64 = 20_260_301;
const PAGES: usize = 200;
const KILLS: usize = 30;

/// How long the program lives, at random: from before it listens until well after.
const LIFE_MS: std::ops::Range<u64> = 50..2_400;

/// Between two acts of all vendors together.
const ACT_EVERY: Duration = Duration::from_millis(20);

/// How long the program has to catch up in the end.
const QUIET_MAX: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_killed_thirty_times_tells_everything_once() {
    let Some(mut vendors) = Vendors::start(PAGES, SEED).await else {
        println!("left out: this machine has no loopback address for each of {PAGES} hosts");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let config = vendors.config(folder.path());
    let clock = SystemClock::new();
    let mut chance = fastrand::Rng::with_seed(SEED);
    let mut shown = Vec::new();
    for _ in 0..KILLS {
        let program = Program::start(&config);
        let end = clock.monotonic() + Duration::from_millis(chance.u64(LIFE_MS));
        while clock.monotonic() < end {
            vendors.act();
            std::thread::sleep(ACT_EVERY);
        }
        shown.extend(program.kill_and_say_what_was_shown(shown.last()));
    }

    let program = Program::start(&config);
    let quiet = SystemClock::new();
    vendors.wait_for_truth(&program, QUIET_MAX);
    let caught_up = quiet.monotonic();
    let record = Record::read(&program);
    record.expect_gapless();
    record.expect_nothing_twice();
    record.expect_what_was_shown(&shown);
    let before = Answers::of(&program, &vendors);
    assert!(program.stop());

    let store = format!("sqlite:{}", folder.path().join("signalbook.db").display());
    let verified = signalbook(&["log", "verify", "--store", &store]);
    assert!(verified.contains("events checked, none was changed"), "{verified}");
    signalbook(&["views", "rebuild", "--store", &store]);
    let program = Program::start(&config);
    assert_eq!(Answers::of(&program, &vendors), before, "the views are those of the log");
    assert!(program.stop());
    println!(
        "{KILLS} kills, {PAGES} pages, {} polls, {} acts of vendors, {} events, {} of them seen \
         before a kill; caught up in {caught_up:.1?}, {:.0?} in all",
        vendors.polls(),
        vendors.acts(),
        record.len(),
        shown.len(),
        clock.monotonic(),
    );
}
