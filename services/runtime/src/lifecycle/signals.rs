//! From the operating system's signals to the two stages of a stop.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Stop;
use crate::clock::{Clock, SystemClock};

/// How long roles may take to end after they were asked to. Below the thirty seconds after which
/// Kubernetes kills, so that the log still says who was slow.
pub const DRAIN_MAX: Duration = Duration::from_secs(20);

/// Listens for SIGINT and SIGTERM from now on, and returns what must be run to act on them.
///
/// The first signal stops. A second one aborts, and so does [`DRAIN_MAX`] after a stop, whoever
/// asked for it: a role that failed is not a reason to wait for the others forever.
pub fn signals(stop: Stop) -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut arrivals = Arrivals {
        interrupt: signal(SignalKind::interrupt())?,
        terminate: signal(SignalKind::terminate())?,
    };
    Ok(async move { drain(&stop, &mut arrivals, &SystemClock::new()).await })
}

struct Arrivals {
    interrupt: Signal,
    terminate: Signal,
}

/// Where the wish to stop comes from. A trait so that tests need no signals.
trait Wishes {
    /// Waits for the next wish and returns its name.
    async fn next(&mut self) -> &'static str;
}

impl Wishes for Arrivals {
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }
}

async fn drain(stop: &Stop, wishes: &mut impl Wishes, clock: &impl Clock) {
    tokio::select! {
        wish = wishes.next() => tracing::info!(signal = wish, "stopping"),
        () = stop.stopped() => {}
    }
    stop.stop();
    tokio::select! {
        wish = wishes.next() => tracing::warn!(signal = wish, "giving up on a clean stop"),
        () = clock.sleep(DRAIN_MAX) => {
            tracing::warn!(seconds = DRAIN_MAX.as_secs(), "giving up on a clean stop");
        }
    }
    stop.abort();
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::SystemTime;

    use tokio::sync::mpsc;

    use super::*;
    use crate::clock::ManualClock;

    impl Wishes for mpsc::Receiver<()> {
        async fn next(&mut self) -> &'static str {
            match self.recv().await {
                Some(()) => "wish",
                None => std::future::pending().await,
            }
        }
    }

    fn start() -> (Stop, mpsc::Sender<()>, ManualClock, tokio::task::JoinHandle<()>) {
        let (wish, mut wishes) = mpsc::channel(4);
        let (stop, clock) = (Stop::new(), ManualClock::new(SystemTime::UNIX_EPOCH));
        let (shared_stop, shared_clock) = (stop.clone(), clock.clone());
        let draining =
            tokio::spawn(async move { drain(&shared_stop, &mut wishes, &shared_clock).await });
        (stop, wish, clock, draining)
    }

    #[tokio::test]
    async fn the_first_signal_stops_and_the_second_aborts() {
        let (stop, wish, clock, draining) = start();
        wish.send(()).await.unwrap();
        stop.stopped().await;
        clock.until_sleeping(1).await;
        assert!(!draining.is_finished());
        wish.send(()).await.unwrap();
        draining.await.unwrap();
        stop.aborted().await;
    }

    #[tokio::test]
    async fn a_drain_that_takes_too_long_is_aborted() {
        let (stop, wish, clock, draining) = start();
        wish.send(()).await.unwrap();
        clock.until_sleeping(1).await;
        clock.advance(DRAIN_MAX.checked_sub(Duration::from_millis(1)).unwrap());
        tokio::task::yield_now().await;
        assert!(!draining.is_finished());
        clock.advance(Duration::from_millis(1));
        draining.await.unwrap();
        stop.aborted().await;
    }

    #[tokio::test]
    async fn a_stop_without_a_signal_is_drained_within_the_same_time() {
        let (stop, _wish, clock, draining) = start();
        stop.stop();
        clock.until_sleeping(1).await;
        clock.advance(DRAIN_MAX);
        draining.await.unwrap();
        stop.aborted().await;
    }

    #[tokio::test]
    async fn real_signals_stop_and_then_abort() {
        let stop = Stop::new();
        let listening = tokio::spawn(signals(stop.clone()).unwrap());
        let send = |name: &str| {
            let id = std::process::id().to_string();
            assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
        };
        send("-TERM");
        stop.stopped().await;
        send("-INT");
        listening.await.unwrap();
        stop.aborted().await;
    }
}
