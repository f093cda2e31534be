//! Views that are rebuilt beside the current ones and then promoted.

use signalbook_domain::Position;
use signalbook_store::ReadAhead;
use signalbook_store::log::SharedLog;
use signalbook_store::views::SharedViews;

use super::{Projector, Saved, StepError};

/// The maximum number of events applied in one transaction. It is large because nothing waits for a
/// step, and a report whose events are close together is saved once.
const EVENTS_PER_STEP: u32 = 10_000;

/// A rebuild, applied up to `reached`.
pub(super) struct Rebuild {
    old: SharedViews,
    new: SharedViews,
    projector: Projector,
    reached: Position,
}

impl Rebuild {
    pub(super) async fn begin(log: &SharedLog, views: &SharedViews) -> Result<Self, StepError> {
        let new = views.begin_rebuild().await?;
        let mut projector = Projector::new(log.clone(), new.clone());
        projector.saved = Some(Saved::at(Position(0), log).await?);
        Ok(Self { old: views.clone(), new, projector, reached: Position(0) })
    }

    /// Continues to the end of the log. `progress` receives each position reached.
    pub(super) async fn build(
        &mut self,
        mut progress: impl FnMut(Position),
    ) -> Result<(), StepError> {
        let log = self.projector.log.clone();
        let mut ahead = ReadAhead::after(log, self.reached, EVENTS_PER_STEP);
        while let Some(position) = self.projector.project(&ahead.next().await?).await? {
            self.reached = position;
            progress(position);
        }
        Ok(())
    }

    /// Replaces the old views and returns the position of the new ones.
    pub(super) async fn promote(self) -> Result<Position, StepError> {
        let Self { old, new, projector, reached } = self;
        drop(projector);
        old.promote(new).await?;
        Ok(reached)
    }
}

/// Rebuilds the views beside the current ones and promotes them. `progress` receives each position
/// reached.
pub async fn rebuild(
    log: &SharedLog,
    views: &SharedViews,
    progress: impl FnMut(Position),
) -> Result<Position, StepError> {
    let mut rebuilt = Rebuild::begin(log, views).await?;
    rebuilt.build(progress).await?;
    rebuilt.promote().await
}
