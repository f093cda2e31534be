//! How often a vendor is asked, as the vendor sees it. How pages of one host take turns is in the
//! scheduler's own tests.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use std::time::Duration;

use signalbook_double::random::newborn;
use signalbook_double::{Act, Fault, Impact, Opening, Reply};
use signalbook_tests::World;

const SLUG: &str = "acme";
const STEP: Duration = Duration::from_secs(5);

async fn world() -> World {
    let now = "2026-03-01T00:00:00Z".parse().unwrap();
    let mut world = World::begin(now).await.unwrap();
    world.watch(SLUG, newborn(1, "2026-01-01T00:00:00Z".parse().unwrap())).await.unwrap();
    world.turn().await.unwrap();
    world
}

/// After how many seconds each request of a time came for the small document.
async fn requests(world: &mut World, time: Duration) -> Vec<u64> {
    let asked = |world: &World| world.double.counts(SLUG).summary;
    let begin = world.now();
    let (mut seen, mut requests) = (asked(world), Vec::new());
    while world.now().since(begin) < time {
        world.wait(STEP);
        world.turn().await.unwrap();
        let new = asked(world) - seen;
        seen += new;
        assert!(new <= 1, "{new} requests at once");
        requests.extend((new == 1).then(|| world.now().since(begin).as_secs()));
    }
    requests
}

/// The pauses between requests.
fn pauses(requests: &[u64]) -> Vec<u64> {
    requests.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[tokio::test]
async fn a_page_that_says_nothing_new_is_asked_every_minute_and_answers_in_a_line() {
    let mut world = world().await;
    let before = world.double.counts(SLUG);
    let asked = requests(&mut world, Duration::from_hours(1)).await;
    assert!((60..=68).contains(&asked.len()), "{asked:?}");
    assert!(pauses(&asked).iter().all(|pause| (50..=60).contains(pause)), "{asked:?}");
    let after = world.double.counts(SLUG);
    let deep = after.incidents - before.incidents;
    assert!((10..=12).contains(&deep), "{deep} times for what is over");
    assert_eq!(after.scheduled_maintenances - before.scheduled_maintenances, deep);
    let all = after.total() - before.total();
    assert_eq!(after.not_modified - before.not_modified, all, "nothing was sent twice");
}

#[tokio::test]
async fn a_page_in_trouble_is_asked_every_half_minute_and_deeply_after_each_change() {
    let mut world = world().await;
    let open = Opening::new("inc000000001", "Searches fail", Impact::Major);
    world.double.act(SLUG, Act::Open(open));
    requests(&mut world, Duration::from_mins(2)).await;
    let before = world.double.counts(SLUG);
    let asked = requests(&mut world, Duration::from_hours(1)).await;
    assert!(pauses(&asked).iter().all(|pause| (25..=30).contains(pause)), "{asked:?}");
    let deep = world.double.counts(SLUG).incidents;
    assert!(deep - before.incidents <= 12, "trouble alone is no reason to read what is over");
    world.double.act(SLUG, Act::resolve("inc000000001", "upd000000001", "Over."));
    requests(&mut world, Duration::from_secs(30)).await;
    assert_eq!(world.double.counts(SLUG).incidents, deep + 1);
}

#[tokio::test]
async fn a_page_that_fails_is_asked_less_and_less_and_at_once_as_before_when_it_is_back() {
    let mut world = world().await;
    world.double.set_fault(SLUG, Some(Fault::unavailable()));
    let asked = requests(&mut world, Duration::from_hours(2)).await;
    let pauses_then = pauses(&asked);
    for (pause, most) in pauses_then.iter().zip([60, 120, 240, 480, 900, 900, 900]) {
        assert!((most * 9 / 10 - 5..=most).contains(pause), "{pauses_then:?}");
    }
    assert!((10..=13).contains(&asked.len()), "{asked:?}");
    world.double.set_fault(SLUG, None);
    requests(&mut world, Duration::from_mins(15)).await;
    let asked = requests(&mut world, Duration::from_mins(10)).await;
    assert!(pauses(&asked).iter().all(|pause| (50..=60).contains(pause)), "{asked:?}");
}

#[tokio::test]
async fn a_vendor_that_names_seconds_to_wait_is_left_alone_for_them() {
    let mut world = world().await;
    world.double.set_fault(SLUG, Some(Fault::rate_limited(1_800)));
    let asked = requests(&mut world, Duration::from_mins(32)).await;
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!((1_800..=1_805).contains(&pauses(&asked)[0]), "{asked:?}");
}

#[tokio::test]
async fn a_vendor_that_names_a_date_to_wait_for_is_left_alone_until_then() {
    let mut world = world().await;
    let now: jiff::Timestamp = world.now().to_string().parse().unwrap();
    let date = (now + Duration::from_mins(40)).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let busy = Reply::new(503, "<h1>Later</h1>").header("retry-after", &date);
    world.double.set_fault(SLUG, Some(Fault::Reply(busy)));
    let asked = requests(&mut world, Duration::from_mins(41)).await;
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked[1] >= 40 * 60, "{asked:?}");
}

#[tokio::test]
async fn a_vendor_cannot_send_us_away_for_a_year_nor_with_nonsense() {
    for (wait, pause) in [
        ("31536000", 21_600..=21_605),
        ("99999999999999999999999", 21_600..=21_605),
        ("Thu, 31 Dec 2099 23:59:59 GMT", 21_600..=21_605),
        ("soon", 50..=60),
        ("-5", 50..=60),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 50..=60),
    ] {
        let mut world = world().await;
        let busy = Reply::new(429, "").header("retry-after", wait);
        world.double.set_fault(SLUG, Some(Fault::Reply(busy)));
        let asked = requests(&mut world, Duration::from_mins(6 * 60 + 2)).await;
        let first = pauses(&asked)[0];
        assert!(pause.contains(&first), "{wait}: {first}");
    }
}
