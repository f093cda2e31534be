//! What a group of appends writes: pure, so that the transaction is only statements.

use std::collections::HashMap;

use signalbook_domain::observation::Slot;
use signalbook_domain::{PageId, Position, Revision, StreamId, Timestamp};
use signalbook_proto::Draft;
use signalbook_proto::chain::{Hash, Link};
use signalbook_store::{Append, AppendError, Head, PageRow};

use super::known::KnownStream;

/// An event with its place.
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
    pub(super) page: PageId,
    pub(super) known: KnownStream,
}

/// What is to be written, growing append by append.
pub(super) struct Plan<'a, 'k> {
    /// The end of the log with what is planned.
    pub(super) head: Head,
    pub(super) events: Vec<EventRow<'a>>,
    pub(super) streams: HashMap<StreamId, StreamRow>,
    pub(super) pages: HashMap<PageId, &'a PageRow>,
    pub(super) last_stream: i64,
    known: &'k HashMap<StreamId, KnownStream>,
    slots: HashMap<PageId, Slot>,
}

impl<'a, 'k> Plan<'a, 'k> {
    pub(super) fn new(
        head: Head,
        known: &'k HashMap<StreamId, KnownStream>,
        slots: HashMap<PageId, Slot>,
        last_stream: i64,
    ) -> Self {
        Self {
            head,
            events: Vec::new(),
            streams: HashMap::new(),
            pages: HashMap::new(),
            last_stream,
            known,
            slots,
        }
    }

    /// Takes an append in, or refuses it and changes nothing.
    pub(super) fn accept(
        &mut self,
        append: &'a Append,
        now: Timestamp,
    ) -> Result<Position, AppendError> {
        self.check(append)?;
        let names: Vec<String> =
            append.streams.iter().map(|stream| stream.id.to_string()).collect();
        for stream in &append.streams {
            self.join(stream);
        }
        if !append.events.is_empty() {
            self.head.recorded_at = self.head.recorded_at.max(now);
        }
        for (index, draft) in &append.events {
            let (stream, name) = (&append.streams[*index].id, &names[*index]);
            self.place(stream, name, draft);
        }
        if let Some(put) = &append.page {
            self.slots.insert(put.row.id, put.row.memo.last_slot);
            self.pages.insert(put.row.id, &put.row);
        }
        Ok(self.head.position)
    }

    /// The last position of `append` if it was taken in before, from another caller.
    pub(super) fn repeated(&self, append: &Append) -> Option<Position> {
        let (_, first) = append.events.first()?;
        let start = self.events.iter().position(|row| row.draft.id == first.id)?;
        let planned = self.events.get(start..start + append.events.len())?;
        let same = planned.iter().zip(&append.events).all(|(row, (index, draft))| {
            row.draft.id == draft.id && *row.stream == append.streams[*index].id
        });
        planned.last().filter(|_| same).map(|row| row.position)
    }

    fn check(&self, append: &Append) -> Result<(), AppendError> {
        for stream in &append.streams {
            let actual = self.revision(&stream.id);
            if actual != stream.expected {
                let (stream, expected) = (Box::new(stream.id.clone()), stream.expected);
                return Err(AppendError::Conflict { stream, expected, actual });
            }
        }
        match &append.page {
            Some(put) if self.slots.get(&put.row.id).copied() != put.expected => {
                Err(AppendError::PageMoved)
            }
            Some(_) | None => Ok(()),
        }
    }

    fn revision(&self, stream: &StreamId) -> Revision {
        let planned = self.streams.get(stream).map(|row| row.known.revision);
        planned.or_else(|| self.known.get(stream).map(|known| known.revision)).unwrap_or_default()
    }

    /// Gives a stream its row in the plan; a new stream gets the next number.
    fn join(&mut self, stream: &signalbook_store::Stream) {
        if self.streams.contains_key(&stream.id) {
            return;
        }
        let known = self.known.get(&stream.id).copied().unwrap_or_else(|| {
            self.last_stream += 1;
            KnownStream { number: self.last_stream, revision: Revision(0) }
        });
        let row = StreamRow { id: stream.id.clone(), page: stream.page, known };
        self.streams.insert(stream.id.clone(), row);
    }

    fn place(&mut self, stream: &'a StreamId, name: &str, draft: &'a Draft) {
        let Some(row) = self.streams.get_mut(stream) else { return };
        row.known.revision = row.known.revision.next();
        let position = self.head.position.next();
        let link = Link {
            position,
            stream: name,
            revision: row.known.revision,
            id: draft.id,
            kind: draft.kind,
            schema: draft.schema,
            occurred_at: draft.times.occurred_at,
            published_at: draft.times.published_at,
            observed_at: draft.times.observed_at,
            recorded_at: self.head.recorded_at,
            backfilled: draft.backfilled,
            observation: draft.observation,
            payload_hash: &draft.payload_hash,
        };
        self.head.hash = link.hash(&self.head.hash);
        self.head.position = position;
        self.events.push(EventRow {
            position,
            stream,
            number: row.known.number,
            revision: row.known.revision,
            recorded_at: self.head.recorded_at,
            hash: self.head.hash,
            draft,
        });
    }
}
