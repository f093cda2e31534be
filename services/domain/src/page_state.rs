//! All that is known of one page: the fold of its streams.

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
    /// Whose page it is.
    pub provider: Slug,
    /// Its id.
    pub id: PageId,
    /// The page itself.
    pub page: Page,
    /// Its components, by our id.
    pub components: BTreeMap<Uuid, Component>,
    /// Its incidents and maintenances, by stream.
    pub reports: BTreeMap<(ReportKind, Uuid), Report>,
    /// How many events each stream has.
    revisions: BTreeMap<StreamId, Revision>,
    groups: BTreeMap<String, String>,
    /// Reports that the vendor calls otherwise than at first, by kind and the new id.
    continued: BTreeMap<(ReportKind, String), Uuid>,
}

impl PageState {
    /// What is known of a page before its first event.
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

    /// The stream of the report that the vendor calls `external_id`.
    pub fn report_stream(&self, kind: ReportKind, external_id: &str) -> StreamId {
        match self.continued.get(&(kind, external_id.to_owned())) {
            Some(id) => StreamId::report(kind, &self.provider, *id),
            None => StreamId::of(kind, &self.provider, self.id, external_id),
        }
    }

    /// The stream of the component that the vendor calls `external_id`.
    pub fn component_stream(&self, external_id: &str) -> StreamId {
        StreamId::of(StreamKind::Component, &self.provider, self.id, external_id)
    }

    /// The stream of the page itself.
    pub fn page_stream(&self) -> StreamId {
        StreamId::page(&self.provider, self.id)
    }

    /// How many events `stream` has.
    pub fn revision(&self, stream: &StreamId) -> Revision {
        self.revisions.get(stream).copied().unwrap_or_default()
    }

    /// The report of `stream`, if it was ever heard of.
    pub fn report(&self, stream: &StreamId) -> Option<&Report> {
        self.reports.get(&(stream.report_kind()?, stream.id))
    }

    /// The report with our id `id`, and its kind.
    pub fn report_by_id(&self, id: Uuid) -> Option<(ReportKind, &Report)> {
        [ReportKind::Incident, ReportKind::Maintenance]
            .into_iter()
            .find_map(|kind| Some((kind, self.reports.get(&(kind, id))?)))
    }

    /// A report's component as the log names it, with the group's name where it is known.
    pub fn affected(&self, observed: &ObservedAffected) -> Affected {
        let group = observed.group.as_ref().and_then(|group| self.group(group));
        Affected {
            id: self.component_stream(&observed.external_id).id,
            name: observed.name.clone(),
            group: group.map(|group| group.name),
        }
    }

    /// A group with its name, from the document or from what is known of it.
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

    /// Folds one fact in.
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

    /// Counts one more event of `stream`; this alone for one of which nothing is known but its place.
    pub fn count(&mut self, stream: &StreamId) {
        match self.revisions.get_mut(stream) {
            Some(revision) => *revision = revision.next(),
            None => drop(self.revisions.insert(stream.clone(), Revision(1))),
        }
    }
}
