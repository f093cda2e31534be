//! Who may open the files, and what is in them afterwards.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use signalbook_domain::Position;
use signalbook_domain::observation::ContentHash;
use signalbook_store::evidence::{Keeping, StoredDocument};
use signalbook_store::views::Rows;
use signalbook_store::{EventLog as _, Evidence as _, Views as _};
use signalbook_store_sqlite::{Location, OpenError, SqliteEvidence, SqliteLog, SqliteViews};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection as _, SqlSafeStr as _};
use uuid::Uuid;

use super::{LOG_ID, append, checked, checkpoint, open, page, place, record, stranger, with};

#[tokio::test]
async fn a_second_process_is_told_who_has_the_file() {
    let (_folder, path) = place();
    let location = Location::File(path.clone());
    let log = open(&path).await;
    let refused = SqliteLog::open(&location, LOG_ID).await.err().unwrap();
    assert_eq!(
        refused.to_string(),
        format!(
            "`{}` is in use by another Signalbook process; stop that one first, or give this one \
             a store of its own",
            path.display()
        )
    );
    let views = SqliteViews::open(&location).await.unwrap();
    let refused = SqliteViews::open(&location).await.err().unwrap();
    assert!(matches!(refused, OpenError::InUse(_)), "{refused}");
    views.close().await;
    SqliteViews::open(&location).await.unwrap();
    record(&log, append(1, 0, 1)).await;
    log.close().await;
    assert_eq!(checked(&open(&path).await).await.len(), 2);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_a_file_is_the_same_file() {
    use std::os::unix::fs::symlink;
    let (folder, path) = place();
    let link = folder.path().join("link.db");
    let elsewhere = folder.path().join("elsewhere");
    symlink(&path, &link).unwrap();
    symlink(folder.path(), &elsewhere).unwrap();
    let ways = [path.clone(), link, elsewhere.join("signalbook.db"), elsewhere.join("link.db")];
    // The first time there is no file yet.
    for way in &ways {
        let log = open(way).await;
        for other in &ways {
            let refused = SqliteLog::open(&Location::File(other.clone()), LOG_ID).await;
            let refused = refused.err().unwrap();
            assert!(matches!(refused, OpenError::InUse(_)), "{way:?} {other:?}: {refused}");
        }
        log.close().await;
        if way != ways.last().unwrap() {
            std::fs::remove_file(&path).unwrap();
        }
    }
    assert_eq!(checked(&open(&path).await).await.len(), 0);
}

#[tokio::test]
async fn a_place_that_cannot_be_used_is_named() {
    let (folder, path) = place();
    let missing = Location::File(folder.path().join("missing/signalbook.db"));
    let refused = SqliteLog::open(&missing, LOG_ID).await.err().unwrap();
    assert!(matches!(refused, OpenError::File { .. }), "{refused}");
    std::fs::write(&path, "this is a text, and longer than the header of a database ".repeat(40))
        .unwrap();
    let refused = SqliteLog::open(&Location::File(path.clone()), LOG_ID).await.err().unwrap();
    assert!(refused.to_string().contains(&path.display().to_string()), "{refused}");
}

#[tokio::test]
async fn a_log_that_was_dropped_goes_on_where_it_was() {
    let (_folder, path) = place();
    for turn in 0..3 {
        let log = open(&path).await;
        assert_eq!(*log.appended().borrow(), Position(turn * 2));
        assert_eq!(record(&log, append(1, turn * 2, turn.into())).await, turn * 2 + 2);
        // As when a process ends: nothing is closed.
        drop(log);
    }
    let log = open(&path).await;
    assert_eq!(checked(&log).await.len(), 6);
    assert_eq!(record(&log, append(2, 0, 9)).await, 8);
}

#[tokio::test]
async fn what_was_acknowledged_is_in_the_files_already() {
    let (_folder, path) = place();
    let log = open(&path).await;
    for number in 0..20 {
        record(&log, append(number, 0, number)).await;
        // The files as a process that dies now leaves them.
        let (_other, left) = place();
        std::fs::copy(&path, &left).unwrap();
        std::fs::copy(with(&path, "-wal"), with(&left, "-wal")).unwrap();
        let found = open(&left).await;
        assert_eq!(checked(&found).await, checked(&log).await);
        assert_eq!(record(&found, append(99, 0, 99)).await, found.head().await.unwrap().position.0);
    }
}

#[tokio::test]
async fn a_log_keeps_its_first_identity() {
    let (_folder, path) = place();
    open(&path).await.close().await;
    let log = SqliteLog::open(&Location::File(path), Uuid::from_u128(2)).await.unwrap();
    assert_eq!(log.head().await.unwrap().log_id, LOG_ID);
}

#[tokio::test]
async fn each_part_is_a_file_beside_the_others_and_survives() {
    let (folder, path) = place();
    let location = Location::File(path.clone());
    let body = b"evidence".as_slice();
    let documents = [(ContentHash::of(body), Some(body))];
    let keeping = Keeping { page: page(), manifest: None, documents: &documents };
    let log = open(&path).await;
    let views = SqliteViews::open(&location).await.unwrap();
    let evidence = SqliteEvidence::open(&location, 1_000).await.unwrap();
    views.save(Position(0), &checkpoint(7), &Rows::default()).await.unwrap();
    evidence.keep(&keeping).await.unwrap();
    log.close().await;
    views.close().await;
    evidence.close().await;
    let expected = ["signalbook-evidence.db", "signalbook-views.db", "signalbook.db"];
    assert_eq!(databases(folder.path()), expected);
    let views = SqliteViews::open(&location).await.unwrap();
    assert_eq!(views.reached().await.unwrap(), Position(7));
    let evidence = SqliteEvidence::open(&location, 1_000).await.unwrap();
    let found = evidence.document(ContentHash::of(body)).await.unwrap();
    assert_eq!(found, Some(StoredDocument::Present(body.to_vec())));
}

#[tokio::test]
async fn a_promoted_rebuild_leaves_nothing_behind_and_survives() {
    let (folder, path) = place();
    let location = Location::File(path);
    let views = Arc::new(SqliteViews::open(&location).await.unwrap());
    for position in [5, 6] {
        let beside = views.begin_rebuild().await.unwrap();
        beside.save(Position(0), &checkpoint(position), &Rows::default()).await.unwrap();
        views.promote(beside.clone()).await.unwrap();
        let gone = beside.reached().await.unwrap_err();
        assert!(gone.to_string().contains("use the views"), "{gone}");
        assert_eq!(databases(folder.path()), ["signalbook-views.db"]);
    }
    views.close().await;
    let views = SqliteViews::open(&location).await.unwrap();
    assert_eq!(views.reached().await.unwrap(), Position(6));
}

/// A file as a version made it that did not write its format.
async fn earlier(path: &Path, migration: (i64, &'static str), rows: &'static str) {
    std::fs::write(path, []).unwrap();
    let mut stranger = stranger(path, "off").await;
    let (version, schema) = migration;
    let kind = MigrationType::Simple;
    let schema: Vec<&str> =
        schema.lines().filter(|line| !line.starts_with("pragma user_version")).collect();
    let schema = schema.join("\n");
    let schema = AssertSqlSafe(schema).into_sql_str();
    let schema = Migration::new(version, "earlier".into(), kind, schema, false);
    Migrator::with_migrations(vec![schema]).run(&mut stranger).await.unwrap();
    sqlx::raw_sql(rows).execute(&mut stranger).await.unwrap();
    stranger.close().await.unwrap();
}

#[tokio::test]
async fn a_log_of_another_version_is_refused_in_a_sentence_and_stays_as_it_is() {
    let (folder, path) = place();
    let schema = include_str!("../../../../migrations/sqlite/0001_log.sql");
    earlier(&path, (1, schema), "insert into provider (slug) values ('acme')").await;
    let refused = SqliteLog::open(&Location::File(path.clone()), LOG_ID).await.err().unwrap();
    assert_eq!(
        refused.to_string(),
        format!(
            "`{}` was written by another version of Signalbook, and this one cannot read it; \
             move it and the files beside it away, and start with a new store",
            path.display()
        )
    );
    assert!(std::error::Error::source(&refused).is_none());
    let mut stranger = stranger(&path, "off").await;
    let kept = sqlx::query("select slug from provider").fetch_all(&mut stranger).await.unwrap();
    assert_eq!(kept.len(), 1);
    stranger.close().await.unwrap();

    let evidence = path.with_file_name("signalbook-evidence.db");
    let schema = include_str!("../../../../migrations/sqlite/0003_evidence.sql");
    earlier(&evidence, (3, schema), "update evidence_usage set bytes = 1").await;
    let refused = SqliteEvidence::open(&Location::File(path.clone()), 1_000).await.err().unwrap();
    assert!(matches!(&refused, OpenError::Format(path) if *path == evidence), "{refused}");

    std::fs::remove_file(&path).unwrap();
    assert_eq!(databases(folder.path()), ["signalbook-evidence.db"]);
    record(&open(&path).await, append(1, 0, 1)).await;
}

#[tokio::test]
async fn a_file_that_was_left_while_its_tables_were_made_is_used() {
    let (_folder, path) = place();
    std::fs::write(&path, []).unwrap();
    let mut stranger = stranger(&path, "off").await;
    Migrator::with_migrations(Vec::new()).run(&mut stranger).await.unwrap();
    stranger.close().await.unwrap();
    record(&open(&path).await, append(1, 0, 1)).await;
}

#[tokio::test]
async fn views_of_another_version_are_emptied_to_be_built_again() {
    let (folder, path) = place();
    let old = path.with_file_name("signalbook-views.db");
    let schema = include_str!("../../../../migrations/sqlite/0002_views.sql");
    let rows = "update checkpoint set position = 7; \
                insert into provider_view (slug, document, sum) values ('acme', 'of another shape', 5)";
    earlier(&old, (2, schema), rows).await;
    let location = Location::File(path);
    let views = SqliteViews::open(&location).await.unwrap();
    assert_eq!(views.reached().await.unwrap(), Position(0));
    assert_eq!(views.providers().await.unwrap(), []);
    views.save(Position(0), &checkpoint(1), &Rows::default()).await.unwrap();
    views.close().await;
    let views = SqliteViews::open(&location).await.unwrap();
    assert_eq!(views.reached().await.unwrap(), Position(1));
    assert_eq!(databases(folder.path()), ["signalbook-views.db"]);
}

#[tokio::test]
async fn what_is_no_views_is_set_aside_and_never_removed_at_once() {
    let (folder, path) = place();
    let place = path.with_file_name("signalbook-views.db");
    let aside = |number: u32| with(&place, &format!(".damaged-{number}"));
    let location = Location::File(path.clone());
    for (turn, text) in ["one", "two", "three", "four"].into_iter().enumerate() {
        std::fs::write(&place, text.repeat(2_000)).unwrap();
        std::fs::write(with(&place, "-wal"), text).unwrap();
        let views = SqliteViews::open(&location).await.unwrap();
        assert_eq!(views.reached().await.unwrap(), Position(0));
        views.save(Position(0), &checkpoint(1), &Rows::default()).await.unwrap();
        views.close().await;
        assert!(std::fs::read_to_string(aside(1)).unwrap().starts_with(text), "{turn}");
    }
    for (number, text) in [(1, "four"), (2, "three"), (3, "two")] {
        assert!(std::fs::read_to_string(aside(number)).unwrap().starts_with(text));
        let log = std::fs::read_to_string(with(&aside(number), "-wal")).unwrap();
        assert_eq!(log, text, "its write-ahead log goes with it");
    }
    assert!(!aside(4).exists());
    assert_eq!(databases(folder.path()), ["signalbook-views.db"]);
}

#[tokio::test]
async fn a_database_of_another_program_in_the_place_of_views_is_set_aside() {
    let (_folder, path) = place();
    let place = path.with_file_name("signalbook-views.db");
    std::fs::write(&place, []).unwrap();
    let mut other = stranger(&place, "off").await;
    let statement = "create table diary (day text); insert into diary values ('Dear diary')";
    sqlx::raw_sql(statement).execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    let views = SqliteViews::open(&Location::File(path.clone())).await.unwrap();
    assert_eq!(views.reached().await.unwrap(), Position(0));
    views.close().await;
    let mut other = stranger(&with(&place, ".damaged-1"), "off").await;
    let kept = sqlx::query("select day from diary").fetch_all(&mut other).await.unwrap();
    assert_eq!(kept.len(), 1);
}

/// The database files of a folder.
fn databases(folder: &Path) -> Vec<String> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let databases = paths.filter(|path| path.extension().is_some_and(|ending| ending == "db"));
    let name = |path: PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    let mut names: Vec<String> = databases.map(name).collect();
    names.sort();
    names
}

#[test]
fn an_address_names_a_file_or_memory() {
    let file = |path: &str| Some(Location::File(path.into()));
    assert_eq!(Location::parse("sqlite:signalbook.db"), file("signalbook.db"));
    assert_eq!(Location::parse("sqlite:/var/lib/signalbook.db"), file("/var/lib/signalbook.db"));
    assert_eq!(Location::parse("sqlite:///var/lib/a.db"), file("/var/lib/a.db"));
    assert_eq!(Location::parse("sqlite::memory:"), Some(Location::Memory));
    for wrong in ["", "sqlite:", "postgres://localhost/signalbook", "signalbook.db"] {
        assert_eq!(Location::parse(wrong), None, "{wrong}");
    }
}
