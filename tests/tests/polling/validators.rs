//! Answers that say that nothing has changed are not trusted for ever.

use std::time::Duration;

use signalbook_double::{Act, Document, Impact, Opening};

use crate::desk::Desk;
use crate::vendors::Mood;

const HOST: &str = "status.acme.example";

#[tokio::test]
async fn a_validator_that_never_changes_hides_nothing_for_longer_than_a_quarter_of_an_hour() {
    let mut desk = Desk::open(&[HOST.to_owned()], Duration::from_secs(30)).await;
    desk.pass(Duration::from_mins(1)).await;
    desk.vendors.set_all(HOST, &Mood::Frozen);
    desk.vendors.act(Act::Open(Opening::new("inc000000001", "Searches fail", Impact::Major)));
    desk.pass(Duration::from_mins(10)).await;
    assert_eq!(desk.count("incident.opened").await, 0, "else there is nothing to show");
    desk.pass(Duration::from_mins(5)).await;
    assert_eq!(desk.count("incident.opened").await, 1);
}

#[tokio::test]
async fn a_page_that_says_nothing_new_is_read_whole_every_quarter_of_an_hour_and_lists_every_six() {
    let mut desk = Desk::open(&[HOST.to_owned()], Duration::from_mins(1)).await;
    desk.pass(Duration::from_mins(1)).await;
    let told = desk.told().await;
    desk.pass_by(Duration::from_secs(2), Duration::from_hours(7)).await;
    assert_eq!(desk.told().await, told);
    let whole = |document| {
        let asked = desk.vendors.asked().into_iter();
        asked.filter(|asked| asked.document == document && !asked.with_validator).count()
    };
    assert!((26..=29).contains(&whole(Document::Summary)), "{}", whole(Document::Summary));
    assert_eq!([whole(Document::Incidents), whole(Document::ScheduledMaintenances)], [2, 2]);
}
