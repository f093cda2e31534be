//! The checks of `/readyz` on the store: whether it responds, its files are still at their paths,
//! the views keep up, and the clock allows recording.

use std::sync::Arc;
use std::time::Duration;

use signalbook_runtime::{Check, Clock, Health, Stop};
use signalbook_store::Head;

use crate::adapters::Store;
use crate::clock_guard::ClockGuard;

/// The largest lag of views that keep up, in events.
const LAG_MAX: u64 = 10_000;

/// The time between two checks.
const EVERY: Duration = Duration::from_secs(1);

/// Checks the store and the clock. Its checks are registered from the start.
pub(super) struct Watch {
    store: Store,
    guard: ClockGuard,
    log: Check,
    views: Check,
    files: Check,
    clock: Check,
    are_gone: bool,
    said: ClockNotice,
}

/// The last notice about the clock in the operator's log.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ClockNotice {
    Nothing,
    Remark,
    Refusal,
}

impl Watch {
    pub(super) fn new(store: Store, guard: ClockGuard, health: &Health) -> Self {
        Self {
            store,
            guard,
            log: health.check("log"),
            views: health.check("views"),
            files: health.check("files"),
            clock: health.check("clock"),
            are_gone: false,
            said: ClockNotice::Nothing,
        }
    }

    pub(super) async fn run(mut self, clock: Arc<dyn Clock>, stop: Stop) {
        while !stop.is_stopped() {
            self.look().await;
            stop.wait_for(clock.sleep(EVERY)).await;
        }
    }

    async fn look(&mut self) {
        self.look_at_files().await;
        // The views first, since they follow the log.
        let reached = self.store.views.reached().await;
        let head = self.store.log.head().await;
        self.look_at_clock(head.as_ref().ok());
        match &head {
            Ok(_) => self.log.ready(),
            Err(error) => self.log.not_ready(error.to_string()),
        }
        let views = &self.views;
        if let Some(damage) = self.store.views.damaged().borrow().as_deref() {
            views.not_ready(format!("damaged, and built anew beside: {damage}"));
            return;
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
    }

    /// An open file stays readable when deleted, so only the path shows that it is gone.
    async fn look_at_files(&mut self) {
        match self.store.check_files().await {
            Ok(()) => self.files.ready(),
            Err(gone) => {
                let reason = gone.to_string();
                if !std::mem::replace(&mut self.are_gone, true) {
                    tracing::error!(reason, "a file of the store is gone");
                }
                self.files.not_ready(reason);
            }
        }
    }

    /// Reports the guard's view of the clock: to `/readyz` each time, to the operator's log on a
    /// change.
    fn look_at_clock(&mut self, head: Option<&Head>) {
        let remark = head.and_then(|head| self.guard.remark(head));
        match (self.guard.refusal(), remark) {
            (Some(refusal), _) => {
                let reason = refusal.to_string();
                if self.is_news(ClockNotice::Refusal) {
                    tracing::warn!(reason, "nothing is recorded");
                }
                self.clock.not_ready(reason);
            }
            (None, Some(remark)) => {
                if self.is_news(ClockNotice::Remark) {
                    tracing::warn!(remark, "the clock is behind the log");
                }
                self.clock.remark(remark);
            }
            (None, None) => {
                if self.is_news(ClockNotice::Nothing) {
                    tracing::info!("the clock is right again");
                }
                self.clock.ready();
            }
        }
    }

    fn is_news(&mut self, now: ClockNotice) -> bool {
        std::mem::replace(&mut self.said, now) != now
    }
}
