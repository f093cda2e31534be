//! Polls that cannot be made for want of our own means are no observations of a vendor.

use std::time::Duration;

use signalbook_double::Document;
use signalbook_outbound::Means;

use crate::desk::Desk;
use crate::vendors::Mood;

const HOST: &str = "status.acme.example";
const OTHER: &str = "status.birch.example";
const INTERVAL: Duration = Duration::from_secs(10);

async fn desk() -> Desk {
    let mut desk = Desk::open(&[HOST.to_owned(), OTHER.to_owned()], INTERVAL).await;
    desk.pass(Duration::from_mins(1)).await;
    assert!(desk.health.is_ready());
    desk
}

#[tokio::test]
async fn a_process_without_means_records_nothing_and_is_not_ready_until_they_are_back() {
    for means in [Means::Descriptors, Means::Ports, Means::Memory, Means::Resolver] {
        let mut desk = desk().await;
        let (told, asked) = (desk.told().await, desk.vendors.asked().len());
        desk.vendors.set_all(HOST, &Mood::Unasked(means));
        desk.vendors.set_all(OTHER, &Mood::Unasked(means));
        desk.pass(Duration::from_mins(10)).await;
        assert_eq!(desk.told().await, told, "nothing is said about the vendors");
        assert!(desk.row().await.poll_state.failing.is_none());
        let polls = desk.vendors.asked().len() - asked;
        assert!((120..=134).contains(&polls), "{polls}: each page is asked as often as ever");
        assert_eq!(desk.poller.lacking_polls(), u64::try_from(polls).unwrap());
        let shown = desk.health.report()[0].1.to_string();
        assert!(shown.contains("cannot poll 2 pages: fetch from `status."));
        assert!(shown.contains(&format!("expected {means}: there is none")), "{shown}");
        for host in [HOST, OTHER] {
            assert!(!desk.health.is_ready());
            desk.vendors.set_all(host, &Mood::Fine);
            desk.pass(INTERVAL).await;
        }
        assert!(desk.health.is_ready());
        let mut since = desk.told().await;
        assert_eq!(since.remove("page.unobserved"), Some(2), "nobody looked, and that is told");
        assert_eq!(since, told);
    }
}

#[tokio::test]
async fn a_list_that_could_not_be_asked_for_is_no_failure_of_it() {
    let mut desk = desk().await;
    let told = desk.told().await;
    desk.vendors.set(HOST, &[Document::Incidents], &Mood::Unasked(Means::Descriptors));
    desk.pass(Duration::from_mins(5)).await;
    let asked = desk.vendors.seconds(HOST, Document::Incidents);
    let row = desk.row().await;
    assert!(row.poll_state.missing.is_empty());
    assert!(row.poll_state.failing.is_none());
    assert_eq!(desk.told().await, told);
    assert!(desk.poller.lacking_polls() > 0 && asked.len() > 1);
    assert!(!desk.health.is_ready());
    let before = desk.vendors.seconds(HOST, Document::Incidents).len();
    desk.vendors.set_all(HOST, &Mood::Fine);
    desk.pass(INTERVAL).await;
    assert!(desk.health.is_ready());
    let after = desk.vendors.seconds(HOST, Document::Incidents).len();
    assert_eq!(after, before + 1, "it is asked for at the next poll");
}
