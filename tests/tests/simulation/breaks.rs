//! The test of the test: deliberate breaks of our own behaviour, each of which the oracle has to
//! see.
//!
//! No break is in the code of the system. Each is put in at a seam: between poller and aggregator
//! ([`Break::delivery`]), around the readers ([`reading`]), or around a store ([`stores`]).

pub(crate) mod reading;
pub(crate) mod stores;

use std::sync::Arc;

use signalbook_aggregator::Reader;
use signalbook_domain::observation::{
    ContentHash, Fetched, Observation, Outcome, Slot, Validators,
};
use signalbook_domain::{Document, Platform, Role, Timestamp};
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
    /// A projector that begins applies the last events once more.
    ProjectorRepeats,
    /// Evidence is not kept.
    EvidenceForgotten,
    /// A document that fails makes the poll fail, whichever it is.
    HistoryFailureFailsThePage,
    /// A document that fails is read as an empty one.
    MissingTakenAsEmpty,
    /// An update sets the phase, whatever the vendor's own status says.
    ContradictionSetsThePhase,
    /// What is listed as open no more goes on for ever, if no list says otherwise.
    EndNeverInferred,
    /// A list that fails is taken for one that the vendor does not have.
    FailingListNotWaitedFor,
    /// What was filed afterwards is said to have begun when it was filed.
    FilingTakenAsStart,
    /// What cannot be read whole is left out.
    BrokenEntryDropped,
    /// The word at the top of the page is not looked at.
    IndicatorIgnored,
    /// Whichever page answers is the one that was folded.
    PageIdIgnored,
    /// The document that was read last is believed.
    DisagreementFollowed,
}

impl Break {
    pub(crate) const ALL: [Self; 31] = [
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
        Self::HistoryFailureFailsThePage,
        Self::MissingTakenAsEmpty,
        Self::ContradictionSetsThePhase,
        Self::EndNeverInferred,
        Self::FailingListNotWaitedFor,
        Self::FilingTakenAsStart,
        Self::BrokenEntryDropped,
        Self::IndicatorIgnored,
        Self::PageIdIgnored,
        Self::DisagreementFollowed,
    ];

    /// The readers that the aggregator has.
    pub(crate) fn reader(broken: Option<Self>) -> Reader {
        match broken {
            None => Arc::new(signalbook_readers::read),
            Some(broken) => {
                let sabotaged = reading::Sabotaged::new(broken);
                Arc::new(move |platform, document, bytes: &[u8]| {
                    sabotaged.read(platform, document, bytes)
                })
            }
        }
    }

    /// What arrives at the aggregator for one observation, the last of which so far was of the
    /// slot `last`.
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
        if let Some(broken) = broken {
            arriving.outcome = broken.arriving(arriving.outcome);
        }
        arriving
    }

    /// What of a poll's outcome arrives.
    fn arriving(self, outcome: Outcome) -> Outcome {
        match (self, outcome) {
            (Self::FailureTakenAsEmpty, Outcome::Failed(_)) => nothing_there(),
            (_, outcome @ Outcome::Failed(_)) => outcome,
            (broken, Outcome::Answered { platform, moved_to, mut documents, mut missing }) => {
                if broken == Self::UnchangedTakenAsAbsence {
                    for fetched in documents.iter_mut().filter(|one| one.body.is_none()) {
                        fetched.body = Some(empty(fetched.document));
                    }
                }
                if broken == Self::HistoryFailureFailsThePage && !missing.is_empty() {
                    return Outcome::Failed(missing.remove(0).failed);
                }
                if broken == Self::MissingTakenAsEmpty {
                    let lists = missing.extract_if(.., |one| one.document.role() == Role::History);
                    documents.extend(lists.map(|one| fetched(one.document)));
                }
                if broken == Self::FailingListNotWaitedFor {
                    for missing in &mut missing {
                        let answer = Fetched { status: 404, ..fetched(missing.document) };
                        missing.failed.answer = Some(Box::new(answer));
                    }
                }
                Outcome::Answered { platform, moved_to, documents, missing }
            }
        }
    }

    /// A page's row as the scheduler sees it.
    pub(crate) fn row(broken: Option<Self>, mut row: PageRow) -> PageRow {
        if broken == Some(Self::UnchangedTakenAsAbsence) {
            row.poll_state.documents.values_mut().for_each(|document| document.pending.clear());
        }
        row
    }
}

/// A document of a page that shows nothing.
fn empty(document: Document) -> Vec<u8> {
    let text = match document {
        Document::Summary => {
            r#"{"page": {}, "status": {"indicator": "none"}, "components": [],
                "incidents": [], "scheduled_maintenances": []}"#
        }
        Document::Incidents => r#"{"incidents": []}"#,
        Document::Maintenances => r#"{"scheduled_maintenances": []}"#,
    };
    text.as_bytes().to_vec()
}

fn nothing_there() -> Outcome {
    let documents = [Document::Summary, Document::Incidents, Document::Maintenances];
    Outcome::Answered {
        platform: Platform::Statuspage,
        moved_to: None,
        missing: Vec::new(),
        documents: documents.map(fetched).to_vec(),
    }
}

/// Such a document, fetched.
fn fetched(document: Document) -> Fetched {
    let body = empty(document);
    Fetched {
        document,
        url: "https://status.example".to_owned(),
        asked_at: Timestamp::default(),
        status: 200,
        content_type: None,
        known: Validators { hash: ContentHash::of(&body), etag: None, last_modified: None },
        body: Some(body),
        is_late: false,
    }
}
