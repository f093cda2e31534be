//! Plans the rows that a group of appends writes. It is pure, so the transaction only runs
//! statements.

use std::collections::HashMap;

use signalbook_domain::event::EventKind;
use signalbook_domain::observation::Slot;
use signalbook_domain::{
    Author, ObservationId, OpenEnum, PageId, Position, Revision, StreamId, Timestamp,
};
use signalbook_proto::chain::{Hash, Link, manifest_hash};
use signalbook_proto::{Draft, EncodedManifest, ObservationRef};
use signalbook_store::{Append, AppendError, Head, PageRow, StoreError};

use super::cache::CachedStream;

/// An event whose place is final and whose hash is not computed yet.
struct PlannedEvent<'a> {
    stream: &'a StreamId,
    /// The index of its stream's name in the plan's names.
    name: usize,
    number: i64,
    page: PageId,
    revision: Revision,
    recorded_at: Timestamp,
    draft: &'a Draft,
}

/// An event with its place in the chain.
pub(super) struct EventRow<'a> {
    pub(super) position: Position,
    pub(super) stream: &'a StreamId,
    pub(super) number: i64,
    pub(super) revision: Revision,
    pub(super) recorded_at: Timestamp,
    pub(super) hash: Hash,
    pub(super) draft: &'a Draft,
}

/// A stream with its new revision.
pub(super) struct StreamRow {
    pub(super) id: StreamId,
    pub(super) cached: CachedStream,
}

/// The rows to write, extended append by append.
pub(super) struct Plan<'a, 'k> {
    /// The end of the log without the planned rows.
    before: Head,
    recorded_at: Timestamp,
    events: Vec<PlannedEvent<'a>>,
    names: Vec<String>,
    pub(super) streams: HashMap<StreamId, StreamRow>,
    pub(super) pages: HashMap<PageId, &'a PageRow>,
    pub(super) manifests: Vec<&'a EncodedManifest>,
    pub(super) last_stream: i64,
    cached: &'k HashMap<StreamId, CachedStream>,
    slots: HashMap<PageId, Slot>,
    /// The recorded manifests, as far as appends of the group bring them.
    written: HashMap<ObservationId, Hash>,
}

impl<'a, 'k> Plan<'a, 'k> {
    pub(super) fn new(
        before: Head,
        cached: &'k HashMap<StreamId, CachedStream>,
        slots: HashMap<PageId, Slot>,
        written: HashMap<ObservationId, Hash>,
        last_stream: i64,
    ) -> Self {
        Self {
            before,
            recorded_at: before.recorded_at,
            events: Vec::new(),
            names: Vec::new(),
            streams: HashMap::new(),
            pages: HashMap::new(),
            manifests: Vec::new(),
            last_stream,
            cached,
            slots,
            written,
        }
    }

    /// Adds an append to the plan, or refuses it and changes nothing.
    pub(super) fn accept(
        &mut self,
        append: &'a Append,
        now: Timestamp,
    ) -> Result<Position, AppendError> {
        self.check(append)?;
        let names = self.names.len();
        self.names.extend(append.streams.iter().map(|stream| stream.id.to_string()));
        for stream in &append.streams {
            self.join(stream);
        }
        if !append.events.is_empty() {
            self.recorded_at = self.recorded_at.max(now);
        }
        for (index, draft) in &append.events {
            self.place(&append.streams[*index].id, names + index, draft);
        }
        if let Some(put) = &append.page {
            self.slots.insert(put.row.id, put.row.poll_state.last_slot);
            self.pages.insert(put.row.id, &put.row);
        }
        if let Some(manifest) = &append.manifest {
            let ObservationRef { id, hash } = manifest.reference();
            if self.written.insert(id, hash).is_none() {
                self.manifests.push(manifest);
            }
        }
        Ok(self.position(self.events.len()))
    }

    /// The new streams, ordered by number.
    pub(super) fn new_streams(&self) -> Vec<&StreamRow> {
        let is_new = |row: &&StreamRow| !self.cached.contains_key(&row.id);
        let mut rows: Vec<&StreamRow> = self.streams.values().filter(is_new).collect();
        rows.sort_unstable_by_key(|row| row.cached.number);
        rows
    }

    pub(super) fn kinds(&self) -> impl Iterator<Item = &'a OpenEnum<EventKind>> {
        self.events.iter().map(|row| &row.draft.kind)
    }

    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    /// The planned events in order; each is chained to the previous one on demand.
    pub(super) fn chained(&self) -> Chained<'_, 'a> {
        Chained { head: self.before, names: &self.names, events: self.events.iter() }
    }

    /// The last position of `append`, if the group already has the same events from another caller.
    pub(super) fn repeated(&self, append: &Append) -> Option<Position> {
        let (_, first) = append.events.first()?;
        let start = self.events.iter().position(|row| row.draft.id == first.id)?;
        let planned = self.events.get(start..start + append.events.len())?;
        let same = planned.iter().zip(&append.events).all(|(row, (index, draft))| {
            row.draft.id == draft.id && *row.stream == append.streams[*index].id
        });
        same.then(|| self.position(start + planned.len()))
    }

    /// The position of the last of the first `count` planned events.
    fn position(&self, count: usize) -> Position {
        Position(self.before.position.0 + count as u64)
    }

    fn check(&self, append: &Append) -> Result<(), AppendError> {
        for stream in &append.streams {
            let cached = self.cached_stream(&stream.id);
            if cached.is_some_and(|cached| cached.page != stream.page) {
                let reason = "it belongs to another page".to_owned();
                let key = stream.id.to_string();
                return Err(StoreError::Invalid { table: "stream", key, reason }.into());
            }
            let actual = cached.map(|cached| cached.revision).unwrap_or_default();
            if actual != stream.expected {
                let (stream, expected) = (Box::new(stream.id.clone()), stream.expected);
                return Err(AppendError::Conflict { stream, expected, actual });
            }
        }
        if let Some(manifest) = &append.manifest {
            let ObservationRef { id, hash } = manifest.reference();
            if self.written.get(&id).is_some_and(|written| *written != hash) {
                let reason = "another manifest of its observation is recorded already".to_owned();
                let key = id.to_string();
                return Err(StoreError::Invalid { table: "manifest", key, reason }.into());
            }
        }
        match &append.page {
            Some(put) if self.slots.get(&put.row.id).copied() != put.expected => {
                Err(AppendError::PageMoved)
            }
            Some(_) | None => Ok(()),
        }
    }

    fn cached_stream(&self, stream: &StreamId) -> Option<&CachedStream> {
        let planned = self.streams.get(stream).map(|row| &row.cached);
        planned.or_else(|| self.cached.get(stream))
    }

    /// Adds a stream to the plan; a new stream gets the next number.
    fn join(&mut self, stream: &signalbook_store::Stream) {
        if self.streams.contains_key(&stream.id) {
            return;
        }
        let cached = self.cached.get(&stream.id).copied().unwrap_or_else(|| {
            self.last_stream += 1;
            CachedStream { number: self.last_stream, page: stream.page, revision: Revision(0) }
        });
        let row = StreamRow { id: stream.id.clone(), cached };
        self.streams.insert(stream.id.clone(), row);
    }

    fn place(&mut self, stream: &'a StreamId, name: usize, draft: &'a Draft) {
        let Some(row) = self.streams.get_mut(stream) else { return };
        row.cached.revision = row.cached.revision.next();
        let CachedStream { number, page, revision } = row.cached;
        let recorded_at = self.recorded_at;
        self.events.push(PlannedEvent { stream, name, number, page, revision, recorded_at, draft });
    }
}

/// A manifest with its place in the chain of manifests.
pub(super) struct PlannedManifest<'a> {
    pub(super) number: u64,
    pub(super) hash: Hash,
    pub(super) manifest: &'a EncodedManifest,
}

/// Chains `manifests` to the end of the manifest chain in `head`, and advances `head`.
pub(super) fn chain_manifests<'a>(
    head: &mut Head,
    manifests: &[&'a EncodedManifest],
) -> Vec<PlannedManifest<'a>> {
    let mut chained = Vec::with_capacity(manifests.len());
    for manifest in manifests {
        let number = head.manifests + 1;
        let hash = manifest_hash(&head.manifest_hash, number, &manifest.reference());
        (head.manifests, head.manifest_hash) = (number, hash);
        chained.push(PlannedManifest { number, hash, manifest });
    }
    chained
}

/// Iterates over the planned events and chains each on demand.
pub(super) struct Chained<'p, 'a> {
    head: Head,
    names: &'p [String],
    events: std::slice::Iter<'p, PlannedEvent<'a>>,
}

impl Chained<'_, '_> {
    /// The end of the log including the events returned so far.
    pub(super) fn head(&self) -> Head {
        self.head
    }
}

impl<'a> Iterator for Chained<'_, 'a> {
    type Item = EventRow<'a>;

    fn next(&mut self) -> Option<EventRow<'a>> {
        let PlannedEvent { stream, name, number, page, revision, recorded_at, draft } =
            *self.events.next()?;
        let position = self.head.position.next();
        let link = Link {
            position,
            stream: &self.names[name],
            page,
            revision,
            id: draft.id,
            kind: draft.kind.word(),
            schema: draft.schema,
            occurred_at: draft.times.occurred_at,
            published_at: draft.times.published_at,
            observed_at: draft.times.observed_at,
            recorded_at,
            backfilled: draft.backfilled,
            author: draft.author.as_ref().map(Author::as_str),
            observation: draft.observation,
            payload_hash: &draft.payload_hash,
        };
        let hash = link.hash(&self.head.hash);
        self.head = Head { position, hash, recorded_at, ..self.head };
        Some(EventRow { position, stream, number, revision, recorded_at, hash, draft })
    }
}
