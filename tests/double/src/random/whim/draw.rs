//! Single draws: a text, a word, a moment, something that is on the page.

use jiff::{SignedDuration, Timestamp};

use super::Whim;
use crate::{ComponentStatus, Impact, Incident, Page, Posting, Status, Window, random_id};

const TITLES: [&str; 8] = [
    "Requests are slow",
    "Some uploads fail",
    "Sign-in does not work for everyone",
    "Webhooks arrive late",
    "Search shows old results",
    "Errors in the console",
    "Exports are stuck",
    "Pages load without pictures",
];

const BODIES: [&str; 8] = [
    "We have heard of trouble and are looking into it.",
    "We know the cause and work on the repair.",
    "The repair is out and we are watching.",
    "There is nothing new to report yet.",
    "It is getting better, but it is not over.<br />Thank you for your patience.",
    "One region is still slow; see <a href=\"https://status.example.com\">the overview</a>.",
    "We took the last change back & restarted the workers.",
    "A supplier of ours has trouble. Größere Störung beim Zulieferer.",
];

impl Whim {
    pub(super) fn posting(&mut self, status: Status) -> Posting {
        let body = self.body();
        Posting::new(random_id(&mut self.rng), status, body)
    }

    pub(super) fn pick<'a>(
        &mut self,
        from: impl Iterator<Item = &'a Incident>,
    ) -> Option<&'a Incident> {
        let all: Vec<&Incident> = from.collect();
        (!all.is_empty()).then(|| all[self.rng.usize(..all.len())])
    }

    pub(super) fn pick_update(&mut self, page: &Page) -> Option<(String, String)> {
        let incident = self.pick(page.incidents.iter())?;
        let position = self.rng.usize(..incident.updates.len().max(1));
        let update = incident.updates.get(position)?;
        Some((incident.id.clone(), update.id.clone()))
    }

    pub(super) fn some_components(&mut self, page: &Page) -> Vec<String> {
        let mut ids: Vec<String> = page
            .components
            .iter()
            .filter(|held| !held.is_group)
            .map(|held| held.id.clone())
            .collect();
        self.rng.shuffle(&mut ids);
        ids.truncate(self.rng.usize(0..=3));
        ids
    }

    pub(super) fn some_group(&mut self, page: &Page) -> Option<String> {
        let groups: Vec<_> = page.components.iter().filter(|held| held.is_group).collect();
        groups.get(self.rng.usize(..=groups.len())).map(|group| group.id.clone())
    }

    pub(super) fn window(&mut self, now: Timestamp) -> Window {
        let from = now + self.minutes(60..6000);
        Window { from, until: from + self.minutes(30..300) }
    }

    pub(super) fn minutes(&mut self, range: std::ops::Range<i64>) -> SignedDuration {
        SignedDuration::from_mins(self.rng.i64(range))
    }

    pub(super) fn title(&mut self) -> &'static str {
        TITLES[self.rng.usize(..TITLES.len())]
    }

    pub(super) fn body(&mut self) -> &'static str {
        BODIES[self.rng.usize(..BODIES.len())]
    }

    pub(super) fn open_status(&mut self) -> Status {
        [Status::Investigating, Status::Identified, Status::Monitoring][self.rng.usize(..3)]
    }

    pub(super) fn impact(&mut self) -> Impact {
        let impacts = [Impact::Minor, Impact::Minor, Impact::Major, Impact::Critical, Impact::None];
        impacts[self.rng.usize(..impacts.len())]
    }

    pub(super) fn component_status(&mut self) -> ComponentStatus {
        [
            ComponentStatus::DegradedPerformance,
            ComponentStatus::PartialOutage,
            ComponentStatus::MajorOutage,
        ][self.rng.usize(..3)]
    }
}
