//! What every handler shares.

use std::sync::Arc;

use serde::{Serialize, Serializer};
use signalbook_domain::{Position, Timestamp};
use signalbook_proto::chain::EpochId;
use utoipa::ToSchema;

use crate::Api;
use crate::problem::Problem;

/// The state of the router.
pub(crate) type Shared = Arc<AppState>;

/// The ports.
pub(crate) struct AppState {
    pub(crate) api: Api,
}

/// What an answer is a function of, beside the time of asking: the events that the views have
/// reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Reached {
    /// The epoch of the log: its life from its beginning, or from an accepted restore, to the next.
    /// It names this log among all. In another epoch, positions name other events.
    #[schema(value_type = String, example = "1-9f31c2aa")]
    #[serde(serialize_with = "as_text")]
    pub(crate) epoch: EpochId,
    /// The position that the views have reached.
    #[schema(value_type = u64)]
    pub(crate) position: Position,
}

fn as_text<S: Serializer>(epoch: &EpochId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(epoch)
}

impl AppState {
    /// The state over `api`.
    pub(crate) fn new(api: Api) -> Self {
        Self { api }
    }

    /// The moment of asking.
    pub(crate) fn now(&self) -> Timestamp {
        self.api.clock.now().into()
    }

    /// What the views have reached.
    pub(crate) async fn reached(&self) -> Result<Reached, Problem> {
        let checkpoint = self.api.views.checkpoint().await?;
        let reached =
            checkpoint.map(|known| Reached { epoch: known.epoch, position: known.position });
        match reached {
            Some(reached) => Ok(reached),
            None => Ok(Reached { epoch: self.api.log.head().await?.epoch, position: Position(0) }),
        }
    }
}

impl Reached {
    /// Refuses to go on from a place of another epoch: other rows may stand there now.
    pub(crate) fn expect_epoch(&self, given: EpochId) -> Result<(), Problem> {
        if given == self.epoch {
            return Ok(());
        }
        Err(Problem::OtherEpoch { given, current: self.epoch })
    }
}
