//! The vendor's own summary of the page.

use std::collections::BTreeSet;

use super::{EventRecorder, FoldContext, confirmed};
use crate::event::PageEvent;
use crate::pending::PendingChange;
use crate::snapshot::Snapshot;

/// Records a change of the summary: a worse one at once, a better one when two polls agree, since
/// it may come from a stale cache.
pub(super) fn read(
    recorder: &mut EventRecorder<'_>,
    context: &FoldContext<'_>,
    snapshot: &Snapshot,
    pending: &mut BTreeSet<PendingChange>,
) {
    let Some(observed) = &snapshot.indicator else { return };
    let known = recorder.page_state.page.indicator.as_ref();
    if known == Some(observed) {
        return;
    }
    let is_worse = known.is_none_or(|known| observed.level.value > known.level.value);
    if is_worse || confirmed(context, pending, PendingChange::Indicator(observed.level.raw.clone()))
    {
        recorder.record_page(PageEvent::IndicatorChanged(observed.clone()), None);
    }
}
