//! Which document is believed where two of one page disagree.
//!
//! A report that goes on stands in the small document and in a list. Where they say different
//! things of it and neither says that it is newer, the page would seem to change to and fro with
//! every reading. So a value that a field had before counts only in the document that changed the
//! field last, or in one that says that the page is newer than that one knew it; and a list that
//! lacks what the small document shows proves no deletion.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Context;
use crate::event::ReportChange;
use crate::report::fields;
use crate::snapshot::{Coverage, Snapshot};
use crate::words::Document;

/// What is remembered of who said what, as long as two documents may show a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voices {
    /// The reports of the document that shows what is going on.
    pub active: BTreeSet<Uuid>,
    /// For those, which document changed which field last.
    pub last: BTreeMap<Uuid, BTreeMap<String, Document>>,
}

impl Voices {
    /// Whether the small document shows this report, as far as the one that is read can know.
    pub(super) fn is_active(&self, report: Uuid, context: &Context<'_>) -> bool {
        self.active.contains(&report) && !context.newer_than.contains(&Document::Summary)
    }

    /// Whether a value that `field` had before may count in `document`.
    pub(super) fn may_return(
        &self,
        report: Uuid,
        field: &str,
        document: Document,
        context: &Context<'_>,
    ) -> bool {
        let last = self.last.get(&report).and_then(|fields| fields.get(field));
        last.is_none_or(|last| *last == document || context.newer_than.contains(last))
    }

    /// `document` changed a report.
    pub(super) fn changed(&mut self, report: Uuid, change: &ReportChange, document: Document) {
        if !self.active.contains(&report) {
            return;
        }
        let last = self.last.entry(report).or_default();
        last.extend(fields(change).into_iter().map(|field| (field, document)));
    }

    /// A document of these reports is being read.
    pub(super) fn reads(&mut self, snapshot: &Snapshot, listed: &BTreeSet<Uuid>) {
        let shows_active = |(_, coverage): &(_, Coverage)| *coverage == Coverage::ActiveOnly;
        if snapshot.document == Document::Summary && snapshot.coverage.iter().all(shows_active) {
            self.active.clone_from(listed);
            self.last.retain(|report, _| listed.contains(report));
        }
        // A document that shows a report no more has no say in it.
        for (_, fields) in self.last.iter_mut().filter(|(report, _)| !listed.contains(report)) {
            fields.retain(|_, document| *document != snapshot.document);
        }
    }
}
