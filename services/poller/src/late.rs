//! Lists that come too late for their poll.
//!
//! A poll tells what the current document says as soon as it is there, and waits for the others
//! only for [`LATE_AFTER`]. What is not there by then is received beside, in the slow lane, and told
//! with the page's next poll; meanwhile nobody asks for it again. So a list that hangs holds up no
//! poll of the current document, and one that is merely slow is read all the same.
//!
//! It is told later than it was received, by a pause between two polls at most, and says that it is
//! late: the current document beside it is newer, and proves it no older than it was when it was
//! asked for.
//!
//! What cannot be kept is dropped and asked for again: what comes when too many bytes wait already,
//! and what is still to come from a host of which several such lists are under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use signalbook_domain::PageId;
use signalbook_domain::observation::PollJob;
use signalbook_domain::page::host_of;
use tokio::task::JoinSet;

use crate::lanes::SlowPlace;
use crate::poll::Came;

/// A poll waits for so long for the lists, once the current document is there.
pub(crate) const LATE_AFTER: Duration = Duration::from_secs(2);

/// Bytes of lists that may wait for the next polls of their pages.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// Pages of one host whose lists may be under way beside other polls.
const OF_HOST_MAX: usize = 4;

/// The lists of pages that were not there in time.
#[derive(Default)]
pub(crate) struct Late {
    pages: Arc<Mutex<Pages>>,
    tasks: Mutex<JoinSet<()>>,
}

/// A page is in one of the two at most.
#[derive(Default)]
struct Pages {
    under_way: HashMap<PageId, UnderWay>,
    here: HashMap<PageId, Earlier>,
}

struct UnderWay {
    host: String,
    is_outdated: bool,
}

/// What came of the lists that an earlier poll of a page asked for.
#[derive(Default)]
pub(crate) struct Earlier {
    pub(crate) came: Vec<Came>,
    /// Whether the current document has changed since they were asked for.
    pub(crate) is_outdated: bool,
}

impl Late {
    /// Takes what came for a page, whose current document says something new if it `has_changed`;
    /// none if it is still to come.
    pub(crate) fn take(&self, page: PageId, has_changed: bool) -> Option<Earlier> {
        let mut pages = lock(&self.pages);
        if let Some(lists) = pages.under_way.get_mut(&page) {
            lists.is_outdated |= has_changed;
            return None;
        }
        Some(pages.here.remove(&page).unwrap_or_default())
    }

    /// Drops what came for a page that was not answered when it was to be told: it is asked for again
    /// once the page answers.
    pub(crate) fn forget(&self, page: PageId) {
        lock(&self.pages).here.remove(&page);
    }

    /// Goes on with `lists` beside the next polls.
    pub(crate) fn go_on(
        &self,
        job: &PollJob,
        enter: impl FnOnce() -> SlowPlace,
        lists: impl Future<Output = Vec<Came>> + Send + 'static,
    ) {
        let Some(expected) = Expected::begin(&self.pages, job) else { return };
        let place = enter();
        let mut tasks = lock(&self.tasks);
        while let Some(ended) = tasks.try_join_next() {
            if let Err(error) = ended
                && let Ok(panic) = error.try_into_panic()
            {
                std::panic::resume_unwind(panic);
            }
        }
        tasks.spawn(async move {
            if let Some(came) = place.work(lists).await {
                expected.keep(came);
            }
        });
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lists that are under way. Dropping it gives them up.
struct Expected {
    pages: Arc<Mutex<Pages>>,
    page: PageId,
}

impl Expected {
    /// Notes that lists are under way, unless several of their host are.
    fn begin(shared: &Arc<Mutex<Pages>>, job: &PollJob) -> Option<Self> {
        let host = host_of(&job.url).unwrap_or_default();
        let mut pages = lock(shared);
        if pages.under_way.values().filter(|lists| lists.host == host).count() >= OF_HOST_MAX {
            return None;
        }
        pages.here.remove(&job.page);
        pages.under_way.insert(job.page, UnderWay { host, is_outdated: false });
        drop(pages);
        Some(Self { pages: Arc::clone(shared), page: job.page })
    }

    /// Keeps what came for the page's next poll.
    fn keep(self, came: Vec<Came>) {
        let mut pages = lock(&self.pages);
        let waiting = pages.here.values().flat_map(|earlier| &earlier.came);
        let bytes: usize = waiting.chain(&came).map(Came::bytes).sum();
        if bytes <= BYTES_MAX
            && let Some(UnderWay { is_outdated, .. }) = pages.under_way.remove(&self.page)
        {
            pages.here.insert(self.page, Earlier { came, is_outdated });
        }
    }
}

impl Drop for Expected {
    fn drop(&mut self) {
        lock(&self.pages).under_way.remove(&self.page);
    }
}
