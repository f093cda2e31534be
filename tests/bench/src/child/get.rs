//! The bare side of a poll: one document over one connection, with the HTTP library that the
//! guarded client is made of and nothing else.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this is what the guarded client is compared with"
)]

use bytes::Bytes;
use http::Uri;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::tell;

/// Gets that open the connection and warm up what is to be measured.
const WARM_UP: u32 = 200;

pub(super) async fn get(url: &str, times: u32) -> anyhow::Result<()> {
    let uri: Uri = url.parse()?;
    let client: Client<_, Empty<Bytes>> =
        Client::builder(TokioExecutor::new()).build(HttpConnector::new());
    for _ in 0..WARM_UP {
        once(&client, &uri).await?;
    }
    tell()?;
    for _ in 0..times {
        once(&client, &uri).await?;
    }
    tell()
}

async fn once(client: &Client<HttpConnector, Empty<Bytes>>, uri: &Uri) -> anyhow::Result<()> {
    let answer = client.get(uri.clone()).await?;
    anyhow::ensure!(answer.status() == 200, "the double answered {}", answer.status());
    answer.into_body().collect().await?.to_bytes();
    Ok(())
}
