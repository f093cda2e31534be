//! Tests that need the log's own connection: a database that is temporarily full, locked or
//! read-only, and refusals in memory, where no other connection is possible.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::sync::Arc;

use signalbook_domain::event::{EventKind, Times};
use signalbook_domain::observation::ContentHash;
use signalbook_domain::{EventId, Slug, StreamKind};
use signalbook_proto::Draft;
use signalbook_proto::chain::Verifier;
use signalbook_store::Stream;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::*;

const LOG_ID: Uuid = Uuid::from_u128(0x51);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

/// Append number `number`: an event of 4 kB in a separate incident.
fn append(number: u128) -> Append {
    let provider: Slug = "acme".parse().unwrap();
    let page = PageId::derive(&provider, "https://status.acme.example");
    let id = StreamId { kind: StreamKind::Incident.into(), provider, id: Uuid::from_u128(number) };
    let payload = vec![7; 4_096];
    let draft = Draft {
        id: EventId::derive(at(1), Uuid::from_u128(number), 0),
        kind: EventKind::IncidentMonitoring.into(),
        schema: 1,
        times: Times { occurred_at: None, published_at: None, observed_at: at(1) },
        backfilled: false,
        author: None,
        observation: None,
        payload_hash: ContentHash::of(&payload).0,
        payload,
    };
    let stream = Stream { id, page, expected: Revision(0) };
    Append { streams: vec![stream], events: vec![(0, draft)], ..Append::default() }
}

async fn on_disk() -> (SqliteLog, TempDir) {
    let folder = TempDir::new().unwrap();
    let location = Location::File(folder.path().join("signalbook.db"));
    (SqliteLog::open(&location, LOG_ID).await.unwrap(), folder)
}

impl SqliteLog {
    /// Executes a statement on the writing connection.
    async fn on_its_writer(&self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = AssertSqlSafe(sql.to_owned());
        sqlx::raw_sql(sql).execute(&*self.database.writer).await.map(|_| ())
    }

    async fn set(&self, pragma: &str) {
        self.on_its_writer(&format!("pragma {pragma}")).await.unwrap();
    }

    /// Appends; an error is returned as the message for the operator.
    async fn try_append(&self, number: u128) -> Result<Appended, String> {
        let told = |error: AppendError| error.source().unwrap().to_string();
        self.append(append(number), at(2)).await.map_err(told)
    }

    /// The number of events, after checking the chain up to the head.
    async fn count(&self) -> usize {
        let records = self.read_after(Position(0), 10_000).await.unwrap();
        let mut chain = Verifier::new(LOG_ID, Vec::new());
        for record in &records {
            chain.check(record).unwrap();
        }
        let head = self.head().await.unwrap();
        assert_eq!(chain.reached(), (head.position, head.hash));
        records.len()
    }
}

#[tokio::test]
async fn a_full_database_says_to_make_room_and_then_goes_on() {
    let (log, _folder) = on_disk().await;
    let log = Arc::new(log);
    let (mut recorded, mut next) = (BTreeSet::new(), 0);
    // First alone, then together. After a failure the log uses a new connection without the page
    // limit, so the limit is set for each group, and appends that failed together succeed one at a
    // time.
    for group in [1, 20] {
        log.set("max_page_count = 1").await;
        let mut is_told = false;
        while !is_told {
            let mut waiting = JoinSet::new();
            for number in next..next + group {
                let log = log.clone();
                waiting.spawn(async move { (number, log.try_append(number).await) });
            }
            next += group;
            assert!(next < 1_000, "it is never full");
            for (number, answer) in waiting.join_all().await {
                match answer {
                    Ok(_) => assert!(recorded.insert(number)),
                    Err(told) => {
                        assert!(told.contains("the disk is full; make room"), "{told}");
                        is_told = true;
                    }
                }
            }
            if group > 1 {
                break;
            }
        }
        assert_eq!(log.count().await, recorded.len());
    }
    log.set("max_page_count = 100000").await;
    for number in 0..next {
        let appended = log.try_append(number).await.unwrap();
        assert_eq!(appended.repeated, recorded.contains(&number), "{number}");
    }
    assert_eq!(log.count().await as u128, next);
}

#[tokio::test]
async fn a_locked_database_says_who_has_it_and_then_goes_on() {
    let (log, folder) = on_disk().await;
    log.try_append(1).await.unwrap();
    // SQLite waits for the lock on the real clock.
    log.set("busy_timeout = 0").await;
    let options = SqliteConnectOptions::new().filename(folder.path().join("signalbook.db"));
    let mut stranger = options.connect().await.unwrap();
    let transaction = stranger.begin_with("begin immediate").await.unwrap();
    let told = log.try_append(2).await.unwrap_err();
    assert!(told.contains("another program has locked the database; end that"), "{told}");
    assert!(log.try_append(1).await.unwrap().repeated, "what is recorded is known to be");
    assert_eq!(log.count().await, 1, "it is read all the while");
    transaction.rollback().await.unwrap();
    assert!(!log.try_append(2).await.unwrap().repeated);
    assert_eq!(log.count().await, 2);
}

#[tokio::test]
async fn a_database_that_may_not_be_written_for_a_while_goes_on_afterwards() {
    let (log, _folder) = on_disk().await;
    log.try_append(1).await.unwrap();
    log.set("query_only = on").await;
    let told = log.try_append(2).await.unwrap_err();
    assert!(told.contains("is not writable; grant this user write access"), "{told}");
    log.set("query_only = off").await;
    assert!(!log.try_append(2).await.unwrap().repeated);
    assert_eq!(log.count().await, 2);
}

#[tokio::test]
async fn a_log_in_memory_refuses_to_have_its_history_changed() {
    let log = SqliteLog::open(&Location::Memory, LOG_ID).await.unwrap();
    log.try_append(1).await.unwrap();
    log.try_append(2).await.unwrap();
    let before = log.read_after(Position(0), 10).await.unwrap();
    for statement in [
        "update event set payload = null where position = 2",
        "delete from event where position = 2",
        "insert or replace into event select * from event where position = 2",
        "update log_head set position = 1",
        "delete from log_head",
        "insert or replace into log_head select * from log_head",
    ] {
        let refused = log.on_its_writer(statement).await.expect_err(statement).to_string();
        assert!(refused.contains("the log is append-only"), "{statement}: {refused}");
    }
    assert_eq!(log.read_after(Position(0), 10).await.unwrap(), before);
    log.try_append(3).await.unwrap();
    assert_eq!(log.count().await, 3);
}
