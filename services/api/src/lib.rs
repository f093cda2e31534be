//! REST and pages over the views.
//!
//! Everything that people and programs read of Signalbook over HTTP: `/v1/…` answers in JSON,
//! `/`, `/providers/{slug}` and `/incidents/{id}` are pages rendered here that need no script.
//!
//! Promises:
//! - the only sources are three ports, the log, the views and the evidence, and the clock that is
//!   handed in;
//! - an event is never shown before the views have reached it, so a list and the events after its
//!   `position` fit together without a gap;
//! - a provider whose page cannot be read is unknown, never up, computed at the moment of asking;
//! - whatever a vendor wrote is escaped or sanitised on its way into a page;
//! - every error is a problem document, and one of ours says nothing of the inside: its chain is
//!   logged once.
//!
//! It deliberately writes nothing, opens no connection, and knows no database.
//!
//! Start reading at [`router`], then `routes` (a file per route) and `provider_summary` (what
//! is known of a provider).

mod body;
mod cause;
mod cursor;
mod etag;
mod history;
pub mod markdown;
mod middleware;
mod pages;
mod parameters;
mod problem;
mod provider_summary;
mod responses;
mod routes;
mod state;
mod verdict;

#[cfg(test)]
mod support;

use std::sync::Arc;

use axum::Router;
use signalbook_runtime::{Clock, Health};
use signalbook_store::{EventLog, Evidence, Views};
use tokio::net::TcpListener;

use crate::problem::Problem;

/// What the routes read from.
#[derive(Clone)]
pub struct Api {
    /// The log: event histories, and the polling rows that say when a page was last read.
    pub log: Arc<dyn EventLog>,
    /// The read models.
    pub views: Arc<dyn Views>,
    /// The raw documents behind the events.
    pub evidence: Arc<dyn Evidence>,
    /// The time of asking.
    pub clock: Arc<dyn Clock>,
    /// What `/readyz` reports.
    pub health: Health,
}

/// All routes over `api`. Needs no socket, so tests can call it directly.
pub fn router(api: Api) -> Router {
    let shared = Arc::new(state::AppState::new(api));
    let mut router = Router::new();
    for (path, method) in routes::table().into_iter().chain(pages::table()) {
        router = router.route(path, method);
    }
    router
        .fallback(|| async { Problem::UnknownRoute })
        .method_not_allowed_fallback(|| async { Problem::MethodNotAllowed })
        .layer(axum::middleware::from_fn(middleware::finish))
        .with_state(shared)
}

/// Serves `router` until `stop` completes, then lets the requests under way finish.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "it speaks to itself, over the loopback")]
    async fn it_serves_over_a_socket_until_it_is_told_to_stop() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(serve(listener, support::World::new().router(), async {
            let _ = stopped.await;
        }));
        let answer = tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            stream
                .write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
                .unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        });
        let answer = answer.await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        stop.send(()).unwrap();
        serving.await.unwrap().unwrap();
    }
}
