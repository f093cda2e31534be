//! What is asked, and what came back.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use url::Url;

use crate::client::USER_AGENT;

#[derive(Debug, Clone)]
pub struct Request {
    pub url: Url,
    /// The `ETag` of the copy that the caller has.
    pub etag: Option<String>,
    /// The `Last-Modified` of the copy that the caller has.
    pub last_modified: Option<String>,
    /// The media types that the caller can read, as an `Accept` header.
    pub accept: &'static str,
}

/// An answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status. A redirect is never seen here, since it was followed or refused.
    pub status: u16,
    /// The address that answered, after redirects.
    pub final_url: Url,
    /// The media type, as the server wrote it.
    pub content_type: Option<String>,
    /// The validator to send next time as [`Request::etag`].
    pub etag: Option<String>,
    /// The validator to send next time as [`Request::last_modified`].
    pub last_modified: Option<String>,
    /// When the server wants to be asked again.
    pub retry_after: Option<RetryAfter>,
    /// The body, decompressed. Empty for 304; cut short, if need be, for all but 2xx.
    pub body: Bytes,
}

/// When a server wants to be asked again, in the form it chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// So long after the answer.
    Delay(Duration),
    /// At a moment, by the server's clock.
    Date(SystemTime),
}

impl RetryAfter {
    /// Returns how long to wait from `now`. A date that has passed is no wait at all.
    pub fn wait(self, now: SystemTime) -> Duration {
        match self {
            Self::Delay(delay) => delay,
            Self::Date(date) => date.duration_since(now).unwrap_or_default(),
        }
    }

    /// Reads seconds, or a date in any of the three forms that HTTP has had.
    fn parse(text: &str) -> Option<Self> {
        let date = || httpdate::parse_http_date(text).ok().map(Self::Date);
        seconds(text).map(Self::Delay).or_else(date)
    }
}

impl Request {
    /// Returns the header fields to send.
    ///
    /// The validators go to every hop of a redirect: they came from its end, and no other hop
    /// knows them.
    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
        headers.insert(header::ACCEPT, HeaderValue::from_static(self.accept));
        // The one encoding whose worst ratio is bounded, see `body.rs`.
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        for (name, validator) in
            [(header::IF_NONE_MATCH, &self.etag), (header::IF_MODIFIED_SINCE, &self.last_modified)]
        {
            // A validator that cannot be sent costs one full answer, and nothing else.
            if let Some(value) = validator.as_ref().and_then(|text| text.parse().ok()) {
                headers.insert(name, value);
            }
        }
        headers
    }
}

impl Response {
    /// Creates the answer that this head announces, still without its body.
    pub(crate) fn from_head(head: &http::response::Parts, final_url: Url) -> Self {
        let text = |name| {
            let value: &HeaderValue = head.headers.get(name)?;
            value.to_str().ok().map(str::trim).filter(|text| !text.is_empty())
        };
        Self {
            status: head.status.as_u16(),
            final_url,
            content_type: text(header::CONTENT_TYPE).map(str::to_owned),
            etag: text(header::ETAG).map(str::to_owned),
            last_modified: text(header::LAST_MODIFIED).map(str::to_owned),
            retry_after: text(header::RETRY_AFTER).and_then(RetryAfter::parse),
            body: Bytes::new(),
        }
    }
}

fn seconds(text: &str) -> Option<Duration> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // More seconds than can be counted are as good as the most that can be.
    digits.then(|| Duration::from_secs(text.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retry_after_is_read_as_seconds_and_in_all_forms_of_a_date() {
        let date = SystemTime::UNIX_EPOCH + Duration::from_mins(24_090_208);
        let last = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
        for (text, expected) in [
            ("120", Some(RetryAfter::Delay(Duration::from_mins(2)))),
            ("0", Some(RetryAfter::Delay(Duration::ZERO))),
            ("99999999999999999999", Some(RetryAfter::Delay(Duration::from_secs(u64::MAX)))),
            ("Wed, 21 Oct 2015 07:28:00 GMT", Some(RetryAfter::Date(date))),
            ("Wednesday, 21-Oct-15 07:28:00 GMT", Some(RetryAfter::Date(date))),
            ("Wed Oct 21 07:28:00 2015", Some(RetryAfter::Date(date))),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(RetryAfter::Date(last))),
            ("Fri Dec 31 23:59:59 9999", Some(RetryAfter::Date(last))),
            ("Wed, 21 Oct 2015", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
        ] {
            assert_eq!(RetryAfter::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn the_wait_until_a_date_depends_on_now_and_is_never_negative() {
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(100);
        let later = SystemTime::UNIX_EPOCH + Duration::from_secs(101);
        assert_eq!(RetryAfter::Date(date).wait(SystemTime::UNIX_EPOCH).as_secs(), 100);
        assert_eq!(RetryAfter::Date(date).wait(later), Duration::ZERO);
        assert_eq!(RetryAfter::Delay(Duration::from_secs(7)).wait(later).as_secs(), 7);
    }

    #[test]
    fn a_validator_that_cannot_be_sent_is_left_out() {
        let request = Request {
            url: Url::parse("https://example.com/").unwrap(),
            etag: Some("\"a\"\r\nX-Injected: 1".to_owned()),
            last_modified: Some("Wed, 21 Oct 2015 07:28:00 GMT".to_owned()),
            accept: "application/json",
        };
        let headers = request.headers();
        assert!(!headers.contains_key(header::IF_NONE_MATCH));
        assert_eq!(headers[header::IF_MODIFIED_SINCE], "Wed, 21 Oct 2015 07:28:00 GMT");
        assert_eq!(headers[header::USER_AGENT], USER_AGENT);
    }
}
