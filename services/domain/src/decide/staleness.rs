//! Staleness: how old a document is, by the vendor's own times of change.

use std::time::Duration;

use crate::poll_state::{PollState, Stale};
use crate::time::Timestamp;

/// Vendors' caches serve answers up to an hour old. One that stays behind for longer than this
/// is believed after all: the vendor's clock went back.
pub const STALE_AT_MOST: Duration = Duration::from_hours(2);

/// Nor is it believed before so many polls in a row brought such an answer: hours may also pass
/// because our own clock jumped, or nobody polled.
pub const STALE_POLLS_MIN: u32 = 6;

/// A vendor time further in the future than this is not believed when staleness is judged.
pub const CLOCK_SKEW: Duration = Duration::from_mins(5);

/// The newest time of change that any document of the page gave.
pub(super) fn newest_page_time(poll_state: &PollState) -> Option<Timestamp> {
    poll_state.documents.values().filter_map(|document| document.page_updated_at).max()
}

/// Forgets times of change behind `believed`: a page whose clock went back is compared with its
/// new clock from then on, whichever of its documents is read.
pub(super) fn forget_later_times(poll_state: &mut PollState, believed: Option<Timestamp>) {
    let Some(believed) = believed else { return };
    for document in poll_state.documents.values_mut() {
        document.page_updated_at = document.page_updated_at.map(|then| then.min(believed));
    }
}

/// For how long answers have been older than what was `folded`, if one that says it is of `said`
/// is; `before` is the same of the answers before it.
pub(super) fn behind(
    said: Option<Timestamp>,
    folded: Option<Timestamp>,
    before: Option<&Stale>,
    now: Timestamp,
) -> Option<Stale> {
    (said? < folded?).then(|| Stale::again(before, now))
}

/// Whether a vendor that stays behind for so long is believed after all.
pub(super) fn stale_run_is_accepted(stale: &Stale, now: Timestamp) -> bool {
    stale.polls >= STALE_POLLS_MIN && now.since(stale.since) > STALE_AT_MOST
}

/// A vendor's time of change, unless it lies in the future.
pub(super) fn plausible(said: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    said.filter(|said| *said <= now.plus(CLOCK_SKEW))
}

/// Whether a vendor's time of change is later than the one that was folded.
pub(super) fn is_newer(said: Option<Timestamp>, folded: Option<Timestamp>, now: Timestamp) -> bool {
    matches!((plausible(said, now), folded), (Some(said), Some(folded)) if said > folded)
}

/// Whether a vendor's time of change is earlier than the one that was folded.
pub(super) fn is_older(said: Option<Timestamp>, folded: Option<Timestamp>) -> bool {
    matches!((said, folded), (Some(said), Some(folded)) if said < folded)
}
