//! How often a vendor is asked, as the vendor sees it, and that no vendor keeps another waiting. How
//! pages of one host take turns is in the scheduler's own tests.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use signalbook_bus::{Bus as _, MemoryBus};
use signalbook_domain::observation::{Outcome, PollJob, Slot};
use signalbook_domain::poll_state::PollState;
use signalbook_domain::{PageId, Slug};
use signalbook_double::random::newborn;
use signalbook_double::{Act, Double, Fault, Impact, Opening, Reply};
use signalbook_outbound::{Client, Limits, Policy};
use signalbook_poller::Poller;
use signalbook_runtime::{Health, ManualClock, SeededIds, Stop, SystemClock};
use signalbook_store_sqlite::Location;
use signalbook_tests::World;
use tempfile::TempDir;
use tokio::net::TcpListener;

const SLUG: &str = "acme";
const STEP: Duration = Duration::from_secs(5);

const START: &str = "2026-03-01T00:00:00Z";

async fn world() -> World {
    watching(World::begin(START.parse().unwrap()).await.unwrap()).await
}

async fn watching(mut world: World) -> World {
    world.watch(SLUG, newborn(1, "2026-01-01T00:00:00Z".parse().unwrap())).await.unwrap();
    world.poll_due().await.unwrap();
    world
}

/// After how many seconds each request of a time came for the small document.
async fn requests(world: &mut World, time: Duration) -> Vec<u64> {
    let asked = |world: &World| world.double.counts(SLUG).summary;
    let begin = world.now();
    let (mut seen, mut requests) = (asked(world), Vec::new());
    while world.now().since(begin) < time {
        world.wait(STEP);
        world.poll_due().await.unwrap();
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
    let sent = all - (after.not_modified - before.not_modified);
    assert!((3..=4).contains(&sent), "{sent} times whole, once a quarter of an hour");
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
    // The three forms that HTTP has had.
    for form in ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"] {
        let mut world = world().await;
        let date = (world.moment() + Duration::from_mins(40)).strftime(form).to_string();
        let busy = Reply::new(503, "<h1>Later</h1>").header("retry-after", &date);
        world.double.set_fault(SLUG, Some(Fault::Reply(busy)));
        let asked = requests(&mut world, Duration::from_mins(41)).await;
        assert_eq!(asked.len(), 2, "{date}: {asked:?}");
        assert!(asked[1] >= 40 * 60, "{date}: {asked:?}");
    }
}

#[tokio::test]
async fn a_vendor_cannot_send_us_away_for_a_year_nor_with_nonsense() {
    for (wait, pause) in [
        ("31536000", 3_600..=3_605),
        ("99999999999999999999999", 3_600..=3_605),
        ("Thu, 31 Dec 2099 23:59:59 GMT", 3_600..=3_605),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3_600..=3_605),
        ("soon", 50..=60),
        ("-5", 50..=60),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 50..=60),
    ] {
        let mut world = world().await;
        let busy = Reply::new(429, "").header("retry-after", wait);
        world.double.set_fault(SLUG, Some(Fault::Reply(busy)));
        let asked = requests(&mut world, Duration::from_mins(62)).await;
        let first = pauses(&asked)[0];
        assert!(pause.contains(&first), "{wait}: {first}");
    }
}

#[tokio::test]
async fn a_vendor_cannot_send_us_away_for_long_while_an_incident_is_open() {
    let mut world = world().await;
    world.double.act(SLUG, Act::Open(Opening::new("inc000000001", "Searches fail", Impact::Major)));
    requests(&mut world, Duration::from_mins(2)).await;
    world.double.set_fault(SLUG, Some(Fault::rate_limited(999_999_999)));
    let asked = requests(&mut world, Duration::from_mins(16)).await;
    assert!((900..=905).contains(&pauses(&asked)[0]), "{asked:?}");
}

/// The poll state of the page.
async fn poll_state(world: &World) -> PollState {
    world.log.pages().await.unwrap().remove(0).poll_state
}

#[tokio::test]
async fn who_asked_us_to_wait_stands_beside_the_page_from_the_first_answer_on() {
    let mut world = world().await;
    world.double.set_fault(SLUG, Some(Fault::rate_limited(600)));
    let first = requests(&mut world, Duration::from_mins(1)).await;
    assert_eq!(first.len(), 1);
    let hold = poll_state(&world).await.hold.unwrap();
    let failing = poll_state(&world).await.failing.unwrap();
    assert_eq!((failing.polls, failing.since), (1, hold.since));
    assert_eq!(hold.until.since(hold.since), Duration::from_mins(10));
    assert!(
        hold.detail.contains("answered with status 429: the vendor turned us away"),
        "{hold:?}"
    );
    requests(&mut world, Duration::from_mins(10)).await;
    let second = poll_state(&world).await.hold.unwrap();
    assert_eq!(second.since, hold.since, "it has asked for that since then");
    assert!(second.until > hold.until);
    world.double.set_fault(SLUG, None);
    requests(&mut world, Duration::from_mins(11)).await;
    assert_eq!(poll_state(&world).await.hold, None);
}

#[tokio::test]
async fn a_restart_asks_a_vendor_that_sent_us_away_once_and_many_restarts_every_five_minutes() {
    let folder = TempDir::new().unwrap();
    let location = Location::File(folder.path().join("signalbook.db"));
    let clock = ManualClock::new(START.parse::<jiff::Timestamp>().unwrap().into());
    let mut world = watching(World::begin_at(&location, clock).await.unwrap()).await;
    world.double.set_fault(SLUG, Some(Fault::rate_limited(3_600)));
    assert_eq!(requests(&mut world, Duration::from_mins(10)).await.len(), 1);
    let mut world = world.restart().await.unwrap();
    assert_eq!(requests(&mut world, Duration::from_secs(5)).await.len(), 1, "at once");
    assert_eq!(requests(&mut world, Duration::from_mins(20)).await.len(), 0, "and then not");
    let before = world.double.counts(SLUG).summary;
    for _ in 0..30 {
        world = world.restart().await.unwrap();
        requests(&mut world, Duration::from_secs(30)).await;
    }
    let asked = world.double.counts(SLUG).summary - before;
    assert!((3..=4).contains(&asked), "{asked} times within 15 minutes");
}

/// How many pages answer as slowly as they may.
const DAWDLERS: u8 = 64;

/// Hosts that take a connection and never answer; none if this machine has no address for each.
async fn dawdlers() -> Option<Vec<TcpListener>> {
    let mut dawdlers = Vec::new();
    for number in 1..=DAWDLERS {
        let address = SocketAddr::from((Ipv4Addr::new(127, 8, 0, number), 0));
        match TcpListener::bind(address).await {
            Ok(listener) => dawdlers.push(listener),
            Err(error) if error.kind() == ErrorKind::AddrNotAvailable => return None,
            Err(error) => panic!("{address}: {error}"),
        }
    }
    Some(dawdlers)
}

fn job(url: &str) -> PollJob {
    let provider: Slug = SLUG.parse().unwrap();
    let page = PageId::derive(&provider, url);
    let (url, slot, wanted) = (url.to_owned(), Slot(1), Vec::new());
    PollJob { page, provider, url, slot, platform: None, wanted }
}

#[tokio::test]
async fn pages_that_dawdle_hold_up_no_other() {
    let Some(dawdlers) = dawdlers().await else {
        println!("left out: this machine has no loopback address for each of {DAWDLERS} hosts");
        return;
    };
    let now = || "2026-03-01T00:00:00Z".parse().unwrap();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let double = Double::start(listen, Arc::new(now)).await.unwrap();
    let honest = double.add(SLUG, newborn(1, "2026-01-01T00:00:00Z".parse().unwrap()));
    let bus = Arc::new(MemoryBus::new(1));
    let policy = Policy { allow_private: vec!["127.0.0.0/8".parse().unwrap()] };
    let (client, clock) = (Client::new(policy, Limits::default()), Arc::new(SystemClock::new()));
    let poller = Poller::new(bus.clone(), client, clock, Arc::new(SeededIds::new(1)));
    let stop = Stop::new();
    tokio::spawn(poller.run(Health::new().check("polling"), stop.clone()));
    for dawdler in &dawdlers {
        let url = format!("http://{}", dawdler.local_addr().unwrap());
        bus.publish_poll(job(&url)).await.unwrap();
    }
    let mut asked = Vec::new();
    for dawdler in &dawdlers {
        asked.push(dawdler.accept().await.unwrap());
    }
    bus.publish_poll(job(&honest)).await.unwrap();
    let first = bus.next_observation(0).await.unwrap();
    let observation = &first.message;
    assert_eq!(observation.page, job(&honest).page, "all others are still under way");
    assert!(matches!(observation.outcome, Outcome::Answered { .. }), "{observation:?}");
    stop.stop();
}
