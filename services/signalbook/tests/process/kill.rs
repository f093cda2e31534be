//! The real program is killed again and again while it watches two hundred pages every second:
//! nothing that it ever showed is lost, nothing is told twice, and in the end it shows the truth.

pub(crate) mod record;
pub(crate) mod truth;
pub(crate) mod vendors;

use std::time::Duration;

use serde_json::Value;
use signalbook_runtime::{Clock as _, SystemClock};

use self::record::{Record, Shown, shown};
use self::truth::Answers;
use self::vendors::Vendors;
use crate::support::{Program, pause, verify_and_rebuild};

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
        let program = Program::launch(&config);
        let end = clock.monotonic() + Duration::from_millis(chance.u64(LIFE_MS));
        while clock.monotonic() < end {
            vendors.act();
            // Nothing is waited for: it dies wherever its time is over.
            pause(ACT_EVERY);
        }
        shown.extend(shown_by(&program, shown.last()));
        program.kill();
    }

    let program = Program::serve(&config);
    let quiet = SystemClock::new();
    vendors.wait_for_truth(&program, QUIET_MAX);
    let caught_up = quiet.monotonic();
    let record = Record::read(&program);
    record.expect_gapless();
    record.expect_nothing_twice();
    record.expect_what_was_shown(&shown);
    let before = Answers::of(&program, &vendors);
    assert!(program.stop().success());

    verify_and_rebuild(folder.path());
    let program = Program::serve(&config);
    Answers::of(&program, &vendors).expect_same(&before, "the views are those of the log");
    assert!(program.stop().success());
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

/// The events behind `last` that the program shows, if it already listens.
fn shown_by(program: &Program, last: Option<&Shown>) -> Vec<Shown> {
    let after = last.map_or(0, |(position, _)| *position);
    let answer = program.try_get(&format!("/v1/events?after={after}&limit=500"));
    let answer = answer.and_then(|body| serde_json::from_str::<Value>(&body).ok());
    let events = answer.and_then(|answer| answer["events"].as_array().cloned());
    events.unwrap_or_default().iter().map(shown).collect()
}
