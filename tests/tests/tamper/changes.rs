//! Single random changes of the files of a record.

use std::fmt::Write as _;
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{
    AssertSqlSafe, Column as _, ConnectOptions as _, Connection as _, Row as _, TypeInfo as _,
    ValueRef as _,
};

/// A table of the record with the columns that say something of it. Left out are those that only
/// say in which order evidence is given up.
struct Table {
    file: &'static str,
    name: &'static str,
    columns: &'static [&'static str],
}

const TABLES: [Table; 15] = [
    Table {
        file: "signalbook.db",
        name: "event",
        columns: &[
            "position",
            "stream_id",
            "revision",
            "event_id",
            "kind_id",
            "schema",
            "provider_id",
            "occurred_at",
            "published_at",
            "observed_at",
            "recorded_at",
            "backfilled",
            "author",
            "observation",
            "payload",
            "payload_hash",
            "hash",
        ],
    },
    Table {
        file: "signalbook.db",
        name: "manifest",
        columns: &["number", "observation_id", "content", "hash"],
    },
    Table { file: "signalbook.db", name: "kind", columns: &["kind_id", "name"] },
    Table {
        file: "signalbook.db",
        name: "erasure",
        columns: &["number", "position", "document", "erased_at", "erased_by", "reason", "seal"],
    },
    Table {
        file: "signalbook.db",
        name: "manifest_by_observation",
        columns: &["observation_id", "number"],
    },
    Table {
        file: "signalbook.db",
        name: "log_head",
        columns: &["log_id", "position", "hash", "recorded_at", "manifests", "manifest_hash"],
    },
    Table {
        file: "signalbook.db",
        name: "stream",
        columns: &["stream_id", "kind", "provider_id", "key", "page"],
    },
    Table {
        file: "signalbook.db",
        name: "epoch",
        columns: &[
            "number",
            "after",
            "opened_at",
            "previous",
            "manifests",
            "manifest_hash",
            "hash",
        ],
    },
    Table {
        file: "signalbook-evidence.db",
        name: "evidence_checkpoint",
        columns: &["epoch", "position", "hash", "seal"],
    },
    Table { file: "signalbook.db", name: "provider", columns: &["provider_id", "slug"] },
    Table {
        file: "signalbook-evidence.db",
        name: "document",
        columns: &["hash", "size", "content", "content_hash", "erased"],
    },
    Table {
        file: "signalbook-evidence.db",
        name: "document_use",
        columns: &["page", "hash", "bytes"],
    },
    Table { file: "signalbook-evidence.db", name: "page_use", columns: &["page", "bytes"] },
    Table {
        file: "signalbook-evidence.db",
        name: "document_manifest",
        columns: &["observation_id", "page", "hash", "content", "seal"],
    },
    Table {
        file: "signalbook-evidence.db",
        name: "evidence_usage",
        columns: &["bytes", "documents", "sizes", "manifests"],
    },
];

/// A change that was made.
#[derive(Debug)]
pub(crate) struct Change {
    /// Which kind of change of which column or table.
    pub(crate) what: String,
    /// The statement that made it.
    #[expect(dead_code, reason = "it is shown when nobody notices")]
    pub(crate) sql: String,
}

/// Makes one change in the files of `folder`.
pub(crate) async fn make(folder: &Path, chance: &mut fastrand::Rng) -> Change {
    loop {
        let table = &TABLES[chance.usize(..TABLES.len())];
        let options = SqliteConnectOptions::new().filename(folder.join(table.file));
        let mut stranger = options.connect().await.unwrap();
        drop_triggers(&mut stranger).await;
        let change = draw(&mut stranger, table, chance).await;
        let made = match change {
            Some((what, sql)) => {
                let done = sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut stranger).await;
                // What the tables themselves refuse is no change.
                done.ok().filter(|done| done.rows_affected() > 0).map(|_| Change { what, sql })
            }
            None => None,
        };
        stranger.close().await.unwrap();
        if let Some(change) = made {
            return change;
        }
    }
}

async fn drop_triggers(stranger: &mut SqliteConnection) {
    let names: Vec<String> =
        sqlx::query_scalar("select name from sqlite_schema where type = 'trigger'")
            .fetch_all(&mut *stranger)
            .await
            .unwrap();
    for name in names {
        let sql = AssertSqlSafe(format!("drop trigger {name}"));
        sqlx::raw_sql(sql).execute(&mut *stranger).await.unwrap();
    }
}

/// A random change of a random row, as what it is and its statement; none if nothing is there to
/// change.
async fn draw(
    stranger: &mut SqliteConnection,
    table: &Table,
    chance: &mut fastrand::Rng,
) -> Option<(String, String)> {
    let Table { name, columns, .. } = table;
    let column = columns[chance.usize(..columns.len())];
    let one = row(stranger, table, chance).await?;
    let other = row(stranger, table, chance).await?;
    let is_one = identified(table, &one);
    match chance.u8(..8) {
        0 => Some((format!("{name} removed"), format!("delete from {name} where {is_one}"))),
        1 => {
            let values: Vec<String> = columns
                .iter()
                .map(|of| {
                    if chance.u8(..3) == 0 { flipped(&one, of, chance) } else { literal(&one, of) }
                })
                .collect();
            let rest = rest(table);
            let columns = columns.join(", ");
            let sql = format!(
                "insert into {name} ({columns}{}) values ({}{})",
                rest.0,
                values.join(", "),
                rest.1
            );
            Some((format!("{name} added"), sql))
        }
        2 => {
            let (first, second) = (literal(&one, column), literal(&other, column));
            let is_other = identified(table, &other);
            let sql = format!(
                "update {name} set {column} = case when {is_one} then {second} else {first} end \
                 where ({is_one}) or ({is_other})"
            );
            (first != second).then(|| (format!("{name}.{column} swapped"), sql))
        }
        _ => {
            let flipped = flipped(&one, column, chance);
            let sql = format!("update {name} set {column} = {flipped} where {is_one}");
            (flipped != literal(&one, column)).then(|| (format!("{name}.{column}"), sql))
        }
    }
}

/// The columns that are left out, with a value for each, as they follow the others in a statement.
fn rest(table: &Table) -> (&'static str, &'static str) {
    match table.name {
        "document_use" => (", arrival, caused", ", 999999, 0"),
        "evidence_usage" => (", one, arrivals", ", 2, 0"),
        "log_head" | "evidence_checkpoint" => (", one", ", 2"),
        _ => ("", ""),
    }
}

async fn row(
    stranger: &mut SqliteConnection,
    table: &Table,
    chance: &mut fastrand::Rng,
) -> Option<SqliteRow> {
    let count: i64 =
        sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {}", table.name)))
            .fetch_one(&mut *stranger)
            .await
            .unwrap();
    let skipped = chance.u64(..u64::try_from(count).ok().filter(|count| *count > 0)?);
    let (columns, name) = (table.columns.join(", "), table.name);
    let sql = format!("select {columns} from {name} limit 1 offset {skipped}");
    Some(sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(stranger).await.unwrap())
}

/// A condition that is true of this row alone.
fn identified(table: &Table, row: &SqliteRow) -> String {
    let is = |column: &&str| format!("{column} is {}", literal(row, column));
    table.columns.iter().map(is).collect::<Vec<_>>().join(" and ")
}

fn literal(row: &SqliteRow, column: &str) -> String {
    match value(row, column) {
        Value::Null => "null".to_owned(),
        Value::Integer(value) => value.to_string(),
        Value::Text(value) => format!("'{}'", value.replace('\'', "''")),
        Value::Blob(value) => format!("x'{}'", hex(&value)),
    }
}

/// The value with one bit of it changed.
fn flipped(row: &SqliteRow, column: &str, chance: &mut fastrand::Rng) -> String {
    match value(row, column) {
        Value::Null => "1".to_owned(),
        Value::Integer(value) => (value ^ (1 << chance.u32(..40))).to_string(),
        Value::Text(value) => {
            let mut bytes = value.into_bytes();
            let place = chance.usize(..bytes.len());
            bytes[place] ^= 1;
            format!("'{}'", String::from_utf8_lossy(&bytes).replace('\'', "''"))
        }
        Value::Blob(mut value) if !value.is_empty() => {
            let place = chance.usize(..value.len());
            value[place] ^= 1 << chance.u32(..8);
            format!("x'{}'", hex(&value))
        }
        Value::Blob(_) => "x'00'".to_owned(),
    }
}

enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

fn value(row: &SqliteRow, column: &str) -> Value {
    let index = row.columns().iter().position(|one| one.name() == column).unwrap();
    let raw = row.try_get_raw(index).unwrap();
    if raw.is_null() {
        return Value::Null;
    }
    match raw.type_info().name() {
        "INTEGER" | "BOOLEAN" => Value::Integer(row.get(index)),
        "TEXT" => Value::Text(row.get(index)),
        "BLOB" => Value::Blob(row.get(index)),
        other => panic!("{column} is {other}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
