//! The HTTP interface over the views: `/v1/…` returns JSON; `/`, `/providers/{slug}` and
//! `/incidents/{id}` return pages that are rendered here and need no script.
//!
//! Promises:
//! - The only sources are three ports (the log, the views and the evidence) and the given clock.
//! - An event is never shown before the views have reached it, so a list and the events after its
//!   `position` join without a gap.
//! - A provider whose page cannot be read is unknown, never up, computed at the time of a request.
//! - All text from a vendor is escaped or sanitised before it enters a page.
//! - Every error is a problem document. A server error reveals no internals; its chain is logged
//!   once.
//!
//! This crate writes nothing, opens no connections, and knows no database.
//!
//! Start reading at [`router`], then `routes` (a file per route) and `provider_summary` (the state
//! of a provider).

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

/// The sources of the routes.
#[derive(Clone)]
pub struct Api {
    /// Event histories, and the polling rows with the time of each page's last read.
    pub log: Arc<dyn EventLog>,
    pub views: Arc<dyn Views>,
    /// The raw documents behind the events.
    pub evidence: Arc<dyn Evidence>,
    /// The time of requests.
    pub clock: Arc<dyn Clock>,
    /// The checks of `/readyz`.
    pub health: Health,
}

/// All routes over `api`. Tests can call the router without a socket.
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

/// Serves `router` until `stop` completes, then lets requests in progress finish.
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
