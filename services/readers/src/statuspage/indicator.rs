//! The vendor's own summary of its whole page.

use serde_json::Value;
use signalbook_domain::snapshot::Indicator;

use super::item::Item;
use super::words;
use crate::json::Fields;
use crate::limits::TITLE_CHARS_MAX;
use crate::notes::Notes;

/// What `status` says; nothing if it is not there or says no word. What is there instead of a word
/// is one that we do not know.
pub(super) fn read(document: &Fields, notes: &mut Notes) -> Option<Indicator> {
    let Some(Value::Object(status)) = document.get("status") else { return None };
    let status = Item::new(status, "status".to_owned());
    if let Some(found) = status.no_text("indicator") {
        notes.add(format!("status: expected `indicator` to be a text, found {found}"));
    } else if !status.has("indicator") {
        return None;
    }
    Some(Indicator {
        level: words::impact(status.word("indicator", notes)),
        description: status.text("description", TITLE_CHARS_MAX, notes).unwrap_or_default(),
    })
}
