//! The vendor's summary status of the whole page.

use serde_json::Value;
use signalbook_domain::snapshot::Indicator;

use super::item::Item;
use super::words;
use crate::json::Fields;
use crate::limits::TITLE_CHARS_MAX;
use crate::notes::Notes;

/// Reads `status`; `None` if it is missing or has no indicator. A value of another type counts as
/// an unknown word.
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
