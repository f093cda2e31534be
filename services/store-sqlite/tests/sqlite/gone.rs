//! A file that is not the one any more that was opened is written to no more.

use std::error::Error;
use std::fs::{self, OpenOptions};
use std::path::Path;

use signalbook_domain::observation::ContentHash;
use signalbook_domain::{Position, Timestamp};
use signalbook_store::evidence::Keeping;
use signalbook_store::views::Rows;
use signalbook_store::{
    AppendError, EventLog as _, Evidence as _, SaveError, StoreError, Views as _,
};
use signalbook_store_sqlite::{Location, SqliteEvidence, SqliteLog, SqliteViews};

use super::{append, checkpoint, open, page, place, record, with};

/// What can happen to a file in use, and how it is told.
type Way = (fn(&Path), &'static str);

const WAYS: [Way; 4] = [
    (|path| fs::remove_file(path).unwrap(), "was deleted or moved away while it was in use"),
    (
        |path| fs::rename(path, path.with_file_name("moved")).unwrap(),
        "was deleted or moved away while it was in use",
    ),
    (
        |path| {
            let copy = path.with_file_name("copy");
            fs::copy(path, &copy).unwrap();
            fs::rename(copy, path).unwrap();
        },
        "was replaced by another file while it was in use",
    ),
    (
        |path| OpenOptions::new().write(true).open(path).unwrap().set_len(100).unwrap(),
        "was cut short while it was in use",
    ),
];

fn told(error: &StoreError) -> String {
    error.source().unwrap().to_string()
}

async fn try_append(log: &SqliteLog, number: u128) -> Result<(), String> {
    let now = Timestamp::from_seconds(1_770_000_001);
    match log.append(append(number, 0, number), now).await {
        Ok(_) => Ok(()),
        Err(AppendError::Store(error)) => Err(told(&error)),
        Err(other) => panic!("{other}"),
    }
}

async fn try_save(views: &SqliteViews, from: u64) -> Result<(), String> {
    match views.save(Position(from), &checkpoint(from + 1), &Rows::default()).await {
        Ok(()) => Ok(()),
        Err(SaveError::Store(error)) => Err(told(&error)),
        Err(other @ SaveError::Conflict { .. }) => panic!("{other}"),
    }
}

async fn try_keep(evidence: &SqliteEvidence, number: u128) -> Result<(), String> {
    let body = number.to_be_bytes();
    let documents = [(ContentHash::of(&body), Some(body.as_slice()))];
    let keeping = Keeping { page: page(), manifest: None, documents: &documents };
    evidence.keep(&keeping).await.map_err(|error| told(&error))
}

#[tokio::test]
async fn nothing_is_appended_to_a_log_that_went_away() {
    for (harm, how) in WAYS {
        let (_folder, path) = place();
        let log = open(&path).await;
        record(&log, append(1, 0, 1)).await;
        log.check_file().unwrap();
        harm(&path);
        let refused = try_append(&log, 2).await.unwrap_err();
        assert!(refused.starts_with(&format!("`{}` {how}", path.display())), "{refused}");
        assert!(refused.contains("so nothing more is written to it; stop Signalbook"), "{refused}");
        assert_eq!(log.check_file().unwrap_err().to_string(), refused);
    }
}

#[tokio::test]
async fn a_look_notices_it_without_an_append() {
    for (harm, how) in WAYS {
        let (_folder, path) = place();
        let log = open(&path).await;
        harm(&path);
        let noticed = log.check_file().unwrap_err().to_string();
        assert!(noticed.contains(how), "{noticed}");
    }
}

#[tokio::test]
async fn a_log_that_came_back_stays_refused_until_it_is_opened_again() {
    let (folder, path) = place();
    let log = open(&path).await;
    record(&log, append(1, 0, 1)).await;
    let moved = folder.path().join("moved");
    fs::rename(&path, &moved).unwrap();
    let refused = log.check_file().unwrap_err();
    fs::rename(&moved, &path).unwrap();
    assert_eq!(log.check_file(), Err(refused));
    assert!(try_append(&log, 2).await.is_err());
    log.close().await;
    let log = open(&path).await;
    assert_eq!(record(&log, append(2, 0, 2)).await, 4);
}

#[tokio::test]
async fn nothing_is_appended_beside_a_write_ahead_log_that_went_away() {
    for (harm, how) in WAYS {
        let (_folder, path) = place();
        let log = open(&path).await;
        record(&log, append(1, 0, 1)).await;
        record(&log, append(2, 0, 2)).await;
        harm(&with(&path, "-wal"));
        let refused = try_append(&log, 3).await.unwrap_err();
        assert!(refused.contains(&format!("signalbook.db-wal` {how}")), "{refused}");
    }
}

#[tokio::test]
async fn nothing_is_saved_to_views_that_went_away() {
    for (harm, how) in WAYS {
        let (_folder, path) = place();
        let views = SqliteViews::open(&Location::File(path.clone())).await.unwrap();
        try_save(&views, 0).await.unwrap();
        views.check_file().await.unwrap();
        harm(&path.with_file_name("signalbook-views.db"));
        let refused = try_save(&views, 1).await.unwrap_err();
        assert!(refused.contains(how) && refused.contains("built again from the log"), "{refused}");
        assert_eq!(views.check_file().await.unwrap_err().to_string(), refused);
    }
}

#[tokio::test]
async fn views_that_were_swapped_by_us_have_not_gone_away() {
    let (_folder, path) = place();
    let views = std::sync::Arc::new(SqliteViews::open(&Location::File(path)).await.unwrap());
    for _ in 0..2 {
        let beside = views.begin_rebuild().await.unwrap();
        beside.save(Position(0), &checkpoint(3), &Rows::default()).await.unwrap();
        views.promote(beside).await.unwrap();
        views.check_file().await.unwrap();
    }
    try_save(&views, 3).await.unwrap();
}

#[tokio::test]
async fn nothing_is_kept_in_evidence_that_went_away() {
    for (harm, how) in WAYS {
        let (_folder, path) = place();
        let location = Location::File(path.clone());
        let evidence = SqliteEvidence::open(&location, 1_000).await.unwrap();
        try_keep(&evidence, 1).await.unwrap();
        evidence.check_file().unwrap();
        harm(&path.with_file_name("signalbook-evidence.db"));
        let refused = try_keep(&evidence, 2).await.unwrap_err();
        assert!(refused.contains(how), "{refused}");
        assert_eq!(evidence.check_file().unwrap_err().to_string(), refused);
    }
}
