use std::collections::BTreeMap;

use super::*;
use crate::{Impact, Incident, is_vendor_id};

#[test]
fn every_vendor_has_a_past_of_closed_incidents_and_stands_healthy() {
    let cast = Cast::new(1, now());
    assert!(cast.lives().len() >= 8);
    for (slug, life) in cast.lives() {
        let page = life.at(now());
        assert!((4..=12).contains(&page.incidents.len()), "{slug}");
        assert!(page.incidents.iter().all(|incident| incident.status.is_closed()), "{slug}");
        assert!(page.maintenances.iter().all(|held| held.status == Status::Completed), "{slug}");
        let healthy = crate::ComponentStatus::Operational;
        assert!(page.components.iter().all(|held| page.shown_status(held) == healthy), "{slug}");
        assert!(page.incidents.iter().all(|held| !held.components.is_empty()), "{slug}");
        assert!(is_vendor_id(&page.id));
        assert_eq!(life.at(Timestamp::MAX), page, "{slug} has no future yet");
    }
}

#[test]
fn the_past_is_the_same_for_the_same_seed() {
    assert_eq!(Cast::new(4, now()).lives(), Cast::new(4, now()).lives());
    assert_ne!(Cast::new(4, now()).lives(), Cast::new(5, now()).lives());
}

#[test]
fn an_hour_on_stage_is_plausible_at_every_second_call() {
    for (seed, step_seconds) in [(1, 1), (2, 2), (3, 3), (4, 4)] {
        let mut cast = Cast::new(seed, now());
        let mut lives: BTreeMap<String, Life> = cast.lives().into_iter().collect();
        let mut kinds = std::collections::BTreeSet::new();
        let mut at = now();
        while at < after(now(), 3600) {
            let (slug, act) = cast.next(at);
            kinds.insert(format!("{:?}", std::mem::discriminant(&act)));
            lives.get_mut(&slug).unwrap().push(at, act);
            at = after(at, step_seconds);
            assert!(cast.troubled().len() <= TROUBLED_MAX);
        }
        assert!(kinds.len() >= 4, "{kinds:?}");
        let pages: Vec<Page> = lives.values().map(|life| life.at(Timestamp::MAX)).collect();
        assert!(pages.iter().filter(|page| is_troubled(page)).count() <= TROUBLED_MAX);
        let lived = pages.iter().flat_map(|page| &page.incidents).filter_map(lifetime_on_stage);
        let lived: Vec<i64> = lived.collect();
        assert!(lived.len() > 30, "only {} incidents in an hour", lived.len());
        assert!(lived.iter().all(|seconds| (20..=60).contains(seconds)), "{lived:?}");
    }
}

#[test]
fn the_stories_name_components_that_exist() {
    for vendor in &vendors::ALL {
        let known: Vec<&str> =
            vendor.groups.iter().flat_map(|(_, parts)| *parts).copied().collect();
        for story in vendor.stories {
            assert!(story.components.iter().all(|part| known.contains(part)), "{}", story.title);
            assert!(story.impact != Impact::Maintenance);
        }
    }
}

fn is_troubled(page: &Page) -> bool {
    let mut held = page.incidents.iter().chain(&page.maintenances);
    held.any(|incident| !incident.status.is_closed())
}

/// How long an incident of the play was open.
fn lifetime_on_stage(incident: &Incident) -> Option<i64> {
    (incident.created_at >= now())
        .then(|| Some(incident.resolved_at?.as_second() - incident.created_at.as_second()))
        .flatten()
}

fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}
