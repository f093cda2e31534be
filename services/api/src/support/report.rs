//! A builder of reports for tests.

use signalbook_domain::event::Inferred;
use signalbook_domain::{Impact, Phase, Position, ReportKind, Timestamp, Worded};
use signalbook_store::views::{AffectedView, ReportView, UpdateView};

use super::{at, id_of, page_of, slug};

pub(crate) struct Draft(ReportView);

/// A minor incident, open since 1 March 2026.
pub(crate) fn incident(provider: &str, number: u128) -> Draft {
    let provider = slug(provider);
    Draft(ReportView {
        id: id_of(number),
        kind: ReportKind::Incident,
        page: page_of(&provider),
        provider,
        external_id: format!("x{number}"),
        title: format!("Incident {number}"),
        impact: Impact::Minor,
        impact_raw: "minor".to_owned(),
        phase: Phase::Investigating,
        phase_raw: "investigating".to_owned(),
        url: Some(format!("https://stspg.example/{number}")),
        claimed_start: Some(at("2026-03-01T00:00:00Z")),
        created_at: None,
        first_shown_at: Some(at("2026-03-01T00:01:00Z")),
        detected_at: at("2026-03-01T00:02:00Z"),
        resolved_at: None,
        inferred: None,
        withdrawn_at: None,
        page_removed_at: None,
        planned_from: None,
        planned_until: None,
        backfilled: false,
        affected: Vec::new(),
        formerly_affected: Vec::new(),
        updates: Vec::new(),
        links: Vec::new(),
        position: Position(0),
    })
}

/// A future maintenance of one hour.
pub(crate) fn maintenance(provider: &str, number: u128) -> Draft {
    let Draft(mut view) = incident(provider, number);
    view.kind = ReportKind::Maintenance;
    view.impact = Impact::Maintenance;
    Draft(view).phase(Phase::Scheduled)
}

impl Draft {
    fn with(mut self, change: impl FnOnce(&mut ReportView)) -> Self {
        change(&mut self.0);
        self
    }

    pub(crate) fn titled(self, title: &str) -> Self {
        self.with(|view| view.title = title.to_owned())
    }

    pub(crate) fn url(self, url: &str) -> Self {
        self.with(|view| view.url = Some(url.to_owned()))
    }

    pub(crate) fn impact(self, impact: Impact) -> Self {
        self.with(|view| view.impact = impact)
    }

    pub(crate) fn phase(self, phase: Phase) -> Self {
        self.with(|view| (view.phase, view.phase_raw) = (phase, phase.word().to_owned()))
    }

    pub(crate) fn started(self, start: &str) -> Self {
        self.with(|view| {
            view.claimed_start = Some(at(start));
            view.planned_from = view.kind.is_maintenance().then(|| at(start));
        })
    }

    pub(crate) fn resolved(self, end: &str) -> Self {
        self.phase(Phase::Resolved).with(|view| view.resolved_at = Some(at(end)))
    }

    pub(crate) fn lasting(self, start: i64, seconds: i64) -> Self {
        let moment = |seconds| Timestamp::from_seconds(seconds).to_string();
        self.started(&moment(start)).resolved(&moment(start + seconds))
    }

    pub(crate) fn withdrawn(self, end: &str) -> Self {
        self.with(|view| view.withdrawn_at = Some(at(end)))
    }

    pub(crate) fn page_removed(self, end: &str) -> Self {
        self.with(|view| view.page_removed_at = Some(at(end)))
    }

    pub(crate) fn backfilled(self) -> Self {
        self.with(|view| view.backfilled = true)
    }

    pub(crate) fn affecting(self, name: &str, group: Option<&str>) -> Self {
        self.with(|view| {
            let (name, group) = (name.to_owned(), group.map(str::to_owned));
            view.affected.push(AffectedView { id: id_of(1), name, group });
        })
    }

    pub(crate) fn formerly_affecting(self, name: &str, group: Option<&str>) -> Self {
        self.with(|view| {
            let (name, group) = (name.to_owned(), group.map(str::to_owned));
            view.formerly_affected.push(AffectedView { id: id_of(2), name, group });
        })
    }

    /// Adds an unannounced end between the two moments.
    pub(crate) fn inferred(self, last_listed_at: &str, first_missing_at: &str) -> Self {
        let end = first_missing_at;
        let (last_listed_at, first_missing_at) = (at(last_listed_at), at(first_missing_at));
        let inferred = Inferred { last_listed_at, first_missing_at };
        self.resolved(end).with(|view| view.inferred = Some(inferred))
    }

    pub(crate) fn linked(self, url: &str) -> Self {
        self.with(|view| view.links.push(url.to_owned()))
    }

    pub(crate) fn update(self, id: &str, published_at: &str, body: &str) -> Self {
        self.with(|view| view.updates.push(update(Some(id), published_at, body)))
    }

    /// Adds a change of status without a text.
    pub(crate) fn silent(self, published_at: &str) -> Self {
        self.with(|view| view.updates.push(update(None, published_at, "")))
    }

    pub(crate) fn edited(self, id: &str) -> Self {
        self.with(|view| find(view, id).edited = true)
    }

    pub(crate) fn removed(self, id: &str) -> Self {
        self.with(|view| find(view, id).removed = true)
    }
}

impl From<Draft> for ReportView {
    fn from(draft: Draft) -> Self {
        draft.0
    }
}

fn update(id: Option<&str>, published_at: &str, body: &str) -> UpdateView {
    UpdateView {
        id: id.map(str::to_owned),
        phase: Phase::Investigating,
        published_at: Some(at(published_at)),
        observed_at: at(published_at),
        body: body.to_owned(),
        edited: false,
        removed: false,
    }
}

fn find<'a>(view: &'a mut ReportView, id: &str) -> &'a mut UpdateView {
    view.updates.iter_mut().find(|update| update.id.as_deref() == Some(id)).unwrap()
}
