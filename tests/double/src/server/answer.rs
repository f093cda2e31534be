//! From a request to an answer, true or faulty.

use std::sync::Arc;

use axum::{
    extract::{ConnectInfo, State},
    http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;

use super::{Document, Shared, hosted::Hosted};
use crate::{Fault, line::Switch};

const JSON: &str = "application/json; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const CACHE_CONTROL: &str =
    "max-age=10, public, s-maxage=10, stale-while-revalidate=20, stale-if-error=3600";

/// Answers any request.
pub(super) async fn handler(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(switch): ConnectInfo<Switch>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let Some((slug, document)) = route(uri.path()) else {
        return not_found();
    };
    let Some(hosted) = shared.find(slug) else {
        return not_found();
    };
    hosted.count(document);
    let fault = hosted.fault(document).await;
    let now = (shared.clock)();
    let asked = Asked { hosted: &hosted, document, headers: &headers };
    match fault {
        None | Some(Fault::Hang) => asked.answer_as_of(now, 0),
        Some(Fault::Stale { as_of }) => {
            let age_seconds = now.as_second().saturating_sub(as_of.as_second());
            asked.answer_as_of(as_of, age_seconds.unsigned_abs())
        }
        Some(Fault::Status { code, retry_after_seconds, html }) => {
            status(code, retry_after_seconds, html)
        }
        Some(Fault::Html) => ([(header::CONTENT_TYPE, HTML)], ERROR_PAGE).into_response(),
        Some(Fault::Truncated) => asked.first_half(now),
        Some(Fault::OtherShape(value)) => {
            ([(header::CONTENT_TYPE, JSON)], value.to_string()).into_response()
        }
        Some(Fault::Empty) => ([(header::CONTENT_TYPE, JSON)], "").into_response(),
        Some(Fault::Redirect { to }) => {
            (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, to)]).into_response()
        }
        Some(Fault::Reply(reply)) => reply.response(),
        Some(Fault::Closed) => {
            switch.cut();
            StatusCode::NO_CONTENT.into_response()
        }
    }
}

const ERROR_PAGE: &str = "<!doctype html><html lang=\"en\"><head><title>Something is amiss</title>\
     </head><body><h1>We cannot show this page</h1></body></html>";

/// A request for one document of one page.
struct Asked<'a> {
    hosted: &'a Hosted,
    document: Document,
    headers: &'a HeaderMap,
}

impl Asked<'_> {
    fn answer_as_of(&self, at: Timestamp, age_seconds: u64) -> Response {
        let Some(rendered) = self.hosted.render(self.document, at) else {
            return not_found();
        };
        let validators = [
            (header::ETAG, rendered.etag.clone()),
            (header::CACHE_CONTROL, CACHE_CONTROL.to_owned()),
            (header::VARY, "Accept, Accept-Encoding".to_owned()),
            (header::AGE, age_seconds.to_string()),
        ];
        if self.holds(&rendered.etag) {
            self.hosted.count_not_modified();
            return (StatusCode::NOT_MODIFIED, validators).into_response();
        }
        (validators, [self.content_type()], rendered.body).into_response()
    }

    fn first_half(&self, now: Timestamp) -> Response {
        let Some(rendered) = self.hosted.render(self.document, now) else {
            return not_found();
        };
        let half = rendered.body.slice(..rendered.body.len() / 2);
        ([self.content_type()], half).into_response()
    }

    /// Whether the reader says that it holds this version.
    fn holds(&self, etag: &str) -> bool {
        let opaque = etag.trim_start_matches("W/");
        self.headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .any(|held| held == "*" || held.trim_start_matches("W/") == opaque)
    }

    fn content_type(&self) -> (HeaderName, &'static str) {
        let content_type = match self.document {
            Document::Home | Document::Other => HTML,
            Document::Summary | Document::Incidents | Document::ScheduledMaintenances => JSON,
        };
        (header::CONTENT_TYPE, content_type)
    }
}

/// The slug and the document that a path names.
fn route(path: &str) -> Option<(&str, Document)> {
    let rest = path.strip_prefix("/p/")?;
    let (slug, file) = rest.split_once('/').unwrap_or((rest, ""));
    let document = match file {
        "" => Document::Home,
        "api/v2/summary.json" => Document::Summary,
        "api/v2/incidents.json" => Document::Incidents,
        "api/v2/scheduled-maintenances.json" => Document::ScheduledMaintenances,
        _ => Document::Other,
    };
    Some((slug, document))
}

fn status(code: u16, retry_after_seconds: Option<u64>, html: String) -> Response {
    let code = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (code, [(header::CONTENT_TYPE, HTML)], html).into_response();
    if let Some(seconds) = retry_after_seconds {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, HTML)], "<h1>Nothing here</h1>").into_response()
}
