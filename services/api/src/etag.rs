//! `ETags` of responses from the views.
//!
//! A body is a function of the views' position, the log with its epoch and erasures, this release,
//! and the time. Time enters in two ways: a provider's status becomes unknown when nothing new is
//! read, so the computed status is part of the `ETag`; and a growing duration is shown to the minute,
//! so the minute is part of the `ETag` while anything is open or unreadable. The `ETag` is weak because
//! seconds may differ within that minute.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use signalbook_domain::Timestamp;

use crate::state::Reached;

/// An `ETag` under construction.
pub(crate) struct ETag {
    reached: Reached,
    hasher: DefaultHasher,
}

impl ETag {
    /// Starts an `ETag` for views at `reached`.
    pub(crate) fn new(reached: Reached) -> Self {
        let mut hasher = DefaultHasher::new();
        env!("CARGO_PKG_VERSION").hash(&mut hasher);
        reached.erasures.hash(&mut hasher);
        Self { reached, hasher }
    }

    /// Makes the `ETag` depend on the minute of `now` if `moving`.
    pub(crate) fn minute(mut self, moving: bool, now: Timestamp) -> Self {
        moving.then(|| now.seconds().div_euclid(60)).hash(&mut self.hasher);
        self
    }

    /// Makes the `ETag` depend on `state`, which changes without an event: a provider's verdict, or
    /// the damaged rows that are left out.
    pub(crate) fn with(mut self, state: &impl Hash) -> Self {
        state.hash(&mut self.hasher);
        self
    }

    /// Responds with `body`, or with status 304 if the client already has it.
    pub(crate) fn respond(self, asked: &HeaderMap, body: impl Serialize) -> Response {
        let Reached { epoch, position, .. } = self.reached;
        let tag = format!("W/\"{epoch}-{position}-{:016x}\"", self.hasher.finish());
        let headers = [(header::CACHE_CONTROL, "no-cache"), (header::ETAG, &tag)];
        if knows(asked, &tag) {
            (StatusCode::NOT_MODIFIED, headers).into_response()
        } else {
            (headers, Json(body)).into_response()
        }
    }
}

/// Whether `If-None-Match` contains `tag`, by weak comparison.
fn knows(asked: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim() == "*" || opaque(known) == opaque(tag))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use signalbook_domain::Position;
    use signalbook_proto::chain::EpochId;

    use super::*;

    #[test]
    fn a_tag_is_another_one_after_an_erasure() {
        let tag = |erasures| {
            let epoch = EpochId::first(uuid::Uuid::nil());
            let reached = Reached { epoch, position: Position(7), erasures };
            ETag::new(reached).respond(&HeaderMap::new(), ()).headers()[header::ETAG].clone()
        };
        assert_eq!(tag(1), tag(1));
        assert_ne!(tag(0), tag(1));
    }

    #[test]
    fn tags_are_compared_weakly_and_in_lists() {
        let asked = |value: &'static str| {
            HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(value))])
        };
        for value in ["W/\"5-a\"", "\"5-a\"", "\"x\", W/\"5-a\"", "*"] {
            assert!(knows(&asked(value), "W/\"5-a\""), "{value}");
        }
        assert!(!knows(&asked("W/\"5-b\""), "W/\"5-a\""));
        assert!(!knows(&HeaderMap::new(), "W/\"5-a\""));
    }
}
