//! Maps signals of the operating system to the two stages of a stop.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use super::Stop;
use crate::clock::{Clock, SystemClock};

/// How long roles may take to end after a stop. Less than the 30 seconds after which Kubernetes
/// kills the process, so that the log can still name the slow roles.
pub const DRAIN_MAX: Duration = Duration::from_secs(20);

/// Listens for SIGINT and SIGTERM from now on, and returns the future that acts on them.
///
/// The first signal stops. A second one aborts. So does [`DRAIN_MAX`] after any stop, even one
/// without a signal, so that a failed role does not make the process wait for the others forever.
pub fn signals(stop: Stop) -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let next_wish = async move || {
        tokio::select! {
            _ = interrupt.recv() => "SIGINT",
            _ = terminate.recv() => "SIGTERM",
        }
    };
    Ok(async move { drain(&stop, next_wish, &SystemClock::new()).await })
}

/// Stops on the first wish, then aborts. `next_wish` waits for a wish to stop and returns its name.
async fn drain(stop: &Stop, mut next_wish: impl AsyncFnMut() -> &'static str, clock: &impl Clock) {
    tokio::select! {
        wish = next_wish() => tracing::info!(signal = wish, "stopping"),
        () = stop.stopped() => {}
    }
    stop.stop();
    tokio::select! {
        wish = next_wish() => tracing::warn!(signal = wish, "giving up on a clean stop"),
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

    fn start() -> (Stop, mpsc::Sender<()>, ManualClock, tokio::task::JoinHandle<()>) {
        let (wish, mut wishes) = mpsc::channel(4);
        let (stop, clock) = (Stop::new(), ManualClock::new(SystemTime::UNIX_EPOCH));
        let (shared_stop, shared_clock) = (stop.clone(), clock.clone());
        let next_wish = async move || match wishes.recv().await {
            Some(()) => "wish",
            None => std::future::pending().await,
        };
        let draining =
            tokio::spawn(async move { drain(&shared_stop, next_wish, &shared_clock).await });
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
