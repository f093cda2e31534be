//! The start, announcement and end of a report, depending on the known times.

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_770_000_000 + seconds)
}

/// An incident that we first saw at second 1,000 and that states no times.
fn incident() -> ReportView {
    ReportView {
        id: Uuid::nil(),
        kind: ReportKind::Incident,
        provider: "acme".parse().unwrap(),
        page: PageId(Uuid::nil()),
        external_id: "i1".to_owned(),
        title: "Searches fail".to_owned(),
        impact: Impact::Minor,
        impact_raw: "minor".to_owned(),
        phase: Phase::Investigating,
        phase_raw: "investigating".to_owned(),
        url: None,
        claimed_start: None,
        created_at: None,
        first_shown_at: None,
        detected_at: at(1_000),
        resolved_at: None,
        inferred: None,
        withdrawn_at: None,
        page_removed_at: None,
        planned_from: None,
        planned_until: None,
        backfilled: false,
        affected: Vec::new(),
        formerly_affected: Vec::new(),
        updates: Vec::new(),
        links: Vec::new(),
        position: Position(1),
    }
}

fn work() -> ReportView {
    ReportView { kind: ReportKind::Maintenance, impact: Impact::Maintenance, ..incident() }
}

/// Asserts the start and the announcement.
#[track_caller]
fn then(report: &ReportView, started_at: i64, announced_at: Option<i64>) {
    let times = (report.started_at(), report.announced_at());
    assert_eq!(times, (at(started_at), announced_at.map(at)));
}

#[test]
fn it_began_when_the_vendor_says_else_when_it_was_announced_else_when_we_saw_it() {
    then(&incident(), 1_000, None);
    let shown = ReportView { first_shown_at: Some(at(900)), ..incident() };
    then(&shown, 900, Some(900));
    let filed = ReportView { created_at: Some(at(800)), ..shown.clone() };
    then(&filed, 800, Some(800));
    then(&ReportView { created_at: Some(at(950)), ..shown }, 900, Some(900));
    then(&ReportView { claimed_start: Some(at(700)), ..filed }, 700, Some(800));
}

#[test]
fn what_would_begin_after_it_ended_began_when_it_was_announced() {
    let ended = ReportView {
        claimed_start: Some(at(900)),
        resolved_at: Some(at(500)),
        created_at: Some(at(300)),
        first_shown_at: Some(at(400)),
        ..incident()
    };
    then(&ended, 300, Some(300));
    assert_eq!(ended.interval(), Interval { start: at(300), end: Some(at(500)) });
    let late = ReportView { created_at: Some(at(900)), first_shown_at: Some(at(800)), ..ended };
    then(&late, 500, Some(800));
    then(&ReportView { created_at: None, first_shown_at: None, ..late }, 500, None);
    let at_once = ReportView { claimed_start: Some(at(5)), resolved_at: Some(at(5)), ..incident() };
    then(&at_once, 5, None);
}

#[test]
fn planned_work_begins_when_it_is_planned_and_is_announced_no_later() {
    let filed_late = ReportView {
        planned_from: Some(at(600)),
        created_at: Some(at(700)),
        first_shown_at: Some(at(900)),
        ..work()
    };
    then(&filed_late, 600, Some(600));
    then(&ReportView { claimed_start: Some(at(650)), ..filed_late.clone() }, 650, Some(650));
    then(&ReportView { created_at: Some(at(100)), ..filed_late }, 600, Some(100));
}

#[test]
fn planned_work_that_was_called_off_before_its_start_has_no_later_beginning() {
    let cancelled = ReportView {
        planned_from: Some(at(5_000)),
        created_at: Some(at(100)),
        resolved_at: Some(at(1_200)),
        ..work()
    };
    then(&cancelled, 100, Some(100));
    let withdrawn = ReportView { resolved_at: None, withdrawn_at: Some(at(1_300)), ..cancelled };
    then(&withdrawn, 100, Some(100));
}

#[test]
fn a_plan_that_cannot_be_true_is_no_start() {
    let years_ahead = ReportView { planned_from: Some(at(3 * 366 * 86_400)), ..work() };
    then(&years_ahead, 1_000, None);
    let zero = Timestamp::from_seconds(0);
    then(&ReportView { planned_from: Some(zero), ..work() }, 1_000, None);
    let of_an_incident = ReportView { planned_from: Some(at(600)), ..incident() };
    then(&of_an_incident, 1_000, None);
}
