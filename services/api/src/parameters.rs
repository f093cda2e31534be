//! The parameters of a request, in its path and its query.
//!
//! Each query parameter has its own parser; an error names the parameter and the expected value. An
//! empty value counts as absent. An unknown name is an error, so that a misspelt filter does not
//! match everything.

use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use signalbook_domain::{Slug, Timestamp};
use signalbook_proto::chain::EpochId;
use url::form_urlencoded;

use crate::problem::Problem;

/// The format of a moment, for error messages.
const MOMENT: &str = "a time like `2026-02-12T15:11:05Z` or a date like `2026-02-12`";

/// The variable segment of a path, decoded. A segment that is not valid text matches nothing.
pub(crate) struct PathParam(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for PathParam {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(text)) => Ok(Self(text)),
            Err(_) => Err(Problem::NotFound("The path is not valid text".to_owned())),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Query {
    given: BTreeMap<String, String>,
}

impl Query {
    /// Parses `raw`, which may only contain the names in `known`.
    pub(crate) fn parse(raw: Option<&str>, known: &[&str]) -> Result<Self, Problem> {
        let mut given = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(raw.unwrap_or_default().as_bytes()) {
            if !known.contains(&name.as_ref()) {
                return Err(Problem::parameter(&name, &value, unknown(known)));
            }
            if value.is_empty() {
                continue;
            }
            if given.contains_key(name.as_ref()) {
                return Err(Problem::parameter(&name, &value, "the parameter only once"));
            }
            given.insert(name.into_owned(), value.into_owned());
        }
        Ok(Self { given })
    }

    /// Parses the parameter `name`; none if it is absent.
    pub(crate) fn get<T>(
        &self,
        name: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let Some(given) = self.given.get(name) else { return Ok(None) };
        parse(given).map(Some).ok_or_else(|| Problem::parameter(name, given, expected))
    }

    /// A moment; a date means its midnight in UTC.
    pub(crate) fn moment(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        self.get(name, MOMENT, moment)
    }

    /// The number of rows requested, from 1 to `max`.
    pub(crate) fn limit(&self, default: u32, max: u32) -> Result<u32, Problem> {
        let expected = format!("a number from 1 to {max}");
        let parse = |text: &str| text.parse().ok().filter(|limit| (1..=max).contains(limit));
        Ok(self.get("limit", &expected, parse)?.unwrap_or(default))
    }

    /// The place to continue after; 0 is the start.
    pub(crate) fn after(&self) -> Result<u64, Problem> {
        // Refused here, since the store's error for a larger number is less clear.
        let parse = |text: &str| text.parse().ok().filter(|after| i64::try_from(*after).is_ok());
        Ok(self.get("after", "a whole number, 0 or more", parse)?.unwrap_or(0))
    }

    /// The epoch of the place to continue after.
    pub(crate) fn epoch(&self) -> Result<Option<EpochId>, Problem> {
        self.get("epoch", "the `epoch` of an earlier answer", |text| text.parse().ok())
    }

    pub(crate) fn provider(&self) -> Result<Option<Slug>, Problem> {
        self.get("provider", "a provider's slug, like `kustomer`", |text| text.parse().ok())
    }
}

fn unknown(known: &[&str]) -> String {
    let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        "no parameters here".to_owned()
    } else {
        format!("no parameters other than {}", names.join(", "))
    }
}

fn moment(text: &str) -> Option<Timestamp> {
    let is_date = text.len() == 10 && !text.contains(':');
    if is_date {
        return format!("{text}T00:00:00Z").parse().ok();
    }
    // The `+` of an offset arrives as a space if it is not escaped.
    text.parse().or_else(|_| text.replacen(' ', "+", 1).parse()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(raw: &str) -> Query {
        Query::parse(Some(raw), &["since", "limit", "after"]).unwrap()
    }

    #[test]
    fn moments_are_times_or_dates() {
        for raw in [
            "since=2026-02-12",
            "since=2026-02-12T00:00:00Z",
            "since=2026-02-12T01%3A00%3A00%2B01%3A00",
            "since=2026-02-12T01:00:00+01:00",
        ] {
            let shown = query(raw).moment("since").unwrap().unwrap().to_string();
            assert_eq!(shown, "2026-02-12T00:00:00Z", "{raw}");
        }
        for raw in ["since=yesterday", "since=2026-13-01", "since=12:00:00Zab"] {
            assert!(query(raw).moment("since").is_err(), "{raw}");
        }
    }

    #[test]
    fn an_empty_value_counts_as_not_given() {
        assert_eq!(query("since=&limit=").moment("since").unwrap(), None);
        assert_eq!(query("since=&limit=").limit(50, 200).unwrap(), 50);
    }

    #[test]
    fn a_limit_has_bounds_and_a_place_to_go_on_is_a_number() {
        assert_eq!(query("limit=200").limit(50, 200).unwrap(), 200);
        for raw in ["limit=0", "limit=201", "limit=-1", "limit=x"] {
            assert!(query(raw).limit(50, 200).is_err(), "{raw}");
        }
        assert_eq!(query("after=41").after().unwrap(), 41);
        assert!(query("after=18446744073709551615").after().is_err());
    }

    #[test]
    fn unknown_and_repeated_parameters_are_refused() {
        let problem = Query::parse(Some("limt=5"), &["since", "limit"]).unwrap_err();
        assert!(problem.detail().contains("`limt`"), "{}", problem.detail());
        assert!(problem.detail().contains("`since`, `limit`"), "{}", problem.detail());
        assert!(Query::parse(Some("limit=1&limit=2"), &["limit"]).is_err());
    }
}
