//! Whether everything that a good poll showed is told by now.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::backing::Leaf;
use super::shown::{ReportKey, ShownComponent, ShownReport};
use super::told::{Objection, Told, ToldComponent, ToldReport};

/// How a value was shown: whether it has to be told at once.
struct Sight<'a, T> {
    shown: &'a T,
    /// The document before said the same.
    settled: bool,
    /// The vendor says that it changed since the document before, or there was none.
    newer: bool,
}

/// Our id of a vendor's component.
pub(crate) fn component_id(page: Uuid, name: &str) -> Uuid {
    Uuid::new_v5(&page, format!("component\n{name}").as_bytes())
}

/// Compares what the documents of a poll show with what the log tells behind it.
///
/// A change counts at once, but for what a stale cache could say too (something is gone, or is
/// back at an earlier value without a newer time): that counts when two polls agree. When
/// vendors' times cannot be compared with our clock, two polls are waited for always: `patient` is
/// the id of the observation then.
pub(crate) fn compare(
    page: Uuid,
    leaves: &[Leaf<'_>],
    told: &Told,
    patient: Option<&str>,
) -> Result<(), Objection> {
    let mut reports: BTreeMap<&ReportKey, Sight<'_, ShownReport>> = BTreeMap::new();
    for leaf in leaves.iter().filter(|leaf| !leaf.stale) {
        for (key, shown) in &leaf.shown.reports {
            let before = leaf.before.and_then(|before| before.reports.get(key));
            let settled = before == Some(shown);
            let newer = before.is_some_and(|before| shown.updated > before.updated);
            reports.insert(key, Sight { shown, settled, newer });
        }
    }
    for (key, sight) in &reports {
        if sight.settled || patient.is_none() {
            let told = told.reports.get(*key).ok_or_else(|| format!("{key:?} is not told"))?;
            // What is back is compared from then on, and what it changed meanwhile waits again.
            if patient == Some(told.back_by.as_str()) {
                continue;
            }
            report(page, sight, told).map_err(|what| format!("{key:?}: {what}"))?;
        }
    }
    for leaf in leaves.iter().filter(|leaf| !leaf.stale) {
        components(leaf, told, patient.is_some())?;
        absences(leaf, told, &reports)?;
    }
    Ok(())
}

fn report(page: Uuid, sight: &Sight<'_, ShownReport>, told: &ToldReport) -> Result<(), Objection> {
    let shown = sight.shown;
    same("whether it is withdrawn", &told.withdrawn, &false)?;
    same("title", &told.title, &shown.title)?;
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
    let before = leaf.before.and_then(|before| before.components.as_ref());
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

/// What two documents in a row do not list although they would, has to be told as withdrawn.
fn absences(
    leaf: &Leaf<'_>,
    told: &Told,
    shown: &BTreeMap<&ReportKey, Sight<'_, ShownReport>>,
) -> Result<(), Objection> {
    let Some(before) = leaf.before else { return Ok(()) };
    for (family, claim) in &leaf.shown.claims {
        let earlier = before.claims.get(family).copied();
        let kept = told.reports.iter().find(|(key, told)| {
            key.0 == *family
                && !told.withdrawn
                && !shown.contains_key(key)
                && claim.covers(told.created)
                && earlier.is_some_and(|claim| claim.covers(told.created))
                && !before.reports.contains_key(*key)
                && before.page_time > told.seen
        });
        if let Some((key, _)) = kept {
            return Err(format!("the withdrawal of {key:?} is not told"));
        }
    }
    Ok(())
}

pub(crate) fn same<T: PartialEq + std::fmt::Debug>(
    what: &str,
    told: &T,
    shown: &T,
) -> Result<(), Objection> {
    if told == shown { Ok(()) } else { Err(format!("{what} is told as {told:?}, not {shown:?}")) }
}
