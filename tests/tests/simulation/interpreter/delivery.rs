//! How an observation reaches the aggregator, and what may go wrong on the way.

use super::{Parcel, Run};
use crate::breaks::Break;
use crate::faults::Trouble;
use crate::moves::{Aftermath, Mishap};
use crate::oracle::Heard;
use crate::oracle::told::Objection;

/// Observations that are remembered, to arrive once more.
const REMEMBERED: usize = 6;

impl Run {
    /// Delivers an observation and lets the oracle judge what came of it.
    pub(super) async fn deliver(
        &mut self,
        parcel: &Parcel,
        mishap: Mishap,
    ) -> Result<(), Objection> {
        if mishap != Mishap::None {
            self.save().await?;
        }
        let folded = match mishap {
            Mishap::None => self.hear(parcel).await,
            Mishap::BeforeFold { redelivered } => {
                self.counts.fired("crash.before_fold");
                self.restart();
                redelivered && self.fold(parcel).await
            }
            Mishap::Evidence { kept } => {
                self.keep_trap.set(Some(trouble(kept)));
                let folded = self.fold(parcel).await;
                if self.keep_trap.unset() {
                    let kind = if kept { "answer_lost.evidence" } else { "failed.evidence" };
                    self.counts.fired(kind);
                }
                folded
            }
            Mishap::Append { committed, then } => {
                self.append_trap.set(Some(trouble(committed)));
                let folded = self.fold(parcel).await;
                self.append_trap.set(None);
                if !folded {
                    self.count_append(committed, then);
                }
                folded || self.again(parcel, then, committed).await
            }
            Mishap::BeforeAcknowledge { redelivered } => {
                let taken = self.take_in(parcel).await;
                self.counts.fired("crash.before_acknowledge");
                self.restart();
                let folded = taken && self.is_saved(parcel).await;
                if taken && !folded {
                    self.counts.fired("crash.before_save");
                }
                folded | (redelivered && self.fold(parcel).await)
            }
        };
        if !folded {
            self.counts.fired("observation.lost");
        }
        self.delivered.insert(0, Parcel { folded, ..parcel.clone() });
        self.delivered.truncate(REMEMBERED);
        if self.judge(parcel, folded).await? && folded {
            self.counts.fired("observation.overtaken");
        }
        Ok(())
    }

    /// What is under way arrives.
    pub(super) async fn release(&mut self, newest_first: bool) -> Result<(), Objection> {
        let mut parcels = std::mem::take(&mut self.under_way);
        if newest_first {
            parcels.reverse();
        }
        for parcel in parcels {
            self.deliver(&parcel, Mishap::None).await?;
        }
        Ok(())
    }

    /// An observation that arrived before arrives once more.
    pub(super) async fn repeat(&mut self, back: usize) -> Result<(), Objection> {
        let Some(parcel) = self.delivered.get(back).cloned() else { return Ok(()) };
        let folded = self.hear(&parcel).await;
        if self.judge(&parcel, folded).await? {
            self.counts.fired("observation.repeated");
        }
        Ok(())
    }

    /// Lets the oracle judge what an observation brought. Answers whether it came behind a newer
    /// one, or once more.
    async fn judge(&mut self, parcel: &Parcel, folded: bool) -> Result<bool, Objection> {
        let events = self.news().await?;
        let observation = &parcel.observation;
        let heard = Heard {
            id: observation.id.to_string(),
            slot: observation.slot.0,
            observed_at: observation.observed_at.micros(),
            served: &parcel.served,
            folded,
        };
        let verdict = self.oracle[parcel.page].hear(&heard, &events)?;
        if verdict.stale > 0 {
            let all = verdict.stale == verdict.documents;
            self.counts.fired(if all { "document.stale_all" } else { "document.stale_alone" });
        }
        self.counts.fired_times("report.end_inferred", verdict.inferred as u64);
        self.counts.fired_times("page.disagreed", verdict.disagreements as u64);
        Ok(verdict.overtaken)
    }

    /// Writes the rows of quiet polls, of which a crash forgets that they were.
    pub(super) async fn save(&mut self) -> Result<(), Objection> {
        self.aggregator.flush().await.map_err(|error| format!("rows are not saved: {error}"))
    }

    /// Puts the observation on the bus and folds it. Where somebody else moved the page's row, the
    /// aggregator learns of that when it writes the row, and decides anew. Answers whether it
    /// worked.
    async fn hear(&mut self, parcel: &Parcel) -> bool {
        if self.moved.remove(&parcel.page) {
            self.fold(parcel).await
        } else {
            self.take_in(parcel).await
        }
    }

    /// Puts the observation on the bus, folds it, and writes what waits to be written. Answers
    /// whether that worked.
    async fn fold(&mut self, parcel: &Parcel) -> bool {
        self.take_in(parcel).await && self.aggregator.flush().await.is_ok()
    }

    /// Puts the observation on the bus and folds it; a poll that said nothing new is then in
    /// memory alone. Answers whether that worked.
    async fn take_in(&mut self, parcel: &Parcel) -> bool {
        let observation = Break::delivery(self.broken, &parcel.observation, &mut self.last_turn);
        self.bus.publish_observation(observation).await.unwrap();
        self.is_taken = self.aggregator.step().await.is_ok();
        self.is_taken
    }

    /// Whether the turn of the observation is in the store: if not, it is as if it had never been.
    async fn is_saved(&self, parcel: &Parcel) -> bool {
        let row = self.log.page(parcel.observation.page).await.unwrap();
        row.is_some_and(|row| row.poll_state.last_slot >= parcel.observation.slot)
    }

    /// What follows on a mishap: whether the observation was folded in the end.
    async fn again(&mut self, parcel: &Parcel, then: Aftermath, folded: bool) -> bool {
        match then {
            // What was not acknowledged is given again by the bus.
            Aftermath::Retry => {
                let is_taken = self.is_taken || self.aggregator.step().await.is_ok();
                is_taken && self.aggregator.flush().await.is_ok()
            }
            Aftermath::Redelivered => {
                self.restart();
                self.fold(parcel).await
            }
            Aftermath::Lost => {
                self.restart();
                folded
            }
        }
    }

    /// Counts an append that went wrong: that of an observation, or of a row that is saved later.
    fn count_append(&mut self, committed: bool, then: Aftermath) {
        let append = if self.is_taken { "save" } else { "append" };
        let answer = if committed { "answer_lost" } else { "failed" };
        self.counts.fired(&format!("{answer}.{append}"));
        if then != Aftermath::Retry {
            let state = if committed { "committed" } else { "not_committed" };
            self.counts.fired(&format!("crash.{append}_{state}"));
        }
    }
}

fn trouble(after: bool) -> Trouble {
    if after { Trouble::After } else { Trouble::Before }
}
