//! What goes on already when the play begins, so that there is something to see at once.

use jiff::{SignedDuration, Timestamp};

use super::{after, pages, plot::Plot, vendors::Vendor};
use crate::Life;

/// The vendor that is not well and does not say so, and the component that shows it.
const UNTOLD: (&str, &str) = ("pixelbarn", "Edge Americas");

/// For so long, which is longer than any other trouble: a dashboard is to be opened meanwhile.
const UNTOLD_SECONDS: i64 = 240;

/// An incident that no list will show is over after so many seconds.
const LATE_SECONDS: i64 = 12;

/// What goes on at a vendor now, if anything does. What led to it enters the vendor's life.
pub(super) fn plot(
    vendor: &'static Vendor,
    life: &mut Life,
    rng: &mut fastrand::Rng,
    now: Timestamp,
) -> Option<Plot> {
    let (untold, component) = UNTOLD;
    if vendor.slug == untold {
        let (plot, act) = Plot::untold(&vendor.id(component), after(now, UNTOLD_SECONDS));
        life.push(now - SignedDuration::from_mins(8), act);
        return Some(plot);
    }
    if vendor.slug == pages::WITHOUT_HISTORY {
        let ends_at = after(now, LATE_SECONDS);
        let (plot, acts) = Plot::late(vendor, &vendor.stories[0], rng, ends_at);
        for (minutes, act) in acts {
            life.push(now - SignedDuration::from_mins(minutes), act);
        }
        return Some(plot);
    }
    None
}
