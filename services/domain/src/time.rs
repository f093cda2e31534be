//! Timestamps, kept as whole microseconds so that both databases store them alike.

use std::str::FromStr;
use std::time::{Duration, SystemTime};

use serde_with::{DeserializeFromStr, SerializeDisplay};

/// A moment in UTC, in microseconds since 1970. Shown and parsed as RFC 3339.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    SerializeDisplay,
    DeserializeFromStr,
    derive_more::Display,
)]
#[display("{}", self.jiff())]
pub struct Timestamp(i64);

/// A text that is not a timestamp.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("time `{0}` is not RFC 3339, like `2026-02-12T15:11:05Z`")]
pub struct InvalidTime(String);

const MICROS: i64 = 1_000_000;

/// The year 2000. No status page is older: an earlier time is a disguised zero.
const CREDIBLE_FROM: Timestamp = Timestamp(946_684_800 * MICROS);

/// Two years. No vendor plans further ahead.
const CREDIBLE_AHEAD: Duration = Duration::from_hours(2 * 366 * 24);

/// Returns a start or end that a vendor claims, unless it is before the year 2000 or more than two
/// years after `observed_at`.
pub fn credible(claimed: Option<Timestamp>, observed_at: Timestamp) -> Option<Timestamp> {
    let latest = observed_at.plus(CREDIBLE_AHEAD);
    claimed.filter(|claimed| (CREDIBLE_FROM..=latest).contains(claimed))
}

impl Timestamp {
    /// The earliest moment that can be shown (the year -9999).
    pub const MIN: Self = Self(-377_705_023_201 * MICROS);
    /// The latest moment that can be shown (the year 9999).
    pub const MAX: Self = Self(253_402_207_200 * MICROS);

    /// Creates a moment from microseconds since 1970, clamped to what can be shown.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Creates a moment from whole seconds since 1970.
    pub fn from_seconds(seconds: i64) -> Self {
        Self::from_micros(seconds.saturating_mul(MICROS))
    }

    /// Returns microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Returns whole seconds since 1970, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MICROS)
    }

    /// Returns the moment `by` later.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self::from_micros(self.0.saturating_add(micros_of(by)))
    }

    /// Returns the moment `by` earlier.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self::from_micros(self.0.saturating_sub(micros_of(by)))
    }

    /// Returns the time from `earlier` to this moment; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Returns the calendar day in UTC as year, month (1 to 12) and day.
    pub fn date(self) -> (i16, i8, i8) {
        let date = self.civil().date();
        (date.year(), date.month(), date.day())
    }

    /// Returns the time of day in UTC as hour and minute.
    pub fn time_of_day(self) -> (i8, i8) {
        let time = self.civil().time();
        (time.hour(), time.minute())
    }

    fn civil(self) -> jiff::civil::DateTime {
        jiff::tz::Offset::UTC.to_datetime(self.jiff())
    }

    fn jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

fn micros_of(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => Self::from_micros(micros_of(after)),
            Err(before) => Self::from_micros(-micros_of(before.duration())),
        }
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTime;

    /// Parses RFC 3339 with any offset and any number of fraction digits.
    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let moment: jiff::Timestamp =
            text.trim().parse().map_err(|_| InvalidTime(text.chars().take(64).collect()))?;
        Ok(Self::from_micros(moment.as_microsecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_fractions_are_read_as_the_same_moment() {
        let utc: Timestamp = "2026-02-12T15:11:05Z".parse().unwrap();
        for same in [
            "2026-02-12T10:11:05-05:00",
            "2026-02-12T15:11:05.0000000Z",
            " 2026-02-12T15:11:05+00:00",
        ] {
            assert_eq!(same.parse::<Timestamp>().unwrap(), utc, "{same}");
        }
        assert_eq!(utc.to_string(), "2026-02-12T15:11:05Z");
    }

    #[test]
    fn a_text_that_is_no_moment_is_refused_with_an_example() {
        let error = "yesterday".parse::<Timestamp>().unwrap_err();
        assert!(error.to_string().contains("2026-02-12T15:11:05Z"));
    }

    #[test]
    fn extremes_are_clamped_and_can_still_be_shown() {
        for extreme in [i64::MIN, i64::MAX] {
            assert!(!Timestamp::from_micros(extreme).to_string().is_empty());
        }
        assert_eq!(Timestamp::MAX.plus(Duration::from_secs(1)), Timestamp::MAX);
        assert_eq!(Timestamp::MIN.since(Timestamp::MAX), Duration::ZERO);
        let _ = (Timestamp::MIN.date(), Timestamp::MAX.time_of_day());
    }

    #[test]
    fn a_moment_before_the_epoch_keeps_its_sign() {
        let before = SystemTime::UNIX_EPOCH - Duration::from_secs(5);
        assert_eq!(Timestamp::from(before).seconds(), -5);
    }
}
