//! Why a fetch brought no answer.
//!
//! Errors name the host and the scheme, never the rest of an address: paths and queries of status
//! pages and webhooks carry secrets, and errors are logged.

use std::error::Error;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::limits::Limits;
use crate::means::Means;
use crate::policy::Refusal;

/// What another library said. Shared, so that a failure can be both counted and reported.
pub type Cause = Arc<dyn Error + Send + Sync>;

/// Why a fetch brought no answer, told apart by what a person would do about it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FetchError {
    /// The address is not one that can be fetched.
    #[error("fetch `{address}`, expected {expected}")]
    InvalidAddress {
        /// The address, without its secrets.
        address: String,
        /// What an address has to be.
        expected: &'static str,
    },
    /// The policy forbids every address that the host has.
    #[error("connect to `{host}`, its address `{address}` is {refusal}")]
    RefusedAddress {
        host: String,
        /// The first address that was refused.
        address: IpAddr,
        refusal: Refusal,
    },
    /// The host's name leads to no address.
    #[error("look up `{host}`, expected its name to lead to an address")]
    NameNotFound {
        host: String,
        /// What the resolver said.
        source: Cause,
    },
    /// Something of our own was missing, which says nothing about the host.
    #[error("fetch from `{host}`, expected {means}")]
    Lacking {
        host: String,
        means: Means,
        /// What the operating system said.
        source: Cause,
    },
    /// Nobody accepted the connection.
    #[error("connect to `{host}` at `{address}`, expected a web server to listen there")]
    ConnectFailed {
        host: String,
        /// The address that was tried last.
        address: SocketAddr,
        /// What the operating system said.
        source: Cause,
    },
    /// The server did not prove that it is the host, or speaks no TLS.
    #[error("secure the connection to `{host}`, expected TLS with a valid certificate for it")]
    TlsFailed {
        host: String,
        /// What the TLS library said.
        source: Cause,
    },
    /// It took too long.
    #[error("fetch from `{host}`, expected {phase} within {limit:?}")]
    TimedOut {
        host: String,
        /// What took too long.
        phase: Phase,
        /// How long it might have taken.
        limit: Duration,
    },
    /// The answer is too large.
    #[error("read the answer of `{host}`, expected {part} of at most {limit}")]
    TooLarge {
        host: String,
        /// What was too large.
        part: Part,
        /// How large it might have been, in the unit of the part.
        limit: usize,
    },
    /// The redirects do not come to an end.
    #[error("follow the redirects of `{host}`, expected at most {limit}")]
    TooManyRedirects {
        /// The host that was asked first.
        host: String,
        /// How many are followed.
        limit: usize,
    },
    /// A redirect leads where nobody should follow.
    #[error("follow the redirect of `{host}` to `{target}`, expected {expected}")]
    BadRedirect {
        /// The host that redirects.
        host: String,
        /// Where to, without its secrets.
        target: String,
        /// What a redirect has to lead to.
        expected: &'static str,
    },
    /// The connection ended before the answer did.
    #[error("read the answer of `{host}`, expected its connection to last until the end")]
    ConnectionLost { host: String, source: Cause },
    /// The answer is not HTTP, or not encoded as it says.
    #[error("read the answer of `{host}`, expected {expected}")]
    MalformedResponse {
        host: String,
        /// What an answer has to be.
        expected: &'static str,
        /// What was found instead.
        source: Cause,
    },
}

/// A part of a fetch that has a deadline of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, derive_more::Display)]
pub enum Phase {
    /// Looking up the name.
    #[display("an address for its name")]
    Dns,
    #[display("a connection")]
    Connect,
    #[display("a TLS handshake")]
    Tls,
    /// Waiting for the head of the answer.
    #[display("the head of an answer")]
    FirstByte,
    /// Waiting for more of a large body while others wait to become as large.
    #[display("another 16 KiB of a body that keeps others waiting")]
    Growth,
    /// Everything together, to the end of the body.
    #[display("a whole answer")]
    Total,
}

/// A part of an answer that has a bound of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, derive_more::Display)]
pub enum Part {
    /// The status line and header fields; the limit is in bytes.
    #[display("a head in bytes")]
    Head,
    /// The body as sent; the limit is in bytes.
    #[display("a body in bytes as sent")]
    WireBody,
    /// The body after decompression; the limit is in bytes.
    #[display("a body in bytes after decompression")]
    Body,
    /// What decompression made of the body; the limit is a factor.
    #[display("a growth by decompression")]
    Ratio,
}

impl FetchError {
    /// Returns a word for the kind of failure. These words are stored and counted: they stay.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::InvalidAddress { .. } => "invalid_address",
            Self::RefusedAddress { .. } => "refused_address",
            Self::NameNotFound { .. } => "name_not_found",
            Self::Lacking { .. } => "lacking",
            Self::ConnectFailed { .. } => "connect_failed",
            Self::TlsFailed { .. } => "tls_failed",
            Self::TimedOut { .. } => "timed_out",
            Self::TooLarge { .. } => "too_large",
            Self::TooManyRedirects { .. } => "too_many_redirects",
            Self::BadRedirect { .. } => "bad_redirect",
            Self::ConnectionLost { .. } => "connection_lost",
            Self::MalformedResponse { .. } => "malformed_response",
        }
    }

    /// Returns what was missing on our own side, if that is why there is no answer.
    pub fn lacks(&self) -> Option<Means> {
        match self {
            Self::Lacking { means, .. } => Some(*means),
            Self::TimedOut { phase: Phase::Dns, .. } => Some(Means::Resolver),
            Self::InvalidAddress { .. }
            | Self::RefusedAddress { .. }
            | Self::NameNotFound { .. }
            | Self::ConnectFailed { .. }
            | Self::TlsFailed { .. }
            | Self::TimedOut { .. }
            | Self::TooLarge { .. }
            | Self::TooManyRedirects { .. }
            | Self::BadRedirect { .. }
            | Self::ConnectionLost { .. }
            | Self::MalformedResponse { .. } => None,
        }
    }

    /// Tells apart what can go wrong while an answer is read.
    pub(crate) fn reading(host: &str, error: &hyper::Error) -> Self {
        let host = host.to_owned();
        let source: Cause = Arc::new(Told::of(error));
        if let Some(means) = Means::missing(error) {
            Self::Lacking { host, means, source }
        } else if error.is_parse_too_large() {
            Self::TooLarge { host, part: Part::Head, limit: Limits::HEAD_BYTES_MAX }
        } else if error.is_parse() || is_misshapen(error) {
            Self::MalformedResponse { host, expected: "HTTP/1.1", source }
        } else {
            Self::ConnectionLost { host, source }
        }
    }
}

/// Says whether the body's framing is wrong, which the HTTP library reports as bad input.
fn is_misshapen(error: &hyper::Error) -> bool {
    let kind = error.source().and_then(|e| e.downcast_ref::<io::Error>()).map(io::Error::kind);
    matches!(kind, Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData))
}

/// What a library's error said, for errors that are only lent to us: its own text and those of its
/// sources.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Told(String);

impl Told {
    /// How much of a text is kept. A certificate can hold thousands of names, and each error that
    /// speaks of it ends up in a log.
    const CHARS_MAX: usize = 500;

    pub(crate) fn of(error: &dyn Error) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(inner) = source {
            text = format!("{text}: {inner}");
            source = inner.source();
        }
        Self::new(&text)
    }

    pub(crate) fn new(text: &str) -> Self {
        let mut shown = text.chars().filter(|c| !c.is_control());
        let mut kept: String = shown.by_ref().take(Self::CHARS_MAX).collect();
        if shown.next().is_some() {
            kept.push('…');
        }
        Self(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_library_said_is_kept_without_control_characters() {
        assert_eq!(Told::new("no route\r\n to host").to_string(), "no route to host");
        assert_eq!(Told::new("\u{1b}[31mred\u{7}").to_string(), "[31mred");
        assert_eq!(Told::new("").to_string(), "");
    }

    #[test]
    fn a_long_text_is_cut_and_shows_it() {
        let fits = "é".repeat(Told::CHARS_MAX);
        assert_eq!(Told::new(&fits).to_string(), fits);
        assert_eq!(Told::new(&format!("{fits}\n")).to_string(), fits, "nothing of it is missing");
        assert_eq!(Told::new(&format!("\n{fits}e")).to_string(), format!("{fits}…"));
    }

    #[test]
    fn a_body_that_dawdles_is_told_by_how_much_it_had_to_grow() {
        let expected = format!("another {} KiB of a body", Limits::GROWTH_BYTES / 1024);
        assert!(Phase::Growth.to_string().starts_with(&expected));
    }

    #[test]
    fn what_the_sources_of_an_error_said_is_told_in_turn() {
        let inner = Arc::new(Told::new("no route to host"));
        let error = FetchError::ConnectionLost { host: "example.com".to_owned(), source: inner };
        assert_eq!(
            Told::of(&error).to_string(),
            "read the answer of `example.com`, expected its connection to last until the end: \
             no route to host"
        );
    }
}
