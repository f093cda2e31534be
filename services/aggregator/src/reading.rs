//! Reads the documents of an observation.

use std::sync::Arc;
use std::time::Duration;

use signalbook_domain::decide::{Answer, Content, DecodedPoll, Good};
use signalbook_domain::observation::{Failed, Fetched, Observation, Outcome};
use signalbook_domain::snapshot::Snapshot;
use signalbook_domain::{Document, Failure, Platform};
use signalbook_readers::ReadError;
use signalbook_store::log::APPEND_EVENTS_MAX;

/// Decodes the bytes of a document: `signalbook_readers::read`, or a faulty reader in tests.
pub type Reader =
    Arc<dyn Fn(Platform, Document, &[u8]) -> Result<Snapshot, ReadError> + Send + Sync>;

/// Reads an observation of a page that is polled every `interval`. A malformed document counts as
/// failed; the others are still read.
pub fn read_observation<'a>(
    observation: &'a Observation,
    interval: Duration,
    reader: &Reader,
) -> DecodedPoll<'a> {
    let result = match &observation.outcome {
        Outcome::Failed(failed) => Err(failed.clone()),
        Outcome::Answered { platform, moved_to, documents, missing } => {
            let came = documents.iter().map(|fetched| Answer {
                document: fetched.document,
                result: read_content(*platform, fetched, reader),
            });
            let missing = missing.iter().map(|missing| Answer {
                document: missing.document,
                result: Err(missing.failed.clone()),
            });
            Ok(Good {
                platform: *platform,
                moved_to: moved_to.as_deref(),
                answers: came.chain(missing).collect(),
            })
        }
    };
    DecodedPoll { slot: observation.slot, observed_at: observation.observed_at, interval, result }
}

fn read_content(platform: Platform, fetched: &Fetched, reader: &Reader) -> Result<Content, Failed> {
    let snapshot = match &fetched.body {
        None => None,
        Some(body) => {
            let read = reader(platform, fetched.document, body);
            let mut snapshot = read.map_err(|error| misshapen(fetched, &error))?;
            snapshot.skipped.extend(odd_type(fetched));
            Some(snapshot)
        }
    };
    let is_whole = fetched.status == 200;
    Ok(Content { known: fetched.known.clone(), snapshot, is_whole, is_late: fetched.is_late })
}

fn misshapen(fetched: &Fetched, error: &ReadError) -> Failed {
    Failed {
        failure: error.failure(),
        detail: format!("`{}`: {error}", fetched.url),
        retry_after: None,
        answer: Some(Box::new(fetched.clone())),
    }
}

/// Returns a note on a document with an unexpected content type. The document is still read, as
/// many servers send a wrong type.
fn odd_type(fetched: &Fetched) -> Option<String> {
    const SHOWN_CHARS_MAX: usize = 60;
    let said = fetched.content_type.as_deref().unwrap_or_default();
    let kind = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind.ends_with("json") {
        return None;
    }
    let came = if kind.is_empty() {
        "without a content type".to_owned()
    } else {
        format!("as `{}`", kind.chars().take(SHOWN_CHARS_MAX).collect::<String>())
    };
    Some(format!("`{}` came {came}, expected JSON; it was read all the same", fetched.url))
}

/// The failure of a poll whose page yields `facts` new facts at once.
pub(crate) fn too_much(facts: usize) -> Failed {
    Failed {
        failure: Failure::TooLarge,
        detail: format!(
            "the page says {facts} new things at once, expected at most {APPEND_EVENTS_MAX}; \
             is this the address of a status page?"
        ),
        retry_after: None,
        answer: None,
    }
}
