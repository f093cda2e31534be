//! The projector: batch by batch from the log to the views, which it has built anew if they are
//! damaged.

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

/// Events that are applied in one transaction.
const EVENTS_PER_STEP: u32 = 2_000;

/// Without a hint the log is looked at this often: another process may have appended.
const IDLE: Duration = Duration::from_secs(1);

/// Why a step failed; the next one starts from what is saved.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An event cannot be understood: this program is older than the log.
    #[error("failed to project")]
    Decode(#[source] DecodeError),
    /// Another projector moved the views; the next step reads where they are.
    #[error("another projector moved the views")]
    Overtaken,
}

impl StepError {
    /// Whether the views have to be built anew before a step can go well.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Self::Store(error) => error.is_damage(),
            Self::Decode(_) | Self::Overtaken => false,
        }
    }
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It came to this position.
    Reached(Position),
    /// Nothing was left to do.
    Idle,
}

/// Keeps the views up with the log.
pub struct Projector {
    log: SharedLog,
    views: SharedViews,
    saved: Option<Saved>,
}

/// Where the views are, with the rows that were saved there. Both are true as long as nobody else
/// saves, and if somebody does, the next save is refused.
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
    /// A projector from `log` to `views`.
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

    /// Applies `records` behind what is saved. Answers how far that is.
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

    /// The rows that `facts` and `unknown` kinds touch: out of `kept`, or loaded.
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

    /// Steps until stopped: at once after progress, when the log grows, and after growing
    /// pauses when something fails. Has damaged views built anew. Lets `check` know whether it
    /// works.
    pub async fn run(mut self, clock: Arc<dyn Clock>, check: Check, stop: Stop) {
        let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(10));
        let mut repair = Repair::new(self.log.clone(), self.views.clone(), clock.clone());
        let mut appended = self.log.appended();
        let mut failures = 0;
        while !stop.is_stopped() {
            // Seen before looking, so that an append in between wakes us again.
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
                    // Damage is logged once, by the repair.
                    if !error.is_damage() {
                        let error = &error as &dyn std::error::Error;
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

    /// Puts `beside` in the place of the views, once it has come as far as they have.
    async fn promote(&mut self, mut rebuilt: Rebuild, repair: &mut Repair) {
        // What was read from damaged views may be wrong.
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

/// Reports to `check` how a step and repairs went.
fn report(check: &Check, stepped: &Result<Progress, StepError>, repair: &Repair) {
    match (repair.failure(), stepped) {
        (Some(failure), _) => check.not_ready(failure),
        (None, Err(error)) => check.not_ready(chain(error)),
        (None, Ok(_)) => check.ready(),
    }
}

/// Facts with their positions, and kinds that are not known.
type Decoded = (Vec<(Position, Fact)>, Vec<RecordKind>);

/// The facts, and the kinds of the events that a later version wrote. An erased event is neither.
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
