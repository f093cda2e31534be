//! The test of the test: deliberate breaks of our own behaviour, each of which the oracle has to
//! see.
//!
//! No break is in the code of the system. Each is put in at a seam: between poller and aggregator
//! ([`Break::delivery`]), around the readers ([`reading`]), or around a store ([`stores`]).

pub(crate) mod reading;
pub(crate) mod stores;

use std::sync::Arc;

use signalbook_aggregator::{OwnReaders, SharedReader};
use signalbook_domain::observation::{ContentHash, Fetched, Known, Observation, Outcome, Slot};
use signalbook_domain::{Document, Platform};
use signalbook_store::PageRow;

/// One way in which we might be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// What a document would have to contain is not asked: what it lacks is deleted.
    CoverageUnchecked,
    /// A full list is taken for all that there is: what left its window is deleted.
    WindowTakenAsWhole,
    /// An unchanged document is read as an empty one.
    UnchangedTakenAsAbsence,
    /// A document is folded however old it says it is.
    StaleFolded,
    /// Nothing is asked for its age: neither a document, nor a report, nor a component.
    AgesIgnored,
    /// One poll is enough to tell that a report was deleted.
    OnePollEnough,
    /// An append that failed leaves its first half in the log.
    HalfAppendKept,
    /// An append whose answer was lost is made again under new ids.
    AppendedAgain,
    /// Nobody remembers that a kind of document was read before.
    BaselineForgotten,
    /// A failed poll is read as a page without anything.
    FailureTakenAsEmpty,
    /// A document of another shape is read as an empty one.
    WrongShapeTakenAsEmpty,
    /// What could not be read of a document is taken for removed.
    BrokenPartsTakenAsGone,
    /// A word that we do not know is taken for a good one.
    UnknownTakenAsHealthy,
    /// Observations count in the order of their arrival.
    OlderSlotAccepted,
    /// A resolution is dated by our poll.
    ResolvedByOurClock,
    /// An update's first text is kept whatever the vendor makes of it.
    EditsNotTold,
    /// Updates with one text are one update.
    TwinsMerged,
    /// The vendor's own status of an incident is not looked at.
    StatusIgnored,
    /// The projector passes over an event of each batch.
    ProjectorSkips,
    /// A projector that begins applies the last event once more.
    ProjectorRepeats,
    /// Evidence is not kept.
    EvidenceForgotten,
}

impl Break {
    pub(crate) const ALL: [Self; 21] = [
        Self::CoverageUnchecked,
        Self::WindowTakenAsWhole,
        Self::UnchangedTakenAsAbsence,
        Self::StaleFolded,
        Self::AgesIgnored,
        Self::OnePollEnough,
        Self::HalfAppendKept,
        Self::AppendedAgain,
        Self::BaselineForgotten,
        Self::FailureTakenAsEmpty,
        Self::WrongShapeTakenAsEmpty,
        Self::BrokenPartsTakenAsGone,
        Self::UnknownTakenAsHealthy,
        Self::OlderSlotAccepted,
        Self::ResolvedByOurClock,
        Self::EditsNotTold,
        Self::TwinsMerged,
        Self::StatusIgnored,
        Self::ProjectorSkips,
        Self::ProjectorRepeats,
        Self::EvidenceForgotten,
    ];

    /// The readers that the aggregator has.
    pub(crate) fn reader(broken: Option<Self>) -> SharedReader {
        match broken {
            None => Arc::new(OwnReaders),
            Some(broken) => Arc::new(reading::Sabotaged::new(broken)),
        }
    }

    /// What arrives at the aggregator for one observation, the last of which so far was of the
    /// turn `last`.
    pub(crate) fn delivery(
        broken: Option<Self>,
        observation: &Observation,
        last: &mut i64,
    ) -> Observation {
        let mut arriving = observation.clone();
        if broken == Some(Self::OlderSlotAccepted) {
            arriving.slot = Slot(arriving.slot.0.max(*last + 1));
        }
        *last = arriving.slot.0;
        match (broken, &mut arriving.outcome) {
            (Some(Self::UnchangedTakenAsAbsence), Outcome::Answered { documents, .. }) => {
                for fetched in documents.iter_mut().filter(|fetched| fetched.body.is_none()) {
                    fetched.body = Some(empty(fetched.document));
                }
            }
            (Some(Self::FailureTakenAsEmpty), outcome @ Outcome::Failed(_)) => {
                *outcome = nothing_there();
            }
            _ => {}
        }
        arriving
    }

    /// A page's row as the scheduler sees it.
    pub(crate) fn row(broken: Option<Self>, mut row: PageRow) -> PageRow {
        if broken == Some(Self::UnchangedTakenAsAbsence) {
            row.memo.documents.values_mut().for_each(|memo| memo.doubts.clear());
        }
        row
    }
}

/// A document of a page that shows nothing.
fn empty(document: Document) -> Vec<u8> {
    let text = match document {
        Document::Summary => {
            r#"{"page": {"id": "empty"}, "status": {"indicator": "none"}, "components": [],
                "incidents": [], "scheduled_maintenances": []}"#
        }
        Document::Incidents => r#"{"incidents": []}"#,
        Document::Maintenances => r#"{"scheduled_maintenances": []}"#,
    };
    text.as_bytes().to_vec()
}

fn nothing_there() -> Outcome {
    let documents = [Document::Summary, Document::Incidents, Document::Maintenances];
    let fetched = |document: Document| {
        let body = empty(document);
        Fetched {
            document,
            url: "https://status.example".to_owned(),
            status: 200,
            content_type: None,
            known: Known { hash: ContentHash::of(&body), etag: None, last_modified: None },
            body: Some(body),
        }
    };
    Outcome::Answered {
        platform: Platform::Statuspage,
        moved_to: None,
        missing: Vec::new(),
        documents: documents.map(fetched).to_vec(),
    }
}
