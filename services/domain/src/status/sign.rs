//! Signs of trouble that need no incident: the vendor's own indicator, and its components.
//!
//! Not every sign counts. A component in maintenance or in an unknown state is no sign of trouble,
//! nor is one named by planned work under way. Nor is an indicator that such components alone
//! explain.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use crate::words::{ComponentStatus, Impact, words};

/// The most spans remembered per page.
const SPANS_MAX: usize = 8;

/// A sign of trouble.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sign {
    /// The source of the sign.
    pub kind: SignKind,
    /// Our id of the component; `None` for the indicator.
    pub id: Option<uuid::Uuid>,
    /// The component's name, or the vendor's summary of the whole page.
    pub name: String,
    /// The component's group.
    pub group: Option<String>,
    /// The vendor's word.
    pub word: String,
    /// The severity, in the measure of incidents.
    pub impact: Impact,
    /// When it was first observed.
    pub since: Timestamp,
}

words! {
    /// The source of a sign.
    #[derive(PartialOrd, Ord)]
    SignKind {
        /// The vendor's own summary of the page.
        Indicator = "indicator",
        /// A component.
        Component = "component",
    }
}

/// Whether a component with this status is a sign; `in_work` if planned work under way names it.
pub fn component_counts(status: ComponentStatus, in_work: bool) -> bool {
    !in_work && component_impact(status) >= Impact::Minor
}

/// Returns the severity of a component's status, in the measure of incidents.
pub fn component_impact(status: ComponentStatus) -> Impact {
    match status {
        ComponentStatus::Operational => Impact::None,
        ComponentStatus::Maintenance => Impact::Maintenance,
        ComponentStatus::Unknown => Impact::Unknown,
        ComponentStatus::Degraded => Impact::Minor,
        ComponentStatus::PartialOutage => Impact::Major,
        ComponentStatus::MajorOutage => Impact::Critical,
    }
}

/// Whether an indicator of this level is a sign. Of the page's components that are not operational,
/// `signs` count as signs and `others` do not.
pub fn indicator_counts(level: Impact, signs: usize, others: usize) -> bool {
    let is_explained = signs == 0 && others > 0;
    match level {
        Impact::None | Impact::Maintenance => false,
        Impact::Unknown | Impact::Minor | Impact::Major | Impact::Critical => !is_explained,
    }
}

/// Returns when signs last ended that had made the provider degraded. `past` holds the spans in
/// which a page showed signs and no open incident counted, oldest first. Spans of up to two
/// intervals are ignored, since a poll may not have agreed.
pub fn signs_ended_at(past: &[Span], interval: Duration) -> Option<Timestamp> {
    let lasted = |span: &&Span| span.until.since(span.since) > interval * 2;
    past.iter().filter(lasted).map(|span| span.until).max()
}

/// A span of time that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Its beginning.
    pub since: Timestamp,
    /// Its end.
    pub until: Timestamp,
}

impl Span {
    /// Appends a span, and removes earlier ones that are not longer and all but the last
    /// [`SPANS_MAX`]. The last span above a given length thus stays, unless that many shorter ones
    /// follow.
    pub fn add(self, past: &mut Vec<Self>) {
        let lasted = |span: &Self| span.until.since(span.since);
        past.retain(|before| lasted(before) > lasted(&self));
        past.push(self);
        past.drain(..past.len().saturating_sub(SPANS_MAX));
    }
}

impl Sign {
    /// Sorts signs: the worst first, then the indicator, then the one that was observed first.
    pub fn sort(signs: &mut [Self]) {
        signs.sort_by_cached_key(|sign| {
            let (worst, name) = (std::cmp::Reverse(sign.impact), sign.name.clone());
            (worst, sign.kind, sign.since, name, sign.group.clone(), sign.id)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_in_trouble_is_a_sign_unless_planned_work_names_it() {
        for (status, is_sign) in [
            (ComponentStatus::Operational, false),
            (ComponentStatus::Maintenance, false),
            (ComponentStatus::Unknown, false),
            (ComponentStatus::Degraded, true),
            (ComponentStatus::PartialOutage, true),
            (ComponentStatus::MajorOutage, true),
        ] {
            assert_eq!(component_counts(status, false), is_sign, "{status}");
            assert!(!component_counts(status, true), "{status}");
        }
    }

    #[test]
    fn an_indicator_is_a_sign_unless_components_that_are_none_explain_it() {
        for (level, is_sign) in [
            (Impact::None, false),
            (Impact::Maintenance, false),
            (Impact::Unknown, true),
            (Impact::Minor, true),
            (Impact::Major, true),
            (Impact::Critical, true),
        ] {
            assert_eq!(indicator_counts(level, 0, 0), is_sign, "{level}, all operational");
            assert_eq!(indicator_counts(level, 1, 1), is_sign, "{level}, one in trouble");
            assert!(!indicator_counts(level, 0, 2), "{level}, all under work");
        }
    }

    #[test]
    fn the_last_end_is_that_of_signs_that_a_second_poll_had_seen() {
        let at = Timestamp::from_seconds;
        let mut past = Vec::new();
        for (since, until) in [(0, 500), (600, 721), (800, 920), (930, 1_000), (1_100, 1_180)] {
            Span { since: at(since), until: at(until) }.add(&mut past);
        }
        assert_eq!(past.len(), 4, "the fourth is outlasted by the fifth");
        let ended_at = |interval| signs_ended_at(&past, Duration::from_secs(interval));
        assert_eq!(ended_at(30), Some(at(1_180)));
        assert_eq!(ended_at(40), Some(at(920)));
        assert_eq!(ended_at(60), Some(at(721)));
        assert_eq!(ended_at(240), Some(at(500)));
        assert_eq!(ended_at(250), None);
        for second in 0..50 {
            let since = at(2_000 + second * 60);
            let until = since.plus(Duration::from_secs(u64::try_from(50 - second).unwrap()));
            Span { since, until }.add(&mut past);
        }
        assert_eq!(past.len(), SPANS_MAX);
    }

    #[test]
    fn the_worst_sign_comes_first_then_the_oldest() {
        let sign = |name: &str, impact, since| Sign {
            kind: SignKind::Component,
            id: None,
            name: name.to_owned(),
            group: None,
            word: String::new(),
            impact,
            since: Timestamp::from_seconds(since),
        };
        let mut signs = [
            sign("young", Impact::Minor, 9),
            sign("worst", Impact::Critical, 9),
            Sign { kind: SignKind::Indicator, ..sign("page", Impact::Minor, 9) },
            sign("old", Impact::Minor, 1),
        ];
        Sign::sort(&mut signs);
        assert_eq!(signs.map(|sign| sign.name), ["worst", "page", "old", "young"]);
    }
}
