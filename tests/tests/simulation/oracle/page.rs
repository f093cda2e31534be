//! What had to be told of the page itself, in its order.

use serde_json::Value;
use signalbook_domain::{Document, Failure, Worded as _};

use super::shown::{Micros, micros};
use super::told::{Objection, text};

/// An event that has to be told of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// One that says no more than its kind.
    Plain(&'static str),
    Unreadable {
        failure: Failure,
        since: Micros,
    },
    PartlyReadable(Vec<Unread>),
    Unobserved {
        from: Micros,
        until: Micros,
    },
}

/// A document that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    pub(crate) document: Document,
    pub(crate) failure: Failure,
    pub(crate) since: Micros,
}

impl Expected {
    fn kind(&self) -> &'static str {
        match self {
            Self::Plain(kind) => kind,
            Self::Unreadable { .. } => "page.unreadable",
            Self::PartlyReadable(_) => "page.partly_readable",
            Self::Unobserved { .. } => "page.unobserved",
        }
    }

    /// Whether the data of an event of this kind say it.
    fn is_said_by(&self, data: &Value) -> bool {
        match self {
            Self::Plain(_) => true,
            Self::Unreadable { failure, since } => is_unread(data, *failure, *since),
            Self::PartlyReadable(unread) => {
                let told = data["documents"].as_array().map(Vec::as_slice).unwrap_or_default();
                let agrees = |(one, told): (&Unread, &Value)| {
                    told["document"] == one.document.word()
                        && is_unread(told, one.failure, one.since)
                };
                told.len() == unread.len() && unread.iter().zip(told).all(agrees)
            }
            Self::Unobserved { from, until } => {
                micros(&data["from"]) == Some(*from) && micros(&data["until"]) == Some(*until)
            }
        }
    }
}

fn is_unread(data: &Value, failure: Failure, since: Micros) -> bool {
    text(&data["failure"]) == failure.word() && micros(&data["since"]) == Some(since)
}

/// Compares what was told of a page with what had to be.
pub(crate) fn compare(told: &[&Value], expected: &[Expected]) -> Result<(), Objection> {
    let kinds: Vec<&str> = told.iter().filter_map(|event| event["type"].as_str()).collect();
    let wanted: Vec<&str> = expected.iter().map(Expected::kind).collect();
    if kinds != wanted {
        return Err(format!("of the page {kinds:?} was told, not {wanted:?}"));
    }
    let wrong = told.iter().zip(expected).find(|(event, one)| !one.is_said_by(&event["data"]));
    wrong.map_or(Ok(()), |(event, one)| Err(format!("{} says not {one:?}", event["data"])))
}
