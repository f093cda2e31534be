//! Words as the pages show them.

use signalbook_domain::status::{Readability, Status};
use signalbook_domain::{ComponentStatus, Impact, Phase};
use url::Url;

/// A word with a colour; the word says it all, so that nobody needs the colour.
pub(super) struct Badge {
    /// The name of its style.
    pub(super) tone: &'static str,
    /// The word.
    pub(super) text: &'static str,
}

/// A provider's status.
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

/// An incident's impact.
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

/// A component's status.
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

/// Whether a page can be read, as what it has been since a moment.
pub(super) fn page(state: Readability) -> &'static str {
    match state {
        Readability::Readable => "readable",
        Readability::PartlyReadable => "partly readable",
        Readability::Unread => "unread",
        Readability::Unreadable => "unreadable",
        Readability::Stale => "stale",
    }
}

/// Where a report or an update stands.
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

/// How many of something, with its name in the right number.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// What begins a sentence.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// An address that may become a link: only the web's own.
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
