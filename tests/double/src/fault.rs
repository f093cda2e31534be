//! The ways in which a page fails to tell its reader the truth.

use jiff::Timestamp;
use serde_json::Value;

use crate::Reply;

/// A fault, as long as it is switched on.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Answers with a status code.
    Status {
        /// The code.
        code: u16,
        /// The seconds named in `Retry-After`.
        retry_after_seconds: Option<u64>,
        /// The body, which is HTML.
        html: String,
    },
    /// Answers a document with a page for people and 200.
    Html,
    /// Answers with the first half of the document.
    Truncated,
    /// Answers with JSON of another shape.
    OtherShape(Value),
    /// Answers 200 with nothing.
    Empty,
    /// Sends the reader elsewhere with 301.
    Redirect {
        /// The whole address.
        to: String,
    },
    /// Answers as of an earlier time, as a cache does.
    Stale {
        /// The time of the copy.
        as_of: Timestamp,
    },
    /// Takes the request and says nothing until the fault is lifted, then answers as it is then.
    Hang,
    /// Takes the request and closes the connection.
    Closed,
    /// Answers with any bytes at all.
    Reply(Reply),
}

impl Fault {
    /// 503, as of a page whose host is down.
    pub fn unavailable() -> Self {
        Self::status(503, "<h1>Back in a moment</h1>")
    }

    /// 403 with HTML, as of a wall against robots.
    pub fn blocked() -> Self {
        Self::status(403, "<h1>Please show that you are human</h1>")
    }

    /// 429 with `Retry-After`.
    pub fn rate_limited(retry_after_seconds: u64) -> Self {
        Self::Status {
            code: 429,
            retry_after_seconds: Some(retry_after_seconds),
            html: "<h1>Slow down</h1>".to_owned(),
        }
    }

    /// A status code with a few words of HTML.
    pub fn status(code: u16, html: &str) -> Self {
        Self::Status { code, retry_after_seconds: None, html: html.to_owned() }
    }

    /// JSON that some other platform might have written.
    pub fn other_shape() -> Self {
        Self::OtherShape(serde_json::json!({"services": [{"label": "web", "state": "up"}]}))
    }
}
