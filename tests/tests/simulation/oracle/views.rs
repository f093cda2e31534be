//! Whether the views show what the log tells, and what the vendors show.

use std::collections::{BTreeMap, BTreeSet};

use signalbook_domain::outage::Window;
use signalbook_domain::{ReportKind, Slug, Timestamp, Worded as _};
use signalbook_store::views::{
    ComponentView, ProviderView, ReportQuery, ReportView, SharedViews, StatusInterval,
};
use uuid::Uuid;

use super::PageOracle;
use super::shown::{Family, Micros, ShownReport, is_over};
use super::told::{Objection, ToldReport};
use super::truth::same;
use super::words::our_word;

/// Everything that the views hold of one provider.
#[derive(Debug, PartialEq)]
pub(crate) struct Held {
    provider: Option<ProviderView>,
    reports: BTreeMap<Uuid, ReportView>,
    components: BTreeMap<Uuid, (ComponentView, Vec<StatusInterval>)>,
}

impl Held {
    pub(crate) async fn read(views: &SharedViews, provider: &str) -> Self {
        let slug: Slug = provider.parse().unwrap();
        let mut reports = BTreeMap::new();
        for kind in [ReportKind::Incident, ReportKind::Maintenance] {
            let query = ReportQuery {
                provider: slug.clone(),
                kind,
                window: Window { since: None, until: None },
                after: None,
                limit: 10_000,
            };
            let found = views.reports(&query).await.unwrap();
            reports.extend(found.into_iter().map(|view| (view.id, view)));
        }
        let mut components = BTreeMap::new();
        for component in views.components(&slug).await.unwrap() {
            let intervals = views.intervals(component.id, 1_000).await.unwrap();
            components.insert(component.id, (component, intervals));
        }
        Self { provider: views.provider(&slug).await.unwrap(), reports, components }
    }

    /// Compares them with what the oracle has heard of the page.
    pub(crate) fn compare(&self, page: &PageOracle) -> Result<(), Objection> {
        let told: BTreeSet<Uuid> = page.told.reports.values().map(|told| told.id).collect();
        same("reports", &self.reports.keys().copied().collect(), &told)?;
        for (key, told) in &page.told.reports {
            let view = &self.reports[&told.id];
            report(view, told).map_err(|what| format!("view of {key:?}: {what}"))?;
            same("the vendor's id", &view.external_id, &key.1)?;
        }
        for (name, told) in &page.told.components {
            let view = self.components.get(&told.id);
            let (view, _) = view.ok_or_else(|| format!("component {name} has no view"))?;
            let group = told.group.as_ref().map(|(_, name)| name.clone());
            let seen = (&view.name, &view.status_raw, &view.group, view.present);
            let heard = (&told.name, &told.status, &group, told.present);
            same(&format!("view of component {name}"), &seen, &heard)?;
            same("the word for it", &view.status.word(), &our_word(&told.status))?;
        }
        self.compare_provider(page)
    }

    fn compare_provider(&self, page: &PageOracle) -> Result<(), Objection> {
        let Some(provider) = &self.provider else { return Err("no such provider".to_owned()) };
        let open = page.told.reports.values().filter(|told| !told.withdrawn);
        let open = open.filter(|told| match our_word(&told.phase) {
            // What we cannot understand neither ends nor reopens anything.
            "unknown" => self.reports[&told.id].resolved_at.is_none(),
            _ => !is_over(&told.phase),
        });
        let open: BTreeSet<Uuid> = open.map(|told| told.id).collect();
        same("what is open", &provider.open.keys().copied().collect(), &open)?;
        let view = provider.pages.values().next().ok_or("the provider has no page")?;
        same("whether it is watched", &view.watched, &page.watched)?;
        if page.watched {
            same("the page's health", &view.health().word(), &page.health.word())?;
            let unread = view.unread.iter().filter_map(|unread| unread.document.known()).collect();
            same("what cannot be read", &page.health.unread(), &unread)?;
            let indicator = view.indicator.as_ref().map(|indicator| indicator.raw.as_str());
            same("the word at the top", &indicator, &page.sign.word())?;
            let disagreements = view.disagreements.keys().copied().collect();
            same("contradictions", &page.standing.told(&page.told), &disagreements)?;
        }
        Ok(())
    }

    /// Compares the times of what the last documents show: the vendor's, not ours.
    pub(crate) fn compare_times(&self, page: &PageOracle) -> Result<(), Objection> {
        for copy in page.newest_read() {
            let reports = copy.shown.reports.iter();
            for (key, shown) in reports.filter(|(key, _)| !copy.outranked.contains(*key)) {
                let Some(told) = page.told.reports.get(key) else { continue };
                // What waits for a second poll is not told yet.
                let is_told = !told.withdrawn && told.phase == shown.status;
                let Some(view) = self.reports.get(&told.id).filter(|_| is_told) else { continue };
                times(key.0, view, shown).map_err(|what| format!("view of {key:?}: {what}"))?;
            }
        }
        Ok(())
    }
}

fn report(view: &ReportView, told: &ToldReport) -> Result<(), Objection> {
    same("title", &view.title, &told.title)?;
    same("impact", &view.impact_raw, &told.impact)?;
    same("phase", &view.phase_raw, &told.phase)?;
    same("the word for the phase", &view.phase.word(), &our_word(&told.phase))?;
    same("the word for the impact", &view.impact.word(), &our_word(&told.impact))?;
    same("history", &view.backfilled, &told.backfilled)?;
    same("whether its end is inferred", &view.inferred.is_some(), &told.inferred)?;
    same("whether it is withdrawn", &view.withdrawn_at.is_some(), &told.withdrawn)?;
    same("components", &view.affected.iter().map(|one| one.id).collect(), &told.affected)?;
    same("links", &view.links.iter().cloned().collect(), &told.links)?;
    let planned = [view.planned_from, view.planned_until].map(|at| at.map(Timestamp::micros));
    same("window", &planned, &[told.planned.0, told.planned.1])?;
    let there = view.updates.iter().filter(|update| !update.removed);
    let there: Vec<_> = there.filter_map(|update| Some((update.id.clone()?, update))).collect();
    same("the number of updates", &there.len(), &told.updates.len())?;
    for (id, update) in &there {
        let known = told.updates.get(id).ok_or_else(|| format!("update {id} was not told"))?;
        same("an update's text", &update.body, &known.body)?;
        same("an update's phase", &update.phase.word(), &our_word(&known.phase))?;
        same("an update's time", &update.published_at.map(Timestamp::micros), &known.at)?;
    }
    let shown_at = view.updates.iter().map(|one| one.published_at.unwrap_or(one.observed_at));
    same("whether the timeline is in order", &shown_at.is_sorted(), &true)
}

fn times(family: Family, view: &ReportView, shown: &ShownReport) -> Result<(), Objection> {
    let seen = |at: Option<Timestamp>| at.map(Timestamp::micros);
    let started: Option<Micros> = match family {
        Family::Incident => shown.began(),
        Family::Maintenance => seen(view.claimed_start),
    };
    same("the beginning", &seen(view.claimed_start), &started)?;
    let ended = match our_word(&shown.status) {
        // What we cannot understand neither ends nor reopens anything.
        "unknown" => seen(view.resolved_at),
        _ if is_over(&shown.status) => shown.resolved,
        _ => None,
    };
    same("the end", &seen(view.resolved_at), &ended)
}
