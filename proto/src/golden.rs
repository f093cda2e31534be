//! A short log whose hashes never change: the steps to append and the records that must result.
//!
//! The drafts are built here. Positions, revisions and hashes come from `golden/v1/chain.json`,
//! which was computed from the table in [`crate::chain`], not by its code. A store that appends the
//! steps in order must hold exactly [`records`]. The log has each optional field absent and
//! present, two providers, non-ASCII text, a time before 1970, one append after the clock was set
//! back, and an accepted restore.

mod facts;

use serde::Deserialize;
use signalbook_domain::observation::ContentHash;
use signalbook_domain::{PageId, Position, Revision, StreamId, Timestamp};
use uuid::Uuid;

use crate::chain::{Epoch, Hash};
use crate::record::{Draft, Record};

pub(crate) const CHAIN: &str = include_str!("../golden/v1/chain.json");

/// One append to the log.
#[derive(Clone, Debug)]
pub struct Step {
    /// The epoch to open before the append, at the time `now`.
    pub epoch: Option<Epoch>,
    /// The time of the append.
    pub now: Timestamp,
    /// The page of its streams.
    pub page: PageId,
    /// The events in order, each with its stream.
    pub events: Vec<(StreamId, Draft)>,
    /// The records that the log must then hold.
    pub records: Vec<Record>,
}

/// The identity of the log.
pub fn log_id() -> Uuid {
    chain().log_id
}

/// The hash before the first event.
pub fn genesis() -> Hash {
    hash(&chain().genesis)
}

/// The appends, in order.
pub fn steps() -> Vec<Step> {
    let mut links = chain().events.into_iter();
    let epochs = epochs();
    let place = |step: facts::Step| {
        // The events come first in the zip, so that exhausting them does not consume a link.
        let places = step.events.iter().zip(links.by_ref());
        let records: Vec<_> = places.map(|(event, link)| link.record(step.page, event)).collect();
        let follows =
            |epoch: &&Epoch| records.iter().any(|first| first.position == epoch.after.next());
        let epoch = epochs.iter().find(follows).copied();
        Step { epoch, now: step.now, page: step.page, events: step.events, records }
    };
    facts::steps().into_iter().map(place).collect()
}

/// The epochs after the first.
pub fn epochs() -> Vec<Epoch> {
    chain().epochs.iter().map(EpochLink::epoch).collect()
}

/// All records, in order.
pub fn records() -> Vec<Record> {
    steps().into_iter().flat_map(|step| step.records).collect()
}

/// The parts of `chain.json` that are read here; the tests compare the rest with the drafts.
#[derive(Deserialize)]
struct Chain {
    log_id: Uuid,
    genesis: String,
    events: Vec<Link>,
    epochs: Vec<EpochLink>,
}

#[derive(Deserialize)]
struct EpochLink {
    number: u64,
    after: Position,
    opened_at: i64,
    previous: String,
    manifests: u64,
    manifest_hash: String,
    hash: String,
}

impl EpochLink {
    fn epoch(&self) -> Epoch {
        Epoch {
            number: self.number,
            after: self.after,
            opened_at: Timestamp::from_micros(self.opened_at),
            previous: hash(&self.previous),
            manifests: self.manifests,
            manifest_hash: hash(&self.manifest_hash),
            hash: hash(&self.hash),
        }
    }
}

#[derive(Deserialize)]
struct Link {
    position: Position,
    revision: Revision,
    recorded_at: i64,
    hash: String,
}

impl Link {
    fn record(&self, page: PageId, (stream, draft): &(StreamId, Draft)) -> Record {
        Record {
            position: self.position,
            stream: stream.clone(),
            page,
            revision: self.revision,
            id: draft.id,
            kind: draft.kind.clone(),
            schema: draft.schema,
            times: draft.times,
            recorded_at: Timestamp::from_micros(self.recorded_at),
            backfilled: draft.backfilled,
            author: draft.author.clone(),
            observation: draft.observation,
            payload: Some(draft.payload.clone()),
            payload_hash: draft.payload_hash,
            hash: hash(&self.hash),
        }
    }
}

fn chain() -> Chain {
    serde_json::from_str(CHAIN).expect("`chain.json` is read by every test run")
}

fn hash(hex: &str) -> Hash {
    ContentHash::from_hex(hex).expect("`chain.json` writes hashes as 64 digits").0
}
