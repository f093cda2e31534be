//! Outage arithmetic: durations, counts, and the sentence that states them.
//!
//! Durations keep their precision and are rounded only when shown, so a headline may differ by a
//! minute or two from the sum of the rounded rows.

use std::time::Duration;

use crate::format;
use crate::time::Timestamp;
use crate::words::Impact;

/// One outage on the time line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// When it began.
    pub start: Timestamp,
    /// When it ended; `None` while it is open.
    pub end: Option<Timestamp>,
}

/// A requested span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The start; `None` for "as far back as is known".
    pub since: Option<Timestamp>,
    /// The end; `None` for "until now".
    pub until: Option<Timestamp>,
}

impl Window {
    /// Whether any part of `interval` is in the window; an open interval ends at `now`.
    pub fn touches(&self, interval: Interval, now: Timestamp) -> bool {
        let end = interval.end.unwrap_or(now).max(interval.start);
        self.since.is_none_or(|since| end >= since)
            && self.until.is_none_or(|until| interval.start < until)
    }
}

/// Whether an incident of this impact counts as an outage: a notice and planned work do not, an
/// unknown impact does.
pub fn counts(impact: Impact) -> bool {
    match impact {
        Impact::None | Impact::Maintenance => false,
        Impact::Unknown | Impact::Minor | Impact::Major | Impact::Critical => true,
    }
}

/// Returns the length of one outage, never below zero; `None` while it is open.
pub fn duration(interval: Interval) -> Option<Duration> {
    interval.end.map(|end| end.since(interval.start))
}

/// Returns how long at least one outage was open within the window: the length of the union of the
/// intervals. An open interval ends at `now`.
pub fn downtime(intervals: &[Interval], window: Window, now: Timestamp) -> Duration {
    let until = window.until.map_or(now, |until| until.min(now));
    let mut clipped: Vec<(Timestamp, Timestamp)> = intervals
        .iter()
        .map(|interval| {
            let start = window.since.map_or(interval.start, |since| interval.start.max(since));
            (start, interval.end.unwrap_or(now).min(until))
        })
        .filter(|(start, end)| start < end)
        .collect();
    clipped.sort_unstable();
    let mut total = Duration::ZERO;
    let mut covered_until = Timestamp::MIN;
    for (start, end) in clipped {
        total = total.saturating_add(end.since(start.max(covered_until)));
        covered_until = covered_until.max(end);
    }
    total
}

/// Returns the sentence above a provider's outage history.
pub fn headline(provider: &str, outages: usize, window: Window, downtime: Duration) -> String {
    let day = format::day;
    let since = match (window.since, window.until) {
        (None, None) => String::new(),
        (Some(since), None) => format!(" since {}", day(since)),
        (None, Some(until)) => format!(" before {}", day(until)),
        (Some(since), Some(until)) => format!(" from {} until {}", day(since), day(until)),
    };
    let total = format::duration(downtime);
    match outages {
        0 => format!("There were no {provider} outages{since}."),
        1 => format!("There was 1 {provider} outage{since} totaling {total} of downtime."),
        many => {
            format!("There were {many} {provider} outages{since} totaling {total} of downtime.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn outage(start: i64, end: impl Into<Option<i64>>) -> Interval {
        Interval { start: at(start), end: end.into().map(at) }
    }

    const ALWAYS: Window = Window { since: None, until: None };

    #[test]
    fn overlapping_outages_count_once() {
        let intervals = [outage(0, 100), outage(50, 150), outage(60, 70), outage(200, 210)];
        assert_eq!(downtime(&intervals, ALWAYS, at(1_000)), Duration::from_secs(160));
    }

    #[test]
    fn an_open_outage_counts_until_now() {
        assert_eq!(downtime(&[outage(0, None)], ALWAYS, at(30)), Duration::from_secs(30));
        assert_eq!(duration(outage(0, None)), None);
    }

    #[test]
    fn only_the_part_inside_the_window_counts() {
        let window = Window { since: Some(at(10)), until: Some(at(20)) };
        assert_eq!(
            downtime(&[outage(0, 15), outage(18, 90)], window, at(99)),
            Duration::from_secs(7)
        );
        assert!(window.touches(outage(0, None), at(99)));
        assert!(!window.touches(outage(20, 30), at(99)) && !window.touches(outage(0, 9), at(99)));
    }

    #[test]
    fn an_outage_that_ends_before_it_began_has_no_length() {
        assert_eq!(duration(outage(100, 40)), Some(Duration::ZERO));
        assert_eq!(downtime(&[outage(100, 40)], ALWAYS, at(500)), Duration::ZERO);
    }

    #[test]
    fn the_headline_agrees_in_number() {
        let since = Some("2026-02-12T15:11:05Z".parse().unwrap());
        let (until, window) = (since, Window { since, until: None });
        let total = Duration::from_secs(39_073);
        assert_eq!(
            headline("Kustomer", 6, window, total),
            "There were 6 Kustomer outages since February 12, 2026 totaling 10h 51m of downtime."
        );
        assert!(
            headline("Kustomer", 1, window, total).starts_with("There was 1 Kustomer outage since")
        );
        assert_eq!(headline("Kustomer", 0, ALWAYS, total), "There were no Kustomer outages.");
        let ended = [
            (
                Window { since: None, until },
                "There were no Kustomer outages before February 12, 2026.",
            ),
            (
                Window { since: Some(at(0)), until },
                "There were no Kustomer outages from January 1, 1970 until February 12, 2026.",
            ),
        ];
        for (window, said) in ended {
            assert_eq!(headline("Kustomer", 0, window, total), said);
        }
    }
}
