//! What ails the vendors' pages themselves, whatever goes on behind them.
//!
//! One page offers no list of its incidents, so nobody is told how one of them ended.
//! One has a list of its planned work that fails for minutes at a time.
//! One breaks down altogether for a while.

use std::ops::Range;

use crate::{Document, Double, Fault};

/// The vendor whose page lists nothing but what is open.
pub(super) const WITHOUT_HISTORY: &str = "parcelwing";

const ALL: [Ailment; 3] = [
    Ailment {
        slug: WITHOUT_HISTORY,
        document: Some(Document::Incidents),
        fault: not_offered,
        round: 1,
        during: 0..1,
    },
    Ailment {
        slug: "stackmoor",
        document: Some(Document::ScheduledMaintenances),
        fault: Fault::unavailable,
        round: 80,
        during: 0..60,
    },
    Ailment {
        slug: "voxlane",
        document: None,
        fault: Fault::unavailable,
        round: 20,
        during: 12..17,
    },
];

/// A fault that a page has again and again.
struct Ailment {
    slug: &'static str,
    /// The document that has it; none if the whole page has.
    document: Option<Document>,
    fault: fn() -> Fault,
    /// After so many acts it begins anew.
    round: usize,
    /// The acts of a round during which it lasts.
    during: Range<usize>,
}

/// Gives each page the faults that it has after so many acts, and no others.
pub(super) fn set_faults(double: &Double, acts: usize) {
    for (slug, document, fault) in faults(acts) {
        match document {
            Some(document) => double.set_document_fault(slug, document, fault),
            None => double.set_fault(slug, fault),
        }
    }
}

/// The pages, or single documents of them, that fail now and then, each with its fault if it has
/// it after so many acts.
pub(super) fn faults(
    acts: usize,
) -> impl Iterator<Item = (&'static str, Option<Document>, Option<Fault>)> {
    ALL.into_iter().map(move |ailment| {
        let lasts = ailment.during.contains(&(acts % ailment.round));
        (ailment.slug, ailment.document, lasts.then(ailment.fault))
    })
}

fn not_offered() -> Fault {
    Fault::status(404, "<h1>Nothing here</h1>")
}
