//! Our own clock is wrong: nothing is recorded at a time that cannot be, nothing green is shown
//! meanwhile, and nothing is lost once the clock is right again.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use std::time::Duration;

use signalbook_double::random::newborn;
use signalbook_double::{Act, Impact, Opening, Posting, Status};
use signalbook_runtime::{Clock as _, ManualClock};
use signalbook_store::PageRow;
use signalbook_store_sqlite::Location;
use signalbook_tests::{World, at};

const SLUG: &str = "acme";
const BUILT_ON: &str = "2026-02-01T00:00:00Z";
const BEGIN: &str = "2026-03-01T00:00:00Z";
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Times that no clock can show an hour after [`BEGIN`].
const WRONG: [&str; 4] = [
    "9022-04-03T00:00:00Z",
    "2026-03-03T00:00:00Z",
    "2026-02-27T00:00:00Z",
    "1970-01-01T00:00:00Z",
];

/// A guarded world with one page, which was read for an hour.
async fn begin_at(location: &Location) -> World {
    let clock = ManualClock::new(at(BEGIN).into());
    let mut world = World::begin_guarded(location, clock, at(BUILT_ON)).await.unwrap();
    world.watch(SLUG, newborn(1, at("2026-01-01T00:00:00Z"))).await.unwrap();
    world.poll_due().await.unwrap();
    world.told().await.unwrap();
    world.rest(HOUR, MINUTE).await.unwrap();
    assert!(world.told().await.unwrap().is_empty());
    world
}

async fn begin() -> World {
    begin_at(&Location::Memory).await
}

/// A world whose store outlives a restart; the folder goes with it.
async fn begin_in_a_file() -> (World, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let world = begin_at(&Location::File(folder.path().join("signalbook.db"))).await;
    (world, folder)
}

fn open(world: &World, id: &str) {
    let update = Posting::new(format!("{id}-1"), Status::Investigating, "We look into it.");
    let opening = Opening::new(id, "Searches fail", Impact::Major).update(update);
    world.wait(SECOND);
    world.double.act(SLUG, Act::Open(opening));
}

async fn status(world: &World) -> String {
    world.provider(SLUG).await.unwrap()["status"].as_str().unwrap().to_owned()
}

async fn row(world: &World) -> PageRow {
    world.log.pages().await.unwrap().remove(0)
}

/// Ten minutes without a poll, and why there is none.
async fn refusal(world: &mut World) -> String {
    let mut said = String::new();
    for _ in 0..10 {
        world.wait(MINUTE);
        match world.schedule().await {
            Ok(polls) => assert_eq!(polls, 0),
            Err(error) => said = format!("{error:#}"),
        }
    }
    said
}

/// Fails unless every event was observed and recorded when it was.
async fn expect_true_times(world: &World) {
    let now = world.now();
    for (record, fact) in world.events().await.unwrap() {
        let (observed_at, recorded_at) = (fact.times.observed_at, record.recorded_at);
        assert!(observed_at >= at(BEGIN).to_string().parse().unwrap(), "{observed_at}");
        assert!(observed_at <= recorded_at && recorded_at <= now, "{observed_at} {recorded_at}");
    }
}

#[tokio::test]
async fn nothing_is_recorded_or_shown_as_up_while_the_clock_is_wrong_and_nothing_is_lost() {
    for wrong in WRONG {
        let mut world = begin().await;
        assert_eq!(status(&world).await, "up");
        open(&world, "inc000000001");
        let (right, polls) = (world.clock.now(), world.double.counts(SLUG).summary);
        let row_before = row(&world).await;
        world.clock.jump(at(wrong).into());
        let said = refusal(&mut world).await;
        assert!(said.contains("correct the clock, or start once with `--trust-clock`"), "{said}");
        assert_eq!(world.double.counts(SLUG).summary, polls, "the vendor is left alone");
        assert_eq!(row(&world).await, row_before);
        assert_eq!(status(&world).await, "unknown", "{wrong}");

        world.clock.jump(right + 10 * MINUTE);
        world.rest(2 * MINUTE, MINUTE).await.unwrap();
        let told = ["page.unobserved", "incident.opened", "incident.investigating"];
        assert_eq!(world.told().await.unwrap(), told);
        assert_eq!(status(&world).await, "major");
        expect_true_times(&world).await;
    }
}

#[tokio::test]
async fn what_was_observed_before_a_jump_is_recorded_after_it() {
    for wrong in WRONG {
        let mut world = begin().await;
        open(&world, "inc000000001");
        world.wait(MINUTE);
        assert_eq!(world.schedule().await.unwrap(), 1);
        world.observe().await.unwrap();
        let right = world.clock.now();
        world.clock.jump(at(wrong).into());
        for _ in 0..3 {
            let error = world.fold().await.expect_err("the clock is not believed");
            assert!(format!("{error:#}").contains("the time is not believed: the clock says"));
        }
        assert!(world.told().await.unwrap().is_empty());
        world.clock.jump(right);
        world.fold().await.unwrap();
        assert_eq!(world.told().await.unwrap(), ["incident.opened", "incident.investigating"]);
        expect_true_times(&world).await;
    }
}

#[tokio::test]
async fn a_quiet_poll_before_a_jump_is_remembered_after_it() {
    let mut world = begin().await;
    world.wait(MINUTE);
    assert_eq!(world.schedule().await.unwrap(), 1);
    world.observe().await.unwrap();
    world.fold().await.unwrap();
    let right = world.clock.now();
    let before = row(&world).await;
    world.clock.jump(at("9022-04-03T00:00:00Z").into());
    assert!(world.save().await.is_err());
    assert_eq!(row(&world).await, before);
    world.clock.jump(right);
    world.save().await.unwrap();
    assert_eq!(row(&world).await.poll_state.last_good_at, Some(right.into()));
}

#[tokio::test]
async fn a_poll_that_was_under_way_at_a_jump_is_forgotten_and_made_again() {
    for wrong in WRONG {
        let mut world = begin().await;
        open(&world, "inc000000001");
        world.wait(MINUTE);
        assert_eq!(world.schedule().await.unwrap(), 1);
        let right = world.clock.now();
        world.clock.jump(at(wrong).into());
        world.observe().await.unwrap();
        world.clock.jump(right);
        let before = row(&world).await.poll_state.last_poll_at;
        assert_eq!(world.poll_due().await.unwrap(), 0, "nothing of it is on the bus");
        assert_eq!(row(&world).await.poll_state.last_poll_at, before);
        world.poll().await.unwrap();
        assert_eq!(world.told().await.unwrap(), ["incident.opened", "incident.investigating"]);
        expect_true_times(&world).await;
    }
}

#[tokio::test]
async fn a_jump_of_less_than_a_day_and_a_month_of_sleep_are_gone_on_after() {
    let mut world = begin().await;
    for (number, passed) in [(1, 23 * HOUR), (2, 30 * DAY)] {
        let now = world.clock.now();
        if number == 1 {
            world.clock.jump(now + passed);
        } else {
            world.clock.suspend(passed);
        }
        open(&world, &format!("inc00000000{number}"));
        world.poll_due().await.unwrap();
        let told = ["page.unobserved", "incident.opened", "incident.investigating"];
        assert_eq!(world.told().await.unwrap(), told);
    }
    let now = world.clock.now();
    world.clock.jump(now - 23 * HOUR);
    world.rest(5 * MINUTE, MINUTE).await.unwrap();
    assert_eq!(row(&world).await.poll_state.last_poll_at, Some(world.now()));
    assert_eq!(status(&world).await, "major");
}

#[tokio::test]
async fn a_start_long_after_the_last_record_waits_for_trust_which_lasts_until_the_next_jump() {
    let (world, _folder) = begin_in_a_file().await;
    world.wait(402 * DAY);
    let mut world = world.restart().await.unwrap();
    open(&world, "inc000000001");
    let said = refusal(&mut world).await;
    assert!(
        said.contains("nothing was recorded since `2026-03-01T01:00:00Z`, 402d 10m before"),
        "{said}"
    );
    assert_eq!(status(&world).await, "unknown");

    let mut world = world.restart_trusting_the_clock().await.unwrap();
    world.poll_due().await.unwrap();
    let told = ["page.unobserved", "incident.opened", "incident.investigating"];
    assert_eq!(world.told().await.unwrap(), told);
    let right = world.clock.now();
    world.clock.jump(right + 2 * DAY);
    assert!(refusal(&mut world).await.contains("it should be about `2027-04-07T01:20:01Z`"));
    world.clock.jump(right + 10 * MINUTE);
    world.rest(2 * MINUTE, MINUTE).await.unwrap();
    assert_eq!(row(&world).await.poll_state.last_poll_at, Some(world.now()));
    expect_true_times(&world).await;
}

#[tokio::test]
async fn a_page_that_was_polled_for_years_without_an_event_starts_again_as_ever() {
    let (mut world, _folder) = begin_in_a_file().await;
    world.wait(500 * DAY);
    world.poll_due().await.unwrap();
    world.told().await.unwrap();
    let mut world = world.restart().await.unwrap();
    world.poll().await.unwrap();
}

#[tokio::test]
async fn a_log_that_ends_in_the_future_goes_on_from_there() {
    let (mut world, _folder) = begin_in_a_file().await;
    let right = world.clock.now();
    world.clock.jump(at("2040-01-01T00:00:00Z").into());
    world = world.restart_trusting_the_clock().await.unwrap();
    world.watch("zeta", newborn(2, at("2026-01-01T00:00:00Z"))).await.unwrap();
    let end = world.log.head().await.unwrap().recorded_at;
    assert_eq!(end.to_string(), "2040-01-01T00:00:00Z");

    world.clock.jump(right);
    world = world.restart().await.unwrap();
    world.rest(HOUR, MINUTE).await.unwrap();
    world.told().await.unwrap();
    open(&world, "inc000000001");
    world.rest(2 * MINUTE, MINUTE).await.unwrap();
    assert_eq!(world.told().await.unwrap(), ["incident.opened", "incident.investigating"]);
    let events = world.events().await.unwrap();
    let (record, fact) = events.last().unwrap();
    assert_eq!(record.recorded_at, end);
    assert!(fact.times.observed_at < world.now());
}
