//! What a role says of itself when its store fails.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use std::sync::Arc;

use signalbook_projector::Projector;
use signalbook_runtime::{Health, Readiness, Stop, SystemClock};
use signalbook_store_sqlite::{Location, SqliteLog, SqliteViews};
use uuid::Uuid;

/// Waits until the projector has said something of itself.
async fn said_by_a_projector_of(views: Arc<SqliteViews>) -> Readiness {
    let log = SqliteLog::open(&Location::Memory, Uuid::from_u128(1)).await.unwrap();
    let (health, stop) = (Health::new(), Stop::new());
    let check = health.check("projecting");
    let starting = health.report();
    let projector = Projector::new(Arc::new(log), views);
    let running = tokio::spawn(projector.run(Arc::new(SystemClock::new()), check, stop.clone()));
    while health.report() == starting {
        tokio::task::yield_now().await;
    }
    stop.stop();
    running.await.unwrap();
    health.report().remove(0).1
}

#[tokio::test]
async fn views_that_cannot_be_used_make_the_process_not_ready() {
    let views = Arc::new(SqliteViews::open(&Location::Memory).await.unwrap());
    assert_eq!(said_by_a_projector_of(views.clone()).await, Readiness::Ready);
    views.close().await;
    let said = said_by_a_projector_of(views).await;
    assert!(matches!(&said, Readiness::NotReady { reason } if reason.contains("closed")), "{said}");
}
