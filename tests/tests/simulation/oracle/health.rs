//! Whether a page can be read, as the oracle counts it from the polls alone.

use serde_json::Value;
use signalbook_domain::{Failure, Worded as _};

use super::shown::{Micros, micros};
use super::told::{Objection, text};

/// The health of one page.
#[derive(Default)]
pub(crate) struct Health {
    state: State,
    failing: Option<Failing>,
    platform_told: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Unread,
    Readable,
    Unreadable(Failure),
}

struct Failing {
    polls: u32,
    since: Micros,
    last: Failure,
}

/// An event that has to be told of the page.
pub(crate) struct Expected {
    kind: &'static str,
    unreadable: Option<(Failure, Micros)>,
}

impl Health {
    /// The page is watched from now on: polls of before do not count.
    pub(crate) fn added(&mut self) {
        self.state = State::Unread;
        self.failing = None;
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
                State::Unreadable(told) => told != failure && repeated,
                State::Unread | State::Readable => true,
            };
        self.failing = Some(failing);
        if !tell {
            return Vec::new();
        }
        self.state = State::Unreadable(failure);
        vec![Expected { kind: "page.unreadable", unreadable: Some((failure, since)) }]
    }

    /// A poll was good.
    pub(crate) fn good(&mut self) -> Vec<Expected> {
        self.failing = None;
        let mut expected = Vec::new();
        if !std::mem::replace(&mut self.platform_told, true) {
            expected.push(Expected { kind: "page.platform_detected", unreadable: None });
        }
        if std::mem::replace(&mut self.state, State::Readable) != State::Readable {
            expected.push(Expected { kind: "page.readable", unreadable: None });
        }
        expected
    }

    /// The word for it.
    pub(crate) fn word(&self) -> &'static str {
        match self.state {
            State::Unread => "unread",
            State::Readable => "readable",
            State::Unreadable(_) => "unreadable",
        }
    }
}

/// Compares what was told of a page with what had to be.
pub(crate) fn compare(told: &[&Value], expected: &[Expected]) -> Result<(), Objection> {
    let kinds: Vec<&str> = told.iter().filter_map(|event| event["type"].as_str()).collect();
    let wanted: Vec<&str> = expected.iter().map(|expected| expected.kind).collect();
    if kinds != wanted {
        return Err(format!("of the page {kinds:?} was told, not {wanted:?}"));
    }
    for (event, expected) in told.iter().zip(expected) {
        let Some((failure, since)) = expected.unreadable else { continue };
        let data = &event["data"];
        if text(&data["failure"]) != failure.word() || micros(&data["since"]) != Some(since) {
            return Err(format!("not readable for another reason or since another time: {data}"));
        }
    }
    Ok(())
}
