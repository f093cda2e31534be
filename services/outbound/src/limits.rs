//! What one fetch may cost. The defaults suit the polling of status pages.

use std::time::Duration;

/// The bounds of every fetch that a client makes.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long looking up a name may take.
    pub dns: Duration,
    /// How long connecting may take, over all addresses that are tried.
    pub connect: Duration,
    /// How long the TLS handshake may take.
    pub tls: Duration,
    /// How long the head of the answer may take once there is a connection.
    pub first_byte: Duration,
    /// How long everything may take together: all redirects, and the body to its end.
    pub total: Duration,
    /// How many redirects are followed.
    pub redirects_max: usize,
    /// How large the head of an answer may be. Less than [`Limits::HEAD_BYTES_MIN`] counts as that.
    pub head_bytes_max: usize,
    /// How many header fields an answer may have.
    pub header_fields_max: usize,
    /// How large a body may be as it is sent.
    pub body_wire_bytes_max: usize,
    /// How large a body may be after decompression.
    pub body_bytes_max: usize,
    /// How much is kept of the body of an answer other than 2xx. The rest is dropped, which is no
    /// failure: such a body is for people, and its status has said everything.
    pub error_body_bytes_max: usize,
    /// How many times larger a body may become by decompression, once it is larger than
    /// [`Limits::ratio_from_bytes`].
    pub ratio_max: usize,
    /// The size below which any ratio is fine: short repetitive documents compress well.
    pub ratio_from_bytes: usize,
    /// How long a large body may take to grow by [`Limits::GROWTH_BYTES`] while others wait to
    /// become as large.
    pub growth: Duration,
    /// How many idle connections are kept for each host.
    pub idle_connections_max: usize,
    /// How long an idle connection is kept.
    pub idle: Duration,
}

impl Limits {
    /// Default of [`Limits::dns`].
    pub const DNS: Duration = Duration::from_secs(5);
    /// Default of [`Limits::connect`].
    pub const CONNECT: Duration = Duration::from_secs(5);
    /// Default of [`Limits::tls`].
    pub const TLS: Duration = Duration::from_secs(5);
    /// Default of [`Limits::first_byte`].
    pub const FIRST_BYTE: Duration = Duration::from_secs(10);
    /// Default of [`Limits::total`]. Little enough that whatever a server does is over within 15
    /// seconds, even on a machine that is busy.
    pub const TOTAL: Duration = Duration::from_secs(12);
    /// Default of [`Limits::redirects_max`].
    pub const REDIRECTS_MAX: usize = 3;
    /// Default of [`Limits::head_bytes_max`].
    pub const HEAD_BYTES_MAX: usize = 32 * 1024;
    /// The least that a connection needs as its buffer.
    pub const HEAD_BYTES_MIN: usize = 8 * 1024;
    /// Default of [`Limits::header_fields_max`].
    pub const HEADER_FIELDS_MAX: usize = 100;
    /// Default of [`Limits::body_wire_bytes_max`] and [`Limits::body_bytes_max`].
    pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
    /// Default of [`Limits::error_body_bytes_max`].
    pub const ERROR_BODY_BYTES_MAX: usize = 16 * 1024;
    /// Default of [`Limits::ratio_max`].
    pub const RATIO_MAX: usize = 200;
    /// Default of [`Limits::ratio_from_bytes`].
    pub const RATIO_FROM_BYTES: usize = 1024 * 1024;
    /// Default of [`Limits::growth`]: longer than a lost packet holds up a body.
    pub const GROWTH: Duration = Duration::from_secs(2);
    /// By how much a large body has to grow while others wait. A body of 64 KiB that is received
    /// within [`Limits::total`] has about this rate.
    pub const GROWTH_BYTES: usize = 16 * 1024;
    /// Default of [`Limits::idle_connections_max`].
    pub const IDLE_CONNECTIONS_MAX: usize = 2;
    /// Default of [`Limits::idle`]: longer than the usual interval of polls.
    pub const IDLE: Duration = Duration::from_secs(90);
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            dns: Self::DNS,
            connect: Self::CONNECT,
            tls: Self::TLS,
            first_byte: Self::FIRST_BYTE,
            total: Self::TOTAL,
            redirects_max: Self::REDIRECTS_MAX,
            head_bytes_max: Self::HEAD_BYTES_MAX,
            header_fields_max: Self::HEADER_FIELDS_MAX,
            body_wire_bytes_max: Self::BODY_BYTES_MAX,
            body_bytes_max: Self::BODY_BYTES_MAX,
            error_body_bytes_max: Self::ERROR_BODY_BYTES_MAX,
            ratio_max: Self::RATIO_MAX,
            ratio_from_bytes: Self::RATIO_FROM_BYTES,
            growth: Self::GROWTH,
            idle_connections_max: Self::IDLE_CONNECTIONS_MAX,
            idle: Self::IDLE,
        }
    }
}
