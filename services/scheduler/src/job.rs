//! What a poll has to fetch.

use signalbook_domain::observation::{PollJob, Slot, Wanted};
use signalbook_domain::{Role, Timestamp};
use signalbook_readers::{documents, probes};
use signalbook_store::PageRow;

use crate::pace::Pace;

/// The poll of `row`'s page at `now`.
///
/// The small document is asked for each time. The deep ones are asked for when it has changed,
/// and otherwise when they were not read for a while, never, or a change in them waits for a
/// second poll; a document with such a doubt is asked for whole, so that it can agree.
pub fn job(row: &PageRow, pace: &Pace, now: Timestamp) -> PollJob {
    let specs = row.platform.map_or_else(probes, documents);
    let wanted = specs.iter().map(|spec| {
        let memo = row.memo.documents.get(&spec.document);
        let doubted = row.memo.doubts(spec.document);
        // A reading in the future is one of before our clock went back.
        let fresh = |at: Timestamp| at <= now && now.since(at) < pace.deep;
        let due = memo.is_none_or(|memo| doubted || !fresh(memo.read_at));
        Wanted {
            document: spec.document,
            known: memo.filter(|_| !doubted).map(|memo| memo.known.clone()),
            only_after_change: spec.role == Role::History && !due,
        }
    });
    PollJob {
        page: row.id,
        provider: row.provider.clone(),
        slot: slot(row, now),
        url: row.url.clone(),
        platform: row.platform,
        wanted: wanted.collect(),
    }
}

/// The moment it is due, but always later than the turn before, also when the clock went back.
fn slot(row: &PageRow, now: Timestamp) -> Slot {
    Slot(now.micros().max(row.memo.last_slot.0.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::{at, row};
    use signalbook_domain::memo::DocumentMemo;
    use signalbook_domain::observation::{ContentHash, Known};
    use signalbook_domain::{Document, Platform};

    fn read(row: &mut PageRow, document: Document, seconds: i64) {
        let known = Known { hash: ContentHash([1; 32]), etag: None, last_modified: None };
        let memo = DocumentMemo { folded: true, ..DocumentMemo::new(known, at(seconds)) };
        row.memo.documents.insert(document, Box::new(memo));
    }

    fn known_page() -> PageRow {
        let mut page = row(1, "https://a.example", 60);
        page.platform = Some(Platform::Statuspage);
        for document in [Document::Summary, Document::Incidents, Document::Maintenances] {
            read(&mut page, document, 1_000);
        }
        page
    }

    fn asked(row: &PageRow, seconds: i64) -> Vec<(Document, bool, bool)> {
        let job = job(row, &Pace::default(), at(seconds));
        job.wanted.iter().map(|w| (w.document, w.known.is_some(), w.only_after_change)).collect()
    }

    #[test]
    fn a_page_of_unknown_platform_is_probed() {
        let page = row(1, "https://a.example", 60);
        assert_eq!(asked(&page, 0), [(Document::Summary, false, false)]);
    }

    #[test]
    fn deep_documents_are_read_after_a_change_or_after_a_while() {
        let page = known_page();
        let soon = asked(&page, 1_060);
        assert_eq!(soon[0], (Document::Summary, true, false));
        assert_eq!(soon[1], (Document::Incidents, true, true));
        assert_eq!(asked(&page, 1_300)[1], (Document::Incidents, true, false));
    }

    #[test]
    fn deep_documents_are_read_after_our_clock_went_back() {
        let page = known_page();
        assert_eq!(asked(&page, 999)[1], (Document::Incidents, true, false));
    }

    #[test]
    fn a_document_with_a_doubt_is_asked_for_whole_at_the_next_turn() {
        let mut page = known_page();
        let memo = page.memo.documents.get_mut(&Document::Incidents).unwrap();
        memo.doubts.insert("x withdrawn".to_owned());
        assert_eq!(asked(&page, 1_060)[1], (Document::Incidents, false, false));
        assert_eq!(asked(&page, 1_060)[2], (Document::Maintenances, true, true));
    }

    #[test]
    fn a_slot_is_later_than_the_one_before_even_if_the_clock_went_back() {
        let mut page = known_page();
        page.memo.last_slot = Slot(at(5_000).micros());
        assert_eq!(job(&page, &Pace::default(), at(10)).slot, Slot(at(5_000).micros() + 1));
    }
}
