//! The file refuses to have its history changed, whoever opens it.

use sqlx::{AssertSqlSafe, Connection as _};

use super::{append, checked, open, place, record, stranger};

const COLUMNS: &str = "kind, schema, provider_id, occurred_at, published_at, observed_at, \
                       recorded_at, backfilled, observation_id, payload, payload_hash, hash";

/// Runs each statement as a stranger: each is refused with the log's own words, and afterwards
/// the log is what it was.
async fn are_refused(statements: &[String]) {
    let (_folder, path) = place();
    let log = open(&path).await;
    record(&log, append(1, 0, 1)).await;
    record(&log, append(2, 0, 2)).await;
    let before = checked(&log).await;
    for recursive_triggers in ["off", "on"] {
        let mut stranger = stranger(&path, recursive_triggers).await;
        for statement in statements {
            let sql = AssertSqlSafe(statement.clone());
            let outcome = sqlx::raw_sql(sql).execute(&mut stranger).await;
            let refused = outcome.expect_err(statement).to_string();
            assert!(refused.contains("the log is append-only"), "{statement}: {refused}");
        }
        stranger.close().await.unwrap();
        assert_eq!(checked(&log).await, before);
    }
    log.close().await;
    let log = open(&path).await;
    assert_eq!(checked(&log).await, before);
    assert_eq!(record(&log, append(3, 0, 3)).await, 6);
}

#[tokio::test]
async fn an_event_is_never_changed() {
    are_refused(&[
        "update event set payload = null where position = 2".to_owned(),
        "update event set hash = zeroblob(32)".to_owned(),
        "update event set kind = kind".to_owned(),
        "update or ignore event set recorded_at = 0".to_owned(),
        "update or replace event set position = 2 where position = 1".to_owned(),
        "update or replace event set position = 99 where position = 4".to_owned(),
    ])
    .await;
}

#[tokio::test]
async fn an_event_is_never_removed() {
    are_refused(&[
        "delete from event".to_owned(),
        "delete from event where position = 4".to_owned(),
        "delete from event where kind in (select kind from event) returning position".to_owned(),
    ])
    .await;
}

#[tokio::test]
async fn an_event_is_never_replaced_at_its_position() {
    let select = format!("select position, stream_id, revision, event_id, {COLUMNS} from event");
    let into = format!("into event (position, stream_id, revision, event_id, {COLUMNS})");
    are_refused(&[
        format!("insert or replace {into} {select}"),
        format!("replace {into} {select} where position = 4"),
        format!("insert or ignore {into} {select} where position = 4"),
        format!(
            "insert {into} {select} where position = 1 \
             on conflict (position) do update set payload = null"
        ),
    ])
    .await;
}

#[tokio::test]
async fn an_event_is_never_replaced_through_another_key() {
    let into = format!(
        "insert or replace into event (position, stream_id, revision, event_id, {COLUMNS})"
    );
    are_refused(&[
        format!("{into} select 5, stream_id, 9, event_id, {COLUMNS} from event where position = 4"),
        format!("{into} select 5, stream_id, revision, randomblob(16), {COLUMNS} from event where position = 4"),
    ])
    .await;
}

#[tokio::test]
async fn the_head_never_goes_back_and_is_never_removed() {
    are_refused(&[
        "delete from log_head".to_owned(),
        "update log_head set position = 3".to_owned(),
        "update log_head set position = position - 1, hash = zeroblob(32)".to_owned(),
        "update log_head set log_id = randomblob(16)".to_owned(),
    ])
    .await;
}

#[tokio::test]
async fn the_head_is_never_replaced() {
    are_refused(&[
        "insert or replace into log_head select one, log_id, 0, hash, 0 from log_head".to_owned(),
        "replace into log_head select one, randomblob(16), position, hash, 0 from log_head"
            .to_owned(),
    ])
    .await;
}
