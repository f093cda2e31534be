//! The promises of the log to concurrent callers.

#![expect(missing_docs, reason = "the name of a case is its sentence")]

use std::collections::HashSet;
use std::sync::Arc;

use signalbook_domain::{EventId, PageId, Position, Revision, StreamId};

use super::support::{
    append, append_to, at_once, checked, draft, ids, ids_of, incident, page_of, the_manifest,
};
use crate::log::SharedLog;
use crate::{Append, AppendError, Stream};

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

/// Follows the log up to `end`, like a subscriber that never reads a position twice.
async fn tail(log: SharedLog, end: Position) -> Vec<EventId> {
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
            manifest: Some(the_manifest()),
        };
        append(&log, seven).await.unwrap();
    }
    reader.await.unwrap();
    checked(&log).await;
}
