//! Errors as problem documents (RFC 9457).
//!
//! A [`Problem`] is passed on in the response's extensions, so that the middleware can log server
//! errors once and with the path, and can show a page to browsers.

use std::error::Error;
use std::sync::Arc;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use signalbook_proto::chain::EpochId;
use signalbook_store::StoreError;
use utoipa::ToSchema;

/// The reasons for an error response.
#[derive(Clone, Debug)]
pub(crate) enum Problem {
    /// No route has this path.
    UnknownRoute,
    /// The path has a route, but not for this method.
    MethodNotAllowed,
    /// The path names something that does not exist: a sentence without its full stop.
    NotFound(String),
    /// The path names something that was removed: a sentence without its full stop.
    Gone(String),
    /// A place in a list is of another epoch of the log, or of another log.
    OtherEpoch {
        /// The epoch of the place.
        given: EpochId,
        /// The epoch of the log.
        current: EpochId,
    },
    /// A parameter is invalid.
    InvalidParameter {
        name: String,
        /// Shortened to 80 characters.
        given: String,
        expected: String,
    },
    /// The store does not respond; a retry may help.
    Unavailable(Arc<dyn Error + Send + Sync>),
    /// The stored content was altered: a sentence without its full stop.
    Altered(String),
    /// The requested data is damaged and is being rebuilt; a retry will help.
    Damaged,
    /// An internal error; a retry does not help.
    Internal(Arc<dyn Error + Send + Sync>),
}

/// A problem document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemBody {
    /// A name for the kind of problem, stable across releases.
    #[serde(rename = "type")]
    kind: String,
    /// The kind of problem in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What exactly is wrong with this request.
    detail: String,
    /// The parameter that was not understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// What was expected there.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<String>,
}

impl Problem {
    /// An invalid parameter, with the given value shortened.
    pub(crate) fn parameter(name: &str, given: &str, expected: impl Into<String>) -> Self {
        let expected = expected.into();
        Self::InvalidParameter { name: name.to_owned(), given: short(given), expected }
    }

    /// An internal error, whose details are only logged.
    pub(crate) fn internal(error: impl Error + Send + Sync + 'static) -> Self {
        Self::Internal(Arc::new(error))
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::UnknownRoute | Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Gone(_) | Self::OtherEpoch { .. } => StatusCode::GONE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::InvalidParameter { .. } => StatusCode::BAD_REQUEST,
            Self::Unavailable(_) | Self::Damaged => StatusCode::SERVICE_UNAVAILABLE,
            Self::Altered(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The kind of problem, in words.
    pub(crate) fn title(&self) -> &'static str {
        self.kind().1
    }

    /// The details of this problem, as a sentence.
    pub(crate) fn detail(&self) -> String {
        match self {
            Self::UnknownRoute => {
                "No route has this path; `/openapi.json` lists all of them.".to_owned()
            }
            Self::MethodNotAllowed => "Use GET or HEAD.".to_owned(),
            Self::NotFound(detail) | Self::Gone(detail) | Self::Altered(detail) => {
                format!("{detail}.")
            }
            Self::OtherEpoch { given, current } => format!(
                "This place is of epoch `{given}`, and the log is in epoch `{current}`: it was \
                 restored from a copy, or is another one, and other events may stand there. Begin \
                 again without it."
            ),
            Self::InvalidParameter { name, given, expected } => {
                format!("Parameter `{name}` is `{given}`; expected {expected}.")
            }
            Self::Unavailable(_) => "Try again in a moment.".to_owned(),
            Self::Damaged => "Its view was damaged on disk and is being built again from the log; \
                try again in a moment."
                .to_owned(),
            Self::Internal(_) => "The reason is in the server's log.".to_owned(),
        }
    }

    /// The error to log, if the problem is a server error.
    pub(crate) fn cause(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unavailable(source) | Self::Internal(source) => Some(source.as_ref()),
            // The code that repairs damage logs it, once.
            Self::UnknownRoute
            | Self::MethodNotAllowed
            | Self::NotFound(_)
            | Self::Gone(_)
            | Self::OtherEpoch { .. }
            | Self::Altered(_)
            | Self::Damaged
            | Self::InvalidParameter { .. } => None,
        }
    }

    /// The kind of problem: its name, which never changes, and its title.
    fn kind(&self) -> (&'static str, &'static str) {
        match self {
            Self::UnknownRoute => ("unknown-route", "There is nothing at this address"),
            Self::MethodNotAllowed => ("method-not-allowed", "This address is read-only"),
            Self::NotFound(_) => ("not-found", "Not found"),
            Self::Gone(_) => ("gone", "No longer kept"),
            Self::OtherEpoch { .. } => ("other-epoch", "The log was restored since"),
            Self::InvalidParameter { .. } => ("invalid-parameter", "A parameter is not valid"),
            Self::Unavailable(_) => ("unavailable", "The store does not answer"),
            Self::Altered(_) => ("altered", "Altered since it was kept"),
            Self::Damaged => ("damaged", "What is known of this is damaged"),
            Self::Internal(_) => ("internal", "Something is broken here"),
        }
    }

    fn body(&self) -> ProblemBody {
        let (name, title) = self.kind();
        let (parameter, expected) = if let Self::InvalidParameter { name, expected, .. } = self {
            (Some(name.clone()), Some(expected.clone()))
        } else {
            (None, None)
        };
        ProblemBody {
            kind: format!("urn:signalbook:problem:{name}"),
            title,
            status: self.status().as_u16(),
            detail: self.detail(),
            parameter,
            expected,
        }
    }
}

/// Shortens a text from a request to 80 characters, so that it can be repeated.
pub(crate) fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } => Self::Unavailable(Arc::new(error)),
            StoreError::Invalid { .. } => Self::Internal(Arc::new(error)),
            StoreError::Damaged(_) => Self::Damaged,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, "application/problem+json"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        let mut response = (self.status(), headers, axum::Json(self.body())).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_parameter_is_named_with_what_was_expected() {
        let body = Problem::parameter("limit", "many", "a number from 1 to 200").body();
        let json = serde_json::to_value(&body).unwrap();
        assert_eq!(json["type"], "urn:signalbook:problem:invalid-parameter");
        assert_eq!(json["status"], 400);
        assert_eq!(json["parameter"], "limit");
        assert_eq!(json["detail"], "Parameter `limit` is `many`; expected a number from 1 to 200.");
    }

    #[test]
    fn a_failing_store_says_nothing_of_the_inside() {
        let source = "disk image is malformed at /secret/place".into();
        let problem = Problem::from(StoreError::Unavailable { doing: "read providers", source });
        assert_eq!(problem.status(), StatusCode::SERVICE_UNAVAILABLE);
        let body = serde_json::to_string(&problem.body()).unwrap();
        assert!(!body.contains("secret") && !body.contains("providers"), "{body}");
        assert!(problem.cause().unwrap().source().unwrap().to_string().contains("secret"));
    }
}
