//! From an address to an open, checked and, for https, secured connection.
//!
//! The HTTP library asks this connector for every new connection, so there is no way around it:
//! literals, names, redirects and names that resolve differently each time all end here. Each
//! phase has its own deadline and its own error, which is why TLS is not left to a wrapper around
//! the connector: from outside, a slow handshake and a slow connect look the same.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower_service::Service;

use crate::address_guard::AddressGuard;
use crate::error::{FetchError, Phase, Told};
use crate::limits::Limits;
use crate::means::Means;
use crate::resolve::{Resolve, addresses};

type Tcp = TokioIo<TcpStream>;

/// Opens connections within what the address guard allows and the limits.
#[derive(Clone)]
pub(crate) struct Connector {
    pub(crate) guard: AddressGuard,
    pub(crate) limits: Arc<Limits>,
    pub(crate) resolver: Arc<dyn Resolve>,
    pub(crate) tls: Arc<ClientConfig>,
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Tcp>;
    type Error = FetchError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, FetchError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), FetchError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move {
            let host = uri.host().unwrap_or_default().to_owned();
            let standard = if uri.scheme_str() == Some("https") { 443 } else { 80 };
            let port = uri.port_u16().unwrap_or(standard);
            let addresses = connector.look_up(&host, port).await?;
            let stream = connector.dial(&host, &addresses).await?;
            connector.secure(&host, uri, stream).await
        })
    }
}

impl Connector {
    async fn look_up(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, FetchError> {
        let found = timeout(self.limits.dns, addresses(self.resolver.as_ref(), host))
            .await
            .map_err(|_| timed_out(host, Phase::Dns, self.limits.dns))?
            .map_err(|error| unresolved(host, error))?;
        self.guard.allowed(host, port, &found)
    }

    /// Tries the addresses in turn, each with an equal share of the time, and returns the last
    /// failure if none answers. An address that could not be tried might have answered, so that
    /// stands before what the others did.
    async fn dial(&self, host: &str, addresses: &[SocketAddr]) -> Result<Tcp, FetchError> {
        let tries = u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1);
        let share = self.limits.connect / tries;
        let mut failure = timed_out(host, Phase::Connect, self.limits.connect);
        let mut untried = None;
        for &address in addresses {
            failure = match timeout(share, open(address)).await {
                Ok(Ok(stream)) => return Ok(TokioIo::new(stream)),
                Ok(Err(error)) => unconnected(host, address, error),
                Err(_) => timed_out(host, Phase::Connect, self.limits.connect),
            };
            if failure.lacks().is_some() {
                untried = Some(failure.clone());
            }
            tracing::debug!(host, %address, kind = failure.kind(), "address did not answer");
        }
        Err(untried.unwrap_or(failure))
    }

    async fn secure(
        &self,
        host: &str,
        uri: Uri,
        stream: Tcp,
    ) -> Result<MaybeHttpsStream<Tcp>, FetchError> {
        let mut https = HttpsConnector::from((Dialled(Some(stream)), Arc::clone(&self.tls)));
        timeout(self.limits.tls, https.call(uri))
            .await
            .map_err(|_| timed_out(host, Phase::Tls, self.limits.tls))?
            .map_err(|error| FetchError::TlsFailed {
                host: host.to_owned(),
                source: Arc::new(Told::of(error.as_ref())),
            })
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where connections come from")]
async fn open(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Only a resolver that answers knows that there is no such name.
fn unresolved(host: &str, error: io::Error) -> FetchError {
    let host = host.to_owned();
    let means = Means::missing(&error)
        .or((error.kind() != io::ErrorKind::NotFound).then_some(Means::Resolver));
    match means {
        Some(means) => FetchError::Lacking { host, means, source: Arc::new(error) },
        None => FetchError::NameNotFound { host, source: Arc::new(error) },
    }
}

fn unconnected(host: &str, address: SocketAddr, error: io::Error) -> FetchError {
    let host = host.to_owned();
    match Means::missing_to_connect(&error, address) {
        Some(means) => FetchError::Lacking { host, means, source: Arc::new(error) },
        None => FetchError::ConnectFailed { host, address, source: Arc::new(error) },
    }
}

fn timed_out(host: &str, phase: Phase, limit: Duration) -> FetchError {
    FetchError::TimedOut { host: host.to_owned(), phase, limit }
}

/// Hands over the one connection that is already open.
struct Dialled(Option<Tcp>);

impl Service<Uri> for Dialled {
    type Response = Tcp;
    type Error = Infallible;
    type Future = Ready<Result<Tcp, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        ready(Ok(self.0.take().expect("a connection is handed over once, where it is made")))
    }
}
