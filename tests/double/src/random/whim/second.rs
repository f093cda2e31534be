//! Second thoughts: what vendors do to what they have already said.

use jiff::Timestamp;

use super::{Second, Whim};
use crate::{Act, Page};

impl Whim {
    /// A second thought of this kind, if the page allows one.
    pub(super) fn think_again(
        &mut self,
        second: Second,
        page: &Page,
        now: Timestamp,
    ) -> Option<Act> {
        match second {
            Second::Edit => {
                let (incident, update) = self.pick_update(page)?;
                let body = Some(format!("{} (Corrected.)", self.body()));
                Some(Act::EditUpdate { incident, update, body, display_at: None })
            }
            Second::Redate => {
                let (incident, update) = self.pick_update(page)?;
                let display_at = Some(now - self.minutes(1..300));
                Some(Act::EditUpdate { incident, update, body: None, display_at })
            }
            Second::RemoveUpdate => {
                let (incident, update) = self.pick_update(page)?;
                (page.incident(&incident)?.updates.len() > 1)
                    .then_some(Act::RemoveUpdate { incident, update })
            }
            Second::Silently => {
                let incident = self.pick(page.unresolved())?.id.clone();
                Some(Act::SetStatus { incident, status: self.open_status() })
            }
            Second::Retitle => {
                let incident = self.pick(page.incidents.iter())?.id.clone();
                Some(Act::Retitle { incident, title: self.title().to_owned() })
            }
            Second::Impact => {
                let incident = self.pick(page.incidents.iter())?.id.clone();
                Some(Act::ChangeImpact { incident, impact: self.impact() })
            }
            Second::Components => {
                let incident = self.pick(page.incidents.iter())?.id.clone();
                Some(Act::ChangeComponents { incident, components: self.some_components(page) })
            }
            Second::Times => self.correct_times(page),
            Second::Delete => {
                let all = page.incidents.iter().chain(&page.maintenances);
                Some(Act::Delete { incident: self.pick(all)?.id.clone() })
            }
            Second::Restore => {
                Some(Act::Restore { incident: self.pick(page.deleted.iter())?.id.clone() })
            }
        }
    }

    fn correct_times(&mut self, page: &Page) -> Option<Act> {
        let incident = self.pick(page.incidents.iter())?;
        let started_at = Some(incident.started_at - self.minutes(1..30));
        let resolved_at = incident.resolved_at.map(|at| at - self.minutes(0..3));
        Some(Act::ChangeTimes { incident: incident.id.clone(), started_at, resolved_at })
    }
}
