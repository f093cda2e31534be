//! The file refuses to have its history changed, whoever opens it.

use signalbook_domain::{ObservationId, Position, Timestamp};
use signalbook_proto::EncodedManifest;
use signalbook_proto::chain::Verifier;
use signalbook_store::{Append, Erased, Erasure, EventLog as _};
use sqlx::{AssertSqlSafe, Connection as _};
use uuid::Uuid;

use super::{LOG_ID, append, checked, open, place, record, stranger};

const COLUMNS: &str = "kind_id, schema, provider_id, occurred_at, published_at, observed_at, \
                       recorded_at, backfilled, observation, payload, payload_hash, hash";

/// Runs each statement as a stranger: each is refused with the log's own words, and afterwards
/// the log is what it was.
async fn are_refused(statements: &[String]) {
    refused_with(&["off", "on"], statements).await;
}

async fn refused_with(settings: &[&'static str], statements: &[String]) {
    let (_folder, path) = place();
    let log = open(&path).await;
    record(&log, append(1, 0, 1)).await;
    record(&log, append(2, 0, 2)).await;
    let before = checked(&log).await;
    for recursive_triggers in settings {
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
        "update event set kind_id = kind_id".to_owned(),
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
        "delete from event where kind_id in (select kind_id from event) returning position"
            .to_owned(),
    ])
    .await;
}

/// What would replace an event: at its own position, and through each of its other keys.
fn replacements() -> [String; 4] {
    let into = format!("into event (position, stream_id, revision, event_id, {COLUMNS})");
    let all = format!("select position, stream_id, revision, event_id, {COLUMNS} from event");
    let second = format!("{COLUMNS} from event where position = 2");
    [
        format!("insert or replace {into} {all}"),
        format!("replace {into} {all} where position = 4"),
        format!("replace {into} select 5, stream_id, 9, event_id, {second}"),
        format!("replace {into} select 5, stream_id, revision, randomblob(16), {second}"),
    ]
}

#[tokio::test]
async fn an_event_is_never_replaced_with_the_settings_of_signalbook() {
    refused_with(&["on"], &replacements()).await;
}

#[tokio::test]
async fn what_another_program_replaced_is_found_out() {
    for statement in replacements() {
        let (_folder, path) = place();
        let log = open(&path).await;
        record(&log, append(1, 0, 1)).await;
        record(&log, append(2, 0, 2)).await;
        let mut stranger = stranger(&path, "off").await;
        let changed = format!("{COLUMNS} from").replace(" payload,", " x'00',");
        let statement = statement.replace(&format!("{COLUMNS} from"), &changed);
        sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(&mut stranger).await.unwrap();
        let records = log.read_after(Position(0), 100).await.unwrap();
        let mut chain = Verifier::new(LOG_ID, Vec::new());
        let found = records.iter().find_map(|record| chain.check(record).err());
        assert!(found.is_some(), "{statement} was not found out");
    }
}

#[tokio::test]
async fn an_insert_that_meets_an_event_changes_nothing_of_it() {
    let into = format!("into event (position, stream_id, revision, event_id, {COLUMNS})");
    let select = format!("select position, stream_id, revision, event_id, {COLUMNS} from event");
    are_refused(&[format!(
        "insert {into} {select} where position = 1 \
         on conflict (position) do update set payload = null"
    )])
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
        "insert or replace into log_head select one, log_id, 0, hash, 0, manifests, manifest_hash from log_head".to_owned(),
        "replace into log_head select one, randomblob(16), position, hash, 0, manifests, \
         manifest_hash from log_head"
            .to_owned(),
    ])
    .await;
}

#[tokio::test]
async fn a_manifest_is_never_changed_or_removed() {
    let (_folder, path) = place();
    let log = open(&path).await;
    let observation = ObservationId(Uuid::from_u128(7));
    let manifest = EncodedManifest::new(observation, b"what it brought".to_vec());
    let append = Append { manifest: Some(manifest), ..Append::default() };
    log.append(append, Timestamp::from_seconds(1)).await.unwrap();
    let before = log.manifests_after(0, 9).await.unwrap();
    for recursive_triggers in ["off", "on"] {
        let mut stranger = stranger(&path, recursive_triggers).await;
        for statement in [
            "update manifest set content = zeroblob(1)",
            "update or ignore manifest set observation_id = zeroblob(16)",
            "delete from manifest",
            "update log_head set manifests = 0",
        ] {
            let refused = sqlx::raw_sql(statement).execute(&mut stranger).await.unwrap_err();
            assert!(refused.to_string().contains("the log is append-only"), "{refused}");
        }
        stranger.close().await.unwrap();
    }
    assert_eq!(log.manifests_after(0, 9).await.unwrap(), before);
}

#[tokio::test]
async fn only_the_payload_of_an_event_that_is_on_record_as_erased_may_go() {
    let (_folder, path) = place();
    let log = open(&path).await;
    record(&log, append(1, 0, 2)).await;
    let erasure = Erasure {
        what: Erased::Payload(Position(1)),
        at: Timestamp::from_seconds(1),
        by: "Ada".to_owned(),
        reason: "a request".to_owned(),
    };
    log.erase(&erasure).await.unwrap();
    let mut stranger = stranger(&path, "on").await;
    for statement in [
        "update event set payload = null",
        "update event set payload = x'00' where position = 1",
        "update event set recorded_at = 0 where position = 1",
        "update event set payload = null, occurred_at = 7 where position = 1",
        "update event set observation = zeroblob(48) where position = 1",
        "update erasure set reason = 'another'",
        "delete from erasure",
    ] {
        let refused = sqlx::raw_sql(statement).execute(&mut stranger).await.expect_err(statement);
        assert!(refused.to_string().contains("the log is append-only"), "{statement}: {refused}");
    }
    stranger.close().await.unwrap();
    assert_eq!(log.erasures().await.unwrap(), [erasure]);
    log.close().await;
}
