//! Answers of any bytes, which no page of the platform would give.
//!
//! Only a reply that trickles takes time by itself; everything else is sent at once.

use std::{convert::Infallible, io::Write as _, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use flate2::{Compression, write::GzEncoder};
use futures_util::stream;
use tokio::time::{MissedTickBehavior, interval};

/// An answer, byte by byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    code: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    pace: Pace,
}

/// How the body is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Pace {
    AtOnce,
    OverAndOver,
    ByteEvery(Duration),
}

impl Reply {
    /// A status code with these bytes and no header but the length.
    pub fn new(code: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { code, headers: Vec::new(), body: body.into(), pace: Pace::AtOnce }
    }

    /// 200 with bytes that are said to be JSON.
    pub fn json(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, body).header("content-type", "application/json; charset=utf-8")
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With the body compressed, as the header says.
    #[must_use]
    pub fn gzip(mut self) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        let compressed = encoder.write_all(&self.body).and_then(|()| encoder.finish());
        self.body = compressed.unwrap_or_default();
        self.header(header::CONTENT_ENCODING.as_str(), "gzip")
    }

    /// With the body over and over, without an end.
    #[must_use]
    pub fn endless(mut self) -> Self {
        self.pace = Pace::OverAndOver;
        self
    }

    /// With a pause after each byte of the body.
    #[must_use]
    pub fn trickling(mut self, every: Duration) -> Self {
        self.pace = Pace::ByteEvery(every);
        self
    }

    /// How many bytes of a body are sent, once or over and over.
    pub fn size(&self) -> usize {
        self.body.len()
    }

    /// The answer as it is sent.
    pub(crate) fn response(self) -> Response {
        let body = match self.pace {
            Pace::AtOnce => Body::from(self.body),
            Pace::OverAndOver => {
                let chunk = Bytes::from(self.body);
                Body::from_stream(stream::repeat_with(move || Ok::<_, Infallible>(chunk.clone())))
            }
            Pace::ByteEvery(every) => trickle(self.body.into(), every),
        };
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.code).unwrap_or_default();
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) =
                (name.parse::<HeaderName>(), HeaderValue::from_str(&value))
            {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

fn trickle(bytes: Bytes, every: Duration) -> Body {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    Body::from_stream(stream::unfold((bytes, ticks), |(mut bytes, mut ticks)| async move {
        if bytes.is_empty() {
            return None;
        }
        ticks.tick().await;
        let first = bytes.split_to(1);
        Some((Ok::<_, Infallible>(first), (bytes, ticks)))
    }))
}
