//! Moments as text for people, which the templates show beside the machine-readable form.
#![expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]

use signalbook_domain::{Timestamp, format};

/// A moment without its year, for places where the year is clear.
pub(super) fn short(at: &Timestamp) -> String {
    format::moment(*at)
}

/// A moment with its year.
pub(super) fn full(at: &Timestamp) -> String {
    let (hour, minute) = at.time_of_day();
    format!("{}, {hour:02}:{minute:02} UTC", format::day(*at))
}

/// A moment with seconds, to distinguish moments within a minute.
pub(super) fn exact(at: &Timestamp) -> String {
    let (hour, minute) = at.time_of_day();
    let second = at.micros().div_euclid(1_000_000).rem_euclid(60);
    format!("{}, {hour:02}:{minute:02}:{second:02} UTC", format::day(*at))
}

pub(super) fn day(at: &Timestamp) -> String {
    format::day(*at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_shown_with_their_year_or_their_second_where_that_matters() {
        let at: Timestamp = "2026-05-01T13:39:10Z".parse().unwrap();
        assert_eq!(short(&at), "May 1, 13:39 UTC");
        assert_eq!(full(&at), "May 1, 2026, 13:39 UTC");
        assert_eq!(exact(&at), "May 1, 2026, 13:39:10 UTC");
        assert_eq!(at.to_string(), "2026-05-01T13:39:10Z");
    }
}
