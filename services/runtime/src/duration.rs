//! Human-readable durations: `500ms`, `60s`, `1m 30s`, `2h`, `1d`.
//!
//! A number without a unit is refused, because `30` could mean seconds, minutes or milliseconds.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::fmt::friendly::{Designator, SpanParser, SpanPrinter};
use jiff::{SignedDuration, SpanRelativeTo};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A duration in whole milliseconds, parsed from and formatted as text with units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct HumanDuration(Duration);

/// The text is not a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "duration `{0}` is not a number with a unit (`d`, `h`, `m`, `s` or `ms`), such as `60s` or `1m 30s`"
)]
pub struct DurationError(String);

impl HumanDuration {
    /// Creates a duration, truncated to whole milliseconds.
    pub fn new(duration: Duration) -> Self {
        let beyond = duration.subsec_nanos() % 1_000_000;
        Self(duration.saturating_sub(Duration::from_nanos(beyond.into())))
    }

    pub const fn get(self) -> Duration {
        self.0
    }
}

impl FromStr for HumanDuration {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        let read = || {
            let span = SpanParser::new().parse_span(text.trim()).ok()?;
            let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
            Duration::try_from(duration).ok()
        };
        read().map(Self::new).ok_or_else(|| DurationError(text.chars().take(80).collect()))
    }
}

impl fmt::Display for HumanDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let duration = SignedDuration::try_from(self.0).unwrap_or(SignedDuration::MAX);
        let printer = SpanPrinter::new().designator(Designator::Compact);
        f.write_str(&printer.duration_to_string(&duration))
    }
}

impl<'de> Deserialize<'de> for HumanDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(DurationText)
    }
}

struct DurationText;

impl Visitor<'_> for DurationText {
    type Value = HumanDuration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration as text with its unit, such as \"60s\" or \"1m 30s\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<HumanDuration, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<HumanDuration, DurationError> {
        text.parse()
    }

    #[test]
    fn text_is_read_as_people_write_it_and_printed_in_its_normal_form() {
        let cases = [
            ("500ms", 500, "500ms"),
            ("60s", 60_000, "1m"),
            ("1m 30s", 90_000, "1m 30s"),
            ("1m30s", 90_000, "1m 30s"),
            ("90 s", 90_000, "1m 30s"),
            (" 2h ", 7_200_000, "2h"),
            ("1d", 86_400_000, "24h"),
            ("1d 2h 3m 4s 5ms", 93_784_005, "26h 3m 4s 5ms"),
            ("1.5h", 5_400_000, "1h 30m"),
            ("0s", 0, "0s"),
            ("1000ms", 1_000, "1s"),
        ];
        for (text, milliseconds, printed) in cases {
            let duration = parse(text).unwrap();
            assert_eq!(duration.get(), Duration::from_millis(milliseconds), "{text}");
            assert_eq!(duration.to_string(), printed, "{text}");
            assert_eq!(parse(printed), Ok(duration), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_duration_is_refused_with_what_was_expected() {
        let long = "99999999999999999999s";
        for text in ["  ", "60", "1m 30", "s", "-5s", "30s ago", "1 month", "30s 1m", "1s 1s", long]
        {
            assert_eq!(parse(text), Err(DurationError(text.to_owned())), "{text}");
        }
        assert_eq!(
            parse("60").unwrap_err().to_string(),
            "duration `60` is not a number with a unit (`d`, `h`, `m`, `s` or `ms`), such as `60s` \
             or `1m 30s`"
        );
    }

    #[test]
    fn a_bare_number_in_a_document_is_refused_with_what_is_expected() {
        assert_eq!(
            serde_json::from_str::<HumanDuration>("\"1m 30s\"").unwrap(),
            parse("90s").unwrap()
        );
        let error = serde_json::from_str::<HumanDuration>("60").unwrap_err().to_string();
        assert!(error.contains("expected a duration as text with its unit"), "{error}");
    }

    #[test]
    fn parts_of_a_millisecond_are_dropped_so_that_printing_loses_nothing() {
        let duration = HumanDuration::new(Duration::from_micros(1_500_999));
        assert_eq!(duration.get(), Duration::from_millis(1_500));
        assert_eq!(duration.to_string(), "1s 500ms");
    }
}
