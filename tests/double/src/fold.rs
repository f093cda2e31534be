//! What each act does to the page.
//!
//! Rules taken from the platform:
//! - an update sets the incident's status, unless it is dated before the newest one;
//! - `resolved_at` is the time shown of the update that closed it, and goes when it is reopened;
//! - a postmortem changes neither `resolved_at` nor has it a time shown;
//! - `updated_at` of an object is the time of the last act that touched it.
//!
//! An act about something that does not exist is a mistake in the script and is refused, for an
//! oracle that silently ignores a mistyped id proves nothing.

mod components;
mod whole;

use jiff::Timestamp;

use crate::{
    Act, Impact, Incident, Opening, Page, Posting, Scheduling, Status, Update, life::to_millis,
};

/// A script that contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misstep {
    /// An act about an incident or a maintenance that the page does not have.
    #[error("no incident or maintenance `{0}` to act on")]
    UnknownIncident(String),
    /// An act about an update that the incident does not have.
    #[error("no update `{0}` to act on")]
    UnknownUpdate(String),
    /// An act about a component or group that the page does not have.
    #[error("no component `{0}` to act on")]
    UnknownComponent(String),
    /// An act that would give an id a second time.
    #[error("id `{0}` is taken")]
    TakenId(String),
}

impl Page {
    /// Does `act` to the page as of `at`.
    pub(crate) fn apply(&mut self, at: Timestamp, act: &Act) -> Result<(), Misstep> {
        match act {
            Act::Open(opening) => self.open(at, opening)?,
            Act::Schedule(scheduling) => self.schedule(at, scheduling)?,
            Act::Reschedule { maintenance, window, update } => {
                self.touch(at, maintenance)?.window = Some(*window);
                if let Some(update) = update {
                    self.post(at, maintenance, update)?;
                }
            }
            Act::Post { incident, update } => self.post(at, incident, update)?,
            Act::Remark { incident, update } => self.remark(at, incident, update)?,
            Act::EditUpdate { incident, update, body, display_at } => {
                let update = find_update(self.touch(at, incident)?, update)?;
                update.updated_at = at;
                if let Some(body) = body {
                    update.body.clone_from(body);
                }
                if let Some(display_at) = display_at
                    && update.status != Status::Postmortem
                {
                    update.display_at = Some(to_millis(*display_at));
                }
            }
            Act::RemoveUpdate { incident, update } => {
                let incident = self.touch(at, incident)?;
                find_update(incident, update)?;
                incident.updates.retain(|held| held.id != *update);
            }
            Act::SetStatus { incident, status } => {
                enter(self.touch(at, incident)?, *status, at);
            }
            Act::Retitle { incident, title } => self.touch(at, incident)?.title.clone_from(title),
            Act::ChangeImpact { incident, impact } => self.touch(at, incident)?.impact = *impact,
            Act::ChangeComponents { incident, components } => {
                self.check_components(components)?;
                self.touch(at, incident)?.components.clone_from(components);
            }
            Act::ChangeTimes { incident, started_at, resolved_at } => {
                let incident = self.touch(at, incident)?;
                if let Some(started_at) = started_at {
                    incident.started_at = to_millis(*started_at);
                }
                if let Some(resolved_at) = resolved_at {
                    incident.resolved_at = Some(to_millis(*resolved_at));
                }
            }
            Act::Delete { incident } => self.delete(at, incident)?,
            Act::Restore { incident } => self.restore(at, incident)?,
            Act::SetComponent { component, status } => {
                self.touch_component(at, component)?.status = *status;
            }
            Act::Rename { component, name } => {
                self.touch_component(at, component)?.name.clone_from(name);
            }
            Act::Move { component, group } => {
                self.check_components(group.as_slice())?;
                self.touch_component(at, component)?.group_id.clone_from(group);
            }
            Act::AddComponent(component) => self.add_component(at, component)?,
            Act::RemoveComponent { component } => self.remove_component(component)?,
            Act::SetIndicator { indicator } => self.indicator = *indicator,
            Act::Misprint { document, incident, misprint } => {
                self.misprint(*document, incident, *misprint)?;
            }
            Act::Rebuild { page_id } => self.rebuild(page_id),
        }
        self.updated_at = at;
        Ok(())
    }

    fn open(&mut self, at: Timestamp, opening: &Opening) -> Result<(), Misstep> {
        let created_at = opening.created_at.map_or(at, to_millis);
        self.file(Incident {
            id: opening.id.clone(),
            title: opening.title.clone(),
            status: opening.status,
            impact: opening.impact,
            started_at: opening.started_at.map_or(created_at, to_millis),
            created_at,
            updated_at: at,
            monitoring_at: None,
            resolved_at: None,
            components: opening.components.clone(),
            updates: Vec::new(),
            window: None,
        })?;
        for update in &opening.updates {
            self.post(at, &opening.id, update)?;
        }
        Ok(())
    }

    fn schedule(&mut self, at: Timestamp, scheduling: &Scheduling) -> Result<(), Misstep> {
        self.file(Incident {
            id: scheduling.id.clone(),
            title: scheduling.title.clone(),
            status: Status::Scheduled,
            impact: Impact::Maintenance,
            started_at: at,
            created_at: at,
            updated_at: at,
            monitoring_at: None,
            resolved_at: None,
            components: scheduling.components.clone(),
            updates: Vec::new(),
            window: Some(scheduling.window),
        })?;
        scheduling.update.iter().try_for_each(|update| self.post(at, &scheduling.id, update))
    }

    fn file(&mut self, incident: Incident) -> Result<(), Misstep> {
        let is_deleted = self.deleted.iter().any(|deleted| deleted.id == incident.id);
        if is_deleted || self.incident(&incident.id).is_some() {
            return Err(Misstep::TakenId(incident.id));
        }
        self.check_components(&incident.components)?;
        let shelf =
            if incident.window.is_some() { &mut self.maintenances } else { &mut self.incidents };
        shelf.push(incident);
        Ok(())
    }

    fn post(&mut self, at: Timestamp, incident: &str, posting: &Posting) -> Result<(), Misstep> {
        let update = self.update(at, incident, posting)?;
        let incident = self.touch(at, incident)?;
        let shown_at = update.shown_at();
        if incident.updates.iter().all(|earlier| earlier.shown_at() <= shown_at) {
            enter(incident, posting.status, shown_at);
        }
        incident.updates.push(update);
        Ok(())
    }

    fn remark(&mut self, at: Timestamp, incident: &str, posting: &Posting) -> Result<(), Misstep> {
        let update = self.update(at, incident, posting)?;
        self.touch(at, incident)?.updates.push(update);
        Ok(())
    }

    /// The update that is posted, with what it does to components done.
    fn update(
        &mut self,
        at: Timestamp,
        incident: &str,
        posting: &Posting,
    ) -> Result<Update, Misstep> {
        let mut affected = Vec::with_capacity(posting.affects.len());
        for (code, new_status) in &posting.affects {
            affected.push(self.set_component(at, code, *new_status)?);
        }
        let incident = self.touch(at, incident)?;
        if incident.updates.iter().any(|update| update.id == posting.id) {
            return Err(Misstep::TakenId(posting.id.clone()));
        }
        let display_at = match posting.status {
            Status::Postmortem => None,
            Status::Investigating
            | Status::Identified
            | Status::Monitoring
            | Status::Resolved
            | Status::Scheduled
            | Status::InProgress
            | Status::Verifying
            | Status::Completed
            | Status::Other(_) => Some(posting.display_at.map_or(at, to_millis)),
        };
        Ok(Update {
            id: posting.id.clone(),
            status: posting.status,
            body: posting.body.clone(),
            created_at: at,
            updated_at: at,
            display_at,
            affected,
        })
    }

    fn delete(&mut self, at: Timestamp, id: &str) -> Result<(), Misstep> {
        let incident = self.touch(at, id)?.clone();
        self.incidents.retain(|held| held.id != id);
        self.maintenances.retain(|held| held.id != id);
        self.deleted.push(incident);
        Ok(())
    }

    fn restore(&mut self, at: Timestamp, id: &str) -> Result<(), Misstep> {
        let position = self.deleted.iter().position(|deleted| deleted.id == id);
        let position = position.ok_or_else(|| Misstep::UnknownIncident(id.to_owned()))?;
        let mut incident = self.deleted.remove(position);
        incident.updated_at = at;
        // Its components may have been removed while it was away.
        incident.components.retain(|id| self.component(id).is_some());
        self.file(incident)
    }

    fn touch(&mut self, at: Timestamp, id: &str) -> Result<&mut Incident, Misstep> {
        let mut held = self.incidents.iter_mut().chain(&mut self.maintenances);
        let incident = held
            .find(|incident| incident.id == id)
            .ok_or_else(|| Misstep::UnknownIncident(id.to_owned()))?;
        incident.updated_at = at;
        Ok(incident)
    }
}

fn find_update<'a>(incident: &'a mut Incident, id: &str) -> Result<&'a mut Update, Misstep> {
    let mut updates = incident.updates.iter_mut();
    updates.find(|update| update.id == id).ok_or_else(|| Misstep::UnknownUpdate(id.to_owned()))
}

/// Brings an incident to a status as of `at`.
fn enter(incident: &mut Incident, status: Status, at: Timestamp) {
    match status {
        Status::Monitoring => {
            incident.monitoring_at = Some(at);
            incident.resolved_at = None;
        }
        Status::Resolved | Status::Completed => incident.resolved_at = Some(at),
        Status::Postmortem => {}
        Status::Investigating
        | Status::Identified
        | Status::Scheduled
        | Status::InProgress
        | Status::Verifying
        | Status::Other(_) => incident.resolved_at = None,
    }
    incident.status = status;
}
