//! Incidents and maintenances, which have one shape.

use std::collections::BTreeSet;

use serde_json::Value;
use signalbook_domain::snapshot::{ReportFacts, Said, UpdateFacts};
use signalbook_domain::{Impact, Phase, StreamKind, Timestamp, Worded};

use super::Page;
use super::affected::Gathering;
use super::components::Catalog;
use super::item::{Item, NoList};
use super::{updates, words};
use crate::limits::{REPORTS_MAX, TITLE_CHARS_MAX, UPDATES_IN_ALL_MAX, UPDATES_MAX};
use crate::notes::Notes;

/// The reports of one list.
pub(super) struct Listed {
    /// Those that could be read.
    pub(super) reports: Vec<ReportFacts>,
    /// Whether each entry was read or is known to be no report.
    pub(super) complete: bool,
}

/// What a report is read with.
pub(super) struct Context<'a> {
    pub(super) kind: StreamKind,
    pub(super) page: &'a Page,
    pub(super) catalog: &'a Catalog,
}

enum Entry {
    Report(Box<ReportFacts>),
    /// A text that the vendor keeps for later; the page does not show it.
    Template,
    Broken,
}

/// Reads a list, whose order is kept.
pub(super) fn read(list: &[Value], context: &Context<'_>, notes: &mut Notes) -> Listed {
    let what = context.kind.word();
    let mut seen = BTreeSet::new();
    let mut listed = Listed { reports: Vec::new(), complete: true };
    let mut room = UPDATES_IN_ALL_MAX;
    if list.len() > REPORTS_MAX {
        let all = list.len();
        notes.add(format!("only the first {REPORTS_MAX} of {all} {what}s are kept"));
        listed.complete = false;
    }
    for (index, value) in list.iter().take(REPORTS_MAX).enumerate() {
        let entry = Item::identified(value, what, index, notes)
            .map_or(Entry::Broken, |(item, id)| read_one(&item, id, context, room, notes));
        match entry {
            Entry::Report(report) if seen.insert(report.external_id.clone()) => {
                room -= report.updates.len();
                listed.reports.push(*report);
            }
            Entry::Report(report) => {
                let id = &report.external_id;
                notes.add(format!("{what} `{id}` is listed twice: the second is left out"));
            }
            Entry::Template => {}
            Entry::Broken => listed.complete = false,
        }
    }
    listed
}

fn read_one(
    item: &Item<'_>,
    external_id: String,
    context: &Context<'_>,
    updates_max: usize,
    notes: &mut Notes,
) -> Entry {
    let Some(title) = item.text("name", TITLE_CHARS_MAX, notes) else {
        notes.add(format!("{} left out: it has no `name`", item.label));
        return Entry::Broken;
    };
    if title.trim_start().starts_with('_') {
        notes.add(format!("{} left out: its name marks it as a template", item.label));
        return Entry::Template;
    }
    // A list that cannot be read is not an empty one: taking it for empty would tell removals.
    let lists = (named_list(item, "components"), named_list(item, "incident_updates"));
    let (components, timeline) = match lists {
        (Ok(components), Ok(timeline)) => (components, timeline),
        (Err(reason), _) | (_, Err(reason)) => {
            notes.add(format!("{} left out: {reason}", item.label));
            return Entry::Broken;
        }
    };
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
    Entry::Report(Box::new(ReportFacts {
        kind: context.kind,
        title: Some(title),
        impact: impact(item, context.kind, notes),
        url: item
            .link("shortlink", notes)
            .map(String::from)
            .or_else(|| context.page.link(&external_id)),
        created_at: item.time("created_at", notes),
        started_at: match context.kind {
            StreamKind::Maintenance => began(phase.value, &updates, scheduled_for, started_at),
            StreamKind::Incident | StreamKind::Component | StreamKind::Page => started_at,
        },
        resolved_at: resolved_at.filter(|_| phase.value.is_over()),
        scheduled_for,
        scheduled_until: item.time("scheduled_until", notes),
        updated_at: item.time("updated_at", notes),
        external_id,
        phase,
        affected,
        affected_complete: affected_complete && components.is_some() && updates_complete,
        updates,
        updates_complete,
    }))
}

fn named_list<'a>(item: &Item<'a>, key: &str) -> Result<Option<&'a [Value]>, String> {
    item.list(key).map_err(|NoList(found)| format!("expected `{key}` to be a list, found {found}"))
}

/// Planned work that does not say how bad it is, is planned work.
fn impact(item: &Item<'_>, kind: StreamKind, notes: &mut Notes) -> Said<Impact> {
    let raw = item.word("impact", notes);
    if raw.is_empty() && kind == StreamKind::Maintenance {
        return Said::plain(Impact::Maintenance);
    }
    words::impact(raw)
}

/// When planned work began. The platform fills `started_at` with the moment of filing, days ahead
/// of the work, so the update that announced the beginning is believed first, then the plan.
fn began(
    phase: Phase,
    updates: &[UpdateFacts],
    scheduled_for: Option<Timestamp>,
    started_at: Option<Timestamp>,
) -> Option<Timestamp> {
    if !phase.is_under_way() && !phase.is_over() {
        return None;
    }
    let announced = updates.iter().filter(|update| update.phase.value.is_under_way());
    let announced = announced.filter_map(UpdateFacts::shown_at).min();
    let planned = if phase == Phase::Cancelled { None } else { scheduled_for.or(started_at) };
    announced.or(planned)
}
