//! The demo's output: a line for each event.

use std::collections::HashMap;

use signalbook_domain::event::{
    ComponentChange, Event, Fact, PageEvent, ReportChange, UnreadDocument,
};
use signalbook_domain::{StreamId, format};
use signalbook_proto::Record;

/// The most characters of an event's text on a line.
const ROOM: usize = 80;

/// Formats the events of a log, read from its beginning.
#[derive(Default)]
pub(super) struct Lines {
    /// The names of components and titles of reports, which most events do not repeat.
    names: HashMap<StreamId, String>,
}

impl Lines {
    pub(super) fn line(&mut self, record: &Record, fact: &Fact) -> String {
        let history = if fact.backfilled { " (history)" } else { "" };
        format!(
            "{:>6}  {}  {:<14} {:<28} {}{history}",
            record.position,
            format::moment(fact.times.effective()),
            record.stream.provider.as_str(),
            record.kind.word(),
            cut(&self.essence(fact))
        )
    }

    /// The text that a line shows of an event.
    fn essence(&mut self, fact: &Fact) -> String {
        match &fact.event {
            Event::Page(event) => of_page(event),
            Event::Component(event) => match &event.change {
                ComponentChange::Added { name, .. } | ComponentChange::Renamed { name } => {
                    self.called(fact, name)
                }
                ComponentChange::StatusChanged { status } => {
                    format!("{}: {}", self.name(fact), status.value)
                }
                ComponentChange::Moved { .. } | ComponentChange::Removed => {
                    self.name(fact).to_owned()
                }
            },
            Event::Incident(event) | Event::Maintenance(event) => {
                self.of_report(fact, &event.change)
            }
        }
    }

    fn of_report(&mut self, fact: &Fact, change: &ReportChange) -> String {
        match change {
            ReportChange::Opened(opened) => self.called(fact, &opened.title),
            ReportChange::Retitled { title } => self.called(fact, title),
            ReportChange::Entered { inferred: Some(_), .. } => {
                format!("not announced, but no longer listed as open: {}", self.name(fact))
            }
            ReportChange::Entered { body, .. } | ReportChange::UpdateEdited { body, .. } => {
                body.clone()
            }
            ReportChange::ImpactChanged { impact } => impact.value.to_string(),
            ReportChange::ProviderLinked { url, .. } => url.clone(),
            ReportChange::UpdateRemoved { .. }
            | ReportChange::Retimed { .. }
            | ReportChange::ComponentsChanged { .. }
            | ReportChange::Withdrawn
            | ReportChange::Reappeared
            | ReportChange::Continued { .. }
            | ReportChange::Rescheduled(_) => self.name(fact).to_owned(),
        }
    }

    /// Stores the new name of the subject of `fact`.
    fn called(&mut self, fact: &Fact, name: &str) -> String {
        self.names.insert(fact.stream.clone(), name.to_owned());
        name.to_owned()
    }

    fn name(&self, fact: &Fact) -> &str {
        self.names.get(&fact.stream).map_or("", String::as_str)
    }
}

fn of_page(event: &PageEvent) -> String {
    match event {
        PageEvent::Added { url, .. }
        | PageEvent::Moved { url }
        | PageEvent::Replaced { url, .. } => url.clone(),
        PageEvent::PlatformDetected { platform, .. } => platform.to_string(),
        PageEvent::Unreadable { detail, .. } => without_address(detail).to_owned(),
        PageEvent::Disagreement { detail, .. } => detail.clone(),
        PageEvent::PartlyReadable { documents } => {
            let missing = |unread: &UnreadDocument| {
                format!("{}: {}", unread.document, without_address(&unread.detail))
            };
            documents.iter().map(missing).collect::<Vec<_>>().join("; ")
        }
        PageEvent::Unobserved { from, until } => {
            format!("from {} until {}", format::moment(*from), format::moment(*until))
        }
        PageEvent::IndicatorChanged(indicator) => indicator.description.clone(),
        PageEvent::Readable | PageEvent::Removed | PageEvent::Agreement { .. } => String::new(),
    }
}

/// Removes the address at the start of `detail`, for which a line has no room.
fn without_address(detail: &str) -> &str {
    let rest = detail.strip_prefix('`').and_then(|rest| rest.split_once("` "));
    rest.map_or(detail, |(_, what)| what)
}

/// Cuts `text` to [`ROOM`] characters and replaces control characters by spaces.
fn cut(text: &str) -> String {
    let line = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(ROOM);
    let end = if text.chars().count() > ROOM { "…" } else { "" };
    line.chain(end.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_no_room_for_the_address_of_a_document() {
        let detail = "`http://127.0.0.1:1/p/acme/api/v2/summary.json` answered with status 503";
        assert_eq!(without_address(detail), "answered with status 503");
        for other in ["it hangs", "`acme", "connect to `acme` at `::1`"] {
            assert_eq!(without_address(other), other);
        }
    }

    #[test]
    fn a_long_text_is_cut_and_stays_on_its_line() {
        assert_eq!(cut("one\ntwo"), "one two");
        assert_eq!(cut(&"ä".repeat(ROOM)), "ä".repeat(ROOM));
        assert_eq!(cut(&"ä".repeat(ROOM + 1)), format!("{}…", "ä".repeat(ROOM)));
    }
}
