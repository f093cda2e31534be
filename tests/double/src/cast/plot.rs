//! A trouble on stage: what will happen to one vendor, and when.

use jiff::Timestamp;

use super::{
    after,
    vendors::{Story, Vendor},
};
use crate::{
    Act, ComponentStatus, Impact, Opening, Page, Posting, Scheduling, Status, Window, random_id,
};

/// A trouble that has begun.
pub(super) struct Plot {
    id: String,
    /// What is still to come, the next one last.
    beats: Vec<Beat>,
}

struct Beat {
    at: Timestamp,
    status: Status,
    body: &'static str,
    /// The components that the beat sets.
    affects: Vec<(String, ComponentStatus)>,
}

/// How long a trouble lasts, in seconds.
const LIFE_SECONDS: std::ops::RangeInclusive<i64> = 24..=48;

/// How often a trouble is planned work: once in this many.
const MAINTENANCE_ONCE_IN: u8 = 6;

impl Plot {
    /// A trouble that begins now, with the act that begins it.
    pub(super) fn begin(
        vendor: &'static Vendor,
        rng: &mut fastrand::Rng,
        now: Timestamp,
    ) -> (Self, Act) {
        let ends_at = after(now, rng.i64(LIFE_SECONDS));
        if rng.u8(..MAINTENANCE_ONCE_IN) == 0 {
            return Self::plan_work(vendor, rng, now, ends_at);
        }
        let story = &vendor.stories[rng.usize(..vendor.stories.len())];
        let id = random_id(rng);
        let components = vendor.ids(story.components);
        let set = |status| components.iter().map(|id| (id.clone(), status)).collect::<Vec<_>>();
        let first = Posting {
            affects: set(story.worst()),
            ..Posting::new(random_id(rng), Status::Investigating, story.seen)
        };
        let mut opening = Opening::new(&id, story.title, story.impact).update(first);
        opening.components.clone_from(&components);
        let third = (ends_at.as_second() - now.as_second()) / 3;
        let mut beats = vec![
            Beat {
                at: ends_at,
                status: Status::Resolved,
                body: story.closing(rng),
                affects: set(ComponentStatus::Operational),
            },
            Beat {
                at: after(now, third * 2),
                status: Status::Monitoring,
                body: story.repair,
                affects: set(ComponentStatus::DegradedPerformance),
            },
            Beat {
                at: after(now, third),
                status: Status::Identified,
                body: story.cause,
                affects: Vec::new(),
            },
        ];
        // Some vendors skip a phase.
        if rng.u8(..4) == 0 {
            beats.remove(rng.usize(1..=2));
        }
        (Self { id, beats }, Act::Open(opening))
    }

    fn plan_work(
        vendor: &'static Vendor,
        rng: &mut fastrand::Rng,
        now: Timestamp,
        ends_at: Timestamp,
    ) -> (Self, Act) {
        let id = random_id(rng);
        let components = vendor.ids(vendor.stories[0].components);
        let set = |status| components.iter().map(|id| (id.clone(), status)).collect::<Vec<_>>();
        let begins_at = after(now, 8);
        let scheduling = Scheduling {
            id: id.clone(),
            title: vendor.work.to_owned(),
            window: Window { from: begins_at, until: ends_at },
            components: components.clone(),
            update: Some(Posting::new(
                random_id(rng),
                Status::Scheduled,
                "We will do planned work shortly. Expect moments of slowness.",
            )),
        };
        let beats = vec![
            Beat {
                at: ends_at,
                status: Status::Completed,
                body: "The planned work is done. Thank you for your patience.",
                affects: set(ComponentStatus::Operational),
            },
            Beat {
                at: after(ends_at, -8),
                status: Status::Verifying,
                body: "The work itself is over; we are checking that all is as it was.",
                affects: Vec::new(),
            },
            Beat {
                at: begins_at,
                status: Status::InProgress,
                body: "The planned work has begun.",
                affects: set(ComponentStatus::UnderMaintenance),
            },
        ];
        (Self { id, beats }, Act::Schedule(scheduling))
    }

    /// When the next beat is due; a plot that is over is due at once, and gone.
    pub(super) fn due_at(&self) -> Timestamp {
        self.beats.last().map_or(Timestamp::MIN, |beat| beat.at)
    }

    pub(super) fn is_over(&self) -> bool {
        self.beats.is_empty()
    }

    /// Takes the next beat.
    pub(super) fn play(&mut self, rng: &mut fastrand::Rng) -> Act {
        let beat = self.beats.pop().expect("a plot that is over is taken off the stage");
        let posting = Posting {
            affects: beat.affects,
            ..Posting::new(random_id(rng), beat.status, beat.body)
        };
        Act::post(&self.id, posting)
    }

    /// An update that says nothing new.
    pub(super) fn still_here(&self, page: &Page, update_id: String) -> Act {
        let status = page.incident(&self.id).map_or(Status::Investigating, |held| held.status);
        let body = "We are still on it and will say more as soon as we can.";
        Act::post(&self.id, Posting::new(update_id, status, body))
    }
}

impl Story {
    /// The status of its components at its worst.
    pub(super) fn worst(&self) -> ComponentStatus {
        match self.impact {
            Impact::Critical => ComponentStatus::MajorOutage,
            Impact::Major => ComponentStatus::PartialOutage,
            Impact::None | Impact::Minor | Impact::Maintenance | Impact::Other(_) => {
                ComponentStatus::DegradedPerformance
            }
        }
    }
}
