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
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Vec<u8>,
    pace: PollPolicy,
}

/// How the body is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PollPolicy {
    AtOnce,
    OverAndOver,
    ByteEvery(Duration),
}

impl Reply {
    /// A status code with these bytes and no header but the length.
    ///
    /// # Panics
    ///
    /// If HTTP has no such status: another one would show something else than the test believes.
    #[track_caller]
    pub fn new(code: u16, body: impl Into<Vec<u8>>) -> Self {
        let status = StatusCode::from_u16(code).expect("a reply has a status of three digits");
        Self { status, headers: Vec::new(), body: body.into(), pace: PollPolicy::AtOnce }
    }

    /// 200 with bytes that are said to be JSON.
    pub fn json(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, body).header("content-type", "application/json; charset=utf-8")
    }

    /// With one more header.
    ///
    /// # Panics
    ///
    /// If HTTP has no such header: without it the answer would show something else than the test
    /// believes.
    #[must_use]
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = name.parse().expect("the name of a header is a token");
        let value = HeaderValue::from_str(value).expect("the value of a header is visible ASCII");
        self.headers.push((name, value));
        self
    }

    /// With the body compressed, as the header says.
    #[must_use]
    pub fn gzip(mut self) -> Self {
        self.body = compressed(&self.body);
        self.header(header::CONTENT_ENCODING.as_str(), "gzip")
    }

    /// With the body over and over, without an end.
    #[must_use]
    pub fn endless(mut self) -> Self {
        self.pace = PollPolicy::OverAndOver;
        self
    }

    /// With a pause after each byte of the body.
    #[must_use]
    pub fn trickling(mut self, every: Duration) -> Self {
        self.pace = PollPolicy::ByteEvery(every);
        self
    }

    /// How many bytes of a body are sent, once or over and over.
    pub fn size(&self) -> usize {
        self.body.len()
    }

    /// The answer as it is sent.
    pub(crate) fn response(self) -> Response {
        let body = match self.pace {
            PollPolicy::AtOnce => Body::from(self.body),
            PollPolicy::OverAndOver => {
                let chunk = Bytes::from(self.body);
                Body::from_stream(stream::repeat_with(move || Ok::<_, Infallible>(chunk.clone())))
            }
            PollPolicy::ByteEvery(every) => trickle(self.body.into(), every),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response
    }
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.expect("writing into memory does not fail")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_sent_as_it_was_made() {
        let reply = Reply::json("{}").header("X-Mood", "calm").header("x-mood", "still");
        let response = reply.response();
        assert_eq!(response.status(), 200);
        let moods: Vec<_> = response.headers().get_all("x-mood").iter().collect();
        assert_eq!(moods, ["calm", "still"]);
    }

    #[test]
    #[should_panic(expected = "a status of three digits")]
    fn a_status_that_http_has_not_fails_where_it_is_named() {
        let _ = Reply::new(1_000, "");
    }

    #[test]
    #[should_panic(expected = "the name of a header is a token")]
    fn a_header_without_a_proper_name_fails_where_it_is_named() {
        let _ = Reply::json("{}").header("x mood", "calm");
    }

    #[test]
    #[should_panic(expected = "the value of a header is visible ASCII")]
    fn a_header_that_cannot_be_sent_fails_where_it_is_named() {
        let _ = Reply::json("{}").header("x-mood", "calm\r\nx-other: y");
    }
}
