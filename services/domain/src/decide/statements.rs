//! The statements of each document about open reports, and which of them is believed.
//!
//! An open report appears in the current document and in a list. Where these contradict each other,
//! the newer one by the report's own time is believed. With equal times, the one that says the
//! report is open is believed, then the one that says worse, then the one that was read whole, then
//! the current document. The other one may still add unknown updates. The log therefore does not
//! flip back and forth, however long the contradiction lasts.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::staleness::plausible;
use crate::id::ReportKind;
use crate::page_state::PageState;
use crate::poll_state::{DocumentState, Field, PollState, Statement};
use crate::report::{Report, digest};
use crate::snapshot::{Coverage, ObservedReport, ObservedUpdate, Snapshot};
use crate::time::Timestamp;
use crate::words::{Document, Role};

/// The most reports with statements kept per document: as many as a document can show.
const STATEMENTS_MAX: usize = 1_000;

/// The statements of several documents, by report.
#[derive(Debug, Default)]
pub(super) struct Statements {
    of: BTreeMap<Uuid, Vec<(Document, Statement)>>,
}

/// The standing of one document among the others about one report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is believed.
    Believed,
    /// Another document contradicts it and is believed.
    Outranked,
}

impl Statements {
    /// Collects the statements of all folded documents. A failing or stale document keeps its
    /// earlier statements: nothing is concluded from its silence.
    pub(super) fn remembered(poll_state: &PollState) -> Self {
        let folded = poll_state.documents.iter().filter(|(_, remembered)| remembered.folded);
        Self::of(folded.map(|(document, remembered)| (*document, remembered.as_ref())))
    }

    /// Collects the statements of the documents that are reliable now.
    pub(super) fn fresh(poll_state: &PollState) -> Self {
        Self::of(fresh(poll_state))
    }

    fn of<'a>(documents: impl Iterator<Item = (Document, &'a DocumentState)>) -> Self {
        let mut of: BTreeMap<Uuid, Vec<(Document, Statement)>> = BTreeMap::new();
        for (document, remembered) in documents {
            for (report, said) in &remembered.statements {
                of.entry(*report).or_default().push((document, said.clone()));
            }
        }
        Self { of }
    }

    /// Whether `document` is believed about the report `id`.
    pub(super) fn standing(
        &self,
        id: Uuid,
        document: Document,
        observed: &ObservedReport,
        now: Timestamp,
    ) -> Standing {
        let others = || self.about(id).iter().filter(|(of, _)| *of != document);
        if others().next().is_none() {
            return Standing::Believed;
        }
        let own = statement(observed, now);
        let outranked = others()
            .any(|(of, other)| contradict(&own, other) && outranks((*of, other), (document, &own)));
        if outranked { Standing::Outranked } else { Standing::Believed }
    }

    /// Whether another document, no older than `document`, shows the update.
    pub(super) fn shows_update(&self, report: Uuid, document: Document, update: &str) -> bool {
        let said = self.about(report);
        let own = said.iter().find(|(of, _)| *of == document).map(|(_, own)| own);
        said.iter().any(|(of, other)| {
            let is_older = own.is_some_and(|own| is_newer(own, other));
            *of != document && !is_older && other.updates.contains_key(&digest(&[update]))
        })
    }

    /// Whether the current document lists the report as open.
    pub(super) fn is_listed_open(&self, report: Uuid) -> bool {
        let open = |(of, said): &(Document, Statement)| of.role() == Role::Current && !said.is_over;
        self.about(report).iter().any(open)
    }

    /// Returns the believed statement about `report`.
    pub(super) fn believed(&self, report: Uuid) -> Option<&(Document, Statement)> {
        let mut said = self.about(report).iter();
        let first = said.next()?;
        Some(said.fold(first, |best, other| {
            if outranks((other.0, &other.1), (best.0, &best.1)) { other } else { best }
        }))
    }

    /// Returns the reports with statements.
    pub(super) fn reports(&self) -> impl Iterator<Item = Uuid> {
        self.of.keys().copied()
    }

    /// Returns the statements about `report`.
    pub(super) fn about(&self, report: Uuid) -> &[(Document, Statement)] {
        self.of.get(&report).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Returns the reliable documents: folded, and neither stale nor failing.
pub(super) fn fresh(poll_state: &PollState) -> impl Iterator<Item = (Document, &DocumentState)> {
    poll_state.documents.iter().filter_map(|(document, remembered)| {
        let is_fresh = remembered.folded
            && remembered.stale.is_none()
            && !poll_state.missing.contains_key(document);
        is_fresh.then_some((*document, remembered.as_ref()))
    })
}

/// Whether two statements cannot both be right.
pub(super) fn contradict(one: &Statement, other: &Statement) -> bool {
    let is_edited = |(id, contents): (&u64, &u64)| {
        other.updates.get(id).is_some_and(|others| others != contents)
    };
    one.is_over != other.is_over
        || differing(one, other).next().is_some()
        || one.affected.zip(other.affected).is_some_and(|(one, other)| one != other)
        || one.updates.iter().any(is_edited)
}

/// Returns the fields in which two statements differ.
pub(super) fn differing(one: &Statement, other: &Statement) -> impl Iterator<Item = Field> {
    let is_other = |(field, said): &(&Field, &u64)| {
        other.fields.get(field).is_some_and(|others| others != *said)
    };
    one.fields.iter().filter(is_other).map(|(field, _)| *field)
}

/// Whether the first is believed where the two contradict each other.
fn outranks(one: (Document, &Statement), other: (Document, &Statement)) -> bool {
    if is_newer(one.1, other.1) || is_newer(other.1, one.1) {
        return is_newer(one.1, other.1);
    }
    let place = |(document, said): (Document, &Statement)| {
        let is_current = document.role() == Role::Current;
        (!said.is_over, said.severity, said.is_whole, is_current)
    };
    place(one) > place(other)
}

/// Whether `one` is newer. Two times ahead of our clock are comparable, since our clock may be
/// behind; a single time ahead is not newer.
fn is_newer(one: &Statement, other: &Statement) -> bool {
    one.is_ahead == other.is_ahead
        && matches!((one.updated_at, other.updated_at), (Some(one), Some(other)) if one > other)
}

impl Statement {
    /// Whether it contradicts the log and is no older than it.
    pub(super) fn contradicts(&self, known: &Report) -> bool {
        let says = self.phase.as_ref().is_some_and(|phase| !phase.is_empty());
        says && self.is_over != known.is_over()
            && self.phase.as_ref() != Some(&known.phase.raw)
            && self.updated_at >= known.vendor_updated_at
            && !known.inferred
    }
}

/// Returns the lists that have to contain a report but were read before that mattered.
pub(super) fn silent_lists<'a>(
    poll_state: &'a PollState,
    id: Uuid,
    kind: ReportKind,
    report: &'a Report,
) -> impl Iterator<Item = Document> + 'a {
    fresh(poll_state).filter_map(move |(document, list)| {
        let covers =
            |(of, coverage): &(ReportKind, Coverage)| *of == kind && report.is_in_list(*coverage);
        let is_silent = document.role() == Role::History
            && !list.statements.contains_key(&id)
            && list.coverage.iter().any(covers);
        is_silent.then_some(document)
    })
}

/// Returns the reports whose statements matter: those that are open in the log, in one of
/// `snapshots` or in an earlier statement; those that the remembered current document shows; and
/// those that two of `snapshots` show.
pub(super) fn relevant<'a>(
    page_state: &PageState,
    poll_state: &PollState,
    snapshots: impl Iterator<Item = &'a Snapshot>,
) -> BTreeSet<Uuid> {
    let known =
        page_state.reports.iter().filter(|(_, report)| !report.is_over() && !report.withdrawn);
    let mut relevant: BTreeSet<Uuid> = known.map(|((_, id), _)| *id).collect();
    for (document, remembered) in &poll_state.documents {
        let matters = |said: &Statement| {
            !said.is_over || (document.role() == Role::Current && said.phase.is_some())
        };
        let said = remembered.statements.iter().filter(|(_, said)| matters(said));
        relevant.extend(said.map(|(report, _)| *report));
    }
    let mut observed = BTreeSet::new();
    for snapshot in snapshots {
        let ids = snapshot.reports.iter().map(|report| {
            let id = page_state.report_stream(report.kind, &report.external_id).id;
            (id, report.status().value.is_over())
        });
        let ids: BTreeMap<Uuid, bool> = ids.collect();
        relevant.extend(
            ids.iter()
                .filter(|(id, is_over)| !**is_over || observed.contains(*id))
                .map(|(id, _)| *id),
        );
        observed.extend(ids.into_keys());
    }
    relevant
}

/// Returns the statements of `snapshot` about the `relevant` reports that it shows.
pub(super) fn stated(
    page_state: &PageState,
    snapshot: &Snapshot,
    relevant: &BTreeSet<Uuid>,
    now: Timestamp,
) -> BTreeMap<Uuid, Statement> {
    let mut stated = BTreeMap::new();
    for report in &snapshot.reports {
        let id = page_state.report_stream(report.kind, &report.external_id).id;
        if relevant.contains(&id) && stated.len() < STATEMENTS_MAX {
            stated.entry(id).or_insert_with(|| statement(report, now));
        }
    }
    stated
}

/// Adds statements for the `relevant` reports that a just folded document has to contain but lacks.
pub(super) fn state_absences(
    page_state: &PageState,
    document: Document,
    remembered: &mut DocumentState,
    relevant: &BTreeSet<Uuid>,
) {
    for id in relevant {
        let Some((kind, report)) = page_state.report_by_id(*id) else { continue };
        let is_in_it = |coverage: Coverage| match document.role() {
            Role::Current => !report.is_over(),
            Role::History => report.is_in_list(coverage),
        };
        let must_contain =
            |(of, coverage): &(ReportKind, Coverage)| *of == kind && is_in_it(*coverage);
        let is_bounded = remembered.statements.len() < STATEMENTS_MAX;
        if is_bounded && remembered.coverage.iter().any(must_contain) {
            remembered.statements.entry(*id).or_insert_with(|| Statement {
                is_over: true,
                is_ahead: true,
                ..Statement::default()
            });
        }
    }
}

fn statement(report: &ObservedReport, now: Timestamp) -> Statement {
    let status = report.status();
    let timeline = report.timeline();
    let word = |raw: &String| Some(digest(&[raw])).filter(|_| !raw.is_empty());
    let time = |time: Option<Timestamp>| Some(digest(&[&time?.micros().to_string()]));
    let is_whole = report.title.is_some() && report.updates_complete;
    // Fields may derive from the timeline, so they count only if the report is whole.
    let fields = [
        (Field::Title, report.title.as_ref().and_then(word)),
        (Field::Impact, word(&report.impact.raw)),
        (Field::Status, word(&status.raw)),
        (Field::ScheduledFor, time(report.scheduled_for)),
        (Field::ScheduledUntil, time(report.scheduled_until)),
        (Field::StartedAt, time(report.started_at)),
        (Field::ResolvedAt, time(report.resolved_at)),
    ];
    let mut affected: Vec<&str> =
        report.affected.iter().map(|affected| affected.external_id.as_str()).collect();
    affected.sort_unstable();
    let contents = |update: &ObservedUpdate| {
        let shown_at = update.shown_at().map(Timestamp::micros);
        digest(&[&update.phase.raw, &update.body, &format!("{shown_at:?}")])
    };
    Statement {
        is_over: status.value.is_over(),
        phase: Some(status.raw.clone()),
        updated_at: report.updated_at,
        is_ahead: plausible(report.updated_at, now).is_none(),
        fields: fields
            .into_iter()
            .filter_map(|(field, said)| Some((field.into(), said.filter(|_| is_whole)?)))
            .collect(),
        is_whole,
        severity: report.severity(),
        affected: report.affected_complete.then(|| digest(&affected)),
        updates: timeline.iter().map(|(id, update)| (digest(&[id]), contents(update))).collect(),
    }
}
