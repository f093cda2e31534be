//! The promises about deliberate erasures.

#![expect(missing_docs, reason = "the name of a case is its sentence")]

use signalbook_domain::Position;
use signalbook_domain::observation::ContentHash;

use super::support::{NOW, append, append_to, at, checked, fresh, incident};
use crate::log::SharedLog;
use crate::{AppendError, Erased, Erasure, StoreError};

fn erasure(what: Erased, reason: &str) -> Erasure {
    Erasure { what, at: at(NOW), by: "Ada".to_owned(), reason: reason.to_owned() }
}

pub async fn an_erased_payload_is_gone_and_the_chain_holds(log: SharedLog) {
    append(&log, append_to(&incident("i"), 0, &["a", "b", "c"])).await.unwrap();
    let before = checked(&log).await;
    let erased = erasure(Erased::Payload(Position(2)), "a request");
    assert!(log.erase(&erased).await.unwrap());
    let after = checked(&log).await;
    assert_eq!(after[1].payload, None);
    assert_eq!(after[1].payload_hash, before[1].payload_hash);
    assert_eq!((&after[0], &after[2]), (&before[0], &before[2]));
    assert_eq!(log.erasures().await.unwrap(), [erased]);
    assert_eq!(append(&log, append_to(&incident("i"), 3, &["d"])).await.unwrap(), fresh(4));
    checked(&log).await;
}

pub async fn an_erasure_is_recorded_once(log: SharedLog) {
    append(&log, append_to(&incident("i"), 0, &["a"])).await.unwrap();
    let first = erasure(Erased::Payload(Position(1)), "the first");
    let second = erasure(Erased::Document(ContentHash::of(b"document")), "the second");
    assert!(log.erase(&first).await.unwrap());
    assert!(log.erase(&second).await.unwrap());
    for what in [first.what, second.what] {
        assert!(!log.erase(&erasure(what, "again")).await.unwrap());
    }
    assert_eq!(log.erasures().await.unwrap(), [first, second]);
}

pub async fn an_event_that_is_not_there_is_not_erased(log: SharedLog) {
    append(&log, append_to(&incident("i"), 0, &["a"])).await.unwrap();
    for position in [0, 2] {
        let refused = log.erase(&erasure(Erased::Payload(Position(position)), "why")).await;
        let refused = refused.unwrap_err();
        assert!(matches!(refused, AppendError::Store(StoreError::Invalid { .. })), "{refused}");
    }
    assert_eq!(log.erasures().await.unwrap(), []);
}
