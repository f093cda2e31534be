//! The client: one fetch from its address to its whole body.

use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use http::Uri;
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper_rustls::ConfigBuilderExt;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::{HttpInfo, capture_connection};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use tokio::time::timeout;
use url::{Position, Url};

use crate::address_guard::AddressGuard;
use crate::body;
use crate::body_budget::BodyBudget;
use crate::connector::Connector;
use crate::error::{FetchError, Phase, Told};
use crate::limits::Limits;
use crate::message::{Request, Response};
use crate::policy::Policy;
use crate::redirect;
use crate::resolve::{Resolve, SystemResolver};

/// How the client introduces itself.
pub const USER_AGENT: &str = concat!("signalbook/", env!("CARGO_PKG_VERSION"));

type Http = legacy::Client<Connector, Empty<Bytes>>;

/// An HTTP client within a policy and limits. Clones share its connections.
#[derive(Clone)]
pub struct Client {
    http: Http,
    connector: Connector,
    budget: Arc<BodyBudget>,
}

impl Client {
    /// Creates a client that trusts the certificate authorities which Mozilla trusts.
    pub fn new(policy: Policy, limits: Limits) -> Self {
        Self::build(policy, limits, Arc::new(SystemResolver), public_trust())
    }

    /// Creates a client that looks names up with `resolver`, and trusts whom `tls` says. The policy
    /// judges what it is told like any other address.
    pub fn build(
        policy: Policy,
        limits: Limits,
        resolver: Arc<dyn Resolve>,
        mut tls: ClientConfig,
    ) -> Self {
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let budget = Arc::new(BodyBudget::new(limits.growth));
        let connector = Connector {
            guard: AddressGuard::new(policy),
            limits: Arc::new(limits),
            resolver,
            tls: Arc::new(tls),
        };
        let http = build_http(connector.clone(), Limits::IDLE_CONNECTIONS_MAX);
        Self { http, connector, budget }
    }

    /// Fetches `request`, following redirects.
    ///
    /// Every status is an answer; an error means that there is none.
    pub async fn get(&self, request: Request) -> Result<Response, FetchError> {
        let limit = self.connector.limits.total;
        let host = redirect::host(&request.url);
        timeout(limit, self.follow(request)).await.unwrap_or(Err(FetchError::TimedOut {
            host,
            phase: Phase::Total,
            limit,
        }))
    }

    async fn follow(&self, request: Request) -> Result<Response, FetchError> {
        redirect::check(&request.url)?;
        let mut url = request.url.clone();
        url.set_fragment(None);
        let (mut connector, mut http) = (self.connector.clone(), self.http.clone());
        for _ in 0..=self.connector.limits.redirects_max {
            let asked = self.ask(&http, &url, &request).await;
            let (head, incoming) =
                asked.map_err(|e| self.connector.guard.blame_redirect(e))?.into_parts();
            match redirect::target(&url, head.status, &head.headers)? {
                Some(next) => url = next,
                None => return self.receive(url, &head, incoming).await,
            }
            let page = head.extensions.get::<HttpInfo>().map(|info| info.remote_addr().ip());
            if let Some(narrower) = connector.guard.for_redirect_from(page) {
                connector.guard = narrower;
                // A kept connection may lead where this redirect may not. What that costs, a
                // connection for each redirect, is paid only where networks are opened.
                http = build_http(connector.clone(), 0);
            }
        }
        let limit = self.connector.limits.redirects_max;
        Err(FetchError::TooManyRedirects { host: redirect::host(&request.url), limit })
    }

    /// Sends one request and waits for the head of its answer.
    async fn ask(
        &self,
        http: &Http,
        url: &Url,
        request: &Request,
    ) -> Result<http::Response<Incoming>, FetchError> {
        let host = redirect::host(url);
        let uri = Uri::try_from(&url[..Position::AfterQuery]).map_err(|_| {
            let expected = "an address without characters that need escaping";
            FetchError::InvalidAddress { address: host.clone(), expected }
        })?;
        let mut message = http::Request::new(Empty::new());
        *message.uri_mut() = uri;
        *message.headers_mut() = request.headers();

        // The connector watches over its own phases, so the clock of the answer starts when there
        // is a connection, new or kept.
        let mut connection = capture_connection(&mut message);
        let mut answer = pin!(http.request(message));
        let connected = async { drop(connection.wait_for_connection_metadata().await) };
        let answered = tokio::select! {
            biased;
            answered = &mut answer => answered,
            () = connected => {
                let limit = self.connector.limits.first_byte;
                timeout(limit, answer).await.map_err(|_| FetchError::TimedOut {
                    host: host.clone(),
                    phase: Phase::FirstByte,
                    limit,
                })?
            }
        };
        answered.map_err(|error| failure(&host, &error))
    }

    async fn receive(
        &self,
        url: Url,
        head: &http::response::Parts,
        incoming: Incoming,
    ) -> Result<Response, FetchError> {
        let host = redirect::host(&url);
        let limits = &self.connector.limits;
        let body = if head.status.is_success() {
            body::read(&host, &head.headers, incoming, limits, self.budget.permit()).await?
        } else {
            body::read_beginning(&host, &head.headers, incoming, limits).await
        };
        Ok(Response { body, ..Response::from_head(head, url) })
    }
}

fn failure(host: &str, error: &legacy::Error) -> FetchError {
    let source = std::error::Error::source(error);
    if let Some(ours) = source.and_then(|source| source.downcast_ref::<FetchError>()) {
        return ours.clone();
    }
    match source.and_then(|source| source.downcast_ref::<hyper::Error>()) {
        Some(error) => FetchError::reading(host, error),
        None => {
            FetchError::ConnectionLost { host: host.to_owned(), source: Arc::new(Told::of(error)) }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one client")]
fn build_http(connector: Connector, idle_connections_max: usize) -> Http {
    legacy::Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(connector.limits.idle)
        .pool_max_idle_per_host(idle_connections_max)
        .http1_max_buf_size(Limits::HEAD_BYTES_MAX)
        .http1_max_headers(Limits::HEADER_FIELDS_MAX)
        .build(connector)
}

/// Trusts the certificate authorities which Mozilla trusts.
///
/// # Panics
///
/// Never: the provider supports the versions that are safe.
pub fn public_trust() -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider supports the versions that are safe")
        .with_webpki_roots()
        .with_no_client_auth()
}
