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
    /// The incident or planned work that tells of it; none if the vendor keeps silent.
    report: Option<String>,
    /// What is still to come, the next one last.
    beats: Vec<Beat>,
}

struct Beat {
    at: Timestamp,
    act: Act,
}

/// How long a trouble lasts, in seconds.
const LIFE_SECONDS: std::ops::RangeInclusive<i64> = 24..=48;

/// How often a trouble is planned work: once in this many.
const MAINTENANCE_ONCE_IN: u8 = 6;

/// How often a vendor says nothing of its trouble: once in this many.
const UNTOLD_ONCE_IN: u8 = 8;

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
        if rng.u8(..UNTOLD_ONCE_IN) == 0 {
            let (_, components) = vendor.groups[rng.usize(..vendor.groups.len())];
            let component = vendor.id(components[rng.usize(..components.len())]);
            return Self::untold(&component, ends_at);
        }
        let story = &vendor.stories[rng.usize(..vendor.stories.len())];
        let id = random_id(rng);
        let third = (ends_at.as_second() - now.as_second()) / 3;
        let mut beats = vec![
            ending(&id, vendor, story, rng, ends_at),
            Beat {
                at: after(now, third * 2),
                act: Act::post(
                    &id,
                    set_all(
                        Posting::new(random_id(rng), Status::Monitoring, story.repair),
                        &vendor.ids(story.components),
                        ComponentStatus::DegradedPerformance,
                    ),
                ),
            },
            Beat {
                at: after(now, third),
                act: Act::post(&id, Posting::new(random_id(rng), Status::Identified, story.cause)),
            },
        ];
        // Some vendors skip a phase.
        if rng.u8(..4) == 0 {
            beats.remove(rng.usize(1..=2));
        }
        let act = opening(&id, vendor, story, rng);
        (Self { report: Some(id), beats }, act)
    }

    /// A component that is not well until `ends_at`, and a vendor that does not say a word.
    pub(super) fn untold(component: &str, ends_at: Timestamp) -> (Self, Act) {
        let set = |status| Act::SetComponent { component: component.to_owned(), status };
        let end = Beat { at: ends_at, act: set(ComponentStatus::Operational) };
        let plot = Self { report: None, beats: vec![end] };
        (plot, set(ComponentStatus::DegradedPerformance))
    }

    /// What is left of a trouble that ends at `ends_at`, with the acts that led to it, each with
    /// the minutes from then until now.
    pub(super) fn late(
        vendor: &'static Vendor,
        story: &'static Story,
        rng: &mut fastrand::Rng,
        ends_at: Timestamp,
    ) -> (Self, [(i64, Act); 3]) {
        let id = random_id(rng);
        let post = |status, body, rng: &mut fastrand::Rng| {
            Act::post(&id, Posting::new(random_id(rng), status, body))
        };
        let acts = [
            (26, opening(&id, vendor, story, rng)),
            (17, post(Status::Identified, story.cause, rng)),
            (5, post(Status::Monitoring, story.repair, rng)),
        ];
        let beats = vec![ending(&id, vendor, story, rng, ends_at)];
        (Self { report: Some(id), beats }, acts)
    }

    fn plan_work(
        vendor: &'static Vendor,
        rng: &mut fastrand::Rng,
        now: Timestamp,
        ends_at: Timestamp,
    ) -> (Self, Act) {
        let id = random_id(rng);
        let components = vendor.ids(vendor.stories[0].components);
        let begins_at = after(now, 8);
        let announced = "We will do planned work shortly. Expect moments of slowness.";
        let begun = Posting::new(random_id(rng), Status::InProgress, "The planned work has begun.");
        let checked = Posting::new(
            random_id(rng),
            Status::Verifying,
            "The work itself is over; we are checking that all is as it was.",
        );
        let done = Posting::new(
            random_id(rng),
            Status::Completed,
            "The planned work is done. Thank you for your patience.",
        );
        let begun = set_all(begun, &components, ComponentStatus::UnderMaintenance);
        let done = set_all(done, &components, ComponentStatus::Operational);
        let beat = |at, posting| Beat { at, act: Act::post(&id, posting) };
        let beats =
            vec![beat(ends_at, done), beat(after(ends_at, -8), checked), beat(begins_at, begun)];
        let scheduling = Scheduling {
            id: id.clone(),
            title: vendor.work.to_owned(),
            window: Window { from: begins_at, until: ends_at },
            components,
            update: Some(Posting::new(random_id(rng), Status::Scheduled, announced)),
        };
        (Self { report: Some(id), beats }, Act::Schedule(scheduling))
    }

    /// When the next beat is due; a plot that is over is due at once, and gone.
    pub(super) fn due_at(&self) -> Timestamp {
        self.beats.last().map_or(Timestamp::MIN, |beat| beat.at)
    }

    pub(super) fn is_over(&self) -> bool {
        self.beats.is_empty()
    }

    /// Whether the vendor tells of it.
    pub(super) fn is_told(&self) -> bool {
        self.report.is_some()
    }

    /// Takes the next beat.
    pub(super) fn play(&mut self) -> Act {
        self.beats.pop().expect("a plot that is over is taken off the stage").act
    }

    /// An update that says nothing new, if the vendor says anything.
    pub(super) fn still_here(&self, page: &Page, update_id: String) -> Option<Act> {
        let report = self.report.as_ref()?;
        let status = page.incident(report).map_or(Status::Investigating, |held| held.status);
        let body = "We are still on it and will say more as soon as we can.";
        Some(Act::post(report, Posting::new(update_id, status, body)))
    }
}

/// The act that files an incident of `story`.
fn opening(
    id: &str,
    vendor: &'static Vendor,
    story: &'static Story,
    rng: &mut fastrand::Rng,
) -> Act {
    let components = vendor.ids(story.components);
    let first = Posting::new(random_id(rng), Status::Investigating, story.seen);
    let first = set_all(first, &components, story.worst());
    Act::Open(Opening { components, ..Opening::new(id, story.title, story.impact).update(first) })
}

/// The beat that closes it.
fn ending(
    id: &str,
    vendor: &'static Vendor,
    story: &'static Story,
    rng: &mut fastrand::Rng,
    at: Timestamp,
) -> Beat {
    let last = Posting::new(random_id(rng), Status::Resolved, story.closing(rng));
    let components = vendor.ids(story.components);
    Beat { at, act: Act::post(id, set_all(last, &components, ComponentStatus::Operational)) }
}

/// The posting with a new status for each of these components.
fn set_all(posting: Posting, components: &[String], status: ComponentStatus) -> Posting {
    components.iter().fold(posting, |posting, component| posting.affects(component, status))
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
