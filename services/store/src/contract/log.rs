//! The promises of the log about its events.

#![expect(missing_docs, reason = "the name of a case is its sentence")]

use std::collections::HashMap;

use signalbook_domain::event::{EventKind, Times};
use signalbook_domain::{Position, Revision, StreamId, StreamKind, Timestamp};
use signalbook_proto::{Draft, EncodedManifest, golden};
use uuid::Uuid;

use super::support::{
    NOW, append, append_to, at, checked, draft, draft_of, fresh, ids, ids_of, incident, known,
    page_of, repeated, slug, the_manifest,
};
use crate::log::SharedLog;
use crate::{Append, AppendError, Stream};

/// The identity of every log under test.
pub fn log_id() -> Uuid {
    golden::log_id()
}

pub async fn an_empty_log_ends_at_zero(log: SharedLog) {
    let head = log.head().await.unwrap();
    assert_eq!(head.log_id, log_id());
    assert_eq!(head.hash, golden::genesis());
    assert_eq!(head.position, Position(0));
    assert_eq!(head.hash, signalbook_proto::chain::genesis(head.log_id));
    assert_eq!(*log.appended().borrow(), Position(0));
    assert_eq!(append(&log, Append::default()).await.unwrap(), fresh(0));
    assert_eq!(checked(&log).await, []);
    assert_eq!(log.read_stream(&incident("i"), Revision(0), 10).await.unwrap(), []);
    assert_eq!(log.read_page(page_of("acme"), Position(0), 10).await.unwrap(), []);
    assert_eq!(log.pages().await.unwrap(), []);
}

pub async fn what_is_appended_is_read_back_whole(log: SharedLog) {
    let page = page_of("acme");
    let of = |kind, name| StreamId::of(kind, &slug("acme"), page, name);
    let streams = [
        StreamId::page(&slug("acme"), page),
        of(StreamKind::Component, "c"),
        of(StreamKind::Incident, "i"),
        of(StreamKind::Maintenance, "m"),
    ];
    let times = Times { occurred_at: None, published_at: None, observed_at: at(NOW) };
    let early = Times { occurred_at: Some(at(-5)), published_at: Some(Timestamp::MIN), ..times };
    let drafts = [
        Draft { times, kind: EventKind::PageAdded.into(), observation: None, ..draft("a") },
        Draft { kind: EventKind::ComponentAdded.into(), schema: u16::MAX, ..draft("b") },
        Draft { times: early, backfilled: true, ..draft_of("c", (0..=255).collect()) },
        Draft { author: "key:1".parse().ok(), ..draft_of("d", Vec::new()) },
    ];
    let whole = Append {
        streams: streams.iter().map(|stream| known(stream, 0)).collect(),
        events: drafts.iter().cloned().enumerate().collect(),
        page: None,
        manifest: Some(the_manifest()),
    };
    assert_eq!(append(&log, whole).await.unwrap(), fresh(4));
    let records = checked(&log).await;
    for ((record, draft), stream) in records.iter().zip(&drafts).zip(&streams) {
        assert_eq!(&record.stream, stream);
        assert_eq!(record.revision, Revision(1));
        assert_eq!(record.recorded_at, at(NOW));
        let read = Draft {
            id: record.id,
            kind: record.kind.clone(),
            schema: record.schema,
            times: record.times,
            backfilled: record.backfilled,
            author: record.author.clone(),
            observation: record.observation,
            payload: record.payload.clone().unwrap(),
            payload_hash: record.payload_hash,
        };
        assert_eq!(&read, draft);
        let alone = log.read_stream(stream, Revision(0), 10).await.unwrap();
        assert_eq!(alone, std::slice::from_ref(record));
    }
    assert_eq!(log.read_page(page, Position(0), 10).await.unwrap(), records);
}

pub async fn a_whole_history_is_one_append(log: SharedLog) {
    let streams: Vec<StreamId> = (0..223).map(|n| incident(&n.to_string())).collect();
    let history = Append {
        streams: streams.iter().map(|stream| known(stream, 0)).collect(),
        events: (0..2_345).map(|n| (n % 223, draft(&n.to_string()))).collect(),
        page: None,
        manifest: Some(the_manifest()),
    };
    let expected: Vec<_> = history.events.iter().map(|(_, draft)| draft.id).collect();
    assert_eq!(append(&log, history.clone()).await.unwrap(), fresh(2_345));
    assert_eq!(ids(&checked(&log).await), expected);
    assert_eq!(append(&log, history).await.unwrap(), repeated(2_345));
}

pub async fn recorded_at_never_goes_back(log: SharedLog) {
    let stream = incident("i");
    for (expected, (now, recorded)) in (0..).zip([(50, 50), (40, 50), (50, 50), (60, 60), (-1, 60)])
    {
        let one = append_to(&stream, expected, &[format!("{expected}")]);
        log.append(one, at(now)).await.unwrap();
        assert_eq!(checked(&log).await.last().unwrap().recorded_at, at(recorded));
    }
}

pub async fn events_of_several_streams_keep_the_order_of_telling(log: SharedLog) {
    let (i, j) = (incident("i"), incident("j"));
    let told = Append {
        streams: vec![known(&j, 0), known(&i, 0)],
        events: [(1, "a"), (0, "b"), (1, "c"), (1, "d"), (0, "e")]
            .map(|(stream, name)| (stream, draft(name)))
            .into(),
        page: None,
        manifest: Some(the_manifest()),
    };
    append(&log, told).await.unwrap();
    let records = checked(&log).await;
    assert_eq!(ids(&records), ids_of(&["a", "b", "c", "d", "e"]));
    let of_i = log.read_stream(&i, Revision(0), 10).await.unwrap();
    assert_eq!(ids(&of_i), ids_of(&["a", "c", "d"]));
    let of_j = log.read_stream(&j, Revision(0), 10).await.unwrap();
    assert_eq!(ids(&of_j), ids_of(&["b", "e"]));
}

pub async fn streams_differ_by_kind_and_provider_and_id(log: SharedLog) {
    let one = incident("i");
    let streams = [
        one.clone(),
        StreamId { kind: StreamKind::Maintenance.into(), ..one.clone() },
        StreamId { provider: slug("other"), ..one.clone() },
        StreamId { id: incident("j").id, ..one },
    ];
    for (stream, name) in streams.iter().zip(["a", "b", "c", "d"]) {
        append(&log, append_to(stream, 0, &[name])).await.unwrap();
    }
    for (stream, name) in streams.iter().zip(["a", "b", "c", "d"]) {
        let found = log.read_stream(stream, Revision(0), 10).await.unwrap();
        assert_eq!(ids(&found), ids_of(&[name]));
        assert_eq!(&found[0].stream, stream);
        let again = append(&log, append_to(stream, 0, &["e"])).await.unwrap_err();
        assert!(matches!(again, AppendError::Conflict { actual: Revision(1), .. }), "{again}");
    }
    checked(&log).await;
}

pub async fn the_log_is_read_in_pages(log: SharedLog) {
    let names = ["a", "b", "c", "d", "e"];
    append(&log, append_to(&incident("i"), 0, &names)).await.unwrap();
    let read = async |after, limit| ids(&log.read_after(Position(after), limit).await.unwrap());
    assert_eq!(read(0, 2).await, ids_of(&names[..2]));
    assert_eq!(read(2, 2).await, ids_of(&names[2..4]));
    assert_eq!(read(4, 2).await, ids_of(&names[4..]));
    assert_eq!(read(5, 2).await, []);
    assert_eq!(read(u64::MAX, 2).await, []);
    assert_eq!(read(0, 0).await, []);
    assert_eq!(read(0, u32::MAX).await, ids_of(&names));
}

pub async fn a_stream_is_read_in_pages(log: SharedLog) {
    let stream = incident("i");
    append(&log, append_to(&incident("j"), 0, &["x", "y"])).await.unwrap();
    append(&log, append_to(&stream, 0, &["a", "b", "c"])).await.unwrap();
    let read =
        async |after, limit| ids(&log.read_stream(&stream, Revision(after), limit).await.unwrap());
    assert_eq!(read(0, 2).await, ids_of(&["a", "b"]));
    assert_eq!(read(2, 2).await, ids_of(&["c"]));
    assert_eq!(read(3, 2).await, []);
    assert_eq!(read(0, 0).await, []);
}

pub async fn the_hint_follows_the_end(log: SharedLog) {
    let mut hint = log.appended();
    append(&log, append_to(&incident("i"), 0, &["a", "b"])).await.unwrap();
    let seen = *hint.wait_for(|position| *position >= Position(2)).await.unwrap();
    assert_eq!(seen, Position(2));
    assert_eq!(*log.appended().borrow(), Position(2));
}

pub async fn hashes_are_the_golden_ones(log: SharedLog) {
    let mut revisions: HashMap<StreamId, Revision> = HashMap::new();
    for step in golden::steps() {
        if let Some(epoch) = step.epoch {
            assert_eq!(log.open_epoch(epoch.number, step.now).await.unwrap(), epoch);
        }
        // The golden log uses the bytes of an observation's id as its manifest.
        let cause = step.events.iter().find_map(|(_, draft)| draft.observation);
        let manifest =
            cause.map(|cause| EncodedManifest::new(cause.id, cause.id.0.as_bytes().to_vec()));
        let mut append = Append { manifest, ..Append::default() };
        for (id, draft) in step.events {
            let index = append.streams.iter().position(|stream| stream.id == id);
            let index = index.unwrap_or_else(|| {
                let expected = revisions.get(&id).copied().unwrap_or_default();
                append.streams.push(Stream { id: id.clone(), page: step.page, expected });
                append.streams.len() - 1
            });
            append.events.push((index, draft));
            let revision = revisions.entry(id).or_default();
            *revision = revision.next();
        }
        log.append(append, step.now).await.unwrap();
    }
    assert_eq!(checked(&log).await, golden::records());
}
