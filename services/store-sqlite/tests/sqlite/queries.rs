//! The query files, and how SQLite answers them.

use std::collections::BTreeMap;
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _};

const SCHEMA: [&str; 3] = [
    include_str!("../../../../migrations/sqlite/0001_log.sql"),
    include_str!("../../../../migrations/sqlite/0002_views.sql"),
    include_str!("../../../../migrations/sqlite/0003_evidence.sql"),
];

/// The files of a folder and those below it with an ending, by their paths from there.
fn files(folder: &Path, ending: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(name) = path.to_str().and_then(|name| name.strip_suffix(ending)) {
                let name = Path::new(name).strip_prefix(folder).unwrap().to_str().unwrap();
                found.insert(name.to_owned(), std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

fn queries() -> BTreeMap<String, String> {
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("queries"), ".sql")
}

pub(super) async fn database() -> SqliteConnection {
    let mut database = SqliteConnectOptions::new().in_memory(true).connect().await.unwrap();
    for schema in SCHEMA {
        sqlx::raw_sql(schema).execute(&mut database).await.unwrap();
    }
    database
}

/// How SQLite answers a query, one line per step.
async fn plan(database: &mut SqliteConnection, sql: &str) -> String {
    let explain = AssertSqlSafe(format!("explain query plan {sql}"));
    let steps = sqlx::raw_sql(explain).fetch_all(database).await.unwrap();
    let steps: Vec<String> = steps.iter().map(|step| step.get("detail")).collect();
    steps.join("\n")
}

#[tokio::test]
async fn lists_are_read_from_an_index_and_never_sorted() {
    let mut database = database().await;
    let queries = queries();
    for (name, index) in [
        ("log/read_after", "SEARCH e USING INTEGER PRIMARY KEY (rowid>?)"),
        (
            "log/read_stream",
            "SEARCH e USING INDEX sqlite_autoindex_event_2 (stream_id=? AND revision>?)",
        ),
        ("views/find_reports", "USING INDEX report_view_by_start (provider=? AND kind=? AND"),
        ("views/find_outages", "USING COVERING INDEX report_view_by_start (provider=? AND kind=?"),
        ("views/find_intervals", "USING PRIMARY KEY (component_id=?)"),
        ("views/find_components", "USING INDEX component_view_by_provider (provider=?)"),
        ("evidence/find_least_worth", "USING INDEX document_use_by_worth (page=?)"),
        ("evidence/find_largest_pages", "USING COVERING INDEX page_use_by_bytes"),
    ] {
        let plan = plan(&mut database, &queries[name]).await;
        assert!(plan.contains(index), "{name}: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{name}: {plan}");
    }
}

#[tokio::test]
async fn no_table_that_grows_is_read_whole() {
    let mut database = database().await;
    let own = ["sqlite_schema", "pragma_application_id", "pragma_user_version", "json_each"];
    let small = [
        "provider",
        "kind",
        "passed_over",
        "page",
        "provider_view",
        "wanted",
        "bound",
        "log_head",
        "evidence_usage",
        "epoch",
        "erasure",
    ];
    // A check reads everything.
    let is_check =
        |name: &String| name.starts_with("views/check_") || name.ends_with("/contradictions");
    for (name, sql) in queries().into_iter().filter(|(name, _)| !is_check(name)) {
        let plan = plan(&mut database, &sql).await;
        for step in plan.lines().filter(|step| step.starts_with("SCAN")) {
            let table = step.split(' ').nth(1).unwrap();
            let by_index = step.contains("USING INDEX") || step.contains("USING COVERING INDEX");
            assert!(
                small.contains(&table)
                    || own.contains(&table)
                    || by_index
                    || step == "SCAN CONSTANT ROW",
                "{name}: {plan}"
            );
        }
    }
}
