//! Errors as problem documents (RFC 9457).
//!
//! A [`Problem`] travels on in the response's extensions, so that the front of the router can
//! log what is ours to repair, once and with the path, and can show browsers a page instead.

use std::error::Error;
use std::sync::Arc;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use signalbook_proto::chain::EpochId;
use signalbook_store::StoreError;
use utoipa::ToSchema;

/// Why a request is not answered as asked.
#[derive(Clone, Debug)]
pub(crate) enum Problem {
    /// No route has this path.
    UnknownRoute,
    /// The path is a route, but not with this method.
    MethodNotAllowed,
    /// The path names something that is not there: a sentence without its dot.
    NotFound(String),
    /// The path names something that was there and was removed: a sentence without its dot.
    Gone(String),
    /// A place in a list is of another epoch of the log, or of another log.
    OtherEpoch {
        /// The epoch of the place.
        given: EpochId,
        /// That of the log.
        current: EpochId,
    },
    /// A parameter is not what it should be.
    InvalidParameter {
        /// Which.
        name: String,
        /// What was given.
        given: String,
        /// What was expected.
        expected: String,
    },
    /// The store does not answer; asking again may help.
    Unavailable(Arc<dyn Error + Send + Sync>),
    /// What is kept under this name is not what was kept: a sentence without its dot.
    Altered(String),
    /// What would be answered is damaged and is being built again; asking again will help.
    Damaged,
    /// Something is broken here; asking again does not help.
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
    /// A parameter that is not what it should be.
    pub(crate) fn parameter(name: &str, given: &str, expected: impl Into<String>) -> Self {
        let expected = expected.into();
        Self::InvalidParameter { name: name.to_owned(), given: short(given), expected }
    }

    /// Something that is broken here, of which only the log tells.
    pub(crate) fn internal(error: impl Error + Send + Sync + 'static) -> Self {
        Self::Internal(Arc::new(error))
    }

    /// The HTTP status.
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

    /// The kind of problem in words.
    pub(crate) fn title(&self) -> &'static str {
        self.kind().1
    }

    /// What exactly is wrong with this request.
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

    /// What the operator has to know of it, if it is ours to repair.
    pub(crate) fn cause(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unavailable(source) | Self::Internal(source) => Some(source.as_ref()),
            // Damage is logged once, by who mends it.
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

    /// The kind of problem: its name, which never changes, and its words.
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

/// What a request says, short enough to be repeated.
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
