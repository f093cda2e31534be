//! What a vendor's page shows, said shortly.

use signalbook_domain::snapshot::{
    Coverage, ObservedAffected, ObservedComponent, ObservedGroup, ObservedReport, ObservedUpdate,
    Parsed, Snapshot,
};
use signalbook_domain::{ComponentStatus, Document, Impact, Phase, ReportKind, Timestamp, Worded};

/// One document of the page.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) snapshot: Snapshot,
    pub(crate) moved_to: Option<String>,
}

/// A document that shows these reports, would show every other, and says nothing of components.
pub(crate) fn page(reports: impl IntoIterator<Item = Shown>) -> Page {
    let snapshot = Snapshot {
        document: Document::Incidents,
        page_name: None,
        page_id: None,
        indicator: None,
        unidentified: Vec::new(),
        page_updated_at: None,
        components: None,
        components_complete: true,
        reports: reports.into_iter().map(|shown| shown.0).collect(),
        coverage: vec![
            (ReportKind::Incident, Coverage::Everything),
            (ReportKind::Maintenance, Coverage::Everything),
        ],
        skipped: Vec::new(),
        skipped_more: 0,
    };
    Page { snapshot, moved_to: None }
}

impl Page {
    pub(crate) fn of(mut self, document: Document) -> Self {
        self.snapshot.document = document;
        self
    }

    pub(crate) fn covering(mut self, coverage: Coverage) -> Self {
        self.snapshot.coverage = vec![(ReportKind::Incident, coverage)];
        self
    }

    /// A list of which not every entry could be read.
    pub(crate) fn covering_nothing(mut self) -> Self {
        self.snapshot.coverage.clear();
        self
    }

    pub(crate) fn updated(mut self, at: Timestamp) -> Self {
        self.snapshot.page_updated_at = Some(at);
        self
    }

    pub(crate) fn moved(mut self, url: &str) -> Self {
        self.moved_to = Some(url.to_owned());
        self
    }
}

impl From<Shown> for Page {
    fn from(shown: Shown) -> Self {
        page([shown])
    }
}

/// A document that shows these components and no report.
impl<const N: usize> From<[ShownComponent; N]> for Page {
    fn from(components: [ShownComponent; N]) -> Self {
        let mut shown = page([]).of(Document::Summary);
        shown.snapshot.components = Some(components.map(|shown| shown.0).to_vec());
        shown
    }
}

fn said<T: Worded>(raw: &str, unknown: T) -> Parsed<T> {
    let word = raw.to_ascii_lowercase();
    Parsed { value: T::from_word(&word).unwrap_or(unknown), raw: raw.to_owned() }
}

/// An incident or maintenance as a document shows it.
#[derive(Clone, Debug)]
pub(crate) struct Shown(pub(crate) ObservedReport);

/// A minor incident without a status of its own, times or updates.
pub(crate) fn incident(external_id: &str) -> Shown {
    Shown(ObservedReport {
        kind: ReportKind::Incident,
        external_id: external_id.to_owned(),
        title: Some("Slow searches".to_owned()),
        phase: said("", Phase::Unknown),
        impact: Parsed::plain(Impact::Minor),
        url: None,
        created_at: None,
        started_at: None,
        resolved_at: None,
        scheduled_for: None,
        scheduled_until: None,
        updated_at: None,
        affected: Vec::new(),
        affected_complete: true,
        updates: Vec::new(),
        updates_complete: true,
    })
}

/// Planned work.
pub(crate) fn maintenance(external_id: &str) -> Shown {
    let Shown(facts) = incident(external_id);
    let impact = Parsed::plain(Impact::Maintenance);
    Shown(ObservedReport { kind: ReportKind::Maintenance, impact, ..facts })
}

impl Shown {
    pub(crate) fn status(mut self, raw: &str) -> Self {
        self.0.phase = said(raw, Phase::Unknown);
        self
    }

    pub(crate) fn impact(mut self, raw: &str) -> Self {
        self.0.impact = said(raw, Impact::Unknown);
        self
    }

    pub(crate) fn titled(mut self, title: &str) -> Self {
        self.0.title = Some(title.to_owned());
        self
    }

    pub(crate) fn created(mut self, at: Timestamp) -> Self {
        self.0.created_at = Some(at);
        self
    }

    pub(crate) fn started(mut self, at: Timestamp) -> Self {
        self.0.started_at = Some(at);
        self
    }

    pub(crate) fn resolved(mut self, at: Timestamp) -> Self {
        self.0.resolved_at = Some(at);
        self
    }

    /// The vendor's time of its last change.
    pub(crate) fn updated(mut self, at: Timestamp) -> Self {
        self.0.updated_at = Some(at);
        self
    }

    pub(crate) fn planned(mut self, from: Timestamp, until: Timestamp) -> Self {
        self.0.scheduled_for = Some(from);
        self.0.scheduled_until = Some(until);
        self
    }

    pub(crate) fn affects<const N: usize>(mut self, components: [&str; N]) -> Self {
        let affected = |id: &str| ObservedAffected {
            external_id: id.to_owned(),
            name: id.to_uppercase(),
            group: None,
        };
        self.0.affected = components.map(affected).to_vec();
        self
    }

    /// One more entry above the timeline (documents list the newest first).
    pub(crate) fn update(self, id: &str, phase: &str, body: &str, at: Timestamp) -> Self {
        self.entry(Some(id.to_owned()), phase, body, at)
    }

    /// The same without an id.
    pub(crate) fn nameless(self, phase: &str, body: &str, at: Timestamp) -> Self {
        self.entry(None, phase, body, at)
    }

    fn entry(mut self, id: Option<String>, phase: &str, body: &str, at: Timestamp) -> Self {
        let update = ObservedUpdate {
            external_id: id,
            phase: said(phase, Phase::Unknown),
            body: body.to_owned(),
            display_at: Some(at),
            created_at: Some(at),
            updated_at: None,
        };
        self.0.updates.insert(0, update);
        self
    }
}

/// A component as a document shows it.
#[derive(Clone, Debug)]
pub(crate) struct ShownComponent(ObservedComponent);

/// A component that works.
pub(crate) fn component(external_id: &str) -> ShownComponent {
    ShownComponent(ObservedComponent {
        external_id: external_id.to_owned(),
        name: Some(external_id.to_uppercase()),
        group: None,
        status: Parsed::plain(ComponentStatus::Operational),
        updated_at: None,
    })
}

impl ShownComponent {
    pub(crate) fn status(mut self, raw: &str) -> Self {
        self.0.status = said(raw, ComponentStatus::Unknown);
        self
    }

    pub(crate) fn named(mut self, name: &str) -> Self {
        self.0.name = Some(name.to_owned());
        self
    }

    pub(crate) fn nameless(mut self) -> Self {
        self.0.name = None;
        self
    }

    /// In a group, whose name not every document gives.
    pub(crate) fn within(mut self, group: &str, name: Option<&str>) -> Self {
        let name = name.map(str::to_owned);
        self.0.group = Some(ObservedGroup { external_id: group.to_owned(), name });
        self
    }

    pub(crate) fn updated(mut self, at: Timestamp) -> Self {
        self.0.updated_at = Some(at);
        self
    }
}
