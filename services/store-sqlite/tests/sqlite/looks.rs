//! A log that is opened for reading alone is read whole, and nothing around it changes.

use std::fs;
use std::path::Path;

use signalbook_store::{AppendError, EventLog as _};
use signalbook_store_sqlite::{Location, OpenError, SqliteEvidence, SqliteLog};
use sqlx::{AssertSqlSafe, Connection as _};

use super::{append, checked, open, place, record, state, stranger, with};

async fn look(path: &Path) -> Result<SqliteLog, OpenError> {
    SqliteLog::open_read_only(&Location::File(path.to_owned())).await
}

async fn refusal(path: &Path) -> String {
    look(path).await.err().unwrap().to_string()
}

/// Leaves `appends` appends at `path`, with or without a write-ahead log beside it.
async fn leave(path: &Path, appends: u128, with_wal: bool) {
    let (_folder, used) = place();
    let log = open(&used).await;
    for number in 0..appends {
        record(&log, append(number, 0, number)).await;
    }
    if !with_wal {
        log.close().await;
    }
    fs::copy(&used, path).unwrap();
    if with_wal {
        fs::copy(with(&used, "-wal"), with(path, "-wal")).unwrap();
    }
}

#[tokio::test]
async fn a_log_is_read_to_its_end_and_nothing_around_it_changes() {
    for with_wal in [false, true] {
        let (folder, path) = place();
        leave(&path, 10, with_wal).await;
        let before = state(folder.path());
        let log = look(&path).await.unwrap();
        assert_eq!(checked(&log).await.len(), 20, "with write-ahead log: {with_wal}");
        assert_eq!(state(folder.path()), before, "while it is read");
        assert!(!log.has_changed());
        log.close().await;
        assert_eq!(state(folder.path()), before, "afterwards");
    }
}

#[tokio::test]
async fn a_log_that_was_left_with_an_empty_write_ahead_log_is_read_where_it_is() {
    let (folder, path) = place();
    leave(&path, 1, false).await;
    fs::write(with(&path, "-wal"), []).unwrap();
    let before = state(folder.path());
    let log = look(&path).await.unwrap();
    assert_eq!(checked(&log).await.len(), 2);
    log.close().await;
    assert_eq!(state(folder.path()), before);
}

#[tokio::test]
async fn a_link_to_a_log_is_read_with_the_write_ahead_log_of_the_file() {
    let (_folder, path) = place();
    leave(&path, 3, true).await;
    let (elsewhere, link) = place();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert_eq!(checked(&look(&link).await.unwrap()).await.len(), 6);
    assert_eq!(state(elsewhere.path()).len(), 1);
}

#[tokio::test]
async fn a_log_in_use_is_read_with_its_newest_events_and_goes_on() {
    let (_folder, path) = place();
    let log = open(&path).await;
    for number in 0..20 {
        record(&log, append(number, 0, number)).await;
        let seen = look(&path).await.unwrap();
        assert_eq!(checked(&seen).await, checked(&log).await);
        assert!(!seen.has_changed());
    }
}

#[tokio::test]
async fn nothing_is_appended_to_a_log_that_is_only_read() {
    let (_folder, path) = place();
    leave(&path, 1, true).await;
    let log = look(&path).await.unwrap();
    let now = signalbook_domain::Timestamp::from_seconds(1_770_000_001);
    let refused = log.append(append(9, 0, 9), now).await.unwrap_err();
    assert!(matches!(refused, AppendError::Store(_)), "{refused}");
}

#[tokio::test]
async fn a_log_that_is_written_to_while_it_is_read_in_place_is_told() {
    let (_folder, path) = place();
    leave(&path, 1, false).await;
    let seen = look(&path).await.unwrap();
    let log = open(&path).await;
    record(&log, append(7, 0, 7)).await;
    assert!(seen.has_changed(), "what is new is in the write-ahead log");
    log.close().await;
    assert!(seen.has_changed(), "it is in the file");
    assert_eq!(checked(&look(&path).await.unwrap()).await.len(), 4);
}

#[tokio::test]
async fn what_is_no_log_is_told_in_a_sentence_and_stays_as_it_is() {
    let (folder, path) = place();
    let is_told = |found: &str| {
        format!(
            "`{}` is {found}, but the log of a Signalbook store was expected; name another file \
             with `--store`, like `sqlite:signalbook.db`",
            path.display()
        )
    };
    fs::create_dir(&path).unwrap();
    assert_eq!(refusal(&path).await, is_told("a folder"));
    fs::remove_dir(&path).unwrap();

    fs::write(&path, []).unwrap();
    let before = state(folder.path());
    assert_eq!(refusal(&path).await, is_told("empty"));
    assert_eq!(state(folder.path()), before);

    for (statement, found) in [
        ("pragma user_version = 0", "empty"),
        ("create table page (id integer)", "the database of another program"),
        ("pragma application_id = 252006674", "the database of another program"),
    ] {
        let _ = fs::remove_file(&path);
        fs::write(&path, []).unwrap();
        let mut stranger = stranger(&path, "off").await;
        sqlx::raw_sql("vacuum").execute(&mut stranger).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut stranger).await.unwrap();
        stranger.close().await.unwrap();
        let before = state(folder.path());
        assert_eq!(refusal(&path).await, is_told(found), "{statement}");
        assert_eq!(state(folder.path()), before, "{statement}");
    }

    fs::remove_file(&path).unwrap();
    let evidence = SqliteEvidence::open(&Location::File(path.clone()), 1_000).await.unwrap();
    evidence.close().await;
    fs::rename(path.with_file_name("signalbook-evidence.db"), &path).unwrap();
    assert_eq!(refusal(&path).await, is_told("another file of a Signalbook store"));
}

#[tokio::test]
async fn what_is_no_database_is_told_and_stays_as_it_is() {
    let (folder, path) = place();
    for text in ["Dear diary, ".to_owned(), "Dear diary, ".repeat(1_000)] {
        fs::write(&path, text).unwrap();
        let before = state(folder.path());
        let refused = look(&path).await.err().unwrap();
        assert_eq!(refused.to_string(), format!("cannot use `{}`", path.display()));
        let why = std::error::Error::source(&refused).unwrap().to_string();
        assert!(why.starts_with("this is not an intact SQLite database; restore it from"), "{why}");
        assert_eq!(state(folder.path()), before);
    }
}

#[tokio::test]
async fn a_log_in_memory_is_nobodys() {
    let refused = SqliteLog::open_read_only(&Location::Memory).await.err().unwrap();
    assert!(refused.to_string().starts_with("`:memory:` is empty"), "{refused}");
}
