//! What had to be told of the page itself, in its order.

use serde_json::Value;
use signalbook_domain::{Document, Failure, Worded as _};

use super::data::text;
use super::shown::{Micros, micros};
use super::told::Objection;
use super::words::our_word;

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
    Replaced {
        from: String,
        to: String,
    },
    IndicatorChanged {
        word: String,
        description: String,
    },
    Disagreement {
        subject: String,
        since: Micros,
    },
    Agreement {
        subject: String,
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
            Self::Replaced { .. } => "page.replaced",
            Self::IndicatorChanged { .. } => "page.indicator_changed",
            Self::Disagreement { .. } => "page.disagreement",
            Self::Agreement { .. } => "page.agreement",
        }
    }

    /// What it is about, if it is not the page.
    fn subject(&self) -> &str {
        match self {
            Self::Disagreement { subject, .. } | Self::Agreement { subject } => subject,
            Self::Plain(_)
            | Self::Unreadable { .. }
            | Self::PartlyReadable(_)
            | Self::Unobserved { .. }
            | Self::Replaced { .. }
            | Self::IndicatorChanged { .. } => "",
        }
    }

    /// Whether an event of this kind says it.
    fn is_said_by(&self, event: &Value) -> bool {
        let data = &event["data"];
        match self {
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
            Self::Replaced { from, to } => {
                text(&data["external_id_before"]) == *from && text(&data["external_id"]) == *to
            }
            Self::IndicatorChanged { word, description } => {
                text(&data["indicator_raw"]) == *word
                    && text(&data["indicator"]) == our_word(word)
                    && text(&data["description"]) == *description
            }
            Self::Disagreement { since, .. } => micros(&event["occurred_at"]) == Some(*since),
            Self::Plain(_) | Self::Agreement { .. } => true,
        }
    }
}

fn is_unread(data: &Value, failure: Failure, since: Micros) -> bool {
    text(&data["failure"]) == failure.word() && micros(&data["since"]) == Some(since)
}

/// Compares what was told of a page with what had to be. Those about different reports may stand
/// in any order.
pub(crate) fn compare(told: &[&Value], expected: &[Expected]) -> Result<(), Objection> {
    let mut told: Vec<_> = told
        .iter()
        .map(|event| (text(&event["data"]["subject"]), text(&event["type"]), *event))
        .collect();
    let mut expected: Vec<_> =
        expected.iter().map(|one| (one.subject(), one.kind(), one)).collect();
    told.sort_by(|one, other| one.0.cmp(&other.0));
    expected.sort_by(|one, other| one.0.cmp(other.0));
    let kinds = |(subject, kind): (&str, &str)| format!("{kind} {subject}");
    let found: Vec<_> = told.iter().map(|one| kinds((&one.0, &one.1))).collect();
    let wanted: Vec<_> = expected.iter().map(|one| kinds((one.0, one.1))).collect();
    if found != wanted {
        return Err(format!("of the page {found:?} was told, not {wanted:?}"));
    }
    let mut pairs = told.iter().zip(&expected);
    let wrong = pairs.find(|((_, _, event), (_, _, one))| !one.is_said_by(event));
    wrong.map_or(Ok(()), |(told, one)| Err(format!("{} says not {:?}", told.2["data"], one.2)))
}
