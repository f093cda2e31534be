//! Random lives: what vendors do over months, drawn from a seed.
//!
//! Real histories are full of second thoughts: texts rewritten days later, incidents filed after
//! the fact, resolved too early, deleted, brought back.
//! Every kind of act has its weight here, and each is drawn only where it makes sense, so a life
//! never contradicts itself.

mod whim;

use jiff::{SignedDuration, Timestamp};

pub use self::whim::Whim;
use crate::{Life, random_id};

/// What a random life is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// The same seed gives the same life.
    pub seed: u64,
    /// When the page is born.
    pub start: Timestamp,
    /// When nothing more happens.
    pub end: Timestamp,
    /// The mean time between two acts.
    pub pace: SignedDuration,
}

const NAMES: [&str; 6] =
    ["Copperline", "Fernbase", "Halyard", "Inkwell", "Juniper Row", "Lumen Yard"];
const GROUPS: [&str; 3] = ["Europe", "Americas", "Asia"];
const PARTS: [&str; 5] = ["API", "Console", "Webhooks", "Search", "Uploads"];

/// A page without a past, with some components in and out of groups; names repeat over groups.
pub fn newborn(seed: u64, born_at: Timestamp) -> Life {
    let mut rng = fastrand::Rng::with_seed(seed);
    let name = NAMES[rng.usize(..NAMES.len())];
    let mut life = Life::new(name, random_id(&mut rng), born_at);
    for group in &GROUPS[..rng.usize(1..=GROUPS.len())] {
        let group_id = random_id(&mut rng);
        life = life.group(&group_id, *group);
        for part in &PARTS[..rng.usize(1..=PARTS.len())] {
            life = life.component(random_id(&mut rng), *part, Some(&group_id));
        }
    }
    for part in &PARTS[..rng.usize(1..=2)] {
        life = life.component(random_id(&mut rng), *part, None);
    }
    life
}

/// The life that belongs to a course.
///
/// # Panics
///
/// Only if a [`Whim`] proposes an impossible act, which would be its mistake.
pub fn life(course: &Course) -> Life {
    let mut life = newborn(course.seed, course.start);
    let mut page = life.at(course.start);
    let mut whim = Whim::new(course.seed);
    let mut now = course.start;
    loop {
        now += whim.pause(course.pace);
        if now > course.end {
            return life;
        }
        let now = crate::life::to_millis(now);
        let act = whim.next(&page, now);
        if let Err(misstep) = page.apply(now, &act) {
            panic!("seed {} drew an impossible act: {misstep}", course.seed);
        }
        life.push(now, act);
    }
}

#[cfg(test)]
mod tests;
