//! Durations as people write them: `500ms`, `60s`, `1m 30s`, `2h`, `1d`.
//!
//! A bare number is refused rather than guessed at, because nobody agrees on whether `30` is
//! seconds, minutes or milliseconds.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

/// A unit's name and its milliseconds.
type Unit = (&'static str, u64);

/// From long to short, the order in which text must name them.
const UNITS: [Unit; 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// A duration in whole milliseconds that is read from and written as text with units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct HumanDuration(Duration);

/// Why a text is not a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// There is nothing to read.
    #[error("duration is empty, expected a number with its unit, such as `60s`")]
    Empty,
    /// A number stands alone.
    #[error("duration `{0}` has a number without a unit, expected one such as `60s` or `1m 30s`")]
    NoUnit(String),
    /// A unit, or nothing at all, stands where a number should.
    #[error("duration `{0}` has no number where one should be, expected one such as `1m 30s`")]
    NoNumber(String),
    /// The unit is none of ours.
    #[error("duration `{text}` has the unit `{unit}`, expected `d`, `h`, `m`, `s` or `ms`")]
    UnknownUnit {
        /// The whole text.
        text: String,
        /// The part that was taken for a unit.
        unit: String,
    },
    /// A unit comes twice, or after a shorter one.
    #[error("duration `{0}` must name each unit once, from long to short, such as `1h 30m`")]
    OutOfOrder(String),
    /// The number is beyond what can be counted.
    #[error("duration `{0}` is too long, expected less than half a billion years")]
    TooLong(String),
}

impl HumanDuration {
    /// Creates a duration, dropping what is below a millisecond.
    pub fn new(duration: Duration) -> Self {
        let beyond = duration.subsec_nanos() % 1_000_000;
        Self(duration.saturating_sub(Duration::from_nanos(beyond.into())))
    }

    /// Returns the duration itself.
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl From<Duration> for HumanDuration {
    fn from(duration: Duration) -> Self {
        Self::new(duration)
    }
}

impl From<HumanDuration> for Duration {
    fn from(duration: HumanDuration) -> Self {
        duration.get()
    }
}

impl FromStr for HumanDuration {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(DurationError::Empty);
        }
        let mut milliseconds = 0_u64;
        let mut units = UNITS.as_slice();
        while !rest.is_empty() {
            let (number, after_number) = split_at(rest, |c| !c.is_ascii_digit());
            let (unit, after_unit) =
                split_at(after_number.trim_start(), |c| c.is_ascii_digit() || c.is_whitespace());
            if number.is_empty() {
                return Err(DurationError::NoNumber(text.to_owned()));
            }
            if unit.is_empty() {
                return Err(DurationError::NoUnit(text.to_owned()));
            }
            let length;
            (length, units) = take_unit(units, unit, text)?;
            milliseconds = number
                .parse::<u64>()
                .ok()
                .and_then(|number| number.checked_mul(length))
                .and_then(|part| milliseconds.checked_add(part))
                .ok_or_else(|| DurationError::TooLong(text.to_owned()))?;
            rest = after_unit.trim_start();
        }
        Ok(Self(Duration::from_millis(milliseconds)))
    }
}

/// Returns the milliseconds of `unit`, and the units that may still follow it.
fn take_unit(
    allowed: &'static [Unit],
    unit: &str,
    text: &str,
) -> Result<(u64, &'static [Unit]), DurationError> {
    if let Some(index) = allowed.iter().position(|(name, _)| *name == unit) {
        return Ok((allowed[index].1, &allowed[index + 1..]));
    }
    if UNITS.iter().any(|(name, _)| *name == unit) {
        return Err(DurationError::OutOfOrder(text.to_owned()));
    }
    Err(DurationError::UnknownUnit { text: text.to_owned(), unit: unit.to_owned() })
}

fn split_at(text: &str, is_end: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(is_end).unwrap_or(text.len()))
}

/// Writes only the units that count for something, the longest first.
impl fmt::Display for HumanDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.as_millis();
        if rest == 0 {
            return f.write_str("0s");
        }
        let mut gap = "";
        for (unit, length) in UNITS {
            let count = rest / u128::from(length);
            rest %= u128::from(length);
            if count > 0 {
                write!(f, "{gap}{count}{unit}")?;
                gap = " ";
            }
        }
        Ok(())
    }
}

impl Serialize for HumanDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
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
mod tests;
