//! What a vendor feels like doing next, given its page.

mod compose;
mod draw;
mod second;

use jiff::{SignedDuration, Timestamp};

use crate::{Act, ComponentStatus, Incident, Page, Status, random_id};

/// A seeded source of acts.
#[derive(Clone, Debug)]
pub struct Whim {
    rng: fastrand::Rng,
}

/// How many incidents a random vendor has open at most.
const OPEN_MAX: usize = 3;

/// What a vendor may do.
#[derive(Clone, Copy)]
enum Kind {
    Open,
    Tell,
    Backdate,
    Resolve,
    Explain,
    Reopen,
    Retroactive,
    Schedule,
    Reschedule,
    Maintain,
    Second(Second),
    Rebuild(Rebuild),
}

/// What a vendor does when it thinks again about what it said.
#[derive(Clone, Copy)]
enum Second {
    Edit,
    Redate,
    RemoveUpdate,
    Silently,
    Retitle,
    Impact,
    Components,
    Times,
    Delete,
    Restore,
}

/// What a vendor does to its components.
#[derive(Clone, Copy)]
enum Rebuild {
    Set,
    Rename,
    Move,
    Add,
    Remove,
}

const WEIGHTS: [(Kind, u32); 25] = [
    (Kind::Open, 14),
    (Kind::Tell, 22),
    (Kind::Backdate, 3),
    (Kind::Resolve, 14),
    (Kind::Explain, 4),
    (Kind::Second(Second::Edit), 6),
    (Kind::Second(Second::Redate), 1),
    (Kind::Second(Second::RemoveUpdate), 2),
    (Kind::Second(Second::Silently), 2),
    (Kind::Second(Second::Retitle), 3),
    (Kind::Second(Second::Impact), 3),
    (Kind::Second(Second::Components), 3),
    (Kind::Second(Second::Times), 2),
    (Kind::Reopen, 2),
    (Kind::Second(Second::Delete), 2),
    (Kind::Second(Second::Restore), 1),
    (Kind::Retroactive, 3),
    (Kind::Schedule, 3),
    (Kind::Reschedule, 2),
    (Kind::Maintain, 6),
    (Kind::Rebuild(Rebuild::Set), 5),
    (Kind::Rebuild(Rebuild::Rename), 1),
    (Kind::Rebuild(Rebuild::Move), 1),
    (Kind::Rebuild(Rebuild::Add), 1),
    (Kind::Rebuild(Rebuild::Remove), 1),
];

impl Whim {
    /// The same seed proposes the same acts for the same pages.
    pub fn new(seed: u64) -> Self {
        Self { rng: fastrand::Rng::with_seed(seed ^ 0x5eed_0fac) }
    }

    /// A time to wait before the next act: `pace` in the mean, at least a millisecond.
    pub fn pause(&mut self, pace: SignedDuration) -> SignedDuration {
        SignedDuration::from_secs_f64(pace.as_secs_f64() * 2.0 * self.rng.f64())
            .max(SignedDuration::from_millis(1))
    }

    /// Something that this page's vendor may do now.
    pub fn next(&mut self, page: &Page, now: Timestamp) -> Act {
        loop {
            let kind = self.kind();
            if let Some(act) = self.propose(kind, page, now) {
                return act;
            }
        }
    }

    fn kind(&mut self) -> Kind {
        let total: u32 = WEIGHTS.iter().map(|(_, weight)| weight).sum();
        let mut left = self.rng.u32(..total);
        for (kind, weight) in WEIGHTS {
            if left < weight {
                return kind;
            }
            left -= weight;
        }
        Kind::Open
    }

    /// An act of this kind, if the page allows one.
    fn propose(&mut self, kind: Kind, page: &Page, now: Timestamp) -> Option<Act> {
        match kind {
            Kind::Open => (page.unresolved().count() < OPEN_MAX).then(|| self.open(page, now)),
            Kind::Tell => {
                let incident = self.pick(page.unresolved())?;
                Some(Act::post(&incident.id, self.telling(incident)))
            }
            Kind::Backdate => {
                let incident = self.pick(page.unresolved())?;
                let update = self.telling(incident).display_at(now - self.minutes(1..120));
                Some(Act::post(&incident.id, update))
            }
            Kind::Resolve => {
                let incident = self.pick(page.unresolved())?;
                let mut update = self.posting(Status::Resolved);
                for component in &incident.components {
                    update = update.affects(component, ComponentStatus::Operational);
                }
                Some(Act::post(&incident.id, update))
            }
            Kind::Explain => {
                let is_resolved = |held: &&Incident| held.status == Status::Resolved;
                let incident = self.pick(page.incidents.iter().filter(is_resolved))?;
                let id = random_id(&mut self.rng);
                let body = format!("## Looking back\n\n{}\n\n- {}\n", self.body(), self.body());
                Some(Act::postmortem(&incident.id, &id, &body))
            }
            Kind::Reopen => {
                let is_closed = |held: &&Incident| held.status.is_closed();
                let incident = self.pick(page.incidents.iter().filter(is_closed))?;
                let id = random_id(&mut self.rng);
                Some(Act::reopen(&incident.id, &id, self.body()))
            }
            Kind::Retroactive => Some(self.retroactive(page, now)),
            Kind::Schedule => Some(self.schedule(page, now)),
            Kind::Reschedule => {
                let is_planned = |held: &&Incident| held.status == Status::Scheduled;
                let maintenance =
                    self.pick(page.maintenances.iter().filter(is_planned))?.id.clone();
                let update = self.rng.bool().then(|| self.posting(Status::Scheduled));
                Some(Act::Reschedule { maintenance, window: self.window(now), update })
            }
            Kind::Maintain => self.maintain(page),
            Kind::Second(second) => self.think_again(second, page, now),
            Kind::Rebuild(rebuild) => self.rebuild(rebuild, page),
        }
    }
}
