//! Which addresses can be asked for, and where a redirect may lead. Pure.

use http::{HeaderMap, StatusCode, header};
use url::Url;

use crate::blocked_ports;
use crate::error::FetchError;

const FETCHABLE: &str = "an http or https address with a host, without a user name or password, at \
                         a port where web pages are";

/// The most that a name can have, the dot at its end included.
const HOST_BYTES_MAX: usize = 254;

/// How much is repeated of a scheme, and of a host that is longer than any name. Both are as long
/// as somebody outside likes, and end up in logs and events.
const SHOWN_BYTES_MAX: usize = 32;

/// Refuses an address that nobody should fetch.
pub(crate) fn check(url: &Url) -> Result<(), FetchError> {
    if is_fetchable(url) {
        Ok(())
    } else {
        Err(FetchError::InvalidAddress { address: shown(url), expected: FETCHABLE })
    }
}

/// Returns where the answer with this head redirects to, if it redirects.
pub(crate) fn target(
    from: &Url,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<Option<Url>, FetchError> {
    if !is_redirect(status) {
        return Ok(None);
    }
    let bad = |target: String, expected| {
        Err(FetchError::BadRedirect { host: host(from), target, expected })
    };
    let Some(location) = headers.get(header::LOCATION) else {
        return bad("nowhere".to_owned(), "a location");
    };
    let joined = str::from_utf8(location.as_bytes()).ok().and_then(|text| from.join(text).ok());
    let Some(mut to) = joined else {
        return bad("an unreadable location".to_owned(), "a location that is an address");
    };
    if !is_fetchable(&to) {
        return bad(shown(&to), FETCHABLE);
    }
    if from.scheme() == "https" && to.scheme() == "http" {
        return bad(shown(&to), "an https address, since the redirect was received over https");
    }
    to.set_fragment(None);
    Ok(Some(to))
}

/// Returns the host of `url` as errors name it.
pub(crate) fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

/// Returns `url` without its path, query, user name and password, any of which may be secret.
fn shown(url: &Url) -> String {
    let scheme = beginning(url.scheme());
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    match url.host_str() {
        Some(host) if host.len() > HOST_BYTES_MAX => format!("{scheme}://{}", beginning(host)),
        Some(host) => format!("{scheme}://{host}{port}"),
        None => format!("{scheme}:"),
    }
}

fn beginning(text: &str) -> String {
    let shown = &text[..text.floor_char_boundary(SHOWN_BYTES_MAX)];
    if shown.len() < text.len() { format!("{shown}…") } else { shown.to_owned() }
}

fn is_fetchable(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| host.len() <= HOST_BYTES_MAX)
        && url.port_or_known_default().is_some_and(blocked_ports::is_web_port)
        && url.username().is_empty()
        && url.password().is_none()
}

/// Neither a choice (300) nor an answer that nothing has changed (304) is one.
fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    /// Returns where a redirect leads, or why it leads nowhere.
    fn redirect(from: &str, location: &'static str) -> String {
        let headers =
            HeaderMap::from_iter([(header::LOCATION, HeaderValue::from_static(location))]);
        match target(&Url::parse(from).unwrap(), StatusCode::FOUND, &headers) {
            Ok(url) => url.unwrap().to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_redirect_is_resolved_against_the_address_it_came_from() {
        let from = "https://status.example.com/a/b?c#d";
        for (location, expected) in [
            ("/x", "https://status.example.com/x"),
            ("x?y#z", "https://status.example.com/a/x?y"),
            ("//other.example/x", "https://other.example/x"),
            ("https://other.example:8443", "https://other.example:8443/"),
        ] {
            assert_eq!(redirect(from, location), expected);
        }
        let upgraded = redirect("http://status.example.com/", "https://status.example.com/");
        assert_eq!(upgraded, "https://status.example.com/");
    }

    #[test]
    fn a_redirect_that_nobody_should_follow_is_refused() {
        let from = "https://status.example.com/";
        for (location, shown) in [
            ("http://status.example.com/secret", "`http://status.example.com`"),
            ("ftp://status.example.com/secret", "`ftp://status.example.com`"),
            ("https://user:secret@status.example.com/", "`https://status.example.com`"),
            ("file:///secret", "`file:`"),
            ("data:text/plain,secret", "`data:`"),
            ("https://[", "`an unreadable location`"),
        ] {
            let error = redirect(from, location);
            assert!(error.contains(&format!("to {shown}, expected ")), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_redirect_to_nowhere_is_refused_and_other_answers_are_no_redirects() {
        let from = Url::parse("https://status.example.com/").unwrap();
        assert!(target(&from, StatusCode::FOUND, &HeaderMap::new()).is_err());
        for status in [StatusCode::OK, StatusCode::MULTIPLE_CHOICES, StatusCode::NOT_MODIFIED] {
            assert!(target(&from, status, &HeaderMap::new()).unwrap().is_none());
        }
    }

    #[test]
    fn an_address_that_cannot_be_fetched_is_refused_without_its_secrets() {
        for text in ["ftp://example.com/", "file:///etc/passwd", "https://me:secret@example.com/x"]
        {
            let error = check(&Url::parse(text).unwrap()).unwrap_err();
            assert_eq!(error.kind(), "invalid_address");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        check(&Url::parse("http://example.com:8080/x?y").unwrap()).unwrap();
    }

    #[test]
    fn a_host_that_is_longer_than_any_name_is_refused_and_not_repeated() {
        let long = "a.".repeat(5_000);
        for scheme in ["https", "strange"] {
            let url = Url::parse(&format!("{scheme}://{long}example/")).unwrap();
            let error = check(&url).unwrap_err();
            assert!(error.to_string().len() < 300, "{error}");
        }
        check(&Url::parse(&format!("https://{}example/", "a.".repeat(100))).unwrap()).unwrap();
    }

    #[test]
    fn a_scheme_that_is_longer_than_any_is_refused_and_not_repeated() {
        let long = "a".repeat(15_000);
        for (location, shown) in [
            (format!("{long}:secret"), "a…:"),
            (format!("{long}://example.com:99/secret"), "a…://example.com:99"),
            (format!("{long}://{long}/secret"), "a…"),
        ] {
            let location = HeaderValue::from_str(&location).unwrap();
            let headers = HeaderMap::from_iter([(header::LOCATION, location)]);
            let from = Url::parse("https://status.example.com/").unwrap();
            let error = target(&from, StatusCode::FOUND, &headers).unwrap_err().to_string();
            assert!(error.len() < 300 && error.contains(&format!("{shown}`, expected")), "{error}");
        }
    }

    #[test]
    fn a_port_of_another_service_is_refused() {
        for port in [0, 22, 25, 5432, 6379, 6667] {
            let url = Url::parse(&format!("http://example.com:{port}/")).unwrap();
            assert!(check(&url).unwrap_err().to_string().contains("a port where web pages are"));
        }
    }
}
