//! What one fetch may cost. The defaults suit the polling of status pages.

use std::time::Duration;

/// The bounds of every fetch that a client makes, beside those that are the same for all clients.
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
    /// How long an idle connection is kept.
    pub idle: Duration,
}

impl Limits {
    /// How large the head of an answer may be.
    pub const HEAD_BYTES_MAX: usize = 32 * 1024;
    /// How many header fields an answer may have.
    pub const HEADER_FIELDS_MAX: usize = 100;
    /// By how much a large body has to grow while others wait. A body of 64 KiB that is received
    /// within [`Limits::total`] has about this rate.
    pub const GROWTH_BYTES: usize = 16 * 1024;
    /// How many idle connections are kept for each host.
    pub const IDLE_CONNECTIONS_MAX: usize = 2;
    /// Default of [`Limits::total`]. Little enough that whatever a server does is over within 15
    /// seconds, even on a machine that is busy.
    pub const TOTAL: Duration = Duration::from_secs(12);
    /// Default of [`Limits::growth`]: longer than a lost packet holds up a body.
    pub const GROWTH: Duration = Duration::from_secs(2);
    /// Default of [`Limits::idle`]: longer than the usual interval of polls.
    pub const IDLE: Duration = Duration::from_secs(90);
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            dns: Duration::from_secs(5),
            connect: Duration::from_secs(5),
            tls: Duration::from_secs(5),
            first_byte: Duration::from_secs(10),
            total: Self::TOTAL,
            redirects_max: 3,
            body_wire_bytes_max: 4 * 1024 * 1024,
            body_bytes_max: 4 * 1024 * 1024,
            error_body_bytes_max: 16 * 1024,
            ratio_max: 200,
            ratio_from_bytes: 1024 * 1024,
            growth: Self::GROWTH,
            idle: Self::IDLE,
        }
    }
}
