//! Signs of trouble that need no incident: the vendor's own indicator, and its components.
//!
//! Not every one counts. A component in maintenance, or in a state that we do not understand, says
//! nothing of trouble, nor does one that planned work under way names. An indicator that those
//! alone explain says no more than they do.

use crate::time::Timestamp;
use crate::words::{ComponentStatus, Impact, Worded};

/// What shows trouble.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sign {
    /// What shows it.
    pub kind: SignKind,
    /// Our id of the component; none for the indicator.
    pub id: Option<uuid::Uuid>,
    /// The component's name, or what the vendor says of the whole page.
    pub name: String,
    /// The component's group.
    pub group: Option<String>,
    /// The vendor's word.
    pub word: String,
    /// How bad that is, in the measure of incidents.
    pub impact: Impact,
    /// When we saw it first.
    pub since: Timestamp,
}

/// What shows a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignKind {
    /// The vendor's own summary of the page.
    Indicator,
    /// A component.
    Component,
}

impl Worded for SignKind {
    const ALL: &'static [Self] = &[Self::Indicator, Self::Component];

    fn word(self) -> &'static str {
        match self {
            Self::Indicator => "indicator",
            Self::Component => "component",
        }
    }
}

/// Whether a component with this status is a sign; `in_work` if planned work under way names it.
pub fn component_counts(status: ComponentStatus, in_work: bool) -> bool {
    !in_work && component_impact(status) >= Impact::Minor
}

/// How bad a component's status is, in the measure of incidents.
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
/// `signs` are signs themselves and `others` are none.
pub fn indicator_counts(level: Impact, signs: usize, others: usize) -> bool {
    let is_explained = signs == 0 && others > 0;
    match level {
        Impact::None | Impact::Maintenance => false,
        Impact::Unknown | Impact::Minor | Impact::Major | Impact::Critical => !is_explained,
    }
}

impl Sign {
    /// Brings signs into their order: the worst first, then the one that was seen first.
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
