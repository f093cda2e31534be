//! What `/readyz` says of the store: whether it answers, and whether the views keep up.

use std::sync::Arc;
use std::time::Duration;

use signalbook_runtime::{Clock, Health, Stop};

use crate::adapters::Store;

/// Views that are further behind than so many events do not keep up.
const LAG_MAX: u64 = 10_000;

/// How often the store is asked.
const EVERY: Duration = Duration::from_secs(1);

pub(super) async fn watch(store: Store, health: Health, clock: Arc<dyn Clock>, stop: Stop) {
    let (log, views) = (health.check("log"), health.check("views"));
    while !stop.is_stopped() {
        // The views first, for they move on behind the log.
        let reached = store.views.reached().await;
        let head = store.log.head().await;
        match &head {
            Ok(_) => log.ready(),
            Err(error) => log.not_ready(error.to_string()),
        }
        match (head, reached) {
            (_, Err(error)) => views.not_ready(error.to_string()),
            (Ok(head), Ok(reached)) => match head.position.0.checked_sub(reached.0) {
                Some(0..=LAG_MAX) => views.ready(),
                Some(lag) => views.not_ready(format!("{lag} events behind the log")),
                None => views.not_ready("ahead of the log: not built from it; start again"),
            },
            (Err(_), Ok(_)) => {}
        }
        tokio::select! {
            () = stop.stopped() => {}
            () = clock.sleep(EVERY) => {}
        }
    }
}
