//! Whether a page can be read, whole or in part, as the oracle counts it from the polls alone.

use std::collections::BTreeMap;

use signalbook_domain::{Document, Failure};

use super::page::{Expected, Unread};
use super::shown::{Came, Micros, Miss};

/// A good poll says nothing any more of the time after this long.
const TRUSTED: Micros = 180 * 1_000_000;

/// The health of one page.
#[derive(Default)]
pub(crate) struct Health {
    state: State,
    failing: Option<Failing>,
    platform_told: bool,
    /// Documents that failed when they were last asked for.
    runs: BTreeMap<Document, Run>,
    last_good: Option<Micros>,
}

#[derive(Clone, Default, PartialEq, Eq)]
enum State {
    #[default]
    Unread,
    Readable,
    PartlyReadable(Vec<Unread>),
    Unreadable(Failure, Micros),
}

struct Failing {
    polls: u32,
    since: Micros,
    last: Failure,
}

/// Polls in a row in which a document failed.
struct Run {
    polls: u32,
    since: Micros,
    last: Miss,
    /// How many in a row failed like the last one.
    alike: u32,
    /// Whether the vendor never had it.
    not_offered: bool,
}

impl Health {
    /// The page is watched from now on: polls of before are not in a row with those after.
    pub(crate) fn added(&mut self) {
        self.state = State::Unread;
        self.failing = None;
        self.runs.retain(|_, run| run.not_offered);
    }

    /// The vendor has put another page in the place of this one: its documents begin anew.
    pub(crate) fn replaced(&mut self) {
        self.runs.clear();
    }

    /// A poll was answered: which documents came, of those that `was_read` before or not.
    pub(crate) fn count(
        &mut self,
        served: &[Came],
        at: Micros,
        was_read: impl Fn(Document) -> bool,
    ) {
        for came in served {
            let before = self.runs.remove(&came.document);
            let Err(miss) = came.result else { continue };
            let not_offered = miss.is_not_there && !was_read(came.document);
            let before = before.filter(|before| before.not_offered == not_offered);
            let alike = before.as_ref().filter(|before| before.last.failure == miss.failure);
            let run = Run {
                polls: before.as_ref().map_or(0, |before| before.polls) + 1,
                alike: alike.map_or(0, |before| before.alike) + 1,
                since: before.map_or(at, |before| before.since),
                last: miss,
                not_offered,
            };
            self.runs.insert(came.document, run);
        }
    }

    /// How a document failed when it was last asked for.
    pub(crate) fn miss(&self, document: Document) -> Option<Miss> {
        self.runs.get(&document).map(|run| run.last)
    }

    /// A poll failed at `at`: two in a row make a page unreadable; another reason is told when it
    /// has lasted for two.
    pub(crate) fn failed(&mut self, failure: Failure, at: Micros) -> Vec<Expected> {
        let before = self.failing.take();
        let repeated = before.as_ref().is_some_and(|before| before.last == failure);
        let failing = Failing {
            polls: before.as_ref().map_or(0, |before| before.polls) + 1,
            since: before.map_or(at, |before| before.since),
            last: failure,
        };
        let since = failing.since;
        let tell = failing.polls >= 2
            && match self.state {
                State::Unreadable(told, _) => told != failure && repeated,
                State::Unread | State::Readable | State::PartlyReadable(_) => true,
            };
        self.failing = Some(failing);
        if !tell {
            return Vec::new();
        }
        self.state = State::Unreadable(failure, since);
        vec![Expected::Unreadable { failure, since }]
    }

    /// A poll was good at `at`: its current document came.
    pub(crate) fn good(&mut self, at: Micros) -> Vec<Expected> {
        self.failing = None;
        let mut expected = Vec::new();
        let until = match self.state {
            State::Unread => None,
            State::Readable | State::PartlyReadable(_) => Some(at),
            State::Unreadable(_, since) => Some(since),
        };
        if let (Some(good), Some(until)) = (self.last_good, until)
            && good + TRUSTED < until
        {
            expected.push(Expected::Unobserved { from: good + TRUSTED, until });
        }
        self.last_good = Some(at);
        if !std::mem::replace(&mut self.platform_told, true) {
            expected.push(Expected::Plain("page.platform_detected"));
        }
        expected
    }

    /// What is to be told of the documents of a good poll at `at`: two failures in a row, or
    /// something open that nothing identifies, make the page partly readable.
    pub(crate) fn documents(&mut self, unidentified: bool, at: Micros) -> Option<Expected> {
        let told = match &self.state {
            State::PartlyReadable(told) => told.clone(),
            State::Unread | State::Readable | State::Unreadable(..) => Vec::new(),
        };
        let failing = self.runs.iter().filter(|(_, run)| run.polls >= 2 && !run.not_offered);
        let current = told.iter().find(|told| told.document == Document::Summary);
        let current = Unread {
            document: Document::Summary,
            failure: Failure::WrongShape,
            since: current.map_or(at, |told| told.since),
        };
        let failing = failing.map(|(document, run)| {
            let before = told.iter().find(|told| told.document == *document);
            let goes_on = |told: &&Unread| told.failure == run.last.failure || run.alike < 2;
            let new = Unread { document: *document, failure: run.last.failure, since: run.since };
            before.filter(goes_on).cloned().unwrap_or(new)
        });
        let unread: Vec<Unread> =
            unidentified.then_some(current).into_iter().chain(failing).collect();
        let (state, expected) = if unread.is_empty() {
            (State::Readable, Expected::Plain("page.readable"))
        } else {
            (State::PartlyReadable(unread.clone()), Expected::PartlyReadable(unread))
        };
        (std::mem::replace(&mut self.state, state.clone()) != state).then_some(expected)
    }

    /// The documents that cannot be read while others can.
    pub(crate) fn unread(&self) -> Vec<Document> {
        match &self.state {
            State::PartlyReadable(unread) => unread.iter().map(|one| one.document).collect(),
            State::Unread | State::Readable | State::Unreadable(..) => Vec::new(),
        }
    }

    /// The word for it.
    pub(crate) fn word(&self) -> &'static str {
        match self.state {
            State::Unread => "unread",
            State::Readable => "readable",
            State::PartlyReadable(_) => "partly_readable",
            State::Unreadable(..) => "unreadable",
        }
    }
}
