//! The promises of the log about the mutable row per page.

#![expect(missing_docs, reason = "the name of a case is its sentence")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use signalbook_domain::observation::{ContentHash, Slot, Validators};
use signalbook_domain::pending::PendingChange;
use signalbook_domain::poll_state::{
    Candidate, DocumentState, Failing, Field, Hold, MissingRun, PollState, Stale, Statement,
    Unlisted,
};
use signalbook_domain::snapshot::Coverage;
use signalbook_domain::{
    Document, Failure, OpenMap, PageId, Position, ReportKind, Revision, StreamId,
};

use uuid::Uuid;

use super::support::{
    NOW, append, append_at_once, append_to, at, checked, draft, fresh, ids, ids_of, incident,
    known, page_of, repeated, slug, the_manifest,
};
use crate::log::SharedLog;
use crate::{Append, AppendError, ConditionalPut, PageRow, RowVersion, Stream};

/// The row of a provider's page after `slot`.
fn row(provider: &str, slot: i64) -> PageRow {
    PageRow {
        id: page_of(provider),
        provider: slug(provider),
        name: format!("{provider} · “Ünïcode”"),
        url: "https://status.example.com".to_owned(),
        interval: Duration::from_millis(1_500),
        added_at: at(NOW - 100),
        watched: true,
        platform: None,
        poll_state: PollState { last_slot: Slot(slot), ..PollState::default() },
    }
}

/// An append of a page row only.
fn put(row: PageRow, expected: Option<i64>) -> Append {
    let page = Some(ConditionalPut { row, expected: expected.map(Slot) });
    Append { page, ..Append::default() }
}

pub async fn a_page_row_is_put_without_an_event(log: SharedLog) {
    append(&log, append_to(&incident("i"), 0, &["a"])).await.unwrap();
    assert_eq!(append(&log, put(row("acme", 5), None)).await.unwrap(), fresh(1));
    assert_eq!(append(&log, put(row("acme", 6), Some(5))).await.unwrap(), fresh(1));
    assert_eq!(log.page(page_of("acme")).await.unwrap(), Some(row("acme", 6)));
    assert_eq!(checked(&log).await.len(), 1);
}

fn document() -> DocumentState {
    let known = Validators {
        hash: ContentHash::of(b"document"),
        etag: Some("W/\"1\"".to_owned()),
        last_modified: Some("Thu, 12 Feb 2026 15:11:05 GMT".to_owned()),
    };
    let said = Statement {
        is_over: false,
        phase: Some("identified".to_owned()),
        updated_at: Some(at(NOW - 4)),
        is_ahead: true,
        fields: OpenMap::from_iter([
            (Field::Title.into(), u64::MAX),
            ("components".parse().unwrap(), 0),
        ]),
        is_whole: true,
        severity: 12,
        affected: Some(0),
        updates: BTreeMap::from([(0, u64::MAX), (u64::MAX, 0)]),
    };
    DocumentState {
        known,
        read_at: at(NOW),
        folded: true,
        page_updated_at: Some(at(NOW - 3)),
        is_dated: true,
        stale: Some(Stale { polls: 2, since: at(NOW - 2) }),
        is_wanted_whole: true,
        pending: BTreeSet::from([
            PendingChange::Indicator("minor".to_owned()),
            PendingChange::Other("what a later version waits for".to_owned()),
        ]),
        statements: BTreeMap::from([(Uuid::from_u128(7), said)]),
        unidentified: Some("incident number 3".to_owned()),
        coverage: vec![
            (ReportKind::Incident, Coverage::CreatedAfter(at(NOW - 9))),
            (ReportKind::Maintenance, Coverage::ActiveOnly),
        ],
        fresh_at: Some(at(NOW - 5)),
        whole_at: Some(at(NOW - 6)),
        skipped: vec!["component number 1 left out: it has no `id`".to_owned()],
    }
}

fn missing() -> MissingRun {
    MissingRun {
        polls: 2,
        since: at(NOW - 30),
        asked_at: at(NOW - 1),
        failure: Failure::HttpError,
        alike: 1,
        detail: "answered 404".to_owned(),
        is_not_there: true,
        not_offered: false,
        not_before: Some(at(NOW + 30)),
    }
}

fn unlisted() -> Unlisted {
    Unlisted {
        kind: ReportKind::Maintenance,
        last_listed_at: at(NOW - 60),
        first_missing_at: at(NOW - 30),
        polls: 1,
    }
}

pub async fn page_rows_are_read_back_whole(log: SharedLog) {
    let poll_state = PollState {
        last_slot: Slot(i64::MAX),
        last_poll_at: Some(at(NOW)),
        last_good_at: Some(at(NOW - 9)),
        back_at: Some(at(NOW - 20)),
        failing: Some(Failing { polls: 3, since: at(NOW - 8), failure: Failure::WrongShape }),
        hold: Some(Hold {
            since: at(NOW - 8),
            until: at(NOW + 60),
            detail: "answered 429".to_owned(),
        }),
        in_trouble: true,
        page_id: Some("p1".to_owned()),
        replaced_ids: vec!["p0".to_owned()],
        candidate: Some(Candidate { page_id: None, url: "https://a.example".to_owned() }),
        missing: OpenMap::from_iter([(Document::Maintenances.into(), missing())]),
        unlisted: BTreeMap::from([(Uuid::from_u128(7), unlisted())]),
        contradictions: BTreeMap::from([(Uuid::from_u128(7), at(NOW - 1))]),
        documents: OpenMap::from_iter([
            (Document::Summary.into(), Box::new(document())),
            ("instatus/components".parse().unwrap(), Box::new(document())),
        ]),
    };
    let platform = Some("instatus".parse().unwrap());
    let whole = PageRow { poll_state, platform, watched: false, ..row("acme", 0) };
    append(&log, put(whole.clone(), None)).await.unwrap();
    assert_eq!(log.page(whole.id).await.unwrap(), Some(whole.clone()));
    assert_eq!(log.pages().await.unwrap(), [whole]);
    let emptied = PageRow { name: String::new(), ..row("acme", -1) };
    append(&log, put(emptied.clone(), Some(i64::MAX))).await.unwrap();
    assert_eq!(log.pages().await.unwrap(), [emptied]);
}

pub async fn a_page_row_that_moved_refuses_the_whole_append(log: SharedLog) {
    append(&log, put(row("acme", 5), None)).await.unwrap();
    for stale in [None, Some(4), Some(6)] {
        let page = put(row("acme", 7), stale).page;
        let whole = Append { page, ..append_to(&incident("i"), 0, &["a"]) };
        let refused = append(&log, whole).await.unwrap_err();
        assert!(matches!(refused, AppendError::PageMoved), "{refused}");
    }
    assert_eq!(log.page(page_of("acme")).await.unwrap(), Some(row("acme", 5)));
    assert_eq!(checked(&log).await, []);
    let page = put(row("acme", 7), Some(5)).page;
    let whole = Append { page, ..append_to(&incident("i"), 0, &["a"]) };
    assert_eq!(append(&log, whole).await.unwrap(), fresh(1));
    assert_eq!(log.page(page_of("acme")).await.unwrap(), Some(row("acme", 7)));
}

pub async fn a_first_turn_of_a_known_page_is_refused(log: SharedLog) {
    let refused = append(&log, put(row("acme", 5), Some(4))).await.unwrap_err();
    assert!(matches!(refused, AppendError::PageMoved), "{refused}");
    append(&log, put(row("acme", 0), None)).await.unwrap();
    let refused = append(&log, put(row("acme", 5), None)).await.unwrap_err();
    assert!(matches!(refused, AppendError::PageMoved), "{refused}");
    append(&log, put(row("acme", 5), Some(0))).await.unwrap();
}

pub async fn a_conflict_leaves_the_page_row_alone(log: SharedLog) {
    append(&log, append_to(&incident("i"), 0, &["a"])).await.unwrap();
    append(&log, put(row("acme", 5), None)).await.unwrap();
    let page = put(row("acme", 6), Some(5)).page;
    let whole = Append { page, ..append_to(&incident("i"), 0, &["b"]) };
    let refused = append(&log, whole).await.unwrap_err();
    assert!(matches!(refused, AppendError::Conflict { .. }), "{refused}");
    assert_eq!(log.page(page_of("acme")).await.unwrap(), Some(row("acme", 5)));
}

pub async fn a_repeated_append_leaves_the_page_row_alone(log: SharedLog) {
    let page = put(row("acme", 5), None).page;
    let first = Append { page, ..append_to(&incident("i"), 0, &["a"]) };
    append(&log, first.clone()).await.unwrap();
    append(&log, put(row("acme", 6), Some(5))).await.unwrap();
    assert_eq!(append(&log, first).await.unwrap(), repeated(1));
    assert_eq!(log.page(page_of("acme")).await.unwrap(), Some(row("acme", 6)));
    assert_eq!(checked(&log).await.len(), 1);
}

pub async fn of_appends_for_one_turn_one_wins(log: SharedLog) {
    append(&log, put(row("acme", 0), None)).await.unwrap();
    let appends = (1..=9).map(|slot| Append {
        page: put(row("acme", slot), Some(0)).page,
        ..append_to(&incident(&slot.to_string()), 0, &[slot.to_string()])
    });
    let answers = append_at_once(&log, appends.collect()).await;
    let won = answers.iter().position(Result::is_ok).unwrap();
    for (index, answer) in answers.iter().enumerate() {
        let moved = matches!(answer, Err(AppendError::PageMoved));
        assert_eq!(moved, index != won, "{answer:?}");
    }
    let slot = i64::try_from(won).unwrap() + 1;
    assert_eq!(log.page(page_of("acme")).await.unwrap(), Some(row("acme", slot)));
    assert_eq!(ids(&checked(&log).await), ids_of(&[&slot.to_string()]));
}

pub async fn pages_that_are_not_known_are_left_out(log: SharedLog) {
    append(&log, put(row("acme", 1), None)).await.unwrap();
    append(&log, put(row("other", 2), None)).await.unwrap();
    let never = page_of("never");
    let found = log.pages_by_id(&[never, page_of("other")]).await.unwrap();
    assert_eq!(found, [row("other", 2)]);
    assert_eq!(log.pages_by_id(&[]).await.unwrap(), []);
    assert_eq!(log.page(never).await.unwrap(), None);
}

pub async fn every_page_is_listed(log: SharedLog) {
    let left = PageRow { watched: false, ..row("b", 2) };
    for one in [row("c", 3), left.clone(), row("a", 1)] {
        append(&log, put(one, None)).await.unwrap();
    }
    let mut found = log.pages().await.unwrap();
    found.sort_by_key(|row| row.poll_state.last_slot);
    assert_eq!(found, [row("a", 1), left, row("c", 3)]);
}

pub async fn rows_written_after_a_mark_are_read_once_each(log: SharedLog) {
    for one in [row("a", 1), row("b", 2), row("c", 3)] {
        append(&log, put(one, None)).await.unwrap();
    }
    let (rows, mark) = log.pages_after(RowVersion::default()).await.unwrap();
    assert_eq!(rows, [row("a", 1), row("b", 2), row("c", 3)]);
    assert_eq!(log.pages_after(mark).await.unwrap(), (Vec::new(), mark));
    append(&log, put(row("b", 4), Some(2))).await.unwrap();
    append(&log, put(row("a", 5), Some(1))).await.unwrap();
    append(&log, put(row("b", 6), Some(4))).await.unwrap();
    append(&log, put(row("c", 9), Some(8))).await.unwrap_err();
    let (rows, later) = log.pages_after(mark).await.unwrap();
    assert_eq!(rows, [row("a", 5), row("b", 6)]);
    assert!(later > mark);
    assert_eq!(log.pages_after(later).await.unwrap(), (Vec::new(), later));
    assert_eq!(log.pages().await.unwrap(), [row("c", 3), row("a", 5), row("b", 6)]);
}

pub async fn a_page_is_read_over_all_its_streams(log: SharedLog) {
    let page = PageId::derive(&slug("acme"), "https://second.example.com");
    let elsewhere = |id: StreamId| Stream { id, page, expected: Revision(0) };
    let told = Append {
        streams: vec![
            known(&incident("i"), 0),
            elsewhere(incident("k")),
            known(&StreamId::page(&slug("acme"), page_of("acme")), 0),
        ],
        events: [(2, "a"), (1, "b"), (0, "c"), (2, "d"), (1, "e"), (0, "f")]
            .map(|(stream, name)| (stream, draft(name)))
            .into(),
        page: None,
        manifest: Some(the_manifest()),
    };
    append(&log, told).await.unwrap();
    let read =
        async |page, after, limit| ids(&log.read_page(page, Position(after), limit).await.unwrap());
    assert_eq!(read(page_of("acme"), 0, 10).await, ids_of(&["a", "c", "d", "f"]));
    assert_eq!(read(page_of("acme"), 1, 2).await, ids_of(&["c", "d"]));
    assert_eq!(read(page_of("acme"), 4, 2).await, ids_of(&["f"]));
    assert_eq!(read(page, 0, 10).await, ids_of(&["b", "e"]));
    assert_eq!(read(page_of("never"), 0, 10).await, []);
}
