//! A provider with its pages, its open reports and its components that are not operational.
//!
//! These are facts only. The status depends on the time as well, and `signalbook_domain::status`
//! derives it when it is asked for.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use signalbook_domain::status::{
    Open, Sign, SignKind, component_counts, component_impact, indicator_counts,
};
use signalbook_domain::{ComponentStatus, Impact, PageId, Phase, ReportKind, Slug, Timestamp};
use uuid::Uuid;

use super::page::{IndicatorView, PageView};

/// One provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderView {
    /// The short name.
    pub slug: Slug,
    /// The name.
    pub name: String,
    /// Its pages.
    pub pages: BTreeMap<PageId, PageView>,
    /// The incidents and planned maintenances that are not over.
    pub open: BTreeMap<Uuid, OpenReport>,
    /// The components on its pages that are not operational.
    pub unwell: BTreeMap<Uuid, UnwellComponent>,
    /// Since when, by our polls, no open incident on a watched page counts as an outage; none while
    /// one does.
    pub clear_since: Option<Timestamp>,
    /// When one of its pages was first read.
    pub first_read_at: Option<Timestamp>,
    /// When the last of the incidents and maintenances ended that had made the status other than
    /// up.
    pub last_ended_at: Option<Timestamp>,
}

/// A component that is not operational.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnwellComponent {
    /// The page that lists it.
    pub page: PageId,
    /// The name.
    pub name: String,
    /// The group's name.
    pub group: Option<String>,
    /// The current status.
    pub status: ComponentStatus,
    /// The vendor's word for the status.
    pub status_raw: String,
    /// When one of our polls first saw the word.
    pub seen_at: Timestamp,
}

/// A report that is not over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenReport {
    /// Whether it is an incident or a maintenance.
    pub kind: ReportKind,
    /// The page that lists it.
    pub page: PageId,
    /// The title.
    pub title: String,
    /// The impact.
    pub impact: Impact,
    /// The current phase.
    pub phase: Phase,
    /// When it began or is planned to begin.
    pub started_at: Timestamp,
    /// The components that planned work names; empty for an incident.
    pub named: BTreeSet<Uuid>,
}

impl OpenReport {
    /// The facts that the status depends on.
    pub fn facts(&self) -> Open {
        let Self { page, kind, impact, phase, started_at, .. } = *self;
        Open { page, kind, impact, phase, started_at }
    }
}

impl ProviderView {
    /// Creates a provider of which nothing is known yet.
    pub fn new(slug: Slug, name: String, now: Timestamp) -> Self {
        Self {
            slug,
            name,
            pages: BTreeMap::new(),
            open: BTreeMap::new(),
            unwell: BTreeMap::new(),
            clear_since: Some(now),
            first_read_at: None,
            last_ended_at: None,
        }
    }

    /// Whether `page` is watched.
    pub fn watches(&self, page: PageId) -> bool {
        self.pages.get(&page).is_some_and(|page| page.watched)
    }

    /// The signs of trouble that count on `page` if it can be read, worst first.
    pub fn signs(&self, page: PageId) -> Vec<Sign> {
        let (indicator, components) = self.counted(page);
        let mut signs: Vec<Sign> = indicator.into_iter().map(IndicatorView::sign).collect();
        signs.extend(components.into_iter().map(|(id, component)| component.sign(id)));
        Sign::sort(&mut signs);
        signs
    }

    /// The key of each sign of `page`: the component, if the sign is one, and the vendor's word.
    pub fn sign_words(&self, page: PageId) -> Vec<(Option<Uuid>, &str)> {
        let (indicator, components) = self.counted(page);
        let indicator = indicator.into_iter().map(|one| (None, one.raw.as_str()));
        let components =
            components.into_iter().map(|(id, one)| (Some(id), one.status_raw.as_str()));
        indicator.chain(components).collect()
    }

    /// The indicator and the components of `page` that count as signs.
    fn counted(&self, page: PageId) -> (Option<&IndicatorView>, Vec<(Uuid, &UnwellComponent)>) {
        let Some(view) = self.pages.get(&page).filter(|view| view.watched) else {
            return (None, Vec::new());
        };
        let under_way = |open: &&OpenReport| {
            open.page == page && open.kind.is_maintenance() && open.phase.is_under_way()
        };
        let works = self.open.values().filter(under_way);
        let in_work: BTreeSet<Uuid> = works.flat_map(|work| work.named.iter().copied()).collect();
        let unwell = self.unwell.iter().filter(|(_, component)| component.page == page);
        let (components, others): (Vec<_>, Vec<_>) = unwell
            .map(|(id, component)| (*id, component))
            .partition(|(id, component)| component_counts(component.status, in_work.contains(id)));
        let (signs, others) = (components.len(), others.len());
        let indicator = view.indicator.as_ref();
        let indicator =
            indicator.filter(|indicator| indicator_counts(indicator.level, signs, others));
        (indicator, components)
    }
}

impl UnwellComponent {
    fn sign(&self, id: Uuid) -> Sign {
        Sign {
            kind: SignKind::Component,
            id: Some(id),
            name: self.name.clone(),
            group: self.group.clone(),
            word: self.status_raw.clone(),
            impact: component_impact(self.status),
            since: self.seen_at,
        }
    }
}
