//! Timelines, times, ends and affected components.

use super::*;

fn inferred(phase: Phase, last: i64, first: i64) -> ReportChange {
    ReportChange::Entered {
        phase: Parsed::plain(phase),
        update: None,
        body: String::new(),
        sets_phase: true,
        inferred: Some(ends_between(last, first)),
    }
}

fn ends_between(last: i64, first: i64) -> Inferred {
    Inferred { last_listed_at: at(last), first_missing_at: at(first) }
}

fn retimed(resolved: i64) -> ReportChange {
    ReportChange::Retimed { started_at: None, resolved_at: Some(at(resolved)) }
}

/// Times with `occurred` as the vendor's times.
fn shown(occurred: i64, observed: i64) -> Times {
    let moment = Some(at(occurred));
    Times { occurred_at: moment, published_at: moment, observed_at: at(observed) }
}

fn timeline(scene: &Scene) -> Vec<Option<&str>> {
    scene.report().updates.iter().map(|update| update.id.as_deref()).collect()
}

fn names(scene: &Scene) -> (Vec<&str>, Vec<&str>) {
    let report = scene.report();
    let affected = report.affected.iter().map(|one| one.name.as_str()).collect();
    let formerly = report.formerly_affected.iter().map(|one| one.name.as_str()).collect();
    (affected, formerly)
}

#[test]
fn an_end_that_nobody_announced_is_no_update_and_was_when_the_report_was_first_missed() {
    let mut scene = Scene::begin();
    scene.opened(20);
    scene.change(inferred(Phase::Resolved, 80, 110), 140);
    let report = scene.report();
    assert_eq!((report.phase, report.resolved_at), (Phase::Resolved, Some(at(110))));
    assert_eq!(report.inferred, Some(ends_between(80, 110)));
    assert_eq!(report.updates.len(), 1);
    assert!(scene.open().is_empty());
    let provider = scene.provider();
    assert_eq!((provider.last_ended_at, provider.clear_since), (Some(at(110)), Some(at(140))));
}

#[test]
fn an_inferred_end_is_one_no_more_when_the_vendor_says_another_or_opens_it_again() {
    let mut scene = Scene::begin();
    scene.opened(20);
    scene.change(inferred(Phase::Resolved, 80, 110), 140);
    scene.change(retimed(110), 150);
    assert!(scene.report().inferred.is_some(), "the vendor says the same");
    scene.change(retimed(100), 160);
    assert_eq!((scene.report().inferred, scene.report().resolved_at), (None, Some(at(100))));

    scene.change(inferred(Phase::Resolved, 170, 180), 190);
    scene.change(posted("u2", Phase::Monitoring, false), 200);
    assert!(scene.report().inferred.is_some(), "it sets no phase");
    scene.change(posted("u3", Phase::Monitoring, true), 210);
    assert_eq!((scene.report().inferred, scene.report().resolved_at), (None, None));
    assert_eq!(scene.open(), [incident().id]);
}

#[test]
fn an_update_that_says_again_what_it_said_stands_once() {
    let mut scene = Scene::begin();
    scene.opened(20);
    scene.change(posted("u1", Phase::Resolved, false), 30);
    assert_eq!(
        (timeline(&scene), scene.report().phase),
        (vec![None, Some("u1")], Phase::Investigating)
    );
    scene.change(posted("u1", Phase::Resolved, true), 40);
    assert_eq!((timeline(&scene), scene.report().phase), (vec![None, Some("u1")], Phase::Resolved));
    scene.change(ReportChange::UpdateRemoved { update: "u1".to_owned() }, 50);
    scene.change(posted("u1", Phase::Resolved, true), 60);
    assert_eq!(timeline(&scene), [None, Some("u1"), Some("u1")], "it was taken away in between");
    scene.entered(Phase::Monitoring, 70);
    assert_eq!(timeline(&scene), [None, Some("u1"), Some("u1"), None]);
}

#[test]
fn it_is_announced_by_its_first_update_or_its_filing_and_begins_then_without_a_start() {
    let mut scene = Scene::begin();
    let created = Opened { created_at: Some(at(-50)), ..opened(Impact::Minor, &[]) };
    scene.change(ReportChange::Opened(created), 20);
    assert_eq!(scene.report().created_at, Some(at(-50)));
    scene.change_at(posted("u1", Phase::Investigating, true), shown(-40, 20));
    assert_eq!(scene.report().announced_at(), Some(at(-50)));
    scene.change_at(posted("u2", Phase::Identified, false), shown(-60, 20));
    assert_eq!(scene.report().announced_at(), Some(at(-60)));
    assert_eq!(scene.provider().open[&incident().id].started_at, at(-60));
}

#[test]
fn times_that_cannot_be_true_are_neither_starts_nor_ends() {
    let (zero, years) = (Timestamp::from_seconds(0), at(3 * 366 * 86_400));
    for wrong in [zero, years] {
        let mut scene = Scene::begin();
        let created = Opened { created_at: Some(wrong), ..opened(Impact::Minor, &[]) };
        let times = Times { occurred_at: Some(wrong), published_at: Some(wrong), ..seen(20) };
        scene.change_at(ReportChange::Opened(created), times);
        scene.change_at(posted("u1", Phase::Investigating, true), times);
        let report = scene.report();
        assert_eq!((report.started_at(), report.announced_at()), (at(20), None), "{wrong}");
        assert_eq!(report.updates[0].published_at, Some(wrong), "it is kept as it was written");
        scene.change_at(entered(Phase::Resolved), times);
        assert_eq!(scene.report().resolved_at, Some(at(20)));
        let change = ReportChange::Retimed { started_at: Some(wrong), resolved_at: Some(wrong) };
        scene.change(change, 30);
        let report = scene.report();
        assert_eq!((report.claimed_start, report.resolved_at), (None, None), "{wrong}");
    }
}

#[test]
fn work_under_way_began_when_it_was_said_to_and_work_to_come_when_it_is_planned() {
    let mut scene = Scene::begin();
    let planned = Planned { from: Some(at(500)), until: None };
    let announced = Opened { planned, ..opened(Impact::Maintenance, &["api"]) };
    scene.work(ReportChange::Opened(announced), 20);
    scene.work(entered(Phase::Scheduled), 20);
    assert_eq!(scene.provider().open[&work().id].started_at, at(500));
    scene.work(entered(Phase::InProgress), 450);
    let open = &scene.provider().open[&work().id];
    assert_eq!(open.started_at, at(450));
    assert!(open.named.contains(&component("api").id));
}

#[test]
fn a_component_that_the_vendor_takes_off_was_affected_before() {
    let mut scene = Scene::begin();
    scene.change(ReportChange::Opened(opened(Impact::Minor, &["api", "mail"])), 20);
    assert_eq!(names(&scene), (vec!["api", "mail"], vec![]));
    let now = |names: &[&str]| ReportChange::ComponentsChanged {
        affected: names.iter().map(|name| affected(name)).collect(),
    };
    scene.change(now(&["mail", "chat"]), 30);
    assert_eq!(names(&scene), (vec!["mail", "chat"], vec!["api"]));
    scene.change(now(&[]), 40);
    assert_eq!(names(&scene), (vec![], vec!["api", "mail", "chat"]));
    scene.change(now(&["api"]), 50);
    assert_eq!(names(&scene), (vec!["api"], vec!["mail", "chat"]));
}

#[test]
fn a_component_that_has_another_id_on_a_new_page_was_not_taken_off() {
    let mut scene = Scene::begin();
    scene.change(ReportChange::Opened(opened(Impact::Minor, &["api", "mail"])), 20);
    let again = Affected { id: component("of the new page").id, ..affected("api") };
    scene.change(ReportChange::ComponentsChanged { affected: vec![again] }, 30);
    assert_eq!(names(&scene), (vec!["api"], vec!["mail"]));
}

#[test]
fn a_report_that_goes_on_under_another_id_keeps_its_place() {
    let mut scene = Scene::begin();
    scene.opened(20);
    scene.change(ReportChange::Continued { external_id: "i2".to_owned() }, 30);
    assert_eq!(scene.report().external_id, "i2");
    assert_eq!((scene.open(), scene.0.reports.len()), (vec![incident().id], 1));
}
