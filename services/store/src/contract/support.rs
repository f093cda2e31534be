//! Building blocks of the cases.

use std::collections::HashMap;

use signalbook_domain::event::{EventKind, Times};
use signalbook_domain::observation::ContentHash;
use signalbook_domain::{
    EventId, ObservationId, PageId, Position, Revision, Slug, StreamId, StreamKind, Timestamp,
};
use signalbook_proto::chain::{Verifier, manifest_genesis, manifest_hash};
use signalbook_proto::{Draft, EncodedManifest, Record};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::log::SharedLog;
use crate::{Append, AppendError, Appended, Stream};

/// The time of every append for which it does not matter.
pub(super) const NOW: i64 = 1_770_000_000;

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

pub(super) fn slug(name: &str) -> Slug {
    name.parse().unwrap()
}

pub(super) fn page_of(provider: &str) -> PageId {
    PageId::derive(&slug(provider), "https://status.example.com")
}

/// The id derived from a name.
pub(super) fn id(name: &str) -> Uuid {
    Uuid::from_slice(&ContentHash::of(name.as_bytes()).0[..16]).unwrap()
}

/// The stream of an incident of the provider `acme`.
pub(super) fn incident(name: &str) -> StreamId {
    StreamId::of(StreamKind::Incident, &slug("acme"), page_of("acme"), name)
}

/// The manifest of every event for which it does not matter.
pub(super) fn the_manifest() -> EncodedManifest {
    manifest("an observation", b"what it brought")
}

/// A manifest of the observation whose id is derived from `name`.
pub(super) fn manifest(name: &str, bytes: &[u8]) -> EncodedManifest {
    EncodedManifest::new(ObservationId(id(name)), bytes.to_vec())
}

/// An event whose id is derived from `name`, with a payload of 256 bytes.
pub(super) fn draft(name: &str) -> Draft {
    let payload = name.bytes().cycle().take(256).collect();
    draft_of(name, payload)
}

pub(super) fn draft_of(name: &str, payload: Vec<u8>) -> Draft {
    Draft {
        id: EventId(id(name)),
        kind: EventKind::IncidentMonitoring.into(),
        schema: 1,
        times: Times {
            occurred_at: Some(at(NOW - 60)),
            published_at: Some(at(NOW - 30)),
            observed_at: at(NOW - 1),
        },
        backfilled: false,
        author: None,
        observation: Some(the_manifest().reference()),
        payload_hash: ContentHash::of(&payload).0,
        payload,
    }
}

/// A stream of `acme`'s page at the revision that the caller expects.
pub(super) fn known(stream: &StreamId, expected: u64) -> Stream {
    Stream { id: stream.clone(), page: page_of("acme"), expected: Revision(expected) }
}

/// An append of events with these names to one stream.
pub(super) fn append_to<N: AsRef<str>>(stream: &StreamId, expected: u64, names: &[N]) -> Append {
    Append {
        streams: vec![known(stream, expected)],
        events: names.iter().map(|name| (0, draft(name.as_ref()))).collect(),
        page: None,
        manifest: Some(the_manifest()),
    }
}

/// Appends at a time that does not matter.
pub(super) async fn append(log: &SharedLog, append: Append) -> Result<Appended, AppendError> {
    log.append(append, at(NOW)).await
}

/// Appends all of `appends` concurrently; the results are in their order.
pub(super) async fn append_at_once(
    log: &SharedLog,
    appends: Vec<Append>,
) -> Vec<Result<Appended, AppendError>> {
    at_once(appends.into_iter().map(|append| {
        let log = log.clone();
        async move { log.append(append, at(NOW)).await }
    }))
    .await
}

/// Runs futures as separate tasks; the results are in their order.
pub(super) async fn at_once<F>(futures: impl Iterator<Item = F>) -> Vec<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for (index, future) in futures.enumerate() {
        tasks.spawn(async move { (index, future.await) });
    }
    let mut answers = tasks.join_all().await;
    answers.sort_by_key(|(index, _)| *index);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// The result of a new append that ends at `last`.
pub(super) fn fresh(last: u64) -> Appended {
    Appended { last: Position(last), repeated: false }
}

/// The result of a repeated append that ends at `last`.
pub(super) fn repeated(last: u64) -> Appended {
    Appended { last: Position(last), repeated: true }
}

/// Reads the whole log and checks what holds for every log: positions and revisions without gaps,
/// times that never decrease, an unbroken chain, and a head that matches the last record.
pub(super) async fn checked(log: &SharedLog) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    loop {
        let after = records.last().map_or(Position(0), |last| last.position);
        let page = log.read_after(after, 700).await.unwrap();
        if page.is_empty() {
            break;
        }
        records.extend(page);
    }
    let head = log.head().await.unwrap();
    let mut chain = Verifier::new(head.log_id, log.epochs().await.unwrap());
    let mut revisions: HashMap<&StreamId, Revision> = HashMap::new();
    for record in &records {
        chain.check(record).unwrap();
        let revision = revisions.entry(&record.stream).or_default();
        *revision = revision.next();
        assert_eq!(record.revision, *revision, "{}", record.stream);
    }
    assert!(records.is_sorted_by_key(|record| record.recorded_at));
    assert_eq!(chain.finish(), Ok((head.position, head.hash)));
    assert_eq!(chain.epoch(), head.epoch.number);
    let opened_at = log.epochs().await.unwrap().last().map(|epoch| epoch.opened_at);
    if let Some(last) = records.last().map(|last| last.recorded_at).max(opened_at) {
        assert_eq!(head.recorded_at, last);
    }
    let mut hash = manifest_genesis(head.log_id);
    let manifests = log.manifests_after(0, u32::MAX).await.unwrap();
    for (row, number) in manifests.iter().zip(1..) {
        hash = manifest_hash(&hash, number, &row.manifest.reference());
        assert_eq!((row.number, row.hash), (number, hash));
    }
    assert_eq!((head.manifests, head.manifest_hash), (manifests.len() as u64, hash));
    records
}

/// The ids of `records`.
pub(super) fn ids(records: &[Record]) -> Vec<EventId> {
    records.iter().map(|record| record.id).collect()
}

/// The event ids derived from `names`.
pub(super) fn ids_of(names: &[&str]) -> Vec<EventId> {
    names.iter().map(|name| EventId(id(name))).collect()
}
