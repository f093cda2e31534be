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
    pages: Arc<Pages>,
    tasks: Mutex<JoinSet<()>>,
}

#[derive(Default)]
struct Pages(Mutex<HashMap<PageId, Lists>>);

/// The lists of one page.
enum Lists {
    UnderWay {
        host: String,
        /// Whether the current document has changed since they were asked for.
        is_outdated: bool,
    },
    Here {
        came: Vec<Came>,
        is_outdated: bool,
    },
}

/// What has become of the lists that an earlier poll of a page asked for.
pub(crate) enum Earlier {
    /// There is nothing to wait for.
    Nothing,
    /// They are still to come.
    UnderWay,
    Here {
        came: Vec<Came>,
        /// Whether the current document has changed since they were asked for.
        is_outdated: bool,
    },
}

impl Late {
    /// Takes what came for a page, whose current document says something new if it `has_changed`.
    pub(crate) fn take(&self, page: PageId, has_changed: bool) -> Earlier {
        let mut pages = self.pages.lock();
        match pages.remove(&page) {
            None => Earlier::Nothing,
            Some(Lists::Here { came, is_outdated }) => Earlier::Here { came, is_outdated },
            Some(Lists::UnderWay { host, is_outdated }) => {
                let is_outdated = is_outdated || has_changed;
                pages.insert(page, Lists::UnderWay { host, is_outdated });
                Earlier::UnderWay
            }
        }
    }

    /// Drops what came for a page that was not answered when it was to be told: it is asked for again
    /// once the page answers.
    pub(crate) fn forget(&self, page: PageId) {
        let mut pages = self.pages.lock();
        if matches!(pages.get(&page), Some(Lists::Here { .. })) {
            pages.remove(&page);
        }
    }

    /// Goes on with `lists` beside the next polls.
    pub(crate) fn go_on(
        &self,
        job: &PollJob,
        enter: impl FnOnce() -> SlowPlace,
        lists: impl Future<Output = Vec<Came>> + Send + 'static,
    ) {
        let Some(expected) = self.pages.expect(job) else { return };
        let place = enter();
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
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

impl Pages {
    fn lock(&self) -> MutexGuard<'_, HashMap<PageId, Lists>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that lists are under way, unless several of their host are.
    fn expect(self: &Arc<Self>, job: &PollJob) -> Option<Expected> {
        let host = host_of(&job.url).unwrap_or_default();
        let mut pages = self.lock();
        let is_of_host = |lists: &&Lists| match lists {
            Lists::UnderWay { host: other, .. } => *other == host,
            Lists::Here { .. } => false,
        };
        if pages.values().filter(is_of_host).count() >= OF_HOST_MAX {
            return None;
        }
        pages.insert(job.page, Lists::UnderWay { host, is_outdated: false });
        drop(pages);
        Some(Expected { pages: Arc::clone(self), page: job.page })
    }
}

/// Lists that are under way. Dropping it gives them up.
struct Expected {
    pages: Arc<Pages>,
    page: PageId,
}

impl Expected {
    /// Keeps what came for the page's next poll.
    fn keep(self, came: Vec<Came>) {
        let mut pages = self.pages.lock();
        let waiting: usize = pages.values().map(Lists::bytes).sum();
        let bytes: usize = came.iter().map(Came::bytes).sum();
        if waiting + bytes <= BYTES_MAX
            && let Some(Lists::UnderWay { is_outdated, .. }) = pages.get(&self.page)
        {
            let is_outdated = *is_outdated;
            pages.insert(self.page, Lists::Here { came, is_outdated });
        }
    }
}

impl Drop for Expected {
    fn drop(&mut self) {
        let mut pages = self.pages.lock();
        if matches!(pages.get(&self.page), Some(Lists::UnderWay { .. })) {
            pages.remove(&self.page);
        }
    }
}

impl Lists {
    fn bytes(&self) -> usize {
        match self {
            Self::UnderWay { .. } => 0,
            Self::Here { came, .. } => came.iter().map(Came::bytes).sum(),
        }
    }
}
