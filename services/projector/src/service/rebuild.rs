//! Views that are built anew beside others, and then take their place.

use signalbook_domain::Position;
use signalbook_store::ReadAhead;
use signalbook_store::log::SharedLog;
use signalbook_store::views::SharedViews;

use super::{Projector, Saved, StepError};

/// Events that are applied in one transaction: nobody waits for a step, and an incident whose
/// events lie close together is saved once.
const EVENTS_PER_STEP: u32 = 10_000;

/// Views that are built anew, as far as they have come.
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

    /// Goes on to the end of the log. `progress` gets each position on the way.
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

    /// Puts them in the place of the old ones. Answers how far they have come.
    pub(super) async fn promote(self) -> Result<Position, StepError> {
        let Self { old, new, projector, reached } = self;
        drop(projector);
        old.promote(new).await?;
        Ok(reached)
    }
}

/// Builds the views anew beside the current ones, and swaps them in. `progress` gets each
/// position on the way.
pub async fn rebuild(
    log: &SharedLog,
    views: &SharedViews,
    progress: impl FnMut(Position),
) -> Result<Position, StepError> {
    let mut rebuilt = Rebuild::begin(log, views).await?;
    rebuilt.build(progress).await?;
    rebuilt.promote().await
}
