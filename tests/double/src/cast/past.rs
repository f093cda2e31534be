//! Some months of ordinary incidents for each vendor.

use jiff::{SignedDuration, Timestamp};

use super::vendors::{Story, Vendor};
use crate::{
    Act, ComponentStatus, Life, Opening, Posting, Scheduling, Status, Window, derived_id, random_id,
};

/// How far the past reaches back, in hours: about four months.
const PAST_HOURS: i64 = 120 * 24;

/// The hours before now in which nothing happens, so that every vendor starts healthy.
const CALM_HOURS: i64 = 24;

/// The life of a vendor until `now`.
pub(super) fn life(vendor: &'static Vendor, rng: &mut fastrand::Rng, now: Timestamp) -> Life {
    let born_at = now - SignedDuration::from_hours(PAST_HOURS + 400 * 24);
    let mut life = Life::new(vendor.name, derived_id(vendor.slug), born_at);
    for (group, components) in vendor.groups {
        let group_id = vendor.id(group);
        life = life.group(&group_id, *group);
        for component in *components {
            life = life.component(vendor.id(component), *component, Some(&group_id));
        }
    }
    let count = rng.i64(4..=8);
    let share = (PAST_HOURS - CALM_HOURS) / (count + 1);
    let first = now - SignedDuration::from_hours(PAST_HOURS);
    for (turn, story) in (0..count).zip(vendor.stories.iter().cycle()) {
        let hour = share * turn + rng.i64(0..share / 2);
        let started_at = first + SignedDuration::from_secs(hour * 3600 + rng.i64(0..3600));
        tell(&mut life, vendor, story, rng, started_at);
    }
    let begins_at = first + SignedDuration::from_hours(share * count + 7);
    work(&mut life, vendor, rng, begins_at);
    life
}

/// One incident from beginning to end.
fn tell(
    life: &mut Life,
    vendor: &Vendor,
    story: &'static Story,
    rng: &mut fastrand::Rng,
    started_at: Timestamp,
) {
    let id = random_id(rng);
    let components = vendor.ids(story.components);
    let mut first = Posting::new(random_id(rng), Status::Investigating, story.seen);
    for component in &components {
        first = first.affects(component, story.worst());
    }
    let filed_at = started_at + SignedDuration::from_secs(rng.i64(0..600));
    let mut opening = Opening::new(&id, story.title, story.impact).started_at(started_at);
    opening.components.clone_from(&components);
    life.push(filed_at, Act::Open(opening.update(first)));

    let mut at = filed_at;
    for (status, body) in [(Status::Identified, story.cause), (Status::Monitoring, story.repair)] {
        at += SignedDuration::from_secs(rng.i64(300..3600));
        life.push(at, Act::post(&id, Posting::new(random_id(rng), status, body)));
    }
    at += SignedDuration::from_secs(rng.i64(600..5400));
    let mut last = Posting::new(random_id(rng), Status::Resolved, story.closing(rng));
    for component in &components {
        last = last.affects(component, ComponentStatus::Operational);
    }
    let last_id = last.id.clone();
    life.push(at, Act::post(&id, last));
    if rng.u8(..5) == 0 {
        let body = Some("This is over. The details follow in a postmortem.".to_owned());
        let edit =
            Act::EditUpdate { incident: id.clone(), update: last_id, body, display_at: None };
        life.push(at + SignedDuration::from_mins(40), edit);
    }
    if rng.bool() {
        let explained_at = at + SignedDuration::from_hours(rng.i64(2..20));
        life.push(explained_at, Act::postmortem(&id, &random_id(rng), story.postmortem));
    }
}

/// A maintenance from its announcement to its end.
fn work(life: &mut Life, vendor: &Vendor, rng: &mut fastrand::Rng, begins_at: Timestamp) {
    let id = random_id(rng);
    let components = vendor.ids(vendor.stories[0].components);
    let ends_at = begins_at + SignedDuration::from_hours(2);
    let announced = "We will do planned work in this window. Most of you will not notice.";
    let scheduling = Scheduling {
        id: id.clone(),
        title: vendor.work.to_owned(),
        window: Window { from: begins_at, until: ends_at },
        components: components.clone(),
        update: Some(Posting::new(random_id(rng), Status::Scheduled, announced)),
    };
    life.push(begins_at - SignedDuration::from_hours(90), Act::Schedule(scheduling));
    let mut begun = Posting::new(random_id(rng), Status::InProgress, "The work has begun.");
    let mut done = Posting::new(random_id(rng), Status::Completed, "The work is done.");
    for component in &components {
        begun = begun.affects(component, ComponentStatus::UnderMaintenance);
        done = done.affects(component, ComponentStatus::Operational);
    }
    life.push(begins_at, Act::post(&id, begun));
    life.push(ends_at - SignedDuration::from_mins(20), Act::post(&id, done));
}
