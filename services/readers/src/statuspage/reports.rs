//! Incidents and maintenances, which share one format.
//!
//! An open report that is partly unreadable is kept under whatever identifies it, since its page
//! has trouble; without an identity it is at least listed as unidentified. A closed report is kept
//! without its title or id too, or the end of a known report would not be recorded. If one of its
//! lists is broken, its end may be wrong as well, and it is left out.

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

pub(super) struct Listed {
    /// The reports that were read, fully or in part.
    pub(super) reports: Vec<ObservedReport>,
    /// Descriptions of entries that have no identity and are not known to be over.
    pub(super) unidentified: Vec<String>,
    /// Whether each entry is certain to be one of `reports`, or known to be no report.
    pub(super) complete: bool,
}

/// The context in which a report is read.
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
    /// A vendor's draft, which the page does not show.
    Template,
    /// Over, but unreliable.
    Broken,
    /// Not known to be over and without identity: its label and the flaw.
    Unidentified(String),
}

/// Reads a list in document order.
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

/// Classifies a report that is not kept because of its `flaw`.
fn left_out(item: &Item<'_>, report: &ObservedReport, flaw: &str, notes: &mut Notes) -> Entry {
    let label = &item.label;
    notes.add(format!("{label} left out: {flaw}"));
    if goes_on(item, report) {
        Entry::Unidentified(format!("{label}: {flaw}, and nothing else identifies it"))
    } else {
        Entry::Broken
    }
}

/// Whether the report may be open: by its status or, if that is unknown, by the lack of an end.
fn goes_on(item: &Item<'_>, report: &ObservedReport) -> bool {
    let phase = report.status().value;
    if phase == Phase::Unknown { !item.has("resolved_at") } else { !phase.is_over() }
}

/// Reads everything but the title. A value that should be a list is a flaw, not an empty list,
/// which would mean removals.
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
    // A missing list does not mean that there are no more updates.
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

/// A maintenance without an impact has the impact `maintenance`.
fn impact(item: &Item<'_>, kind: ReportKind, notes: &mut Notes) -> Parsed<Impact> {
    let raw = item.word("impact", notes);
    if raw.is_empty() && kind == ReportKind::Maintenance {
        return Parsed::plain(Impact::Maintenance);
    }
    words::impact(raw)
}

/// Returns when a maintenance began. The platform fills `started_at` with the time of filing, days
/// ahead of the work, so the update that announced the start takes precedence, then the plan.
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
