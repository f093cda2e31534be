use std::time::Duration;

use signalbook_domain::memo::Memo;
use signalbook_domain::{Failure, Phase, Slug};
use uuid::Uuid;

use super::*;

const NOW: i64 = 10_000;

#[test]
fn a_provider_without_open_reports_is_up_since_its_reports_say_so() {
    given().page("a", Page::Good).then(Status::Up, 100);
}

#[test]
fn the_worst_open_incident_of_the_readable_pages_decides() {
    given()
        .page("a", Page::Good)
        .open("a", Impact::Minor, 500)
        .open("a", Impact::Major, 700)
        .reported(Status::Major, 700)
        .then(Status::Major, 700);
}

#[test]
fn an_incident_of_a_readable_page_is_told_while_another_page_cannot_be_read() {
    given()
        .page("a", Page::Good)
        .page("b", Page::Unreadable)
        .open("a", Impact::Minor, 500)
        .open("b", Impact::Critical, 600)
        .reported(Status::Critical, 600)
        .then(Status::Minor, 500);
}

#[test]
fn a_page_that_cannot_be_read_makes_the_provider_unknown_and_never_up() {
    given().page("a", Page::Good).page("b", Page::Unreadable).then(Status::Unknown, 9_000);
}

#[test]
fn an_incident_of_a_page_that_cannot_be_read_is_not_trusted() {
    given()
        .page("a", Page::Unreadable)
        .open("a", Impact::Critical, 500)
        .reported(Status::Critical, 500)
        .then(Status::Unknown, 9_000);
}

#[test]
fn unknown_is_since_the_earliest_page_that_cannot_be_read() {
    given()
        .page("a", Page::Unreadable)
        .page("b", Page::Stale)
        .page("c", Page::Unread)
        .then(Status::Unknown, 50);
    given().page("b", Page::Stale).then(Status::Unknown, 8_180);
}

#[test]
fn a_notice_on_a_readable_page_does_not_hide_a_page_that_cannot_be_read() {
    given()
        .page("a", Page::Good)
        .page("b", Page::Unreadable)
        .open("a", Impact::None, 500)
        .then(Status::Unknown, 9_000);
}

#[test]
fn a_notice_alone_leaves_the_provider_up() {
    given().page("a", Page::Good).open("a", Impact::None, 500).then(Status::Up, 100);
}

#[test]
fn work_under_way_is_maintenance_and_planned_work_is_not() {
    given()
        .page("a", Page::Good)
        .work("a", Phase::InProgress)
        .reported(Status::Maintenance, 300)
        .then(Status::Maintenance, 300);
    given().page("a", Page::Good).work("a", Phase::Scheduled).then(Status::Up, 100);
}

#[test]
fn an_impact_that_we_do_not_understand_is_unknown_but_in_trouble() {
    let standing = given()
        .page("a", Page::Good)
        .open("a", Impact::Unknown, 500)
        .reported(Status::Unknown, 500)
        .then(Status::Unknown, 500);
    assert!(standing.in_trouble);
}

#[test]
fn pages_that_are_no_longer_watched_count_for_nothing() {
    given()
        .page("a", Page::Good)
        .page("b", Page::Forgotten)
        .open("b", Impact::Critical, 500)
        .reported(Status::Critical, 500)
        .then(Status::Up, 500);
}

#[test]
fn without_a_watched_page_nothing_is_known_and_nobody_can_say_since_when() {
    let standing = given().page("a", Page::Forgotten).stand();
    assert_eq!((standing.status, standing.since), (Status::Unknown, None));
}

#[derive(Clone, Copy, PartialEq)]
enum Page {
    Good,
    Stale,
    Unread,
    Unreadable,
    Forgotten,
}

struct Given {
    provider: ProviderView,
    rows: Vec<PageRow>,
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn id(name: &str) -> PageId {
    PageId::derive(&slug(), name)
}

fn slug() -> Slug {
    "acme".parse().unwrap()
}

fn given() -> Given {
    let provider = ProviderView {
        slug: slug(),
        name: "Acme".to_owned(),
        pages: BTreeMap::new(),
        open: BTreeMap::new(),
        reported: Status::Up,
        reported_since: at(100),
        quiet_since: None,
    };
    Given { provider, rows: Vec::new() }
}

impl Given {
    fn page(mut self, name: &str, page: Page) -> Self {
        let (health_since, failure, last_good) = match page {
            Page::Good | Page::Forgotten => (Some(100), None, Some(NOW - 30)),
            Page::Stale => (Some(100), None, Some(8_000)),
            Page::Unread => (None, None, None),
            Page::Unreadable => (Some(9_000), Some(Failure::Unreachable), Some(8_900)),
        };
        let view = PageView {
            url: format!("https://{name}.example"),
            moved_to: None,
            platform: None,
            added_at: at(50),
            watched: page != Page::Forgotten,
            removed_at: (page == Page::Forgotten).then(|| at(60)),
            health_since: health_since.map(at),
            failure,
            detail: None,
        };
        self.rows.push(PageRow {
            id: id(name),
            provider: slug(),
            name: "Acme".to_owned(),
            url: view.url.clone(),
            interval: Duration::from_mins(1),
            added_at: at(50),
            watched: view.watched,
            platform: None,
            memo: Memo { last_good_at: last_good.map(at), ..Memo::default() },
        });
        self.provider.pages.insert(id(name), view);
        self
    }

    fn open(self, page: &str, impact: Impact, started_at: i64) -> Self {
        self.report(page, false, impact, Phase::Identified, started_at)
    }

    fn work(self, page: &str, phase: Phase) -> Self {
        self.report(page, true, Impact::Maintenance, phase, 300)
    }

    fn report(
        mut self,
        page: &str,
        is_maintenance: bool,
        impact: Impact,
        phase: Phase,
        started_at: i64,
    ) -> Self {
        let number = self.provider.open.len() as u128;
        let title = String::new();
        let (page, started_at) = (id(page), at(started_at));
        let report = OpenReport { is_maintenance, page, title, impact, phase, started_at };
        self.provider.open.insert(Uuid::from_u128(number), report);
        self
    }

    fn reported(mut self, status: Status, since: i64) -> Self {
        (self.provider.reported, self.provider.reported_since) = (status, at(since));
        self
    }

    fn stand(&self) -> Standing {
        Standing::of(&self.provider, &self.rows, at(NOW))
    }

    #[track_caller]
    fn then(self, status: Status, since: i64) -> Standing {
        let standing = self.stand();
        assert_eq!((standing.status, standing.since), (status, Some(at(since))));
        standing
    }
}
