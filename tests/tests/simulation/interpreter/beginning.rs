//! The beginning of a run: vendors, stores and roles.

use std::collections::BTreeSet;
use std::sync::Arc;

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp as Moment};
use signalbook_aggregator::Aggregator;
use signalbook_bus::{MemoryBus, SharedBus};
use signalbook_domain::Position;
use signalbook_projector::Projector;
use signalbook_runtime::{ManualClock, SeededIds};
use signalbook_store::evidence::SharedEvidence;
use signalbook_store::log::SharedLog;
use signalbook_store::views::SharedViews;
use signalbook_store_sqlite::{Location, SqliteEvidence, SqliteLog, SqliteViews};
use uuid::Uuid;

use super::Run;
use crate::breaks::Break;
use crate::faults::{Counts, FaultyEvidence, FaultyLog, FaultyViews, Trap};
use crate::moves::Plan;
use crate::oracle::PageOracle;
use crate::oracle::told::Objection;
use crate::vendor::Vendor;
use crate::wire::Wire;

const START: &str = "2026-03-01T00:00:00Z";

impl Run {
    pub(super) async fn begin(plan: &Plan, broken: Option<Break>) -> Result<Self, Objection> {
        let now: Moment = START.parse().unwrap();
        let clock = ManualClock::new(now.into());
        let log_id = Uuid::from_u128(u128::from(plan.seed) + 1);
        let log: SharedLog = Arc::new(SqliteLog::open(&Location::Memory, log_id).await.unwrap());
        let views: SharedViews = Arc::new(SqliteViews::open(&Location::Memory).await.unwrap());
        let evidence: SharedEvidence =
            Arc::new(SqliteEvidence::open(&Location::Memory, u64::MAX >> 1).await.unwrap());
        let (append_trap, save_trap, keep_trap) =
            (Trap::default(), Trap::default(), Trap::default());
        let (inner, trap) = (log.clone(), append_trap.clone());
        let seen_log: SharedLog = Arc::new(FaultyLog { inner, trap, broken });
        let (inner, trap) = (views.clone(), save_trap.clone());
        let seen_views: SharedViews = Arc::new(FaultyViews { inner, trap, broken });
        let (inner, trap) = (evidence.clone(), keep_trap.clone());
        let seen_evidence: SharedEvidence = Arc::new(FaultyEvidence { inner, trap, broken });
        let bus: SharedBus = Arc::new(MemoryBus::new(1));
        let born_at = now - SignedDuration::from_hours(24);
        let vendors = (0..plan.pages)
            .map(|page| Vendor::new(plan.seed, page, plan.crowded && page == 0, born_at));
        let shared = Arc::new(clock.clone());
        let (log_seen, evidence_seen) = (seen_log.clone(), seen_evidence.clone());
        let aggregator = Aggregator::new(log_seen, evidence_seen, bus.clone(), shared, 0);
        let mut run = Self {
            rng: Rng::with_seed(plan.seed ^ 0x1a7e_a7e1),
            now,
            ahead: SignedDuration::ZERO,
            oldest_copy: born_at,
            ids: Arc::new(SeededIds::new(plan.seed)),
            wire: None,
            vendors: vendors.collect(),
            oracle: Vec::new(),
            aggregator,
            projector: Projector::new(seen_log.clone(), seen_views.clone()),
            broken,
            log,
            views,
            evidence,
            seen_log,
            seen_views,
            seen_evidence,
            append_trap,
            save_trap,
            keep_trap,
            bus,
            clock,
            position: Position(0),
            last_turn: 0,
            is_taken: false,
            moved: BTreeSet::new(),
            under_way: Vec::new(),
            delivered: Vec::new(),
            counts: Counts::default(),
        };
        run.restart();
        if plan.over_http {
            run.open_wire().await;
        }
        for page in 0..plan.pages {
            let id = run.watched(page).id();
            run.oracle.push(PageOracle::new(id.0));
        }
        for page in 0..plan.pages {
            run.configure(page, true).await?;
        }
        Ok(run)
    }

    /// Polls go through the network from now on.
    async fn open_wire(&mut self) {
        let wire = Wire::open(&self.clock, self.now).await;
        for vendor in &mut self.vendors {
            vendor.url = wire.serve(&vendor.slug, vendor.life().clone());
        }
        self.wire = Some(wire);
    }
}
