//! The words that the pages use.

use signalbook_domain::status::{Readability, Status};
use signalbook_domain::{ComponentStatus, Impact, Phase};
use url::Url;

/// A word with a colour, which adds no information to the word.
pub(super) struct Badge {
    /// The name of the style.
    pub(super) tone: &'static str,
    pub(super) text: &'static str,
}

pub(super) fn status(status: Status) -> Badge {
    let (tone, text) = match status {
        Status::Up => ("up", "Up"),
        Status::Maintenance => ("maintenance", "Maintenance"),
        Status::Degraded => ("degraded", "Degraded"),
        Status::Unknown => ("unknown", "Unknown"),
        Status::Minor => ("minor", "Minor outage"),
        Status::Major => ("major", "Major outage"),
        Status::Critical => ("critical", "Critical outage"),
    };
    Badge { tone, text }
}

pub(super) fn impact(impact: Impact) -> Badge {
    let (tone, text) = match impact {
        Impact::None => ("notice", "Notice"),
        Impact::Maintenance => ("maintenance", "Maintenance"),
        Impact::Unknown => ("unknown", "Impact unknown"),
        Impact::Minor => ("minor", "Minor"),
        Impact::Major => ("major", "Major"),
        Impact::Critical => ("critical", "Critical"),
    };
    Badge { tone, text }
}

pub(super) fn component(status: ComponentStatus) -> Badge {
    let (tone, text) = match status {
        ComponentStatus::Unknown => ("unknown", "Unknown"),
        ComponentStatus::Operational => ("up", "Operational"),
        ComponentStatus::Degraded => ("minor", "Degraded"),
        ComponentStatus::PartialOutage => ("major", "Partial outage"),
        ComponentStatus::MajorOutage => ("critical", "Major outage"),
        ComponentStatus::Maintenance => ("maintenance", "Maintenance"),
    };
    Badge { tone, text }
}

/// The readability of a page as an adjective, to go before `since`.
pub(super) fn page(state: Readability) -> &'static str {
    match state {
        Readability::Readable => "readable",
        Readability::PartlyReadable => "partly readable",
        Readability::Unread => "unread",
        Readability::Unreadable => "unreadable",
        Readability::Stale => "stale",
    }
}

/// The phase of a report or an update.
pub(super) fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Unknown => "Update",
        Phase::Open => "Open",
        Phase::Investigating => "Investigating",
        Phase::Identified => "Identified",
        Phase::Monitoring => "Monitoring",
        Phase::Resolved => "Resolved",
        Phase::Postmortem => "Postmortem",
        Phase::Scheduled => "Scheduled",
        Phase::InProgress => "In progress",
        Phase::Verifying => "Verifying",
        Phase::Completed => "Completed",
        Phase::Cancelled => "Cancelled",
    }
}

/// A number with its noun in the singular or plural.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// Capitalizes the first letter.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Returns `url` if it is a web address, the only kind that may become a link.
pub(super) fn link(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_become_links() {
        assert_eq!(link("https://acme.example/x"), Some("https://acme.example/x".to_owned()));
        for url in ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/x", "mailto:a@b"]
        {
            assert_eq!(link(url), None, "{url}");
        }
    }

    #[test]
    fn a_sentence_begins_with_a_capital() {
        assert_eq!(["", "it fails", "äh"].map(sentence), ["", "It fails", "Äh"]);
    }
}
