//! Bringing the views up with the log before anybody asks them.
//!
//! Wanted: whatever became of the files meanwhile, what is shown comes from this log. The log may
//! have been put back to an earlier copy, or be a new one beside the views of another; positions
//! fit by chance then, and events would be passed over without a word.
//!
//! So the views say which event of which log they end at. If the log does not have it there, they
//! are built anew; so are views whose damage shows on the way.

use signalbook_domain::Position;
use signalbook_store::StoreError;
use signalbook_store::log::SharedLog;
use signalbook_store::views::{Keys, SharedViews};

use crate::service::{Progress, Projector, StepError, rebuild};

/// Brings `views` up with `log`, or builds them anew if they are damaged or not of this log.
/// `progress` is told each position on the way.
pub async fn catch_up(
    log: &SharedLog,
    views: &SharedViews,
    mut progress: impl FnMut(Position),
) -> Result<(), StepError> {
    let caught_up = match foreign(log, views).await {
        Ok(None) => step_to_the_end(log, views, &mut progress).await,
        Ok(Some(reason)) => {
            tracing::warn!(reason, "the views are not of this log and are built anew from it");
            rebuild(log, views, &mut progress).await?;
            step_to_the_end(log, views, &mut progress).await
        }
        Err(error) => Err(error.into()),
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

/// Why `views` were not built from `log`, if they were not.
async fn foreign(log: &SharedLog, views: &SharedViews) -> Result<Option<&'static str>, StoreError> {
    let reached = views.reached().await?;
    if reached == Position(0) {
        return Ok(None);
    }
    let Some(origin) = views.load(&Keys::default()).await?.origin else {
        return Ok(Some("they do not say which log they were built from"));
    };
    let head = log.head().await?;
    if head.log_id != origin.log_id {
        return Ok(Some("they were built from another log"));
    }
    if head.position < reached {
        return Ok(Some("they are ahead of the log"));
    }
    let event = log.read_after(Position(reached.0 - 1), 1).await?.pop();
    let is_same = event.is_some_and(|event| event.hash == origin.hash);
    Ok((!is_same).then_some("they were built from other events"))
}
