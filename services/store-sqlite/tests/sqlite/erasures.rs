//! What is erased leaves nothing in the files.

use std::path::Path;

use signalbook_domain::observation::ContentHash;
use signalbook_domain::{Position, Timestamp};
use signalbook_store::evidence::Keeping;
use signalbook_store::{Erased, Erasure, EventLog as _, Evidence as _};
use signalbook_store_sqlite::{Location, SqliteEvidence};
use sqlx::Connection as _;

use super::{append, checked, open, page, place, record, stranger};

/// Whether `bytes` are in a file of `folder`.
fn is_in_files(folder: &Path, bytes: &[u8]) -> bool {
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .any(|file| file.windows(bytes.len()).any(|part| part == bytes))
}

fn erasure(position: u64) -> Erasure {
    Erasure {
        what: Erased::Payload(Position(position)),
        at: Timestamp::from_seconds(1),
        by: "Ada".to_owned(),
        reason: "a request".to_owned(),
    }
}

/// An append whose payloads are `text`, over and over.
fn saying(text: &str, number: u128) -> signalbook_store::Append {
    let mut append = append(number, 0, number);
    for (_, draft) in &mut append.events {
        draft.payload = text.repeat(9).into_bytes();
        draft.payload_hash = ContentHash::of(&draft.payload).0;
    }
    append
}

/// The first rows stand on what becomes the root of the table, which keeps old bytes.
#[tokio::test]
async fn a_payload_leaves_nothing_whichever_it_is() {
    let (folder, path) = place();
    let log = open(&path).await;
    for number in 1..=60 {
        record(&log, saying(&format!("secret {number:03}"), number)).await;
    }
    for position in 1..=20 {
        log.erase(&erasure(position)).await.unwrap();
    }
    log.compact().await.unwrap();
    log.close().await;
    for number in 1..=10 {
        let secret = format!("secret {number:03}");
        assert!(!is_in_files(folder.path(), secret.as_bytes()), "{secret}");
    }
    assert!(is_in_files(folder.path(), b"secret 011"));
    let log = open(&path).await;
    let erased = checked(&log).await.iter().filter(|record| record.payload.is_none()).count();
    assert_eq!(erased, 20);
}

#[tokio::test]
async fn a_document_that_was_evicted_before_leaves_nothing() {
    let (folder, path) = place();
    open(&path).await.close().await;
    let evidence = SqliteEvidence::open(&Location::File(path.clone()), 20_000).await.unwrap();
    let noise = |seed: u64| {
        let mut chance = fastrand::Rng::with_seed(seed);
        std::iter::repeat_with(|| chance.u8(..)).take(9_000).collect::<Vec<u8>>()
    };
    for seed in 1..=3 {
        let body = noise(seed);
        let documents = [(ContentHash::of(&body), Some(&body[..]))];
        let keeping = Keeping { page: page(), manifest: None, documents: &documents };
        evidence.keep(&keeping).await.unwrap();
    }
    let evicted = noise(1);
    let part = &evicted[2_000..2_064];
    assert!(evidence.erase(ContentHash::of(&evicted)).await.unwrap());
    evidence.compact().await.unwrap();
    assert!(!is_in_files(folder.path(), part));
    assert!(is_in_files(folder.path(), &noise(3)[2_000..2_064]));
    evidence.close().await;
}

#[tokio::test]
async fn a_reader_that_keeps_what_was_erased_is_told() {
    let (_folder, path) = place();
    let log = open(&path).await;
    record(&log, append(1, 0, 1)).await;
    let mut reader = stranger(&path, "off").await;
    sqlx::raw_sql("begin; select * from event").fetch_all(&mut reader).await.unwrap();
    log.erase(&erasure(1)).await.unwrap();
    let refused = log.compact().await.unwrap_err();
    let said = format!("{refused}: {}", std::error::Error::source(&refused).unwrap());
    assert!(said.contains("another program reads the file"), "{said}");
    reader.close().await.unwrap();
    log.compact().await.unwrap();
}
