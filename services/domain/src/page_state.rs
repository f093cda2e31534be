//! The page state: the fold of all streams of one page.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::component::Component;
use crate::event::{Affected, Event, Fact, Group, PageEvent, ReportChange, ReportEvent, Times};
use crate::id::{PageId, ReportKind, Revision, Slug, StreamId, StreamKind};
use crate::page::Page;
use crate::report::{Lineage, Report};
use crate::snapshot::{ObservedAffected, ObservedGroup};
use crate::words::Phase;

/// The fold of every stream of one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageState {
    /// The provider of the page.
    pub provider: Slug,
    /// The id of the page.
    pub id: PageId,
    /// The page itself.
    pub page: Page,
    /// The components, by our id.
    pub components: BTreeMap<Uuid, Component>,
    /// The incidents and maintenances, by kind and our id.
    pub reports: BTreeMap<(ReportKind, Uuid), Report>,
    /// The number of events of each stream.
    revisions: BTreeMap<StreamId, Revision>,
    groups: BTreeMap<String, String>,
    /// Reports whose vendor id changed, by kind and new id.
    continued: BTreeMap<(ReportKind, String), Uuid>,
}

impl PageState {
    /// Creates the state of a page before its first event.
    pub fn new(provider: Slug, id: PageId) -> Self {
        Self {
            provider,
            id,
            page: Page::default(),
            components: BTreeMap::new(),
            reports: BTreeMap::new(),
            revisions: BTreeMap::new(),
            groups: BTreeMap::new(),
            continued: BTreeMap::new(),
        }
    }

    /// Returns the stream of the report with the vendor's id `external_id`.
    pub fn report_stream(&self, kind: ReportKind, external_id: &str) -> StreamId {
        match self.continued.get(&(kind, external_id.to_owned())) {
            Some(id) => StreamId::report(kind, &self.provider, *id),
            None => StreamId::of(kind, &self.provider, self.id, external_id),
        }
    }

    /// Returns the stream of the component with the vendor's id `external_id`.
    pub fn component_stream(&self, external_id: &str) -> StreamId {
        StreamId::of(StreamKind::Component, &self.provider, self.id, external_id)
    }

    /// Returns the stream of the page itself.
    pub fn page_stream(&self) -> StreamId {
        StreamId::page(&self.provider, self.id)
    }

    /// Returns the number of events of `stream`.
    pub fn revision(&self, stream: &StreamId) -> Revision {
        self.revisions.get(stream).copied().unwrap_or_default()
    }

    /// Returns the report of `stream`, if it has any events.
    pub fn report(&self, stream: &StreamId) -> Option<&Report> {
        self.reports.get(&(stream.report_kind()?, stream.id))
    }

    /// Returns the report with our id `id`, and its kind.
    pub fn report_by_id(&self, id: Uuid) -> Option<(ReportKind, &Report)> {
        [ReportKind::Incident, ReportKind::Maintenance]
            .into_iter()
            .find_map(|kind| Some((kind, self.reports.get(&(kind, id))?)))
    }

    /// Returns a report's component as the log names it, with the group's name if it is known.
    pub fn affected(&self, observed: &ObservedAffected) -> Affected {
        let group = observed.group.as_ref().and_then(|group| self.group(group));
        Affected {
            id: self.component_stream(&observed.external_id).id,
            name: observed.name.clone(),
            group: group.map(|group| group.name),
        }
    }

    /// Returns a group with its name, from the document or from earlier events.
    pub fn group(&self, observed: &ObservedGroup) -> Option<Group> {
        let name = observed.name.as_ref().or_else(|| self.groups.get(&observed.external_id))?;
        Some(Group { external_id: observed.external_id.clone(), name: name.clone() })
    }

    /// Whether an incident is open or planned work is under way.
    pub fn in_trouble(&self) -> bool {
        self.reports.iter().any(|((kind, _), report)| {
            let going_on = match kind {
                ReportKind::Maintenance => report.phase.value.is_under_way(),
                ReportKind::Incident => !report.is_over() && report.phase.value != Phase::Scheduled,
            };
            going_on && !report.withdrawn
        })
    }

    fn evolve_report(&mut self, key: (ReportKind, Uuid), event: &ReportEvent, times: &Times) {
        if let ReportChange::Continued { external_id } = &event.change {
            self.continued.insert((key.0, external_id.clone()), key.1);
        }
        let known = self.reports.remove(&key);
        if let Some(report) = Report::evolve(known, event, times) {
            self.reports.insert(key, report);
        }
    }

    /// Folds one fact.
    pub fn evolve(&mut self, fact: &Fact) {
        let id = fact.stream.id;
        match &fact.event {
            Event::Page(event) => {
                self.page = std::mem::take(&mut self.page).evolve(event, &fact.times);
                if let PageEvent::Replaced { .. } = event {
                    let reports = self.reports.values_mut();
                    reports.for_each(|report| report.lineage = Lineage::Replaced);
                }
            }
            Event::Component(event) => {
                let known = self.components.remove(&id);
                if let Some(component) = Component::evolve(known, event) {
                    if let Some(group) = &component.group {
                        self.groups.insert(group.external_id.clone(), group.name.clone());
                    }
                    self.components.insert(id, component);
                }
            }
            Event::Incident(event) => {
                self.evolve_report((ReportKind::Incident, id), event, &fact.times);
            }
            Event::Maintenance(event) => {
                self.evolve_report((ReportKind::Maintenance, id), event, &fact.times);
            }
        }
        self.count(&fact.stream);
    }

    /// Counts one more event of `stream`. It suffices for an event of which only the place is
    /// known.
    pub fn count(&mut self, stream: &StreamId) {
        match self.revisions.get_mut(stream) {
            Some(revision) => *revision = revision.next(),
            None => drop(self.revisions.insert(stream.clone(), Revision(1))),
        }
    }
}
