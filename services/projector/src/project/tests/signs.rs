//! Signs of trouble and their start.

use signalbook_domain::snapshot::Indicator;

use super::*;

impl Scene {
    fn indicator(&mut self, level: Impact, seconds: i64) {
        let indicator =
            Indicator { level: Parsed::plain(level), description: "Some trouble".to_owned() };
        self.page(PageEvent::IndicatorChanged(indicator), seconds);
    }

    fn work_under_way(&mut self, names: &[&str], seconds: i64) {
        self.work(ReportChange::Opened(opened(Impact::Maintenance, names)), seconds);
        self.work(entered(Phase::InProgress), seconds);
    }

    /// The names of the signs, worst first.
    fn signs(&self) -> Vec<String> {
        self.provider().signs(page()).into_iter().map(|sign| sign.name).collect()
    }

    #[track_caller]
    fn then(&self, names: &[&str], since: Option<i64>, changed_at: Option<i64>) {
        assert_eq!(self.signs(), names);
        let page = self.own_page();
        let times = (page.signs_since, page.signs_changed_at);
        assert_eq!(times, (since.map(at), changed_at.map(at)));
    }
}

#[test]
fn a_component_that_is_not_well_is_a_sign_from_when_it_was_seen() {
    let mut scene = Scene::begin();
    scene.component("api", ComponentStatus::Operational, 20);
    scene.then(&[], None, None);
    let event = ComponentChange::StatusChanged { status: Parsed::plain(ComponentStatus::Degraded) };
    let event = ComponentEvent { change: event, vendor_updated_at: None };
    let times = Times { occurred_at: Some(at(-900)), ..seen(30) };
    scene.tell(component("api"), Event::Component(event), times);
    scene.then(&["api"], Some(30), Some(30));
    let sign = scene.provider().signs(page()).remove(0);
    assert_eq!(
        (sign.word.as_str(), sign.since, sign.id),
        ("degraded", at(30), Some(component("api").id))
    );

    scene.component("mail", ComponentStatus::MajorOutage, 40);
    scene.then(&["mail", "api"], Some(30), Some(40));
    scene.component("api", ComponentStatus::Operational, 50);
    scene.then(&["mail"], Some(30), Some(50));
    scene.component("mail", ComponentStatus::PartialOutage, 60);
    scene.then(&["mail"], Some(30), Some(60));
    scene.component_change("mail", ComponentChange::Removed, 70);
    scene.then(&[], None, Some(70));
    assert!(scene.provider().unwell.is_empty());
}

#[test]
fn a_sign_keeps_its_time_while_only_its_name_changes() {
    let mut scene = Scene::begin();
    scene.component("api", ComponentStatus::Degraded, 20);
    scene.component_change("api", ComponentChange::Renamed { name: "API".to_owned() }, 30);
    scene.component("api", ComponentStatus::Degraded, 35);
    scene.then(&["API"], Some(20), Some(20));
    assert_eq!(scene.provider().signs(page())[0].since, at(20));
}

#[test]
fn the_indicator_is_a_sign_unless_the_components_explain_it() {
    let mut scene = Scene::begin();
    scene.component("api", ComponentStatus::Operational, 20);
    scene.indicator(Impact::Minor, 30);
    scene.then(&["Some trouble"], Some(30), Some(30));
    scene.component("api", ComponentStatus::Maintenance, 40);
    scene.then(&[], None, Some(40));
    scene.component("mail", ComponentStatus::Degraded, 50);
    scene.then(&["Some trouble", "mail"], Some(50), Some(50));
    scene.indicator(Impact::None, 60);
    scene.then(&["mail"], Some(50), Some(60));
}

#[test]
fn what_planned_work_names_is_no_sign_while_it_is_under_way() {
    let mut scene = Scene::begin();
    scene.component("api", ComponentStatus::MajorOutage, 20);
    scene.indicator(Impact::Critical, 20);
    scene.then(&["Some trouble", "api"], Some(20), Some(20));
    scene.work_under_way(&["api"], 30);
    scene.then(&[], None, Some(30));
    let change = ReportChange::ComponentsChanged { affected: vec![affected("mail")] };
    scene.work(change, 40);
    scene.then(&["Some trouble", "api"], Some(40), Some(40));
    let change = ReportChange::ComponentsChanged { affected: vec![affected("api")] };
    scene.work(change, 50);
    scene.then(&[], None, Some(50));
    scene.work(entered(Phase::Completed), 60);
    scene.then(&["Some trouble", "api"], Some(60), Some(60));
}

#[test]
fn work_that_is_to_come_explains_nothing() {
    let mut scene = Scene::begin();
    scene.component("api", ComponentStatus::Degraded, 20);
    scene.work(ReportChange::Opened(opened(Impact::Maintenance, &["api"])), 30);
    scene.work(entered(Phase::Scheduled), 30);
    scene.then(&["api"], Some(20), Some(20));
}

#[test]
fn a_page_that_is_not_watched_shows_no_sign() {
    let mut scene = Scene::begin();
    scene.component("api", ComponentStatus::Degraded, 20);
    scene.page(PageEvent::Removed, 30);
    scene.then(&[], None, Some(30));
    scene.added(40);
    scene.then(&["api"], Some(40), Some(40));
}

#[test]
fn signs_that_end_had_lasted_since_no_incident_counted() {
    let mut scene = Scene::begin();
    let past = |scene: &Scene| {
        let spans = scene.own_page().signs_past.iter();
        spans.map(|span| (span.since, span.until)).collect::<Vec<_>>()
    };
    scene.component("api", ComponentStatus::Degraded, 20);
    scene.component("api", ComponentStatus::Operational, 50);
    assert_eq!(past(&scene), [(at(20), at(50))]);
    scene.component("api", ComponentStatus::Degraded, 60);
    scene.opened(70);
    scene.component("api", ComponentStatus::Operational, 80);
    assert_eq!(past(&scene), [(at(20), at(50))], "an incident said it better");
    scene.component("api", ComponentStatus::Degraded, 85);
    scene.entered(Phase::Resolved, 90);
    scene.component("api", ComponentStatus::Operational, 100);
    assert_eq!(past(&scene), [(at(20), at(50)), (at(90), at(100))]);
}

#[test]
fn no_incident_counts_since_the_last_that_did_was_seen_to_end() {
    let mut scene = Scene::begin();
    assert_eq!(scene.provider().clear_since, Some(at(10)));
    scene.change(ReportChange::Opened(opened(Impact::None, &[])), 20);
    scene.entered(Phase::Investigating, 20);
    assert_eq!(scene.provider().clear_since, Some(at(10)), "a notice is no trouble");
    scene.change(ReportChange::ImpactChanged { impact: Parsed::plain(Impact::Minor) }, 30);
    assert_eq!(scene.provider().clear_since, None);
    let ended = Times { occurred_at: Some(at(35)), ..seen(50) };
    scene.change_at(entered(Phase::Resolved), ended);
    assert_eq!(scene.provider().clear_since, Some(at(50)));
    scene.change(ReportChange::Withdrawn, 60);
    assert_eq!(scene.provider().clear_since, Some(at(50)));
    scene.work_under_way(&[], 70);
    assert_eq!(scene.provider().clear_since, Some(at(50)));
}

#[test]
fn a_sign_that_takes_the_place_of_another_in_one_observation_goes_on() {
    let mut scene = Scene::begin();
    scene.component("api", ComponentStatus::Degraded, 20);
    scene.component("api", ComponentStatus::Operational, 50);
    scene.component("mail", ComponentStatus::Degraded, 50);
    scene.then(&["mail"], Some(20), Some(50));
    assert!(scene.own_page().signs_past.is_empty());
    scene.component("mail", ComponentStatus::Operational, 60);
    scene.component("api", ComponentStatus::Degraded, 61);
    scene.then(&["api"], Some(61), Some(61));
}
