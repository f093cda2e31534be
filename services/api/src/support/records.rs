//! Records in the log.

use signalbook_domain::event::{Event, Fact, ReportChange, ReportEvent, Times};
use signalbook_domain::{PageId, Position, Revision, StreamId, StreamKind};
use signalbook_proto::{Draft, Record};
use uuid::Uuid;

use super::{World, id_of, slug};

impl World {
    /// Records a new title of an incident.
    pub(crate) fn retitled(&self, provider: &str, number: u128, revision: u64, title: &str) {
        let (kind, provider) = (StreamKind::Incident, slug(provider));
        let stream = StreamId { kind: kind.into(), provider, id: id_of(number) };
        let change = ReportChange::Retitled { title: title.to_owned() };
        let observed_at = self.now();
        let fact = Fact {
            stream: stream.clone(),
            event: Event::Incident(ReportEvent { change, vendor_updated_at: None }),
            times: Times { occurred_at: None, published_at: None, observed_at },
            backfilled: false,
        };
        self.change(|data| {
            let ordinal = u32::try_from(data.position).unwrap();
            let draft = Draft::encode(&fact, Uuid::nil(), ordinal, None);
            data.records.push(Record {
                position: Position(data.position),
                stream,
                page: PageId(Uuid::from_u128(1)),
                revision: Revision(revision),
                id: draft.id,
                kind: draft.kind.clone(),
                schema: draft.schema,
                times: draft.times,
                recorded_at: observed_at,
                author: None,
                backfilled: false,
                observation: None,
                payload: Some(draft.payload),
                payload_hash: draft.payload_hash,
                hash: [7; 32],
            });
        });
    }

    pub(crate) fn erase(&self, position: u64) {
        self.payload(position, None);
    }

    pub(crate) fn garble(&self, position: u64) {
        self.payload(position, Some(vec![0xff; 9]));
    }

    fn payload(&self, position: u64, payload: Option<Vec<u8>>) {
        let mut data = self.memory.lock();
        let record = data.records.iter_mut().find(|r| r.position == Position(position));
        record.unwrap().payload = payload;
    }
}
