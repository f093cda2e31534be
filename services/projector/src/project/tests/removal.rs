//! The fate of open reports under unknown phases and removed pages.

use signalbook_domain::outage::Interval;
use signalbook_store::views::Keys;

use super::super::{touch, touch_open};
use super::*;

#[test]
fn an_unknown_phase_after_a_resolution_reopens_nothing() {
    let mut scene = Scene::begin();
    scene.opened(20);
    assert_eq!(scene.open(), [incident().id]);
    scene.entered(Phase::Resolved, 30);
    scene.entered(Phase::Unknown, 40);
    assert!(scene.open().is_empty());
    assert_eq!(scene.provider().last_ended_at, Some(at(30)));
    scene.entered(Phase::Monitoring, 50);
    assert_eq!(scene.open(), [incident().id], "an active phase reopens");
}

#[test]
fn an_unknown_phase_ends_nothing() {
    let mut scene = Scene::begin();
    scene.opened(20);
    scene.entered(Phase::Unknown, 30);
    assert_eq!(scene.open(), [incident().id]);
    assert_eq!(scene.provider().last_ended_at, None);
}

#[test]
fn the_last_end_is_the_latest_whatever_is_told_last() {
    let mut scene = Scene::begin();
    scene.opened(20);
    let ended = |occurred_at| Times { occurred_at: Some(occurred_at), ..seen(100) };
    scene.change_at(entered(Phase::Resolved), ended(at(90)));
    assert_eq!(scene.provider().last_ended_at, Some(at(90)));
    scene.entered(Phase::Monitoring, 100);
    scene.change_at(entered(Phase::Resolved), ended(at(40)));
    assert_eq!(scene.provider().last_ended_at, Some(at(90)));
    scene.entered(Phase::Monitoring, 100);
    scene.change_at(entered(Phase::Resolved), ended(at(400)));
    assert_eq!(scene.provider().last_ended_at, Some(at(100)), "nothing ends after we saw its end");
}

#[test]
fn the_end_of_what_made_it_nothing_but_up_is_no_end() {
    let mut scene = Scene::begin();
    scene.change(ReportChange::Opened(opened(Impact::None, &[])), 20);
    scene.entered(Phase::Resolved, 30);
    scene.work(ReportChange::Opened(opened(Impact::Maintenance, &[])), 40);
    scene.work(entered(Phase::Cancelled), 50);
    assert_eq!(scene.provider().last_ended_at, None);
    scene.work(entered(Phase::InProgress), 60);
    scene.work(entered(Phase::Cancelled), 70);
    assert_eq!(scene.provider().last_ended_at, Some(at(70)));
    scene.work(entered(Phase::Completed), 80);
    assert_eq!(scene.provider().last_ended_at, Some(at(80)), "seen only when it was over");
    scene.change(ReportChange::ImpactChanged { impact: Parsed::plain(Impact::Minor) }, 90);
    scene.change(ReportChange::Retimed { started_at: None, resolved_at: Some(at(85)) }, 90);
    assert_eq!(scene.provider().last_ended_at, Some(at(85)));
}

#[test]
fn what_is_open_when_its_page_is_removed_ends_there_until_the_page_is_added_again() {
    let mut scene = Scene::begin();
    scene.opened(20);
    assert_eq!(scene.provider().clear_since, None);
    scene.page(PageEvent::Removed, 50);
    assert_eq!(scene.own_page().removed_at, Some(at(50)));
    assert_eq!(scene.report().interval(), Interval { start: at(20), end: Some(at(50)) });
    let provider = scene.provider();
    assert_eq!((provider.clear_since, provider.last_ended_at), (Some(at(50)), Some(at(50))));

    scene.added(80);
    assert_eq!(scene.own_page().removed_at, None);
    assert_eq!(scene.report().interval(), Interval { start: at(20), end: None });
    assert_eq!(scene.provider().clear_since, None);
    scene.entered(Phase::Resolved, 90);
    assert_eq!(scene.report().interval().end, Some(at(90)));
    let provider = scene.provider();
    assert_eq!((provider.clear_since, provider.last_ended_at), (Some(at(90)), Some(at(90))));
}

#[test]
fn a_page_that_is_removed_touches_what_is_open_on_it_and_nothing_else() {
    let mut scene = Scene::begin();
    scene.opened(20);
    let of = |scene: &Scene, event| {
        let (stream, times) = (page_stream(), seen(30));
        let fact = Fact { stream, event: Event::Page(event), times, backfilled: false };
        let mut keys = Keys::default();
        touch(&mut keys, &fact);
        touch_open(&mut keys, &scene.0, &fact);
        keys.reports.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(of(&scene, PageEvent::Removed), [incident().id]);
    assert!(of(&scene, PageEvent::Readable).is_empty());
    let (subject, detail) = (work(), String::new());
    assert_eq!(of(&scene, PageEvent::Disagreement { subject, detail }), [work().id]);
    scene.entered(Phase::Resolved, 40);
    scene.page(PageEvent::Removed, 50);
    assert_eq!(scene.report().page_removed_at, None);
}
