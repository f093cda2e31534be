//! The platform's vocabulary, and that of its imitators.

use signalbook_domain::snapshot::Parsed;
use signalbook_domain::{ComponentStatus, Impact, Phase};

/// Parses a component's status.
pub(super) fn component_status(raw: String) -> Parsed<ComponentStatus> {
    let value = match folded(&raw).as_str() {
        "operational" => ComponentStatus::Operational,
        "degraded_performance" => ComponentStatus::Degraded,
        "partial_outage" => ComponentStatus::PartialOutage,
        "major_outage" | "full_outage" => ComponentStatus::MajorOutage,
        "under_maintenance" => ComponentStatus::Maintenance,
        _ => ComponentStatus::Unknown,
    };
    Parsed { value, raw }
}

/// Parses the phase of a report or update.
pub(super) fn phase(raw: String) -> Parsed<Phase> {
    let value = match folded(&raw).as_str() {
        "investigating" => Phase::Investigating,
        "identified" => Phase::Identified,
        "monitoring" => Phase::Monitoring,
        "resolved" => Phase::Resolved,
        "postmortem" => Phase::Postmortem,
        "scheduled" | "maintenance_scheduled" => Phase::Scheduled,
        "in_progress" | "maintenance_in_progress" => Phase::InProgress,
        "verifying" => Phase::Verifying,
        "completed" | "maintenance_complete" => Phase::Completed,
        "cancelled" | "canceled" => Phase::Cancelled,
        _ => Phase::Unknown,
    };
    Parsed { value, raw }
}

/// Parses the impact of a report.
pub(super) fn impact(raw: String) -> Parsed<Impact> {
    let value = match folded(&raw).as_str() {
        "none" => Impact::None,
        "maintenance" => Impact::Maintenance,
        "minor" => Impact::Minor,
        "major" => Impact::Major,
        "critical" => Impact::Critical,
        _ => Impact::Unknown,
    };
    Parsed { value, raw }
}

fn folded(raw: &str) -> String {
    raw.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_platform_is_known() {
        for (raw, value) in [
            ("operational", ComponentStatus::Operational),
            ("degraded_performance", ComponentStatus::Degraded),
            ("partial_outage", ComponentStatus::PartialOutage),
            ("major_outage", ComponentStatus::MajorOutage),
            ("full_outage", ComponentStatus::MajorOutage),
            ("under_maintenance", ComponentStatus::Maintenance),
        ] {
            assert_eq!(component_status(raw.to_owned()), Parsed { value, raw: raw.to_owned() });
        }
        for word in ["investigating", "identified", "monitoring", "resolved", "postmortem"]
            .into_iter()
            .chain(["scheduled", "in_progress", "verifying", "completed", "cancelled"])
        {
            assert_eq!(phase(word.to_owned()).value.to_string(), word);
        }
        for word in ["none", "minor", "major", "critical", "maintenance"] {
            assert_eq!(impact(word.to_owned()).value.to_string(), word);
        }
    }

    #[test]
    fn an_unknown_word_is_kept_and_is_never_healthy() {
        for raw in ["", "on_fire", "none of your business", "unknown"] {
            let raw = raw.to_owned();
            assert_eq!(
                component_status(raw.clone()),
                Parsed { value: ComponentStatus::Unknown, raw: raw.clone() }
            );
            assert_eq!(phase(raw.clone()), Parsed { value: Phase::Unknown, raw: raw.clone() });
            assert_eq!(impact(raw.clone()), Parsed { value: Impact::Unknown, raw });
        }
    }

    #[test]
    fn letter_case_does_not_matter_but_is_kept() {
        let said = phase("Resolved".to_owned());
        assert_eq!((said.value, said.raw.as_str()), (Phase::Resolved, "Resolved"));
    }
}
