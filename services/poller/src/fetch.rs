//! Who carries a request out.

use std::pin::Pin;

use signalbook_outbound::{Client, FetchError, Request, Response};

/// A request being carried out.
pub type Fetching = Pin<Box<dyn Future<Output = Result<Response, FetchError>> + Send>>;

/// Carries requests out: the guarded client, or a test that decides what comes of them and when.
pub trait Fetch: Send + Sync {
    /// Carries out `request`.
    fn get(&self, request: Request) -> Fetching;
}

impl Fetch for Client {
    fn get(&self, request: Request) -> Fetching {
        let client = self.clone();
        Box::pin(async move { Self::get(&client, request).await })
    }
}
