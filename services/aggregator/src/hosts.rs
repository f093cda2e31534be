//! Which provider's page has which host, to recognise links between providers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use signalbook_domain::Slug;
use signalbook_domain::page::host_of;
use signalbook_store::log::SharedLog;
use signalbook_store::{RowVersion, StoreError};

/// New pages are looked for again after this long: whoever adds one waits no longer until links to
/// it are recognised.
const READ_EVERY: Duration = Duration::from_mins(10);

/// The hosts of all pages. A page's host never changes, so what was read stays true.
#[derive(Default)]
pub(crate) struct Hosts {
    pub(crate) providers: Arc<BTreeMap<String, Slug>>,
    mark: RowVersion,
    read_at: Option<Duration>,
}

impl Hosts {
    /// Reads what is new, if that was long ago at the monotonic time `now`.
    pub(crate) async fn read(&mut self, log: &SharedLog, now: Duration) -> Result<(), StoreError> {
        if self.read_at.is_some_and(|at| now.saturating_sub(at) < READ_EVERY) {
            return Ok(());
        }
        let (rows, mark) = log.pages_after(self.mark).await?;
        let hosts = rows.into_iter().filter_map(|row| Some((host_of(&row.url)?, row.provider)));
        Arc::make_mut(&mut self.providers).extend(hosts);
        self.mark = mark;
        self.read_at = Some(now);
        Ok(())
    }
}
