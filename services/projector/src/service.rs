//! The projector: applies the log to the views in batches and has damaged views rebuilt.

mod rebuild;
mod repair;

use std::sync::Arc;
use std::time::Duration;

use signalbook_domain::{Position, event::Fact};
use signalbook_proto::chain::EpochId;
use signalbook_proto::{DecodeError, Record};
use signalbook_runtime::{Backoff, Check, Clock, Stop, chain};
use signalbook_store::log::SharedLog;
use signalbook_store::views::{Keys, PassedOver, RecordKind, Rows, SharedViews};
use signalbook_store::{Checkpoint, SaveError, StoreError};

use self::rebuild::Rebuild;
pub use self::rebuild::rebuild;
use self::repair::Repair;
use crate::project::{apply, touch, touch_open};
use crate::row_cache::split_cached;

/// The maximum number of events applied in one transaction.
const EVENTS_PER_STEP: u32 = 2_000;

/// Interval between reads of the log without a hint: another process may have appended.
const IDLE: Duration = Duration::from_secs(1);

/// A failed step; the next one starts from the saved checkpoint.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An event is invalid: this program is older than the log.
    #[error("failed to project")]
    Decode(#[source] DecodeError),
    /// Another projector moved the views; the next step reads their position.
    #[error("another projector moved the views")]
    Overtaken,
}

impl StepError {
    /// Whether a rebuild must precede the next successful step.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Self::Store(error) => error.is_damage(),
            Self::Decode(_) | Self::Overtaken => false,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The views are at this position.
    Reached(Position),
    /// The log held no more events.
    Idle,
}

/// Keeps the views up to date with the log.
pub struct Projector {
    log: SharedLog,
    views: SharedViews,
    saved: Option<Saved>,
}

/// The views' position and the rows saved there. Both are valid until another projector saves; the
/// next save is then refused.
struct Saved {
    epoch: EpochId,
    position: Position,
    rows: Rows,
}

impl Saved {
    async fn at(position: Position, log: &SharedLog) -> Result<Self, StoreError> {
        Ok(Self { epoch: log.head().await?.epoch, position, rows: Rows::default() })
    }
}

impl Projector {
    pub fn new(log: SharedLog, views: SharedViews) -> Self {
        Self { log, views, saved: None }
    }

    /// Applies at most one batch.
    pub async fn step(&mut self) -> Result<Progress, StepError> {
        let saved = match self.saved.take() {
            Some(saved) => saved,
            None => Saved::at(self.views.reached().await?, &self.log).await?,
        };
        let from = self.saved.insert(saved).position;
        let records = self.log.read_after(from, EVENTS_PER_STEP).await?;
        match self.project(&records).await {
            Ok(Some(position)) => Ok(Progress::Reached(position)),
            Ok(None) => Ok(Progress::Idle),
            Err(StepError::Overtaken) => Ok(Progress::Reached(from)),
            Err(error) => Err(error),
        }
    }

    /// Applies `records` after the saved position and returns the new position.
    async fn project(&mut self, records: &[Record]) -> Result<Option<Position>, StepError> {
        let Some(last) = records.last() else { return Ok(None) };
        let Some(Saved { epoch, position: from, rows: mut kept }) = self.saved.take() else {
            return Ok(None);
        };
        let (facts, unknown) = decode(records)?;
        let mut rows = self.touched(&facts, &unknown, &mut kept).await?;
        for (position, fact) in &facts {
            apply(&mut rows, fact, *position);
        }
        for kind in unknown {
            let counted = PassedOver { of: kind.clone(), events: 0 };
            rows.passed_over.entry(kind).or_insert(counted).events += 1;
        }
        let to = Checkpoint { epoch, position: last.position, hash: last.hash };
        match self.views.save(from, &to, &rows).await {
            Ok(()) => {
                rows.intervals.clear();
                self.saved = Some(Saved { epoch, position: last.position, rows });
                Ok(Some(last.position))
            }
            Err(SaveError::Conflict { .. }) => Err(StepError::Overtaken),
            Err(SaveError::Store(error)) => Err(error.into()),
        }
    }

    /// Returns the rows that `facts` and `unknown` kinds touch, from `kept` or loaded.
    async fn touched(
        &self,
        facts: &[(Position, Fact)],
        unknown: &[RecordKind],
        kept: &mut Rows,
    ) -> Result<Rows, StoreError> {
        let mut keys = Keys { passed_over: unknown.iter().cloned().collect(), ..Keys::default() };
        for (_, fact) in facts {
            touch(&mut keys, fact);
        }
        let mut rows = self.rows(keys, kept).await?;
        let mut keys = Keys::default();
        for (_, fact) in facts {
            touch_open(&mut keys, &rows, fact);
        }
        keys.reports.retain(|id| !rows.reports.contains_key(id));
        if !keys.reports.is_empty() {
            rows.reports.append(&mut self.rows(keys, kept).await?.reports);
        }
        Ok(rows)
    }

    async fn rows(&self, keys: Keys, kept: &mut Rows) -> Result<Rows, StoreError> {
        let (mut rows, missing) = split_cached(kept, keys);
        let mut loaded = self.views.load(&missing).await?;
        rows.providers.append(&mut loaded.providers);
        rows.reports.append(&mut loaded.reports);
        rows.components.append(&mut loaded.components);
        rows.passed_over.append(&mut loaded.passed_over);
        Ok(rows)
    }

    /// Steps until stopped: immediately after progress, when the log grows, and with backoff after
    /// failures. Has damaged views rebuilt. Reports health to `check`.
    pub async fn run(mut self, clock: Arc<dyn Clock>, check: Check, stop: Stop) {
        let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(10));
        let mut repair = Repair::new(self.log.clone(), self.views.clone(), clock.clone());
        let mut appended = self.log.appended();
        let mut failures = 0;
        while !stop.is_stopped() {
            // Marked before the read, so that an append in between wakes the loop again.
            appended.mark_unchanged();
            let stepped = self.step().await;
            report(&check, &stepped, &repair);
            let pause = match stepped {
                Ok(progress) => {
                    failures = 0;
                    (progress == Progress::Idle).then_some(IDLE)
                }
                Err(error) => {
                    failures += 1;
                    // The repair logs damage, once.
                    if !error.is_damage() {
                        let error = chain(&error);
                        tracing::error!(error, failures, "projecting failed");
                    }
                    Some(backoff.delay(failures))
                }
            };
            let rest = async {
                if let Some(pause) = pause {
                    clock.sleep(pause).await;
                }
            };
            tokio::select! {
                () = stop.stopped() => {}
                Ok(()) = appended.changed(), if failures == 0 => {}
                () = rest => {}
                rebuilt = repair.next() => self.promote(rebuilt, &mut repair).await,
            }
        }
    }

    /// Promotes `rebuilt` once it has caught up with the log.
    async fn promote(&mut self, mut rebuilt: Rebuild, repair: &mut Repair) {
        // Rows read from damaged views may be wrong.
        self.saved = None;
        let built = rebuilt.build(|_| ()).await;
        let promoted = match built {
            Ok(()) => rebuilt.promote().await,
            Err(error) => Err(error),
        };
        match promoted {
            Ok(position) => repair.repaired(position),
            Err(error) => repair.failed(&error),
        }
    }
}

/// Reports the outcome of a step and of repairs to `check`.
fn report(check: &Check, stepped: &Result<Progress, StepError>, repair: &Repair) {
    match (repair.failure(), stepped) {
        (Some(failure), _) => check.not_ready(failure),
        (None, Err(error)) => check.not_ready(chain(error)),
        (None, Ok(_)) => check.ready(),
    }
}

/// Facts with their positions, and unknown kinds.
type Decoded = (Vec<(Position, Fact)>, Vec<RecordKind>);

/// Returns the facts and the kinds of events written by a later version. Skips erased events.
fn decode(records: &[Record]) -> Result<Decoded, StepError> {
    let (mut facts, mut unknown) = (Vec::with_capacity(records.len()), Vec::new());
    for record in records {
        match record.decode() {
            Ok(fact) => facts.push((record.position, fact)),
            Err(DecodeError::Erased(_)) => {}
            Err(DecodeError::Unknown { .. }) => unknown.push(RecordKind::of(record)),
            Err(error @ DecodeError::Invalid { .. }) => return Err(StepError::Decode(error)),
        }
    }
    Ok((facts, unknown))
}
