//! The timeline of a report.
//!
//! An update without an id, a text or a known word is still a statement of the vendor and is kept.
//! Only a value that is no object is left out.

use std::collections::BTreeSet;

use serde_json::Value;
use signalbook_domain::snapshot::ObservedUpdate;

use super::affected::Gathering;
use super::item::Item;
use super::words;
use crate::json::type_of;
use crate::limits::BODY_BYTES_MAX;
use crate::notes::Notes;

/// Reads the first `max` updates of `report` in document order and passes the components that they
/// name to `affected`. Also returns whether nothing but repetitions was left out.
pub(super) fn read(
    list: &[Value],
    max: usize,
    report: &str,
    affected: &mut Gathering<'_>,
    notes: &mut Notes,
) -> (Vec<ObservedUpdate>, bool) {
    let mut seen = BTreeSet::new();
    let mut updates = Vec::new();
    let mut complete = list.len() <= max;
    if !complete {
        let all = list.len();
        notes.add(format!("{report}: only the first {max} of {all} updates are kept"));
    }
    for (index, value) in list.iter().take(max).enumerate() {
        let number = index + 1;
        let Value::Object(fields) = value else {
            complete = false;
            let found = type_of(value);
            notes.add(format!(
                "{report}: update number {number} left out: expected an object, found {found}"
            ));
            continue;
        };
        let mut item = Item::new(fields, format!("{report}: update number {number}"));
        let external_id = item.id("id").unwrap_or_else(|reason| {
            notes.add(format!("{}: kept without its `id`, which {reason}", item.label));
            complete = false;
            None
        });
        if let Some(id) = &external_id {
            item.label = format!("{report}: update `{id}`");
            if !seen.insert(id.clone()) {
                notes.add(format!("{} is listed twice: the second is left out", item.label));
                continue;
            }
        }
        affected.said_by(&item, notes);
        updates.push(ObservedUpdate {
            external_id,
            phase: words::phase(item.word("status", notes)),
            body: item.body("body", BODY_BYTES_MAX, notes),
            display_at: item.time("display_at", notes),
            created_at: item.time("created_at", notes),
            updated_at: item.time("updated_at", notes),
        });
    }
    (updates, complete)
}
