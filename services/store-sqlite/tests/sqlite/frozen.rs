//! The columns of the log that never change.

use sqlx::Row as _;

use super::queries::database;

const EVENT: [(&str, &str); 17] = [
    ("position", "INTEGER"),
    ("stream_id", "INTEGER"),
    ("revision", "INTEGER"),
    ("event_id", "BLOB"),
    ("kind_id", "INTEGER"),
    ("schema", "INTEGER"),
    ("provider_id", "INTEGER"),
    ("occurred_at", "INTEGER"),
    ("published_at", "INTEGER"),
    ("observed_at", "INTEGER"),
    ("recorded_at", "INTEGER"),
    ("backfilled", "INTEGER"),
    ("author", "TEXT"),
    ("observation", "BLOB"),
    ("payload", "BLOB"),
    ("payload_hash", "BLOB"),
    ("hash", "BLOB"),
];

#[tokio::test]
async fn the_columns_of_an_event_are_frozen() {
    let mut database = database().await;
    let columns = sqlx::raw_sql("select name, type from pragma_table_info('event') order by cid");
    let columns = columns.fetch_all(&mut database).await.unwrap();
    let columns: Vec<(&str, &str)> =
        columns.iter().map(|column| (column.get(0), column.get(1))).collect();
    assert_eq!(columns, EVENT);
}
