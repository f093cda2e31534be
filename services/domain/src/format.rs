//! Times and durations formatted for people.

use std::time::Duration;

use crate::time::Timestamp;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Formats a duration, rounded down to the minute: `16m`, `3h 14m`, `2h`, `1d 2h`.
pub fn duration(duration: Duration) -> String {
    let minutes = duration.as_secs() / 60;
    let parts = [(minutes / 1_440, 'd'), (minutes / 60 % 24, 'h'), (minutes % 60, 'm')];
    let shown: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if shown.is_empty() { "0m".to_owned() } else { shown.join(" ") }
}

/// Formats a day in UTC: `February 12, 2026`.
pub fn day(at: Timestamp) -> String {
    let (year, month, day) = at.date();
    format!("{} {day}, {year}", month_name(month))
}

/// Formats a moment in UTC: `Feb 12, 15:11 UTC`.
pub fn moment(at: Timestamp) -> String {
    let (_, month, day) = at.date();
    let (hour, minute) = at.time_of_day();
    format!("{} {day}, {hour:02}:{minute:02} UTC", &month_name(month)[..3])
}

fn month_name(month: i8) -> &'static str {
    usize::try_from(month - 1)
        .ok()
        .and_then(|index| MONTHS.get(index))
        .copied()
        .unwrap_or("January")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_rounded_down_and_leave_out_what_is_zero() {
        for (seconds, text) in [
            (0, "0m"),
            (59, "0m"),
            (60, "1m"),
            (1_012, "16m"),
            (11_669, "3h 14m"),
            (7_218, "2h"),
            (93_600, "1d 2h"),
            (39_073, "10h 51m"),
            (86_400, "1d"),
            (90_061, "1d 1h 1m"),
        ] {
            assert_eq!(duration(Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn days_and_moments_are_in_utc() {
        let at: Timestamp = "2026-02-12T01:11:05+02:00".parse().unwrap();
        assert_eq!(day(at), "February 11, 2026");
        assert_eq!(moment(at), "Feb 11, 23:11 UTC");
    }
}
