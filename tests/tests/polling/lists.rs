//! Lists that hang, are slow, or are not there: they delay no poll of the current document.

use std::time::Duration;

use signalbook_domain::Document as Kind;
use signalbook_double::{Act, Document, Impact, Opening};

use crate::desk::Desk;
use crate::vendors::Mood;

const HOST: &str = "status.acme.example";
const INTERVAL: Duration = Duration::from_secs(10);
const LISTS: [Document; 2] = [Document::Incidents, Document::ScheduledMaintenances];

async fn desk() -> Desk {
    Desk::open(&[HOST.to_owned()], INTERVAL).await
}

/// Shows that the current document was asked for as often as ever.
fn assert_not_delayed(desk: &Desk) {
    let polls = desk.vendors.seconds(HOST, Document::Summary);
    let pauses = polls.windows(2).map(|pair| pair[1] - pair[0]);
    // The clock moves by a tenth of a second.
    let longest = pauses.fold(0.0, f64::max);
    assert!(longest < INTERVAL.as_secs_f64() + 0.15, "{longest} s without a poll: {polls:?}");
}

#[tokio::test]
async fn lists_that_hang_from_the_first_poll_on_delay_no_poll_and_are_told() {
    let mut desk = desk().await;
    desk.vendors.set(HOST, &LISTS, &Mood::Hangs);
    desk.pass(Duration::from_secs(3)).await;
    assert_eq!(desk.count("page.platform_detected").await, 1, "the page was read meanwhile");
    desk.pass(Duration::from_mins(10)).await;
    assert_not_delayed(&desk);
    let told = desk.told().await;
    assert_eq!((told["page.readable"], told["page.partly_readable"]), (1, 1));
    assert_eq!(told.get("page.unreadable"), None);
    let unread: Vec<Kind> = desk.row().await.poll_state.unread().map(|(kind, _)| kind).collect();
    assert_eq!(unread, [Kind::Incidents, Kind::Maintenances]);
    for list in LISTS {
        let asked = desk.vendors.seconds(HOST, list).len();
        assert!((5..=10).contains(&asked), "{asked} times in ten minutes");
    }
    desk.vendors.set(HOST, &LISTS, &Mood::Fine);
    desk.pass(Duration::from_mins(16)).await;
    assert_eq!(desk.count("page.readable").await, 2);
}

#[tokio::test]
async fn what_the_current_document_says_is_told_while_a_list_hangs() {
    let mut desk = desk().await;
    desk.pass(Duration::from_mins(1)).await;
    desk.vendors.set(HOST, &LISTS, &Mood::Hangs);
    desk.vendors.act(Act::Open(Opening::new("inc000000001", "Searches fail", Impact::Major)));
    desk.pass(INTERVAL + Duration::from_secs(3)).await;
    assert_eq!(desk.count("incident.opened").await, 1);
    assert_not_delayed(&desk);
}

#[tokio::test]
async fn a_list_that_is_slow_is_read_all_the_same() {
    let mut desk = desk().await;
    desk.vendors.set(HOST, &LISTS, &Mood::Slow(Duration::from_secs(5)));
    desk.pass(Duration::from_mins(2)).await;
    let poll_state = desk.row().await.poll_state;
    assert!(poll_state.has_read(Kind::Incidents) && poll_state.has_read(Kind::Maintenances));
    assert!(poll_state.missing.is_empty(), "{:?}", poll_state.missing);
    assert_not_delayed(&desk);
    let asked = desk.vendors.seconds(HOST, Document::Incidents);
    assert_eq!(asked.len(), 1, "once it came nobody asks again for a while: {asked:?}");
}

#[tokio::test]
async fn a_list_that_is_slow_is_asked_for_again_if_the_page_has_changed_meanwhile() {
    let mut desk = desk().await;
    desk.pass(Duration::from_mins(1)).await;
    desk.vendors.set(HOST, &LISTS, &Mood::Slow(Duration::from_secs(11)));
    desk.vendors.act(Act::Open(Opening::new("inc000000001", "Searches fail", Impact::Major)));
    desk.pass(INTERVAL + Duration::from_secs(1)).await;
    let before = desk.vendors.seconds(HOST, Document::Incidents).len();
    desk.vendors.act(Act::Open(Opening::new("inc000000002", "So do logins", Impact::Minor)));
    desk.pass(Duration::from_mins(1)).await;
    let after = desk.vendors.seconds(HOST, Document::Incidents).len();
    assert_eq!(after, before + 1);
}

#[tokio::test]
async fn a_list_that_came_late_for_a_page_that_fails_meanwhile_is_asked_for_again() {
    let mut desk = desk().await;
    desk.vendors.set(HOST, &LISTS, &Mood::Slow(Duration::from_secs(3)));
    desk.pass(Duration::from_secs(4)).await;
    desk.vendors.set(HOST, &[Document::Summary], &Mood::Hangs);
    desk.pass(Duration::from_mins(1)).await;
    assert!(desk.row().await.poll_state.failing.is_some());
    desk.vendors.set_all(HOST, &Mood::Fine);
    desk.pass(Duration::from_mins(2)).await;
    assert!(desk.row().await.poll_state.has_read(Kind::Incidents));
    let asked = desk.vendors.seconds(HOST, Document::Incidents);
    assert_eq!(asked.len(), 2, "what came long ago is not told as if it came now: {asked:?}");
}

#[tokio::test]
async fn a_list_that_was_never_there_is_asked_for_hourly_and_the_page_is_readable() {
    let mut desk = desk().await;
    desk.vendors.set(HOST, &[Document::Incidents], &Mood::Status(404));
    desk.pass(Duration::from_mins(5)).await;
    desk.vendors.act(Act::Open(Opening::new("inc000000001", "Searches fail", Impact::Major)));
    desk.pass(Duration::from_mins(50)).await;
    assert_eq!(desk.vendors.seconds(HOST, Document::Incidents).len(), 1);
    desk.pass(Duration::from_mins(6)).await;
    assert_eq!(desk.vendors.seconds(HOST, Document::Incidents).len(), 2);
    let told = desk.told().await;
    assert_eq!((told.get("page.readable"), told.get("page.partly_readable")), (Some(&1), None));
}
