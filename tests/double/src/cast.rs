//! The cast of the demo: invented vendors with a past, and an endless present.
//!
//! The past is some months of ordinary incidents.
//! The present is a play: [`Cast::next`] makes one thing happen each time it is called.
//! A trouble is a plot of a few beats with due times; whoever asks gets the beat that is due,
//! else a new trouble if few are on stage, else a small second thought about an old one.
//! So incidents live for some 20 to 60 seconds when `next` is called every few seconds, and never
//! more than [`TROUBLED_MAX`] vendors tell of trouble.
//!
//! Beside that, a vendor may be in trouble and not say so, and a page may fail its readers
//! ([`Cast::set_faults`]).

mod opening;
mod pages;
mod past;
mod plot;
mod vendors;

use jiff::{SignedDuration, Timestamp};

use self::{plot::Plot, vendors::Vendor};
use crate::{Act, Double, Life, Page, Status, random_id};

/// How many vendors tell of trouble or are under maintenance at once.
pub const TROUBLED_MAX: usize = 3;

/// The invented vendors and what they are about to do.
pub struct Cast {
    rng: fastrand::Rng,
    players: Vec<Player>,
    /// How much has happened.
    acts: usize,
}

/// One vendor on stage.
struct Player {
    vendor: &'static Vendor,
    life: Life,
    plot: Option<Plot>,
}

impl Cast {
    /// The cast at `now`, with some months behind it. The same seed gives the same past.
    pub fn new(seed: u64, now: Timestamp) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut player = |vendor| {
            let mut life = past::life(vendor, &mut rng, now);
            let plot = opening::plot(vendor, &mut life, &mut rng, now);
            Player { vendor, life, plot }
        };
        let players = vendors::ALL.iter().map(&mut player).collect();
        Self { rng, players, acts: 0 }
    }

    /// The slugs and lives of all vendors, to be served by a double.
    pub fn lives(&self) -> Vec<(String, Life)> {
        let pairs = self.players.iter();
        pairs.map(|player| (player.vendor.slug.to_owned(), player.life.clone())).collect()
    }

    /// The slugs of the vendors that tell of trouble or are under maintenance.
    pub fn troubled(&self) -> Vec<&str> {
        let troubled = self.players.iter().filter(|player| player.is_troubled());
        troubled.map(|player| player.vendor.slug).collect()
    }

    /// Gives the pages of `double`, which serves all vendors, the faults that they have now: a
    /// list that was never there, one that fails for a while, a page that breaks down.
    ///
    /// # Panics
    ///
    /// If a vendor is not served.
    pub fn set_faults(&self, double: &Double) {
        pages::set_faults(double, self.acts);
    }

    /// Makes something happen at `now`: who acts, and what it does.
    pub fn next(&mut self, now: Timestamp) -> (String, Act) {
        let (index, act) = self
            .due_beat(now)
            .or_else(|| self.new_trouble(now))
            .or_else(|| self.second_thought())
            .unwrap_or_else(|| self.empty_words());
        let player = &mut self.players[index];
        player.life.push(now, act.clone());
        self.acts += 1;
        (player.vendor.slug.to_owned(), act)
    }

    /// The beat that has been due for longest.
    fn due_beat(&mut self, now: Timestamp) -> Option<(usize, Act)> {
        let due_at = |player: &Player| player.plot.as_ref().map(Plot::due_at);
        let due = self.players.iter().enumerate();
        let (index, at) = due
            .filter_map(|(index, player)| due_at(player).map(|at| (index, at)))
            .min_by_key(|(_, at)| *at)?;
        if at > now {
            return None;
        }
        let plot = self.players[index].plot.as_mut()?;
        let act = plot.play();
        if plot.is_over() {
            self.players[index].plot = None;
        }
        Some((index, act))
    }

    /// A trouble at a healthy vendor: always if all are well, less often the more are not.
    fn new_trouble(&mut self, now: Timestamp) -> Option<(usize, Act)> {
        let troubled = self.troubled().len();
        let chance = [1.0, 0.5, 0.25].get(troubled).copied()?;
        if self.rng.f64() >= chance {
            return None;
        }
        let healthy: Vec<usize> =
            (0..self.players.len()).filter(|index| self.players[*index].plot.is_none()).collect();
        let index = healthy[self.rng.usize(..healthy.len())];
        let vendor = self.players[index].vendor;
        let (plot, act) = Plot::begin(vendor, &mut self.rng, now);
        self.players[index].plot = Some(plot);
        Some((index, act))
    }

    /// A postmortem for a resolved incident, or a corrected text.
    fn second_thought(&mut self) -> Option<(usize, Act)> {
        if self.rng.u8(..3) > 0 {
            return None;
        }
        let index = self.rng.usize(..self.players.len());
        let page = self.players[index].life.at(Timestamp::MAX);
        let incident = page.incidents.iter().rev().find(|held| held.status.is_closed())?;
        let story = self.players[index].vendor.story(&incident.title)?;
        if incident.status == Status::Resolved {
            let id = random_id(&mut self.rng);
            return Some((index, Act::postmortem(&incident.id, &id, story.postmortem)));
        }
        let last = incident.updates.iter().rev().find(|held| held.status == Status::Resolved)?;
        if last.body.ends_with(CORRECTION) {
            return None;
        }
        let body = Some(format!("{}{CORRECTION}", last.body));
        let (incident, update) = (incident.id.clone(), last.id.clone());
        Some((index, Act::EditUpdate { incident, update, body, display_at: None }))
    }

    /// Word from a trouble without news; if there is no trouble, a vendor rewrites an old text.
    fn empty_words(&mut self) -> (usize, Act) {
        let troubled: Vec<usize> =
            (0..self.players.len()).filter(|index| self.players[*index].is_troubled()).collect();
        let index = match troubled.len() {
            0 => self.rng.usize(..self.players.len()),
            count => troubled[self.rng.usize(..count)],
        };
        let page = self.players[index].life.at(Timestamp::MAX);
        let id = random_id(&mut self.rng);
        let plot = self.players[index].plot.as_ref();
        let act = plot.and_then(|plot| plot.still_here(&page, id));
        (index, act.unwrap_or_else(|| rewritten(&page)))
    }
}

impl Player {
    fn is_troubled(&self) -> bool {
        self.plot.as_ref().is_some_and(Plot::is_told)
    }
}

/// What a vendor adds to a text it thought better of.
const CORRECTION: &str = " Times are in UTC.";

/// The last act left to a calm page: its newest component is touched and nothing changes.
fn rewritten(page: &Page) -> Act {
    let component = page.components.iter().rev().find(|held| !held.is_group);
    let component = component.expect("every vendor of the cast has components");
    Act::SetComponent { component: component.id.clone(), status: component.status }
}

/// Seconds from a moment.
fn after(at: Timestamp, seconds: i64) -> Timestamp {
    at + SignedDuration::from_secs(seconds)
}

#[cfg(test)]
mod tests;
