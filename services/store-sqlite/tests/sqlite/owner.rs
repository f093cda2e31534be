//! Whose a file is: nothing is put into those of other programs, other versions and other names,
//! and what is made is for its owner alone.

use std::fs;
use std::path::Path;

use signalbook_store_sqlite::{Location, OpenError, SqliteEvidence, SqliteLog, SqliteViews};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

use super::{LOG_ID, append, checked, open, place, record, state, stranger, with};

async fn refused(path: &Path) -> OpenError {
    SqliteLog::open(&Location::File(path.to_owned()), LOG_ID).await.err().unwrap()
}

/// Does what another program could do to a file; it drops the triggers that would refuse it.
async fn tamper(path: &Path, statements: &[&'static str]) {
    let mut stranger = stranger(path, "off").await;
    let triggers = "select name from sqlite_schema where type = 'trigger'";
    for row in sqlx::query(triggers).fetch_all(&mut stranger).await.unwrap() {
        let drop = format!("drop trigger {}", row.get::<String, _>(0));
        sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut stranger).await.unwrap();
    }
    for statement in statements {
        sqlx::raw_sql(AssertSqlSafe(*statement)).execute(&mut stranger).await.unwrap();
    }
    stranger.close().await.unwrap();
}

#[tokio::test]
async fn the_database_of_another_program_is_refused_and_nothing_is_left_beside_it() {
    for statements in [
        &["create table page (id integer)"][..],
        &["pragma application_id = 252006674"],
        &["pragma journal_mode = wal", "create table log_head (id integer)"],
    ] {
        let (folder, path) = place();
        fs::write(&path, []).unwrap();
        tamper(&path, statements).await;
        fs::copy(&path, path.with_file_name("signalbook-evidence.db")).unwrap();
        let before = state(folder.path());
        let told = refused(&path).await.to_string();
        let found = "is the database of another program, but the log of a Signalbook store was";
        assert!(told.contains(found), "{told}");
        let location = Location::File(path.clone());
        let evidence = SqliteEvidence::open(&location, 1).await.err().unwrap().to_string();
        assert!(evidence.contains("but the evidence of a Signalbook"), "{evidence}");
        assert_eq!(state(folder.path()), before, "{statements:?}");
    }
}

#[tokio::test]
async fn a_log_that_an_earlier_version_did_not_sign_is_ours_and_is_signed() {
    let (_folder, path) = place();
    let log = open(&path).await;
    record(&log, append(1, 0, 1)).await;
    log.close().await;
    let signed = |bytes: Vec<u8>| bytes[68..72].to_vec();
    assert_eq!(signed(fs::read(&path).unwrap()), b"SgBk");
    tamper(&path, &["pragma application_id = 0"]).await;
    let location = Location::File(path.clone());
    let seen = SqliteLog::open_read_only(&location).await.unwrap();
    assert_eq!(checked(&seen).await.len(), 2);
    seen.close().await;
    let log = open(&path).await;
    assert_eq!(checked(&log).await.len(), 2);
    log.close().await;
    assert_eq!(signed(fs::read(&path).unwrap()), b"SgBk");
}

#[tokio::test]
async fn a_log_without_an_identity_is_refused() {
    let head = "insert into log_head values \
                (1, zeroblob(16), 0, zeroblob(32), 0, 0, zeroblob(32))";
    for statements in [&["delete from log_head"][..], &["delete from log_head", head]] {
        let (_folder, path) = place();
        let log = open(&path).await;
        record(&log, append(1, 0, 1)).await;
        log.close().await;
        tamper(&path, statements).await;
        let location = Location::File(path.clone());
        let told = refused(&path).await.to_string();
        assert!(told.contains("is a log without an identity, so its record is lost"), "{told}");
        for opened in
            [SqliteLog::open_existing(&location).await, SqliteLog::open_read_only(&location).await]
        {
            assert!(matches!(opened, Err(OpenError::NoIdentity(_))));
        }
    }
}

#[tokio::test]
async fn a_log_that_has_to_be_there_is_not_made() {
    let (folder, path) = place();
    fs::write(&path, []).unwrap();
    let before = state(folder.path());
    let location = Location::File(path.clone());
    let refused = SqliteLog::open_existing(&location).await.err().unwrap();
    assert!(refused.to_string().contains("is empty, but the log of"), "{refused}");
    assert_eq!(state(folder.path()), before);
}

#[tokio::test]
async fn a_log_of_a_newer_version_is_told_from_one_of_another() {
    let later = "insert into _sqlx_migrations \
                 (version, description, success, checksum, execution_time) \
                 values (99, 'later', true, x'00', 0)";
    for statement in ["pragma user_version = 99", later] {
        let (_folder, path) = place();
        open(&path).await.close().await;
        tamper(&path, &[statement]).await;
        assert_eq!(
            refused(&path).await.to_string(),
            format!(
                "`{}` was written by a newer Signalbook; use that version or a later one, or give \
                 this one a store of its own",
                path.display()
            )
        );
    }
    let (_folder, path) = place();
    open(&path).await.close().await;
    tamper(&path, &["update _sqlx_migrations set checksum = x'00'"]).await;
    assert!(matches!(refused(&path).await, OpenError::Format(_)));
}

#[tokio::test]
async fn views_of_a_newer_version_are_built_anew() {
    let (_folder, path) = place();
    let location = Location::File(path.clone());
    SqliteViews::open(&location).await.unwrap().close().await;
    tamper(&path.with_file_name("signalbook-views.db"), &["pragma user_version = 99"]).await;
    SqliteViews::open(&location).await.unwrap().close().await;
}

#[tokio::test]
async fn a_file_with_a_second_name_is_refused_by_both() {
    let (folder, path) = place();
    open(&path).await.close().await;
    let second = folder.path().join("second.db");
    fs::hard_link(&path, &second).unwrap();
    let before = state(folder.path());
    for name in [&path, &second] {
        let told = refused(name).await.to_string();
        assert!(told.contains("has a second name (a hard link)"), "{told}");
        assert!(told.contains("remove that name, or use a copy"), "{told}");
    }
    assert_eq!(state(folder.path()), before);
    let seen = SqliteLog::open_read_only(&Location::File(second.clone())).await.unwrap();
    assert_eq!(checked(&seen).await.len(), 0);
    seen.close().await;
    fs::remove_file(second).unwrap();
    open(&path).await;
}

#[tokio::test]
async fn every_file_is_for_its_owner_alone() {
    let (folder, path) = place();
    let location = Location::File(path.clone());
    let log = open(&path).await;
    record(&log, append(1, 0, 1)).await;
    let _views = SqliteViews::open(&location).await.unwrap();
    let _evidence = SqliteEvidence::open(&location, 1_000).await.unwrap();
    let files = state(folder.path());
    for part in [path.clone(), path.with_file_name("signalbook-views.db")] {
        for ending in ["", "-wal", "-shm", ".lock"] {
            assert!(files.contains_key(&with(&part, ending)), "{part:?} {ending}");
        }
    }
    for (path, (_, mode, _)) in files {
        assert_eq!(mode & 0o777, 0o600, "{path:?}");
    }
}
