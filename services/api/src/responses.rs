//! Responses that several routes share, as described in the `OpenAPI` document.
#![expect(dead_code, reason = "they describe what `Problem` and `ETag` answer")]

use utoipa::IntoResponses;

use crate::problem::ProblemBody;

/// Nothing changed since the given `ETag`.
#[derive(IntoResponses)]
#[response(status = 304)]
pub(crate) struct NotModified;

/// A parameter is not valid.
#[derive(IntoResponses)]
#[response(status = 400, content_type = "application/problem+json")]
pub(crate) struct InvalidParameter(ProblemBody);

/// There is no such provider.
#[derive(IntoResponses)]
#[response(status = 404, content_type = "application/problem+json")]
pub(crate) struct NoProvider(ProblemBody);

/// There is no such incident or maintenance.
#[derive(IntoResponses)]
#[response(status = 404, content_type = "application/problem+json")]
pub(crate) struct NoReport(ProblemBody);

/// The place to go on from is of another epoch of the log.
#[derive(IntoResponses)]
#[response(status = 410, content_type = "application/problem+json")]
pub(crate) struct OtherEpoch(ProblemBody);

// One line, since the document keeps the line breaks of a description.
#[doc = "What is known of it is damaged and is being built again from the log, or the store does \
    not answer."]
#[derive(IntoResponses)]
#[response(status = 503, content_type = "application/problem+json")]
pub(crate) struct Damaged(ProblemBody);
