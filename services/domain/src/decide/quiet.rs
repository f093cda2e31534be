//! The poll that brings nothing new: most polls are.

use super::{Reading, is_void, polled, seen_again};
use crate::memo::Memo;
use crate::page::{Health, Page};

/// The memo after a poll that brought nothing new; none if it may have brought something.
///
/// It takes the state of the page alone, so that whoever polls thousands of pages need not hold
/// the components and reports of all of them.
pub fn quiet(page: &Page, memo: &Memo, reading: &Reading<'_>) -> Option<Memo> {
    let good = reading.result.as_ref().ok()?;
    let as_before = !is_void(page, memo, reading.slot)
        && memo.failing.is_none()
        && matches!(page.health, Health::Readable { .. })
        && page.platform == Some(good.platform)
        && page.answers_from(good.moved_to) == page.location();
    if !as_before {
        return None;
    }
    let mut next = polled(memo, reading);
    seen_again(&mut next, reading.observed_at);
    next.not_before = None;
    for (document, known, snapshot) in &good.documents {
        let remembered = next.documents.get_mut(document).filter(|_| snapshot.is_none())?;
        remembered.confirm(known, reading.observed_at);
    }
    Some(next)
}
