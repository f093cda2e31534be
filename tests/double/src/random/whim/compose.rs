//! The acts that take more than one draw.

use jiff::{SignedDuration, Timestamp};

use super::{Rebuild, Whim};
use crate::{
    Act, ComponentStatus, Incident, NewComponent, Opening, Page, Posting, Scheduling, Status,
    random_id,
};

impl Whim {
    pub(super) fn open(&mut self, page: &Page, now: Timestamp) -> Act {
        let components = self.some_components(page);
        let status = self.open_status();
        let mut update = self.posting(status);
        if self.rng.bool() {
            for component in &components {
                update = update.affects(component, self.component_status());
            }
        }
        let started_at = match self.rng.u8(..4) {
            0 => now - self.minutes(1..90),
            1 => now + SignedDuration::from_millis(self.rng.i64(1..40)),
            _ => now - SignedDuration::from_millis(self.rng.i64(0..40)),
        };
        let id = random_id(&mut self.rng);
        let mut opening = Opening::new(id, self.title(), self.impact()).started_at(started_at);
        opening.components = components;
        Act::Open(opening.update(update))
    }

    /// An incident that is filed when it is already over, told in one update or in several.
    pub(super) fn retroactive(&mut self, page: &Page, now: Timestamp) -> Act {
        let ended_at = now - self.minutes(5..600);
        let started_at = ended_at - self.minutes(1..180);
        let id = random_id(&mut self.rng);
        let mut opening = Opening::new(id, self.title(), self.impact()).started_at(started_at);
        opening.components = self.some_components(page);
        if self.rng.bool() {
            let first = self.posting(Status::Investigating).display_at(started_at);
            opening = opening.update(first);
        }
        let last = self.posting(Status::Resolved).display_at(ended_at);
        Act::Open(opening.update(last))
    }

    pub(super) fn schedule(&mut self, page: &Page, now: Timestamp) -> Act {
        let window = self.window(now);
        Act::Schedule(Scheduling {
            id: random_id(&mut self.rng),
            title: format!("Planned work: {}", PLANS[self.rng.usize(..PLANS.len())]),
            window,
            components: self.some_components(page),
            update: Some(self.posting(Status::Scheduled)),
        })
    }

    /// The next step of a maintenance.
    pub(super) fn maintain(&mut self, page: &Page) -> Option<Act> {
        let is_open = |held: &&Incident| !held.status.is_closed();
        let held = self.pick(page.maintenances.iter().filter(is_open))?;
        let (status, on_components) = if held.status == Status::Scheduled {
            (Status::InProgress, Some(ComponentStatus::UnderMaintenance))
        } else if held.status == Status::InProgress && self.rng.bool() {
            (Status::Verifying, None)
        } else {
            (Status::Completed, Some(ComponentStatus::Operational))
        };
        let mut update = self.posting(status);
        for component in held.components.iter().filter(|_| on_components.is_some()) {
            let status = on_components.unwrap_or(ComponentStatus::Operational);
            update = update.affects(component, status);
        }
        Some(Act::post(&held.id, update))
    }

    /// A change of the components themselves.
    pub(super) fn rebuild(&mut self, rebuild: Rebuild, page: &Page) -> Option<Act> {
        let leaves: Vec<_> = page.components.iter().filter(|held| !held.is_group).collect();
        let chosen = leaves.get(self.rng.usize(..leaves.len().max(1)));
        match rebuild {
            Rebuild::Add => Some(Act::AddComponent(NewComponent {
                id: random_id(&mut self.rng),
                name: format!("Beta {}", self.rng.u8(1..9)),
                group_id: self.some_group(page),
                is_group: false,
            })),
            Rebuild::Move => {
                let group = self.some_group(page);
                let component = chosen.filter(|held| held.group_id != group)?.id.clone();
                Some(Act::Move { component, group })
            }
            Rebuild::Rename => {
                let component = chosen.filter(|held| !held.name.ends_with(NEW))?;
                let name = format!("{}{NEW}", component.name);
                Some(Act::Rename { component: component.id.clone(), name })
            }
            Rebuild::Remove => {
                let component = chosen.filter(|_| leaves.len() > 2)?.id.clone();
                Some(Act::RemoveComponent { component })
            }
            Rebuild::Set => {
                let component = chosen?;
                let status = match component.status {
                    ComponentStatus::Operational => self.component_status(),
                    ComponentStatus::UnderMaintenance
                    | ComponentStatus::DegradedPerformance
                    | ComponentStatus::PartialOutage
                    | ComponentStatus::MajorOutage
                    | ComponentStatus::Other(_) => ComponentStatus::Operational,
                };
                Some(Act::SetComponent { component: component.id.clone(), status })
            }
        }
    }

    /// An update for an open incident; now and then it says the last one's words again.
    pub(super) fn telling(&mut self, incident: &Incident) -> Posting {
        let status = self.open_status();
        let mut posting = self.posting(status);
        if let Some(last) = incident.updates.last().filter(|_| self.rng.u8(..6) == 0) {
            posting.body.clone_from(&last.body);
            posting.status = last.status;
        }
        posting
    }
}

const PLANS: [&str; 4] = ["new database", "network cabling", "certificate renewal", "version 9"];

/// What a renamed component is marked with.
const NEW: &str = " (new)";
