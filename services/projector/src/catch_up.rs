//! Brings the views up to date with the log before they serve queries.
//!
//! Wanted: the views show this log, whatever happened to the files. The log may have been restored
//! from an earlier copy, or be a new one next to the views of another; positions may then match by
//! chance, and events would be silently skipped.
//!
//! How: views are rebuilt if the log does not have their checkpoint, if they passed over events
//! that this version knows, or if damage shows on the way. Whether the log may be appended to is
//! decided elsewhere.

use signalbook_domain::Position;
use signalbook_store::checkpoint::Comparison;
use signalbook_store::log::SharedLog;
use signalbook_store::views::{Rows, SharedViews};
use signalbook_store::{Checkpoint, SaveError};

use crate::service::{Progress, Projector, StepError, rebuild};

/// Brings `views` up to date with `log`, or rebuilds them if they are damaged or not of this log.
/// `progress` receives each position reached.
pub async fn catch_up(
    log: &SharedLog,
    views: &SharedViews,
    mut progress: impl FnMut(Position),
) -> Result<(), StepError> {
    let caught_up = match are_of(log, views).await {
        Ok(true) => step_to_the_end(log, views, &mut progress).await,
        Ok(false) => {
            tracing::warn!("the views do not show all of this log and are built anew from it");
            rebuild(log, views, &mut progress).await?;
            step_to_the_end(log, views, &mut progress).await
        }
        Err(error) => Err(error),
    };
    match caught_up {
        Err(error) if error.is_damage() => {
            let reason = error.to_string();
            tracing::warn!(reason, "damaged views are built anew");
            rebuild(log, views, &mut progress).await?;
            step_to_the_end(log, views, &mut progress).await
        }
        caught_up => caught_up,
    }
}

async fn step_to_the_end(
    log: &SharedLog,
    views: &SharedViews,
    progress: &mut impl FnMut(Position),
) -> Result<(), StepError> {
    let mut projector = Projector::new(log.clone(), views.clone());
    while let Progress::Reached(position) = projector.step().await? {
        progress(position);
    }
    Ok(())
}

/// Whether `views` were built from `log` by a version that knew at least the events this one knows.
/// If so, moves their checkpoint to the log's epoch.
async fn are_of(log: &SharedLog, views: &SharedViews) -> Result<bool, StepError> {
    let Some(checkpoint) = views.checkpoint().await? else { return Ok(true) };
    match checkpoint.compare(log.as_ref()).await? {
        Comparison::Superseded | Comparison::Contradiction(_) => return Ok(false),
        Comparison::Same => {}
    }
    if views.passed_over().await?.iter().any(|passed| passed.of.is_known()) {
        return Ok(false);
    }
    let epoch = log.head().await?.epoch;
    if epoch != checkpoint.epoch {
        let moved = Checkpoint { epoch, ..checkpoint };
        match views.save(checkpoint.position, &moved, &Rows::default()).await {
            Ok(()) => {}
            Err(SaveError::Conflict { .. }) => return Err(StepError::Overtaken),
            Err(SaveError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(true)
}
