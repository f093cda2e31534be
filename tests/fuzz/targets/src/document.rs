//! The documents of status pages.

use std::collections::HashSet;

use signalbook_domain::snapshot::{ObservedComponent, ObservedReport, Snapshot};
use signalbook_domain::text::is_invisible;
use signalbook_domain::{Document, Platform, Role, Worded};
use signalbook_readers::limits::{
    BODY_BYTES_MAX, COMPONENTS_MAX, ID_CHARS_MAX, NAME_CHARS_MAX, NOTES_MAX, REPORTS_MAX,
    TITLE_CHARS_MAX, UPDATES_MAX, URL_CHARS_MAX, WORD_CHARS_MAX,
};
use signalbook_readers::{detect, read};

use crate::assert_shown;

/// More than any note or error quotes.
const NOTE_CHARS_MAX: usize = 2_000;

/// The document that shows what is going on.
pub fn summary(bytes: &[u8]) {
    check(Document::Summary, bytes);
}

/// The document that shows the newest incidents.
pub fn incidents(bytes: &[u8]) {
    check(Document::Incidents, bytes);
}

/// The document that shows the newest maintenances.
pub fn maintenances(bytes: &[u8]) {
    check(Document::Maintenances, bytes);
}

/// Reading brings a bounded snapshot or an error that can be shown; the same bytes bring the same,
/// white space behind them changes nothing, and what is detected can be told why it is not read.
fn check(document: Document, bytes: &[u8]) {
    for platform in Platform::ALL {
        let snapshot = read(*platform, document, bytes);
        assert_eq!(snapshot, read(*platform, document, bytes), "reading twice");
        match snapshot {
            Ok(snapshot) => {
                let spaced = [bytes, b" \n"].concat();
                assert_eq!(read(*platform, document, &spaced).as_ref(), Ok(&snapshot), "spaced");
                assert_bounded(&snapshot);
            }
            Err(error) => assert_shown("an error", &error.to_string(), NOTE_CHARS_MAX),
        }
    }
    let _ = detect(document, bytes);
}

fn assert_bounded(snapshot: &Snapshot) {
    assert!(snapshot.skipped.len() <= NOTES_MAX);
    for note in &snapshot.skipped {
        assert_shown("a note", note, NOTE_CHARS_MAX);
    }
    // A summary has a list of incidents and one of maintenances.
    assert!(snapshot.reports.len() + snapshot.unidentified.len() <= 2 * REPORTS_MAX);
    snapshot.reports.iter().for_each(assert_report);
    let ids = snapshot.reports.iter().map(|report| (report.kind, &report.external_id));
    assert_eq!(ids.collect::<HashSet<_>>().len(), snapshot.reports.len(), "each report once");
    for note in &snapshot.unidentified {
        assert_shown("a note", note, NOTE_CHARS_MAX);
    }
    if !snapshot.unidentified.is_empty() {
        // What is not known to be all there is, does not say what is over.
        assert!(snapshot.document.role() == Role::Current && snapshot.coverage.len() < 2);
    }
    if let Some(name) = &snapshot.page_name {
        assert_line("a page's name", name, NAME_CHARS_MAX);
    }
    if let Some(id) = &snapshot.page_id {
        assert_line("a page's id", id, ID_CHARS_MAX);
    }
    if let Some(indicator) = &snapshot.indicator {
        assert_shown("an indicator", &indicator.level.raw, WORD_CHARS_MAX);
        assert_shown("a description", &indicator.description, TITLE_CHARS_MAX);
    }
    let components = snapshot.components.iter().flatten();
    assert!(components.clone().count() <= COMPONENTS_MAX);
    components.for_each(assert_component);
}

fn assert_component(component: &ObservedComponent) {
    assert_line("a component's id", &component.external_id, ID_CHARS_MAX);
    if let Some(name) = &component.name {
        assert_line("a component's name", name, NAME_CHARS_MAX);
    }
    assert_shown("a status", &component.status.raw, WORD_CHARS_MAX);
}

fn assert_report(report: &ObservedReport) {
    assert_line("a report's id", &report.external_id, ID_CHARS_MAX);
    if let Some(title) = &report.title {
        assert_line("a title", title, TITLE_CHARS_MAX);
    }
    assert_shown("a phase", &report.phase.raw, WORD_CHARS_MAX);
    assert_shown("an impact", &report.impact.raw, WORD_CHARS_MAX);
    if let Some(url) = &report.url {
        // What is percent-encoded grows, but only the address of the page is encoded anew.
        assert_shown("a link", url, 3 * URL_CHARS_MAX);
        assert!(url.starts_with("http://") || url.starts_with("https://"), "{url}");
    }
    assert!(report.affected.len() <= COMPONENTS_MAX && report.updates.len() <= UPDATES_MAX);
    for affected in &report.affected {
        assert_line("an affected component", &affected.name, NAME_CHARS_MAX);
    }
    for update in &report.updates {
        assert!(update.body.len() <= BODY_BYTES_MAX);
        assert_shown("a body", &update.body, BODY_BYTES_MAX);
    }
}

/// Panics unless `text` is one line of which both ends can be seen.
fn assert_line(what: &str, text: &str, chars_max: usize) {
    assert_shown(what, text, chars_max);
    assert!(!text.contains(['\n', '\t']), "{what} has more than one line: {text:?}");
    let is_seen = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && !is_invisible(c));
    let ends = is_seen(text.chars().next()) && is_seen(text.chars().next_back());
    assert!(ends, "{what} begins or ends in what nobody sees: {text:?}");
}
