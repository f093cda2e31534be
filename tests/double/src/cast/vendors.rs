//! Who is in the cast.

mod build;
mod office;

use crate::{Impact, derived_id};

/// All vendors.
pub(super) const ALL: [Vendor; 8] = [
    office::PARCELWING,
    office::LEDGERLOFT,
    office::MAILFINCH,
    office::VOXLANE,
    build::STACKMOOR,
    build::QUERYGROVE,
    build::PIXELBARN,
    build::KEYHARBOR,
];

/// An invented vendor.
pub(super) struct Vendor {
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    /// Groups with their components; component names are unique within a vendor.
    pub(super) groups: &'static [(&'static str, &'static [&'static str])],
    /// The title of its planned work.
    pub(super) work: &'static str,
    /// What goes wrong there.
    pub(super) stories: &'static [Story],
}

/// Something that goes wrong.
pub(super) struct Story {
    pub(super) title: &'static str,
    pub(super) impact: Impact,
    pub(super) components: &'static [&'static str],
    /// The first word.
    pub(super) seen: &'static str,
    /// The word once the cause is known.
    pub(super) cause: &'static str,
    /// The word once the repair is out.
    pub(super) repair: &'static str,
    /// The explanation days later.
    pub(super) postmortem: &'static str,
}

impl Vendor {
    /// The id of a group or component by its name.
    pub(super) fn id(&self, name: &str) -> String {
        derived_id(&format!("{}/{name}", self.slug))
    }

    /// The ids of components by their names.
    pub(super) fn ids(&self, names: &[&str]) -> Vec<String> {
        names.iter().map(|name| self.id(name)).collect()
    }

    /// The story with this title.
    pub(super) fn story(&self, title: &str) -> Option<&'static Story> {
        self.stories.iter().find(|story| story.title == title)
    }
}

impl Story {
    /// Some closing words.
    #[expect(clippy::unused_self, reason = "a story closes itself; the words are common to all")]
    pub(super) fn closing(&self, rng: &mut fastrand::Rng) -> &'static str {
        CLOSINGS[rng.usize(..CLOSINGS.len())]
    }
}

const CLOSINGS: [&str; 6] = [
    "Everything has been back to normal for a while. This incident is over.",
    "We see no more errors and consider this resolved.",
    "All figures are where they should be. Thank you for bearing with us.",
    "The trouble is over. If you still notice anything, please write to us.",
    "The repair holds. We are closing this incident.",
    "All backlogs are worked off and nothing was lost. This is resolved.",
];
