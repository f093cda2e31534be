//! The client against real listeners on the loopback, which the policy opens for these tests.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod answers;
mod connecting;
mod deadlines;
mod redirects;
mod refusals;
mod server;
mod sizes;
mod tls;

use std::time::Duration;

use signalbook_outbound::{Client, FetchError, Limits, Policy, Request, Response};
use url::Url;

use server::Server;

/// Long enough for a loaded machine, short enough for a test that hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// How short a deadline is that is meant to be missed.
const HASTE: Duration = Duration::from_millis(200);

fn loopback() -> Policy {
    Policy { allow_private: vec!["127.0.0.0/8".parse().unwrap()] }
}

fn client(limits: Limits) -> Client {
    Client::new(loopback(), limits)
}

fn request(url: Url) -> Request {
    Request { url, etag: None, last_modified: None, accept: "application/json" }
}

/// Fetches the server's root with a new client.
async fn fetch(server: &Server, limits: Limits) -> Result<Response, FetchError> {
    let fetching = async { client(limits).get(request(server.url("/"))).await };
    tokio::time::timeout(PATIENCE, fetching).await.expect("every fetch ends")
}
