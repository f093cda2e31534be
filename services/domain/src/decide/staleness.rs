//! Staleness: the age of a document, by the vendor's own times of change.

use std::time::Duration;

use crate::poll_state::{PollState, Stale};
use crate::time::Timestamp;

/// Vendor caches serve answers up to an hour old. A document that stays behind for longer than this
/// is accepted: the vendor's clock went back.
pub const STALE_AT_MOST: Duration = Duration::from_hours(2);

/// The minimum number of consecutive stale answers before acceptance: hours also pass when our own
/// clock jumps or polling pauses.
pub const STALE_POLLS_MIN: u32 = 6;

/// A vendor time further in the future than this is ignored when staleness is judged.
pub const CLOCK_SKEW: Duration = Duration::from_mins(5);

/// Returns the newest time of change that any document of the page gave.
pub(super) fn newest_page_time(poll_state: &PollState) -> Option<Timestamp> {
    poll_state.documents.values().filter_map(|document| document.page_updated_at).max()
}

/// Caps remembered times of change at `believed`: after a vendor's clock went back, all documents
/// of the page are compared with the new clock.
pub(super) fn forget_later_times(poll_state: &mut PollState, believed: Option<Timestamp>) {
    let Some(believed) = believed else { return };
    for document in poll_state.documents.values_mut() {
        document.page_updated_at = document.page_updated_at.map(|then| then.min(believed));
    }
}

/// Extends the stale run `before` if an answer of time `said` is older than `folded`. Returns
/// `None` if it is not older.
pub(super) fn behind(
    said: Option<Timestamp>,
    folded: Option<Timestamp>,
    before: Option<&Stale>,
    now: Timestamp,
) -> Option<Stale> {
    (said? < folded?).then(|| Stale::again(before, now))
}

/// Whether a stale run is long enough for the vendor's time to be accepted.
pub(super) fn stale_run_is_accepted(stale: &Stale, now: Timestamp) -> bool {
    stale.polls >= STALE_POLLS_MIN && now.since(stale.since) > STALE_AT_MOST
}

/// Returns a vendor's time of change, unless it is further ahead than [`CLOCK_SKEW`].
pub(super) fn plausible(said: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    said.filter(|said| *said <= now.plus(CLOCK_SKEW))
}

/// Whether a vendor's time of change is plausible and later than the folded one.
pub(super) fn is_newer(said: Option<Timestamp>, folded: Option<Timestamp>, now: Timestamp) -> bool {
    matches!((plausible(said, now), folded), (Some(said), Some(folded)) if said > folded)
}

/// Whether a vendor's time of change is earlier than the folded one.
pub(super) fn is_older(said: Option<Timestamp>, folded: Option<Timestamp>) -> bool {
    matches!((said, folded), (Some(said), Some(folded)) if said < folded)
}
