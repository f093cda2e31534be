//! Whether everything that a good poll showed is told by now.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::backing::Leaf;
use super::belief::Copy;
use super::shown::{ReportKey, ShownComponent, ShownReport};
use super::told::{Known, Objection, Told, ToldComponent, ToldReport};

/// How a report was shown by the document that is believed: whether it has to be told at once.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Sight<'a> {
    pub(crate) shown: &'a ShownReport,
    /// The document before said the same and was believed, and nothing was told since.
    settled: bool,
    /// The vendor says that it changed since the document before.
    newer: bool,
    /// The vendor says that it changed since any document that was known, or it was not known.
    news: bool,
    /// Another document, of which not all could be read, shows another status.
    pub(crate) mixed: bool,
}

/// What is believed of the reports that the documents of a poll show.
pub(crate) struct Sights<'a> {
    reports: BTreeMap<&'a ReportKey, Sight<'a>>,
    /// Vendors' times cannot be compared with our clock: the id of the observation.
    patient: Option<&'a str>,
}

impl<'a> Sights<'a> {
    pub(crate) fn new(
        leaves: &[Leaf<'a>],
        told: &Told,
        known: &BTreeMap<Uuid, Known>,
        patient: Option<&'a str>,
    ) -> Self {
        let mut reports: BTreeMap<&ReportKey, Sight<'_>> = BTreeMap::new();
        for leaf in leaves.iter().filter(|leaf| !leaf.stale) {
            for (key, shown) in leaf.shown.reports.iter().filter(|(key, _)| leaf.believes(key)) {
                let is_accepted = |before: &&Copy| {
                    ![&before.outranked, &before.mixed].iter().any(|set| set.contains(key))
                };
                let copy = leaf.before.filter(is_accepted);
                let before = copy.and_then(|before| before.shown.reports.get(key));
                let known = told.reports.get(key).and_then(|told| known.get(&told.id));
                let told_in = known.map(|known| known.told_in);
                let since = told_in > copy.map(|copy| copy.turn);
                let settled = before == Some(shown) && !since;
                let news = known.is_none_or(|known| shown.updated > known.updated);
                let other: Option<&ShownReport> = reports.get(key).map(|other| other.shown);
                let mixed = other.is_some_and(|other| other.status != shown.status);
                // Components that are taken off the page leave a report without touching it.
                let newer = before.is_some_and(|before| shown.updated > before.updated)
                    && other.is_none_or(|other| other.affected == shown.affected);
                let sight = Sight { shown, settled, newer, news, mixed };
                let is_older = other.is_some_and(|other| other.updated > shown.updated)
                    || known.is_some_and(|known| known.updated > shown.updated);
                if !is_older {
                    reports.insert(key, sight);
                }
            }
        }
        Self { reports, patient }
    }

    /// Of what reports different statuses are shown, and neither is believed.
    pub(crate) fn mixed(&self) -> BTreeSet<ReportKey> {
        let mixed = self.reports.iter().filter(|(_, sight)| sight.mixed);
        mixed.map(|(key, _)| (*key).clone()).collect()
    }

    pub(crate) fn of(&self, key: &ReportKey) -> Option<&Sight<'a>> {
        self.reports.get(key)
    }

    /// Whether everything that is seen of a report has to be told by now. A change counts at once,
    /// but for what a stale cache could say too (something is gone, or is back at an earlier value
    /// without a newer time): that counts when two polls agree. When vendors' times cannot be
    /// compared with our clock, two polls are waited for always.
    pub(crate) fn has_to_be_told(&self, sight: &Sight<'_>) -> bool {
        !sight.mixed && (sight.settled || (self.patient.is_none() && sight.news))
    }
}

/// Our id of a vendor's component.
pub(crate) fn component_id(page: Uuid, name: &str) -> Uuid {
    Uuid::new_v5(&page, format!("component\n{name}").as_bytes())
}

/// Compares what the documents of a poll show with what the log tells behind it.
pub(crate) fn compare(
    page: Uuid,
    leaves: &[Leaf<'_>],
    told: &Told,
    sights: &Sights<'_>,
) -> Result<(), Objection> {
    for (key, sight) in &sights.reports {
        if sights.has_to_be_told(sight) {
            let told = told.reports.get(*key).ok_or_else(|| format!("{key:?} is not told"))?;
            // What is back is compared from then on, and what it changed meanwhile waits again.
            if sights.patient == Some(told.back_by.as_str()) {
                continue;
            }
            report(page, sight, told).map_err(|what| format!("{key:?}: {what}"))?;
        }
    }
    for leaf in leaves.iter().filter(|leaf| !leaf.stale) {
        components(leaf, told, sights.patient.is_some())?;
        absences(leaf, told)?;
    }
    Ok(())
}

fn report(page: Uuid, sight: &Sight<'_>, told: &ToldReport) -> Result<(), Objection> {
    let shown = &told.named(sight.shown);
    same("whether it is withdrawn", &told.withdrawn, &false)?;
    // A title that cannot be read is not a new one.
    same("title", &told.title, shown.title.as_ref().unwrap_or(&told.title))?;
    same("impact", &told.impact, &shown.impact)?;
    same("status", &told.phase, &shown.status)?;
    same("window", &told.planned, &shown.planned)?;
    if sight.settled || shown.updated > told.broken {
        updates(shown, told)?;
    }
    // What is behind a broken part may have changed in between, and then waits for a second poll.
    let news = sight.newer && shown.updated > told.broken;
    if shown.affected_complete && (sight.settled || news) {
        let affected = shown.affected.iter().map(|name| component_id(page, name)).collect();
        same("components", &told.affected, &affected)?;
    }
    Ok(())
}

fn updates(shown: &ShownReport, told: &ToldReport) -> Result<(), Objection> {
    for (id, update) in &shown.updates {
        let known = told.updates.get(id).ok_or_else(|| format!("update {id} is not told"))?;
        same("an update's phase", &known.phase, &update.status)?;
        same("an update's text", &known.body, &update.body)?;
        same("an update's time", &known.at, &update.at)?;
    }
    let gone = told.updates.keys().find(|id| !shown.updates.contains_key(*id));
    if let Some(gone) = gone.filter(|_| shown.updates_complete) {
        return Err(format!("the removal of update {gone} is not told"));
    }
    Ok(())
}

fn components(leaf: &Leaf<'_>, told: &Told, patient: bool) -> Result<(), Objection> {
    let Some((all, complete)) = &leaf.shown.components else { return Ok(()) };
    let before = leaf.before.filter(|_| leaf.is_folded());
    let before = before.and_then(|before| before.shown.components.as_ref());
    for (name, shown) in all {
        let settled = before.is_some_and(|(all, _)| all.get(name) == Some(shown));
        if settled || !patient {
            let told = told.components.get(name);
            let told = told.ok_or_else(|| format!("component {name} is not told"))?;
            component(shown, told).map_err(|what| format!("component {name}: {what}"))?;
        }
    }
    let gone_before =
        |name: &String| before.is_some_and(|(all, complete)| *complete && !all.contains_key(name));
    let kept = told.components.iter().find(|(name, told)| {
        *complete && told.present && !all.contains_key(*name) && gone_before(name)
    });
    kept.map_or(Ok(()), |(name, _)| Err(format!("the removal of component {name} is not told")))
}

fn component(shown: &ShownComponent, told: &ToldComponent) -> Result<(), Objection> {
    same("whether it is there", &told.present, &true)?;
    same("name", &told.name, &shown.name)?;
    same("status", &told.status, &shown.status)?;
    if shown.group.as_ref().is_none_or(|(_, name)| !name.is_empty()) {
        same("group", &told.group, &shown.group)?;
    }
    Ok(())
}

/// What two readings of a document do not list although they would, has to be told as withdrawn,
/// unless the document of all that goes on lists it.
fn absences(leaf: &Leaf<'_>, told: &Told) -> Result<(), Objection> {
    let Some(before) = leaf.before.filter(|_| leaf.is_folded()) else { return Ok(()) };
    match leaf.now.missed(leaf.shown, told).intersection(&before.missed).next() {
        None => Ok(()),
        Some(key) => Err(format!("the withdrawal of {key:?} is not told")),
    }
}

pub(crate) fn same<T: PartialEq + std::fmt::Debug>(
    what: &str,
    told: &T,
    shown: &T,
) -> Result<(), Objection> {
    if told == shown { Ok(()) } else { Err(format!("{what} is told as {told:?}, not {shown:?}")) }
}
