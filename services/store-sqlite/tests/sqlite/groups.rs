//! Appends that share a transaction, when one of them cannot be written.

use std::sync::Arc;

use signalbook_domain::Timestamp;
use signalbook_store::{AppendError, EventLog as _, StoreError};
use sqlx::AssertSqlSafe;
use tokio::task::JoinSet;

use super::{append, checked, open, place, record, stranger};

#[tokio::test]
async fn after_a_failure_in_a_group_the_rest_is_recorded() {
    let (_folder, path) = place();
    let log = Arc::new(open(&path).await);
    record(&log, append(1_000, 0, 1_000)).await;
    let poisoned = append(5, 0, 5);
    let id = poisoned.events[1].1.id.0.simple();
    let mut stranger = stranger(&path, "off").await;
    let trigger = format!(
        "create trigger refuses before insert on event when new.event_id = x'{id}' \
         begin select raise(abort, 'refused for a test'); end"
    );
    sqlx::raw_sql(AssertSqlSafe(trigger)).execute(&mut stranger).await.unwrap();
    let mut tasks = JoinSet::new();
    for number in 0..40_u32 {
        let log = log.clone();
        // The seventh has the events of an append that is recorded already, in another stream.
        let taken = if number == 7 { 1_000 } else { u128::from(number) };
        let append = append(number.into(), 0, taken);
        tasks.spawn(async move { (number, log.append(append, Timestamp::default()).await) });
    }
    for (number, answer) in tasks.join_all().await {
        match number {
            5 => assert!(
                matches!(answer, Err(AppendError::Store(StoreError::Unavailable { .. }))),
                "{answer:?}"
            ),
            7 => assert!(matches!(answer, Err(AppendError::Duplicate(_))), "{answer:?}"),
            _ => assert!(!answer.unwrap().repeated),
        }
    }
    assert_eq!(checked(&log).await.len(), 2 + 38 * 2);
    sqlx::raw_sql("drop trigger refuses").execute(&mut stranger).await.unwrap();
    assert_eq!(record(&log, poisoned).await, 80);
    assert_eq!(record(&log, append(7, 0, 7)).await, 82);
    checked(&log).await;
}

#[tokio::test]
async fn what_waits_when_a_log_is_closed_is_recorded() {
    let (_folder, path) = place();
    let log = open(&path).await;
    for number in 0..20 {
        // Sent and then left: the caller does not wait for the answer.
        tokio::select! {
            biased;
            _ = log.append(append(number, 0, number), Timestamp::default()) => {}
            () = std::future::ready(()) => {}
        }
    }
    log.close().await;
    assert_eq!(checked(&open(&path).await).await.len(), 40);
}
