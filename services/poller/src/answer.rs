//! What an HTTP answer means for a poll.

use std::time::SystemTime;

use signalbook_domain::observation::{
    ContentHash, Failed, Fetched, RETRY_AFTER_MAX, Validators, Wanted,
};
use signalbook_domain::{Failure, Role, Timestamp};
use signalbook_outbound::{FetchError, Response};
use signalbook_runtime::chain;

/// The document in a good answer, or why it is none.
pub fn document(
    wanted: &Wanted,
    url: &str,
    answer: Result<Response, FetchError>,
    now: SystemTime,
) -> Result<Fetched, Failed> {
    let response = answer.map_err(|error| no_answer(&error))?;
    match (response.status, &wanted.known) {
        (200, known) => {
            let hash = ContentHash::of(&response.body);
            let unchanged = known.as_ref().is_some_and(|known| known.hash == hash);
            let mut fetched = build_fetched(wanted, url, &response, hash, now);
            fetched.body = (!unchanged).then(|| response.body.to_vec());
            Ok(fetched)
        }
        (304, Some(known)) if known.etag.is_some() || known.last_modified.is_some() => {
            let mut fetched = build_fetched(wanted, url, &response, known.hash, now);
            // An answer without validators leaves the ones that we have.
            let renewed = &mut fetched.known;
            renewed.etag = renewed.etag.take().or_else(|| known.etag.clone());
            renewed.last_modified =
                renewed.last_modified.take().or_else(|| known.last_modified.clone());
            Ok(fetched)
        }
        _ => Err(refusal(wanted, url, &response, now)),
    }
}

fn build_fetched(
    wanted: &Wanted,
    url: &str,
    response: &Response,
    hash: ContentHash,
    now: SystemTime,
) -> Fetched {
    Fetched {
        document: wanted.document,
        url: url.to_owned(),
        asked_at: Timestamp::from(now),
        status: response.status,
        content_type: response.content_type.clone(),
        known: Validators {
            hash,
            etag: response.etag.clone(),
            last_modified: response.last_modified.clone(),
        },
        body: None,
        is_late: false,
    }
}

/// An answer that is not the document: the vendor's error, or its refusal.
fn refusal(wanted: &Wanted, url: &str, response: &Response, now: SystemTime) -> Failed {
    let status = response.status;
    let (failure, meaning) = match status {
        304 => (
            Failure::HttpError,
            "it says that nothing has changed, though the whole document was asked for",
        ),
        401 | 403 | 407 | 420 | 429 | 451 => (
            Failure::Blocked,
            "the vendor turned us away; ask it to let this address in, or poll less often",
        ),
        300..=399 => {
            (Failure::Redirected, "the page has moved; give its new address in the configuration")
        }
        404 | 410 if wanted.document.role() == Role::History => {
            (Failure::HttpError, "there is no such document")
        }
        404 | 410 => {
            (Failure::HttpError, "there is no such document; is this the address of a status page?")
        }
        500..=599 => (Failure::HttpError, "the status page itself has a problem"),
        _ => (Failure::HttpError, "this is not an answer to a request for a document"),
    };
    let mut answer = build_fetched(wanted, url, response, ContentHash::of(&response.body), now);
    answer.body = Some(response.body.to_vec());
    Failed {
        failure,
        detail: format!("`{url}` answered with status {status}: {meaning}"),
        retry_after: response.retry_after.map(|after| after.wait(now).min(RETRY_AFTER_MAX)),
        answer: Some(Box::new(answer)),
    }
}

/// No answer at all. Whoever polls tells apart what is lacking on our own side.
fn no_answer(error: &FetchError) -> Failed {
    let failure = match error {
        FetchError::InvalidAddress { .. } | FetchError::RefusedAddress { .. } => Failure::Refused,
        FetchError::TooLarge { .. } => Failure::TooLarge,
        FetchError::TooManyRedirects { .. } | FetchError::BadRedirect { .. } => Failure::Redirected,
        FetchError::MalformedResponse { .. } => Failure::WrongShape,
        FetchError::NameNotFound { .. }
        | FetchError::Lacking { .. }
        | FetchError::ConnectFailed { .. }
        | FetchError::TlsFailed { .. }
        | FetchError::TimedOut { .. }
        | FetchError::ConnectionLost { .. } => Failure::Unreachable,
    };
    unanswered(failure, chain(error))
}

/// A failure that there is nothing of but what is said about it.
pub(crate) fn unanswered(failure: Failure, detail: String) -> Failed {
    Failed { failure, detail, retry_after: None, answer: None }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use bytes::Bytes;
    use signalbook_domain::Document;
    use signalbook_outbound::RetryAfter;

    const URL: &str = "https://status.example.com/api/v2/summary.json";

    fn response(status: u16, body: &'static str) -> Response {
        Response {
            status,
            final_url: URL.parse().unwrap(),
            content_type: Some("application/json".to_owned()),
            etag: None,
            last_modified: None,
            retry_after: None,
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    fn wanted(known: Option<&str>) -> Wanted {
        let known = known.map(|body| Validators {
            hash: ContentHash::of(body.as_bytes()),
            etag: Some("\"1\"".to_owned()),
            last_modified: None,
        });
        Wanted { document: Document::Summary, known, only_after_change: false }
    }

    fn read(known: Option<&str>, response: Response) -> Result<Fetched, Failed> {
        document(&wanted(known), URL, Ok(response), SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn a_new_document_travels_and_a_known_one_does_not() {
        assert_eq!(read(None, response(200, "{}")).unwrap().body.unwrap(), b"{}");
        assert_eq!(read(Some("old"), response(200, "{}")).unwrap().body.unwrap(), b"{}");
        assert_eq!(read(Some("{}"), response(200, "{}")).unwrap().body, None);
    }

    #[test]
    fn an_answer_of_not_modified_keeps_what_is_known() {
        let fetched = read(Some("{}"), response(304, "")).unwrap();
        assert_eq!(fetched.known, wanted(Some("{}")).known.unwrap());
    }

    #[test]
    fn not_modified_without_anything_known_is_a_failure() {
        let failed = read(None, response(304, "")).unwrap_err();
        assert_eq!(failed.failure, Failure::HttpError);
        assert!(failed.detail.contains("the whole document was asked for"), "{}", failed.detail);
    }

    #[test]
    fn not_modified_where_no_validator_was_sent_is_a_failure() {
        let hash = ContentHash::of(b"{}");
        let known = Some(Validators { hash, etag: None, last_modified: None });
        let wanted = Wanted { document: Document::Summary, known, only_after_change: false };
        let read = |response| document(&wanted, URL, Ok(response), SystemTime::UNIX_EPOCH);
        assert_eq!(read(response(304, "")).unwrap_err().failure, Failure::HttpError);
        assert_eq!(read(response(200, "{}")).unwrap().body, None, "it is compared by its bytes");
    }

    #[test]
    fn a_vendor_that_turns_us_away_says_for_how_long() {
        let mut limited = response(429, "<html>slow down</html>");
        limited.retry_after = Some(RetryAfter::Delay(Duration::from_secs(90)));
        let failed = read(None, limited).unwrap_err();
        assert_eq!(
            (failed.failure, failed.retry_after),
            (Failure::Blocked, Some(Duration::from_secs(90)))
        );
        assert!(failed.detail.contains("429") && failed.detail.contains(URL));
        assert!(failed.answer.unwrap().body.is_some());
    }

    #[test]
    fn a_vendor_cannot_send_us_away_for_ever() {
        let mut limited = response(503, "");
        limited.retry_after = Some(RetryAfter::Delay(Duration::MAX));
        assert_eq!(read(None, limited).unwrap_err().retry_after, Some(RETRY_AFTER_MAX));
    }

    #[test]
    fn errors_of_the_page_are_told_from_refusals() {
        assert_eq!(read(None, response(500, "")).unwrap_err().failure, Failure::HttpError);
        assert_eq!(read(None, response(403, "")).unwrap_err().failure, Failure::Blocked);
        assert_eq!(read(None, response(404, "")).unwrap_err().failure, Failure::HttpError);
    }

    #[test]
    fn only_a_current_document_that_is_not_there_makes_the_address_doubtful() {
        let told = |document| {
            let wanted = Wanted { document, ..wanted(None) };
            let answer = Ok(response(404, ""));
            let failed = super::document(&wanted, URL, answer, SystemTime::UNIX_EPOCH);
            failed.unwrap_err().detail
        };
        let address = "there is no such document; is this the address of a status page?";
        assert!(told(Document::Summary).ends_with(address));
        assert!(told(Document::Incidents).ends_with("status 404: there is no such document"));
    }
}
