//! The payloads of events, as they lie in the log.

use signalbook_domain::event::{EventKind, Times};
use signalbook_domain::{
    EventId, PageId, Position, Revision, Slug, StreamId, Timestamp, Worded as _,
};
use signalbook_proto::{Draft, Record};
use uuid::Uuid;

/// The first byte is the place of an event's kind in `EventKind::ALL`, the rest is its payload. (A
/// newline at the end is no part of it, so that a file of the corpus can have one.)
///
/// A payload is understood or refused in words; and what was understood, written again, is
/// understood as the same.
pub fn payload(bytes: &[u8]) {
    let Some((place, payload)) = bytes.split_first() else { return };
    let Some(kind) = EventKind::ALL.get(usize::from(*place)).copied() else { return };
    let payload = payload.strip_suffix(b"\n").unwrap_or(payload);
    let record = record(kind, payload);
    match record.decode() {
        Ok(fact) => {
            let draft = Draft::encode(&fact, Uuid::nil(), 0, None);
            let again = Record { payload: Some(draft.payload), ..record };
            assert_eq!(again.decode().expect("we understand ourselves"), fact);
        }
        Err(error) => {
            let error = error.to_string();
            assert!(error.contains(record.kind.word()), "{error}");
            assert!(error.len() <= 4 * payload.len() + 1_000, "{} bytes", error.len());
        }
    }
}

fn record(kind: EventKind, payload: &[u8]) -> Record {
    let at = Timestamp::from_seconds(1_770_000_000);
    let provider: Slug = "fernbase".parse().expect("it is a slug");
    Record {
        position: Position(1),
        stream: StreamId { kind: kind.stream_kind().into(), provider, id: Uuid::nil() },
        page: PageId(Uuid::nil()),
        revision: Revision(1),
        id: EventId::derive(at, Uuid::nil(), 0),
        kind: kind.into(),
        schema: signalbook_proto::record::SCHEMA,
        times: Times { occurred_at: Some(at), published_at: None, observed_at: at },
        recorded_at: at,
        backfilled: false,
        author: None,
        observation: None,
        payload: Some(payload.to_vec()),
        payload_hash: [0; 32],
        hash: [0; 32],
    }
}
