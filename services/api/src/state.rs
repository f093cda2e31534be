//! State shared by all handlers.

use std::sync::Arc;

use serde::{Serialize, Serializer};
use signalbook_domain::{Position, Timestamp};
use signalbook_proto::chain::EpochId;
use tokio::sync::OnceCell;
use utoipa::ToSchema;

use crate::Api;
use crate::problem::Problem;

pub(crate) type Shared = Arc<AppState>;

pub(crate) struct AppState {
    pub(crate) api: Api,
    /// Read once: nothing is erased while the store is served.
    erasures: OnceCell<usize>,
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
    /// How much was erased from the log, which changes what is said of events before.
    #[serde(skip)]
    pub(crate) erasures: usize,
}

fn as_text<S: Serializer>(epoch: &EpochId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(epoch)
}

impl AppState {
    pub(crate) fn new(api: Api) -> Self {
        Self { api, erasures: OnceCell::new() }
    }

    /// The time of the request.
    pub(crate) fn now(&self) -> Timestamp {
        self.api.clock.now().into()
    }

    /// The checkpoint of the views, or the log's epoch at position 0 before the first one.
    pub(crate) async fn reached(&self) -> Result<Reached, Problem> {
        let log = &self.api.log;
        let count = async || log.erasures().await.map(|erasures| erasures.len());
        let erasures = *self.erasures.get_or_try_init(count).await?;
        let (epoch, position) = match self.api.views.checkpoint().await? {
            Some(checkpoint) => (checkpoint.epoch, checkpoint.position),
            None => (log.head().await?.epoch, Position(0)),
        };
        Ok(Reached { epoch, position, erasures })
    }
}

impl Reached {
    /// Refuses a place of another epoch, where other rows may be now.
    pub(crate) fn expect_epoch(&self, given: EpochId) -> Result<(), Problem> {
        if given == self.epoch {
            return Ok(());
        }
        Err(Problem::OtherEpoch { given, current: self.epoch })
    }
}
