//! Given open reports and page states, each test checks the status at second 10,000.

use super::*;
use crate::id::Slug;
use crate::words::Failure;

const NOW: i64 = 10_000;
const WEEK: i64 = 7 * 86_400;
const MINUTE: Duration = Duration::from_mins(1);

#[test]
fn a_provider_without_anything_open_is_up_since_the_last_end_or_since_it_was_first_read() {
    given().page("a", good()).then(Status::Up, 100);
    given().page("a", good()).last_ended(400).then(Status::Up, 400);
    given().page("a", signs_until(700)).last_ended(400).then(Status::Up, 700);
}

#[test]
fn the_worst_open_incident_decides_since_the_first_of_its_kind_began() {
    given()
        .page("a", good())
        .open("a", Impact::Minor, 500)
        .open("a", Impact::Major, 900)
        .open("a", Impact::Major, 700)
        .then(Status::Major, 700);
}

#[test]
fn an_incident_of_a_readable_page_is_told_while_another_page_cannot_be_read() {
    let verdict = given()
        .page("a", good())
        .page("b", unreadable())
        .open("a", Impact::Minor, 500)
        .open("b", Impact::Critical, 600)
        .then(Status::Minor, 500);
    assert!(verdict.in_trouble);
}

#[test]
fn a_page_that_cannot_be_read_makes_the_provider_unknown_and_never_up() {
    given().page("a", good()).page("b", unreadable()).then(Status::Unknown, 9_000);
    given().page("a", unreadable()).open("a", Impact::Critical, 500).then(Status::Unknown, 9_000);
    given()
        .page("a", good())
        .page("b", unreadable())
        .open("a", Impact::None, 500)
        .then(Status::Unknown, 9_000);
}

#[test]
fn unknown_is_since_the_earliest_page_that_cannot_be_read() {
    given()
        .page("a", unreadable())
        .page("b", stale())
        .page("c", unread())
        .then(Status::Unknown, 50);
    given().page("b", stale()).then(Status::Unknown, 8_180);
}

#[test]
fn a_page_that_was_not_polled_for_three_intervals_is_stale_from_then_on() {
    let polled = |interval, last_good_at| WatchedPage {
        interval,
        last_good_at: Some(at(last_good_at)),
        ..good()
    };
    given().page("a", polled(MINUTE, NOW - 180)).then(Status::Up, 100);
    given().page("a", polled(MINUTE, NOW - 181)).then(Status::Unknown, NOW - 1);
    given().page("a", polled(MINUTE * 5, NOW - 900)).then(Status::Up, 100);
    given().page("a", polled(MINUTE * 5, NOW - 901)).then(Status::Unknown, NOW - 1);
}

#[test]
fn a_page_that_is_partly_readable_is_trusted_in_what_it_tells() {
    let verdict = given().page("a", partly(None)).then(Status::Up, 100);
    assert_eq!(verdict.pages[&id("a")].state, Readability::PartlyReadable);
    given().page("a", partly(None)).open("a", Impact::Minor, 500).then(Status::Minor, 500);
    given().page("a", shows_signs(partly(None), 500)).then(Status::Degraded, 500);
}

#[test]
fn a_page_whose_list_of_what_is_open_cannot_be_read_is_at_best_unknown() {
    let page = partly(Some(9_500));
    given().page("a", page).then(Status::Unknown, 9_500);
    given().page("a", page).open("a", Impact::Major, 500).then(Status::Major, 500);
    let verdict = given().page("a", shows_signs(page, 500)).then(Status::Unknown, 9_500);
    assert_eq!(verdict.pages[&id("a")].since, at(9_100));
    let long_ago = WatchedPage { last_good_at: Some(at(8_000)), ..page };
    given().page("a", long_ago).open("a", Impact::Major, 500).then(Status::Unknown, 8_180);
}

#[test]
fn a_notice_alone_leaves_the_provider_up() {
    given().page("a", good()).open("a", Impact::None, 500).then(Status::Up, 100);
}

#[test]
fn work_under_way_is_maintenance_since_it_began_and_planned_work_is_not() {
    let verdict =
        given().page("a", good()).work("a", Phase::Verifying).then(Status::Maintenance, 300);
    assert!(!verdict.in_trouble);
    given().page("a", good()).work("a", Phase::Scheduled).then(Status::Up, 100);
    given().page("a", good()).open("a", Impact::Maintenance, 500).then(Status::Maintenance, 500);
}

#[test]
fn an_impact_that_we_do_not_understand_is_unknown_but_in_trouble() {
    let verdict =
        given().page("a", good()).open("a", Impact::Unknown, 500).then(Status::Unknown, 500);
    assert!(verdict.in_trouble);
}

#[test]
fn without_a_watched_page_nothing_is_known_and_nobody_can_say_since_when() {
    let verdict = given().open("a", Impact::Major, 500).stand();
    assert_eq!((verdict.status, verdict.since), (Status::Unknown, None));
    assert!(!verdict.in_trouble);
}

#[test]
fn signs_alone_make_it_degraded_after_an_interval_and_a_good_poll() {
    let shown = |since, good_at| WatchedPage {
        signs_since: Some(at(since)),
        signs_changed_at: Some(at(since)),
        last_good_at: Some(at(good_at)),
        ..good()
    };
    given().page("a", shown(NOW - 61, NOW - 1)).then(Status::Degraded, NOW - 61);
    given().page("a", shown(NOW - 60, NOW - 1)).then(Status::Up, 100);
    given().page("a", shown(NOW - 61, NOW - 61)).then(Status::Up, 100);
    given().page("a", shown(NOW - 61, NOW - 60)).then(Status::Degraded, NOW - 61);
}

#[test]
fn signs_count_from_when_no_incident_did() {
    let page = shows_signs(good(), 500);
    given().page("a", page).clear_since(NOW - 61).then(Status::Degraded, NOW - 61);
    given().page("a", page).clear_since(NOW - 60).last_ended(9_800).then(Status::Up, 9_800);
    given().page("a", page).open("a", Impact::Minor, 700).then(Status::Minor, 700);
    given().page("a", page).open("a", Impact::None, 700).then(Status::Degraded, 500);
}

#[test]
fn degraded_stands_between_maintenance_and_unknown() {
    let page = shows_signs(good(), 500);
    given().page("a", page).work("a", Phase::InProgress).then(Status::Degraded, 500);
    given().page("a", page).page("b", unreadable()).then(Status::Unknown, 9_000);
    given().page("a", page).page("b", shows_signs(good(), 400)).then(Status::Degraded, 400);
}

#[test]
fn signs_that_have_not_changed_for_a_week_are_standing_and_rank_below_planned_work() {
    let signs = |since, changed_at| WatchedPage {
        signs_since: Some(at(since)),
        signs_changed_at: Some(at(changed_at)),
        ..good()
    };
    let week_ago = NOW - WEEK;
    let ranked = |given: Given, is_standing| {
        let verdict = given.stand();
        assert_eq!(verdict.status, Status::Degraded);
        assert_eq!(verdict.is_standing, is_standing);
        verdict.rank()
    };
    let standing = ranked(given().page("a", signs(week_ago, week_ago)), true);
    let lately = ranked(given().page("a", signs(week_ago, week_ago + 1)), false);
    assert_eq!(ranked(given().page("a", signs(week_ago + 1, week_ago)), false), lately);
    let again = given().page("a", signs(week_ago, week_ago)).clear_since(9_000);
    assert_eq!(ranked(again, false), lately, "an incident told it better in between");
    let work = given().page("a", good()).work("a", Phase::InProgress).stand().rank();
    let up = given().page("a", good()).stand().rank();
    assert!(lately < work && work < standing && standing < up);
}

#[test]
fn each_status_ranks_before_the_better_ones() {
    let by_impact = |impact| given().page("a", good()).open("a", impact, 500).stand();
    let verdicts = [
        by_impact(Impact::Critical),
        by_impact(Impact::Major),
        by_impact(Impact::Minor),
        by_impact(Impact::Unknown),
        given().page("a", unreadable()).stand(),
        given().page("a", shows_signs(good(), 500)).stand(),
        given().page("a", good()).work("a", Phase::InProgress).stand(),
        given().page("a", good()).stand(),
    ];
    assert!(verdicts.is_sorted_by(|one, other| one.rank() < other.rank()));
    assert!(verdicts.is_sorted_by(|one, other| one.status >= other.status));
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn id(name: &str) -> PageId {
    let slug: Slug = "acme".parse().unwrap();
    PageId::derive(&slug, name)
}

fn page(health: Health, last_good_at: Option<i64>) -> WatchedPage {
    WatchedPage {
        health,
        added_at: at(50),
        interval: MINUTE,
        last_good_at: last_good_at.map(at),
        signs_since: None,
        signs_changed_at: None,
        signs_ended_at: None,
    }
}

fn good() -> WatchedPage {
    page(Health::Readable { since: at(100) }, Some(NOW - 30))
}

fn stale() -> WatchedPage {
    page(Health::Readable { since: at(100) }, Some(8_000))
}

fn unread() -> WatchedPage {
    page(Health::Unread, None)
}

fn unreadable() -> WatchedPage {
    let failure = Failure::Unreachable;
    page(Health::Unreadable { since: at(9_000), failure }, Some(8_900))
}

fn partly(current_since: Option<i64>) -> WatchedPage {
    let current_since = current_since.map(at);
    page(Health::PartlyReadable { since: at(9_100), current_since }, Some(NOW - 30))
}

fn shows_signs(page: WatchedPage, since: i64) -> WatchedPage {
    WatchedPage { signs_since: Some(at(since)), signs_changed_at: Some(at(since)), ..page }
}

fn signs_until(end: i64) -> WatchedPage {
    WatchedPage { signs_changed_at: Some(at(NOW)), signs_ended_at: Some(at(end)), ..good() }
}

struct Given(Situation);

fn given() -> Given {
    Given(Situation {
        clear_since: Some(at(-WEEK)),
        first_read_at: Some(at(100)),
        ..Situation::default()
    })
}

impl Given {
    fn page(mut self, name: &str, page: WatchedPage) -> Self {
        self.0.pages.insert(id(name), page);
        self
    }

    fn clear_since(mut self, since: i64) -> Self {
        self.0.clear_since = Some(at(since));
        self
    }

    fn last_ended(mut self, end: i64) -> Self {
        self.0.last_ended_at = Some(at(end));
        self
    }

    fn open(self, page: &str, impact: Impact, started_at: i64) -> Self {
        self.report(page, ReportKind::Incident, impact, Phase::Identified, started_at)
    }

    fn work(self, page: &str, phase: Phase) -> Self {
        self.report(page, ReportKind::Maintenance, Impact::Maintenance, phase, 300)
    }

    fn report(
        mut self,
        page: &str,
        kind: ReportKind,
        impact: Impact,
        phase: Phase,
        started_at: i64,
    ) -> Self {
        let started_at = at(started_at);
        let open = Open { page: id(page), kind, impact, phase, started_at };
        if open.counts() {
            self.0.clear_since = None;
        }
        self.0.open.push(open);
        self
    }

    fn stand(&self) -> Verdict {
        Verdict::of(&self.0, at(NOW))
    }

    #[track_caller]
    fn then(self, status: Status, since: i64) -> Verdict {
        let verdict = self.stand();
        assert_eq!((verdict.status, verdict.since), (status, Some(at(since))));
        verdict
    }
}
