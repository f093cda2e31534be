//! Incidents and maintenances, which have one shape.
//!
//! One that goes on and cannot be read whole is kept as far as it can be, under whatever
//! identifies it, since the page that shows it is not well; and where nothing does, it is at least
//! said that something goes on. One that is over is kept without its title or id too, or the end
//! of what was kept before would not be recorded; but if one of its lists is broken, that it is over
//! may be as wrong as the list is, and it is left out.

use std::collections::{BTreeMap, btree_map};

use serde_json::Value;
use signalbook_domain::snapshot::{ObservedReport, ObservedUpdate, Parsed};
use signalbook_domain::{Impact, Phase, ReportKind, Timestamp, Worded};

use super::Page;
use super::affected::Gathering;
use super::components::Catalog;
use super::identity::Identity;
use super::item::{Item, NoList};
use super::{updates, words};
use crate::json::type_of;
use crate::limits::{REPORTS_MAX, TITLE_CHARS_MAX, UPDATES_IN_ALL_MAX, UPDATES_MAX};
use crate::notes::Notes;

/// The reports of one list.
pub(super) struct Listed {
    /// Those that were read, whole or as far as they can be.
    pub(super) reports: Vec<ObservedReport>,
    /// Entries that are not known to be over and that nothing identifies, in words.
    pub(super) unidentified: Vec<String>,
    /// Whether each entry is certain to be one of `reports`, or is known to be none.
    pub(super) complete: bool,
}

/// What a report is read with.
pub(super) struct ListContext<'a> {
    pub(super) kind: ReportKind,
    pub(super) page: &'a Page,
    pub(super) catalog: &'a Catalog,
}

enum Entry {
    Report {
        report: Box<ObservedReport>,
        /// Whether every document shows it under this id.
        is_certain: bool,
    },
    /// A text that the vendor keeps for later; the page does not show it.
    Template,
    /// Over, and not to be relied on.
    Broken,
    /// Not known to be over, and nothing identifies it: which entry it is, and why.
    Unidentified(String),
}

/// Reads a list, whose order is kept.
pub(super) fn read(list: &[Value], context: &ListContext<'_>, notes: &mut Notes) -> Listed {
    let what = context.kind.word();
    let mut places = BTreeMap::<String, usize>::new();
    let mut listed = Listed { reports: Vec::new(), unidentified: Vec::new(), complete: true };
    let mut room = UPDATES_IN_ALL_MAX;
    if list.len() > REPORTS_MAX {
        let all = list.len();
        notes.add(format!("only the first {REPORTS_MAX} of {all} {what}s are kept"));
        listed.complete = false;
    }
    for (index, value) in list.iter().take(REPORTS_MAX).enumerate() {
        match read_one(value, index, context, room, notes) {
            Entry::Report { report, is_certain } => {
                listed.complete &= is_certain;
                match places.entry(report.external_id.clone()) {
                    btree_map::Entry::Vacant(place) => {
                        room -= report.updates.len();
                        place.insert(listed.reports.len());
                        listed.reports.push(*report);
                    }
                    btree_map::Entry::Occupied(place) => {
                        let id = place.key();
                        notes.add(format!("{what} `{id}` is listed twice: the newer one counts"));
                        let kept = &mut listed.reports[*place.get()];
                        if report.is_believed_over(kept) {
                            room = room + kept.updates.len() - report.updates.len();
                            *kept = *report;
                        }
                    }
                }
            }
            Entry::Template => {}
            Entry::Broken => listed.complete = false,
            Entry::Unidentified(words) => {
                listed.unidentified.push(words);
                listed.complete = false;
            }
        }
    }
    listed
}

fn read_one(
    value: &Value,
    index: usize,
    context: &ListContext<'_>,
    updates_max: usize,
    notes: &mut Notes,
) -> Entry {
    let what = context.kind.word();
    let label = format!("{what} number {}", index + 1);
    let Value::Object(fields) = value else {
        let flaw = format!("expected an object, found {}", type_of(value));
        notes.add(format!("{label} left out: {flaw}"));
        return Entry::Unidentified(format!("{label}: {flaw}"));
    };
    let mut item = Item::new(fields, label);
    let mut flaws = Vec::new();
    match item.id("id") {
        Ok(Some(id)) => item.label = format!("{what} `{id}`"),
        Ok(None) => flaws.push("it has no `id`".to_owned()),
        Err(reason) => flaws.push(format!("its `id` {reason}")),
    }
    let title = item.text("name", TITLE_CHARS_MAX, notes);
    if title.as_ref().is_some_and(|title| title.starts_with('_')) {
        notes.add(format!("{} left out: its name marks it as a template", item.label));
        return Entry::Template;
    }
    if title.is_none() {
        flaws.push("it has no `name`".to_owned());
    }
    let identity = Identity::of(&item, title.as_deref());
    let mut own = Notes::default();
    let mut broken = Vec::new();
    let report = facts(&item, &identity, context, updates_max, &mut broken, &mut own);
    let report = Box::new(ObservedReport { title, ..report });
    let is_relied_on = broken.is_empty() || goes_on(&item, &report);
    flaws.extend(broken);
    let is_kept = is_relied_on && identity.external_id().is_some();
    if let Some(flaw) = flaws.first().filter(|_| !is_kept) {
        return left_out(&item, &report, flaw, notes);
    }
    for flaw in flaws {
        notes.add(format!("{} kept as far as it can be read: {flaw}", item.label));
    }
    notes.append(own);
    Entry::Report { report, is_certain: identity.is_certain() }
}

/// What becomes of a report that is not kept, for its `flaw`.
fn left_out(item: &Item<'_>, report: &ObservedReport, flaw: &str, notes: &mut Notes) -> Entry {
    let label = &item.label;
    notes.add(format!("{label} left out: {flaw}"));
    if goes_on(item, report) {
        Entry::Unidentified(format!("{label}: {flaw}, and nothing else identifies it"))
    } else {
        Entry::Broken
    }
}

/// Whether the report may go on: by its status, and if that says nothing, unless it has an end.
fn goes_on(item: &Item<'_>, report: &ObservedReport) -> bool {
    let phase = report.status().value;
    if phase == Phase::Unknown { !item.has("resolved_at") } else { !phase.is_over() }
}

/// All that a report says but its title. What is no list is a flaw, and is not taken for an empty
/// one: that would tell removals.
fn facts(
    item: &Item<'_>,
    identity: &Identity,
    context: &ListContext<'_>,
    updates_max: usize,
    flaws: &mut Vec<String>,
    notes: &mut Notes,
) -> ObservedReport {
    let components = list_or_flaw(item, "components", flaws);
    let timeline = list_or_flaw(item, "incident_updates", flaws);
    let mut affected = Gathering::new(context.catalog, &item.label);
    affected.own(components.unwrap_or_default(), notes);
    let max = updates_max.min(UPDATES_MAX);
    let (updates, all_updates) =
        updates::read(timeline.unwrap_or_default(), max, &item.label, &mut affected, notes);
    // A list that is not there does not say that there is nothing any more.
    let updates_complete = all_updates && timeline.is_some();
    let (affected, affected_complete) = affected.found();
    let phase = words::phase(item.word("status", notes));
    let scheduled_for = item.time("scheduled_for", notes);
    let started_at = item.time("started_at", notes);
    let resolved_at = item.time("resolved_at", notes);
    ObservedReport {
        kind: context.kind,
        external_id: identity.external_id().unwrap_or_default().to_owned(),
        title: None,
        impact: impact(item, context.kind, notes),
        url: item.link("shortlink", notes).map(String::from).or_else(|| match identity {
            Identity::Own(id) => context.page.link(id),
            Identity::Derived(_) | Identity::Presumed(_) | Identity::Unknown => None,
        }),
        created_at: item.time("created_at", notes),
        started_at: match context.kind {
            ReportKind::Maintenance => began(phase.value, &updates, scheduled_for, started_at),
            ReportKind::Incident => started_at,
        },
        resolved_at: resolved_at.filter(|_| phase.value.is_over() || phase.value == Phase::Unknown),
        scheduled_for,
        scheduled_until: item.time("scheduled_until", notes),
        updated_at: item.time("updated_at", notes),
        phase,
        affected,
        affected_complete: affected_complete && components.is_some() && updates_complete,
        updates,
        updates_complete,
    }
}

fn list_or_flaw<'a>(item: &Item<'a>, key: &str, flaws: &mut Vec<String>) -> Option<&'a [Value]> {
    item.list(key).unwrap_or_else(|NoList(found)| {
        flaws.push(format!("expected `{key}` to be a list, found {found}"));
        None
    })
}

/// Planned work that does not say how bad it is, is planned work.
fn impact(item: &Item<'_>, kind: ReportKind, notes: &mut Notes) -> Parsed<Impact> {
    let raw = item.word("impact", notes);
    if raw.is_empty() && kind == ReportKind::Maintenance {
        return Parsed::plain(Impact::Maintenance);
    }
    words::impact(raw)
}

/// When planned work began. The platform fills `started_at` with the moment of filing, days ahead
/// of the work, so the update that announced the beginning is believed first, then the plan.
fn began(
    phase: Phase,
    updates: &[ObservedUpdate],
    scheduled_for: Option<Timestamp>,
    started_at: Option<Timestamp>,
) -> Option<Timestamp> {
    if !phase.is_under_way() && !phase.is_over() {
        return None;
    }
    let announced = updates.iter().filter(|update| update.phase.value.is_under_way());
    let announced = announced.filter_map(ObservedUpdate::shown_at).min();
    let planned = if phase == Phase::Cancelled { None } else { scheduled_for.or(started_at) };
    announced.or(planned)
}
