use std::collections::BTreeMap;

use super::*;
use crate::{ComponentStatus, Document, Impact, Incident, is_vendor_id};

#[test]
fn every_vendor_has_a_past_of_closed_incidents_and_stood_healthy_an_hour_ago() {
    let cast = Cast::new(1, now());
    assert!(cast.lives().len() >= 8);
    for (slug, life) in cast.lives() {
        let page = life.at(after(now(), -3600));
        assert!((4..=12).contains(&page.incidents.len()), "{slug}");
        assert!(page.incidents.iter().all(|incident| incident.status.is_closed()), "{slug}");
        assert!(page.maintenances.iter().all(|held| held.status == Status::Completed), "{slug}");
        let healthy = ComponentStatus::Operational;
        assert!(page.components.iter().all(|held| page.shown_status(held) == healthy), "{slug}");
        assert!(page.incidents.iter().all(|held| !held.components.is_empty()), "{slug}");
        assert!(is_vendor_id(&page.id));
        assert_eq!(life.at(Timestamp::MAX), life.at(now()), "{slug} has no future yet");
    }
}

#[test]
fn when_the_play_begins_one_vendor_hides_its_trouble_and_another_is_nearly_over_its_own() {
    for seed in 1..20 {
        let mut cast = Cast::new(seed, now());
        assert_eq!(cast.troubled(), [pages::WITHOUT_HISTORY]);
        let mut at = now();
        while at < after(now(), 120) {
            let shown = |player: &Player| player.life.at(at);
            let hidden = cast.players.iter().map(shown).filter(hides_trouble).count();
            assert!(hidden >= 1, "everybody who is not well says so after {at}");
            cast.next(at);
            at = after(at, 3);
        }
        let pages: Vec<Page> = cast.players.iter().map(|player| player.life.at(at)).collect();
        let mut ended = pages.iter().flat_map(|page| &page.incidents).filter(|incident| {
            incident.created_at < now() && incident.resolved_at.is_some_and(|end| end >= now())
        });
        let lasted = ended.next().and_then(|incident| incident.resolved_at).unwrap();
        assert!(lasted <= after(now(), 20), "it is seen to end soon, and ended at {lasted}");
        assert_eq!(ended.next(), None);
    }
}

#[test]
fn a_vendor_that_hides_its_trouble_gets_over_it_and_others_do_the_same_later() {
    let mut cast = Cast::new(1, now());
    let mut hidden = std::collections::BTreeSet::new();
    let mut at = now();
    while at < after(now(), 3600) {
        let (slug, _) = cast.next(at);
        at = after(at, 3);
        let player = cast.players.iter().find(|player| player.vendor.slug == slug).unwrap();
        if hides_trouble(&player.life.at(at)) {
            assert!(player.plot.is_some(), "nothing will make {slug} well again");
            hidden.insert(slug);
        }
    }
    assert!(hidden.len() > 1, "{hidden:?}");
}

#[test]
fn pages_fail_in_their_own_ways_whatever_goes_on_behind_them() {
    let failing = |slug: &str, document| {
        let failing = (0..400).map(move |acts| {
            let of = pages::faults(acts).find(|(at, of, _)| (*at, *of) == (slug, document));
            of.unwrap().2.is_some()
        });
        failing.collect::<Vec<bool>>()
    };
    let list = failing(pages::WITHOUT_HISTORY, Some(Document::Incidents));
    assert!(list.into_iter().all(|fails| fails), "it was never there");
    let list = failing("stackmoor", Some(Document::ScheduledMaintenances));
    assert!(list[..60].iter().all(|fails| *fails), "for some minutes from the start");
    assert!(list.contains(&false), "it comes back");
    let whole = failing("voxlane", None);
    assert!(!whole[0] && whole.contains(&true));
    assert!(whole.iter().filter(|fails| **fails).count() < 150, "mostly it can be read");
    let served: Vec<String> = Cast::new(1, now()).lives().into_iter().map(|life| life.0).collect();
    assert!(pages::faults(0).all(|(slug, ..)| served.iter().any(|known| known == slug)));
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

/// Whether a component is not well, and no report is open that says so.
fn hides_trouble(page: &Page) -> bool {
    let is_unwell = |status| status != ComponentStatus::Operational;
    !is_troubled(page) && page.components.iter().any(|held| is_unwell(held.status))
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
