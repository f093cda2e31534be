//! The promises of the log about its events.

#![expect(missing_docs, reason = "the name of a case is its sentence")]

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use signalbook_domain::event::{EventKind, Times};
use signalbook_domain::{PageId, Position, Revision, StreamId, StreamKind, Timestamp};
use signalbook_proto::{Draft, golden};
use uuid::Uuid;

use super::support::{
    NOW, append, append_at_once, append_to, at, at_once, checked, draft, draft_of, fresh, ids,
    ids_of, incident, known, page_of, repeated, slug,
};
use crate::log::{APPEND_EVENTS_MAX, SharedLog};
use crate::{Append, AppendError, StoreError, Stream};

/// The identity that every log under test is given.
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
        Draft { times, kind: EventKind::PageAdded, observation: None, ..draft("a") },
        Draft { kind: EventKind::ComponentAdded, schema: u16::MAX, ..draft("b") },
        Draft { times: early, backfilled: true, ..draft_of("c", (0..=255).collect()) },
        Draft { kind: EventKind::MaintenanceScheduled, ..draft_of("d", Vec::new()) },
    ];
    let whole = Append {
        streams: streams.iter().map(|stream| known(stream, 0)).collect(),
        events: drafts.iter().cloned().enumerate().collect(),
        page: None,
    };
    assert_eq!(append(&log, whole).await.unwrap(), fresh(4));
    let records = checked(&log).await;
    for ((record, draft), stream) in records.iter().zip(&drafts).zip(&streams) {
        assert_eq!(&record.stream, stream);
        assert_eq!(record.revision, Revision(1));
        assert_eq!(record.recorded_at, at(NOW));
        let read = Draft {
            id: record.id,
            kind: record.kind,
            schema: record.schema,
            times: record.times,
            backfilled: record.backfilled,
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
    };
    let expected: Vec<_> = history.events.iter().map(|(_, draft)| draft.id).collect();
    assert_eq!(append(&log, history.clone()).await.unwrap(), fresh(2_345));
    assert_eq!(ids(&checked(&log).await), expected);
    assert_eq!(append(&log, history).await.unwrap(), repeated(2_345));
}

pub async fn a_stream_that_moved_on_is_a_conflict(log: SharedLog) {
    let stream = incident("i");
    append(&log, append_to(&stream, 0, &["a", "b"])).await.unwrap();
    for stale in [0, 1, 3] {
        let refused = append(&log, append_to(&stream, stale, &["c"])).await.unwrap_err();
        let AppendError::Conflict { stream: moved, expected, actual } = refused else {
            panic!("{refused}");
        };
        assert_eq!((*moved, expected, actual), (stream.clone(), Revision(stale), Revision(2)));
    }
    assert_eq!(append(&log, append_to(&stream, 2, &["c"])).await.unwrap(), fresh(3));
    assert_eq!(ids(&checked(&log).await), ids_of(&["a", "b", "c"]));
}

pub async fn one_moved_stream_refuses_the_whole_append(log: SharedLog) {
    let (new, moved) = (incident("new"), incident("moved"));
    append(&log, append_to(&moved, 0, &["a"])).await.unwrap();
    let both = |expected| Append {
        streams: vec![known(&new, 0), known(&moved, expected)],
        events: vec![(0, draft("b")), (1, draft("c"))],
        page: None,
    };
    let refused = append(&log, both(0)).await.unwrap_err();
    assert!(matches!(refused, AppendError::Conflict { actual: Revision(1), .. }), "{refused}");
    assert_eq!(log.read_stream(&new, Revision(0), 10).await.unwrap(), []);
    assert_eq!(append(&log, both(1)).await.unwrap(), fresh(3));
    assert_eq!(ids(&checked(&log).await), ids_of(&["a", "b", "c"]));
}

pub async fn a_conflict_does_not_harm_the_appends_beside_it(log: SharedLog) {
    let appends = (0..30).map(|n| {
        let expected = u64::from(n % 3 == 1);
        append_to(&incident(&n.to_string()), expected, &[format!("{n}a"), format!("{n}b")])
    });
    let answers = append_at_once(&log, appends.collect()).await;
    for (n, answer) in answers.iter().enumerate() {
        let refused = matches!(answer, Err(AppendError::Conflict { actual: Revision(0), .. }));
        assert_eq!(refused, n % 3 == 1, "{answer:?}");
        assert_eq!(answer.is_ok(), n % 3 != 1, "{answer:?}");
    }
    assert_eq!(checked(&log).await.len(), 40);
}

pub async fn the_same_append_twice_changes_nothing(log: SharedLog) {
    let first = append_to(&incident("i"), 0, &["a", "b"]);
    append(&log, first.clone()).await.unwrap();
    append(&log, append_to(&incident("i"), 2, &["c"])).await.unwrap();
    append(&log, append_to(&incident("j"), 0, &["d"])).await.unwrap();
    let before = checked(&log).await;
    assert_eq!(log.append(first.clone(), at(NOW + 9)).await.unwrap(), repeated(2));
    assert_eq!(append(&log, append_to(&incident("i"), 2, &["c"])).await.unwrap(), repeated(3));
    let folded_again = append_to(&incident("i"), 3, &["a", "b"]);
    assert_eq!(append(&log, folded_again).await.unwrap(), repeated(2));
    assert_eq!(checked(&log).await, before);
}

pub async fn the_same_append_twice_at_once_is_recorded_once(log: SharedLog) {
    let same = append_to(&incident("i"), 0, &["a", "b"]);
    let other = append_to(&incident("j"), 0, &["c"]);
    let answers = append_at_once(&log, vec![same.clone(), other, same.clone(), same.clone()]).await;
    let lasts: Vec<_> = [0, 2, 3].map(|n| *answers[n].as_ref().unwrap()).into();
    assert_eq!(lasts.iter().filter(|appended| !appended.repeated).count(), 1, "{lasts:?}");
    assert!(lasts.iter().all(|appended| appended.last == lasts[0].last), "{lasts:?}");
    assert!(!answers[1].as_ref().unwrap().repeated);
    assert_eq!(checked(&log).await.len(), 3);
}

pub async fn an_append_that_is_refused_as_moved_is_found_if_it_was_recorded(log: SharedLog) {
    let streams = vec![known(&incident("i"), 0), known(&incident("j"), 0)];
    let events = vec![(1, draft("a")), (0, draft("b")), (1, draft("c"))];
    let both = Append { streams, events, page: None };
    append(&log, both.clone()).await.unwrap();
    append(&log, append_to(&incident("j"), 2, &["d"])).await.unwrap();
    assert_eq!(append(&log, both).await.unwrap(), repeated(3));
    assert_eq!(checked(&log).await.len(), 4);
}

pub async fn an_event_of_another_append_is_refused(log: SharedLog) {
    append(&log, append_to(&incident("i"), 0, &["a", "b"])).await.unwrap();
    append(&log, append_to(&incident("j"), 0, &["x"])).await.unwrap();
    let before = checked(&log).await;
    for names in [&["b", "c"][..], &["c", "b"], &["b", "a"], &["a", "b", "c"]] {
        let refused = append(&log, append_to(&incident("i"), 2, names)).await.unwrap_err();
        let AppendError::Duplicate(id) = refused else { panic!("{names:?}: {refused}") };
        assert!(ids_of(&["a", "b"]).contains(&id), "{names:?}");
    }
    assert_eq!(checked(&log).await, before);
    assert_eq!(append(&log, append_to(&incident("i"), 2, &["c"])).await.unwrap(), fresh(4));
}

pub async fn an_event_of_another_stream_is_refused(log: SharedLog) {
    append(&log, append_to(&incident("i"), 0, &["a", "b"])).await.unwrap();
    let refused = append(&log, append_to(&incident("j"), 0, &["a", "b"])).await.unwrap_err();
    assert!(matches!(refused, AppendError::Duplicate(_)), "{refused}");
    assert_eq!(log.read_stream(&incident("j"), Revision(0), 10).await.unwrap(), []);
    assert_eq!(checked(&log).await.len(), 2);
}

pub async fn an_event_twice_in_one_append_is_refused(log: SharedLog) {
    let refused = append(&log, append_to(&incident("i"), 0, &["a", "b", "a"])).await.unwrap_err();
    assert!(matches!(refused, AppendError::Duplicate(id) if id == ids_of(&["a"])[0]), "{refused}");
    assert_eq!(checked(&log).await, []);
}

pub async fn a_refused_event_does_not_harm_the_appends_beside_it(log: SharedLog) {
    append(&log, append_to(&incident("first"), 0, &["a"])).await.unwrap();
    let appends = (0..20).map(|n| {
        let taken = if n % 10 == 3 { "a".to_owned() } else { format!("{n}") };
        append_to(&incident(&n.to_string()), 0, &[format!("{n}x"), taken])
    });
    let answers = append_at_once(&log, appends.collect()).await;
    for (n, answer) in answers.iter().enumerate() {
        assert_eq!(answer.is_ok(), n % 10 != 3, "{answer:?}");
        assert_eq!(matches!(answer, Err(AppendError::Duplicate(_))), n % 10 == 3, "{answer:?}");
    }
    assert_eq!(checked(&log).await.len(), 37);
}

pub async fn too_many_events_at_once_are_refused(log: SharedLog) {
    let large = |events: usize| Append {
        streams: vec![known(&incident("i"), 0)],
        events: (0..events).map(|n| (0, draft_of(&n.to_string(), Vec::new()))).collect(),
        page: None,
    };
    let refused = append(&log, large(APPEND_EVENTS_MAX + 1)).await.unwrap_err();
    let AppendError::TooLarge { events, max } = refused else { panic!("{refused}") };
    assert_eq!((events, max), (APPEND_EVENTS_MAX + 1, APPEND_EVENTS_MAX));
    assert_eq!(log.head().await.unwrap().position, Position(0));
    let end = APPEND_EVENTS_MAX as u64;
    assert_eq!(append(&log, large(APPEND_EVENTS_MAX)).await.unwrap(), fresh(end));
    assert_eq!(checked(&log).await.len(), APPEND_EVENTS_MAX);
}

pub async fn an_event_without_a_stream_is_refused(log: SharedLog) {
    let mut astray = append_to(&incident("i"), 0, &["a"]);
    astray.events.push((1, draft("b")));
    let refused = append(&log, astray).await.unwrap_err();
    assert!(matches!(refused, AppendError::Store(StoreError::Invalid { .. })), "{refused}");
    assert_eq!(append(&log, append_to(&incident("i"), 0, &["a"])).await.unwrap(), fresh(1));
    checked(&log).await;
}

pub async fn an_append_whose_caller_left_is_recorded_once_when_it_is_repeated(log: SharedLog) {
    for n in 0..10 {
        let stream = incident(&n.to_string());
        let left = append_to(&stream, 0, &[format!("{n}a"), format!("{n}b")]);
        tokio::select! {
            biased;
            _ = append(&log, left.clone()) => {}
            () = tokio::task::yield_now() => {}
        }
        append(&log, left).await.unwrap();
        append(&log, append_to(&stream, 2, &[format!("{n}c")])).await.unwrap();
    }
    assert_eq!(checked(&log).await.len(), 30);
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
        StreamId { kind: StreamKind::Maintenance, ..one.clone() },
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
        let mut append = Append::default();
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

pub async fn positions_have_no_gaps_under_64_appenders(log: SharedLog) {
    const APPENDERS: u64 = 64;
    const APPENDS: u64 = 20;
    const EVENTS: u64 = APPENDERS * APPENDS * 3 / 2;
    let readers = (0..4).map(|_| tokio::spawn(tail(log.clone(), Position(EVENTS))));
    let readers: Vec<_> = readers.collect();
    let acknowledged = at_once((0..APPENDERS).map(|appender| {
        let log = log.clone();
        async move {
            let stream = incident(&appender.to_string());
            let (mut revision, mut lasts) = (0, Vec::new());
            for turn in 0..APPENDS {
                let events = 1 + turn % 2;
                let names: Vec<String> =
                    (0..events).map(|event| format!("{appender} {turn} {event}")).collect();
                let answer = append(&log, append_to(&stream, revision, &names)).await.unwrap();
                assert!(!answer.repeated);
                revision += events;
                lasts.push((answer.last, ids_of(&[names.last().unwrap()])[0]));
            }
            lasts
        }
    }))
    .await;
    let records = checked(&log).await;
    assert_eq!(records.len() as u64, EVENTS);
    assert_eq!(ids(&records).into_iter().collect::<HashSet<_>>().len() as u64, EVENTS);
    for (last, id) in acknowledged.into_iter().flatten() {
        let index = usize::try_from(last.0).unwrap() - 1;
        assert_eq!(records[index].id, id);
    }
    for reader in readers {
        assert_eq!(reader.await.unwrap(), ids(&records));
    }
}

/// Follows the log up to `end` like a subscriber that never looks back.
async fn tail(log: SharedLog, end: Position) -> Vec<signalbook_domain::EventId> {
    let mut hint = log.appended();
    let (mut position, mut seen) = (Position(0), Vec::new());
    while position < end {
        hint.borrow_and_update();
        let page = log.read_after(position, 50).await.unwrap();
        if page.is_empty() {
            hint.changed().await.unwrap();
        }
        for record in &page {
            assert_eq!(record.position, position.next());
            position = record.position;
            seen.push(record.id);
        }
    }
    seen
}

pub async fn of_appenders_that_race_for_a_revision_one_wins(log: SharedLog) {
    let stream = incident("i");
    let conflicts = at_once((0..16).map(|appender| {
        let (log, stream) = (log.clone(), stream.clone());
        async move {
            let (mut revision, mut conflicts) = (0, 0);
            for turn in 0..10 {
                let name = format!("{appender} {turn}");
                loop {
                    match append(&log, append_to(&stream, revision, &[&name])).await {
                        Ok(_) => break,
                        Err(AppendError::Conflict { actual, .. }) => revision = actual.0,
                        Err(other) => panic!("{other}"),
                    }
                    conflicts += 1;
                }
                revision += 1;
            }
            conflicts
        }
    }))
    .await;
    assert!(conflicts.iter().sum::<u32>() > 0, "nobody raced");
    assert_eq!(checked(&log).await.len(), 160);
}

pub async fn an_append_is_seen_whole_or_not_at_all(log: SharedLog) {
    let reader = tokio::spawn({
        let log = Arc::clone(&log);
        async move {
            let mut seen = 0;
            while seen < 7 * 30 {
                let records = log.read_after(Position(0), 1_000).await.unwrap();
                assert_eq!(records.len() % 7, 0);
                seen = records.len();
                let by_page = log.read_page(page_of("acme"), Position(0), 1_000).await.unwrap();
                assert_eq!(by_page.len() % 7, 0);
            }
        }
    });
    let page: PageId = page_of("acme");
    for n in 0..30 {
        let streams = ["i", "j", "k"].map(|name| incident(&format!("{n} {name}")));
        let known = |id: StreamId| Stream { id, page, expected: Revision(0) };
        let events = (0..7).map(|event| (event % 3, draft(&format!("{n} {event}"))));
        let seven = Append {
            streams: streams.into_iter().map(known).collect(),
            events: events.collect(),
            page: None,
        };
        append(&log, seven).await.unwrap();
    }
    reader.await.unwrap();
    checked(&log).await;
}
