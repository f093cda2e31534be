//! Carries out a plan, move by move, and lets the oracle judge after each.

mod beginning;
mod delivery;
mod ending;
mod outside;

use std::collections::BTreeSet;
use std::sync::Arc;

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp as Moment};
use serde_json::Value;
use signalbook_aggregator::Aggregator;
use signalbook_bus::{MemoryBus, SharedBus};
use signalbook_domain::observation::Observation;
use signalbook_domain::{ObservationId, Position};
use signalbook_projector::{Progress, Projector};
use signalbook_proto::json::EventJson;
use signalbook_runtime::{Clock as _, Ids, ManualClock};
use signalbook_scheduler::{PollPolicy, job::job};
use signalbook_store::PageRow;
use signalbook_store::evidence::SharedEvidence;
use signalbook_store::log::SharedLog;
use signalbook_store::views::SharedViews;

use crate::breaks::Break;
use crate::faults::{Counts, Trap, Trouble};
use crate::fetch::{Catch, Fetch};
use crate::moves::{Mishap, Move, Plan, Saving, Weather};
use crate::oracle::PageOracle;
use crate::oracle::shown::Served;
use crate::oracle::told::Objection;
use crate::oracle::views::Held;
use crate::vendor::Vendor;
use crate::wire::Wire;

/// What a poll brought, kept to be delivered.
#[derive(Clone)]
pub(crate) struct Parcel {
    page: usize,
    observation: Observation,
    served: Served,
    /// Whether it was folded when it arrived.
    folded: bool,
}

/// A run that is being carried out.
pub(crate) struct Run {
    rng: Rng,
    now: Moment,
    ahead: SignedDuration,
    oldest_copy: Moment,
    clock: ManualClock,
    ids: Arc<dyn Ids>,
    vendors: Vec<Vendor>,
    oracle: Vec<PageOracle>,
    broken: Option<Break>,
    /// The stores as they are.
    log: SharedLog,
    views: SharedViews,
    evidence: SharedEvidence,
    /// The stores as the roles see them.
    seen_log: SharedLog,
    seen_views: SharedViews,
    seen_evidence: SharedEvidence,
    append_trap: Trap,
    save_trap: Trap,
    keep_trap: Trap,
    /// The network, if polls go through it.
    wire: Option<Wire>,
    bus: SharedBus,
    aggregator: Aggregator,
    projector: Projector,
    position: Position,
    /// The last turn that arrived at the aggregator.
    last_turn: i64,
    /// Whether the last observation was folded and acknowledged.
    is_taken: bool,
    /// Pages that were added or taken out since they were last heard.
    moved: BTreeSet<usize>,
    under_way: Vec<Parcel>,
    delivered: Vec<Parcel>,
    pub(crate) counts: Counts,
}

/// Carries out `plan` to its end. Answers how often each fault fired, or what is wrong and after
/// how many moves.
pub(crate) async fn carry_out(
    plan: &Plan,
    broken: Option<Break>,
) -> Result<Counts, (usize, Objection)> {
    let mut run = Run::begin(plan, broken).await.map_err(|objection| (0, objection))?;
    for (index, step) in plan.moves.iter().enumerate() {
        run.step(*step).await.map_err(|objection| (index + 1, objection))?;
    }
    run.end().await.map_err(|objection| (plan.moves.len(), objection))?;
    Ok(run.counts)
}

impl Run {
    async fn step(&mut self, step: Move) -> Result<(), Objection> {
        match step {
            Move::Pass { seconds } => {
                self.pass(SignedDuration::from_secs(i64::from(seconds)));
                if seconds > 24 * 3_600 - 1 {
                    self.counts.fired("pause.of_days");
                }
            }
            Move::Act { page } => {
                self.change(page, Vendor::act);
            }
            Move::Odd { page, oddity } => self.odd(page, oddity),
            Move::Poll { page, weather, mishap } => self.poll(page, weather, mishap).await?,
            Move::Hold { page, weather } => {
                if let Some(parcel) = self.fetch(page, weather).await {
                    self.counts.fired("observation.delayed");
                    self.under_way.push(parcel);
                }
            }
            Move::Release { newest_first } => self.release(newest_first).await?,
            Move::Repeat { back } => self.repeat(back).await?,
            Move::Project { mishap } => {
                if mishap == Saving::Crashes {
                    self.save().await?;
                }
                self.project(mishap).await;
            }
            Move::Crash => {
                self.counts.fired("crash.between_steps");
                self.save().await?;
                self.restart();
            }
            Move::Clock { minutes } => self.set_clock(minutes).await?,
            Move::Remove { page } => self.watch(page, false).await?,
            Move::Return { page } => self.watch(page, true).await?,
            Move::Compare => self.compare().await?,
        }
        Ok(())
    }

    /// Every role ends, and begins anew from the stores; what is on the bus is lost.
    fn restart(&mut self) {
        let clock = Arc::new(self.clock.clone());
        self.bus = Arc::new(MemoryBus::new(1));
        let (log, evidence) = (self.seen_log.clone(), self.seen_evidence.clone());
        self.aggregator = Aggregator::new(log, evidence, self.bus.clone(), clock, 0)
            .with_reader(Break::reader(self.broken));
        self.projector = Projector::new(self.seen_log.clone(), self.seen_views.clone());
    }

    /// The events since the last look, as everybody may read them.
    async fn news(&mut self) -> Result<Vec<Value>, Objection> {
        let records = self.log.read_after(self.position, 20_000).await.unwrap();
        let mut events = Vec::with_capacity(records.len());
        for record in &records {
            if record.position != self.position.next() {
                return Err(format!("a gap in the log before {}", record.position));
            }
            self.position = record.position;
            let fact = record.decode().map_err(|error| error.to_string())?;
            let json = EventJson::new(record, Some(&fact));
            events.push(serde_json::to_value(json).unwrap());
        }
        Ok(events)
    }

    /// Polls a page. Answers nothing if it is not watched.
    async fn fetch(&mut self, page: usize, weather: Weather) -> Option<Parcel> {
        self.pass(SignedDuration::from_secs(1));
        let row: PageRow = self.log.page(self.watched(page).id()).await.unwrap()?;
        if !row.watched {
            return None;
        }
        let now = self.our_now();
        let row = Break::row(self.broken, row);
        let job = job(&row, &PollPolicy::default(), now);
        let (vendor, now_there, oldest_copy) =
            (&mut self.vendors[page], self.now, self.oldest_copy);
        let (rng, clock) = (&mut self.rng, self.clock.now());
        let Catch { outcome, served, fired } = if let Some(wire) = &self.wire {
            wire.fetch(vendor, &job, weather, now_there, oldest_copy).await
        } else {
            let now = now_there;
            Fetch { vendor, rng, job: &job, weather, now, oldest_copy, clock }.carry_out()
        };
        for kind in fired {
            self.counts.fired(&kind);
        }
        let observation = Observation {
            id: ObservationId::new(now, self.ids.random_bytes()),
            page: job.page,
            provider: job.provider,
            slot: job.slot,
            observed_at: now,
            outcome,
        };
        Some(Parcel { page, observation, served, folded: false })
    }

    async fn poll(
        &mut self,
        page: usize,
        weather: Weather,
        mishap: Mishap,
    ) -> Result<(), Objection> {
        let Some(parcel) = self.fetch(page, weather).await else { return Ok(()) };
        self.deliver(&parcel, mishap).await
    }

    async fn project(&mut self, mishap: Saving) {
        let trouble = match mishap {
            Saving::Works => None,
            Saving::Fails => Some(Trouble::Before),
            Saving::AnswerLost | Saving::Crashes => Some(Trouble::After),
        };
        self.save_trap.set(trouble);
        if self.projector.step().await.is_err() {
            let fired = if mishap == Saving::Fails { "failed.views" } else { "answer_lost.views" };
            self.counts.fired(fired);
            if mishap == Saving::Crashes {
                self.restart();
            }
        }
        self.save_trap.set(None);
        let mut steps = 0;
        while let Progress::Reached(_) = self.projector.step().await.unwrap() {
            steps += 1;
            assert!(steps < 50, "the views never reach the log's end");
        }
    }

    /// The views, caught up, against what was told and shown.
    async fn compare(&mut self) -> Result<(), Objection> {
        self.project(Saving::Works).await;
        for (page, oracle) in self.oracle.iter().enumerate() {
            let held = Held::read(&self.views, &self.vendors[page].slug).await;
            held.compare(oracle)?;
            held.compare_times(oracle)?;
        }
        Ok(())
    }
}
