//! What every handler shares.

use std::sync::Arc;

use signalbook_domain::Timestamp;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::Api;
use crate::problem::Problem;

/// The state of the router.
pub(crate) type Shared = Arc<App>;

/// The ports, and what never changes about them.
pub(crate) struct App {
    pub(crate) api: Api,
    log_id: OnceCell<Uuid>,
}

impl App {
    /// The state over `api`.
    pub(crate) fn new(api: Api) -> Self {
        Self { api, log_id: OnceCell::new() }
    }

    /// The moment of asking.
    pub(crate) fn now(&self) -> Timestamp {
        self.api.clock.now().into()
    }

    /// The identity of the log, asked for once: positions of two logs must not share an `ETag`.
    pub(crate) async fn log_id(&self) -> Result<Uuid, Problem> {
        let asked = self.log_id.get_or_try_init(|| async {
            let head = self.api.log.head().await?;
            Ok::<_, Problem>(head.log_id)
        });
        asked.await.copied()
    }
}
