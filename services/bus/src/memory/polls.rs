//! Polls that wait, at most one a page, and polls under way, at most one a page.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use signalbook_domain::PageId;
use signalbook_domain::observation::PollJob;

/// The state of the poll queue.
#[derive(Default)]
pub(super) struct Polls {
    waiting: HashMap<PageId, Arc<PollJob>>,
    /// Pages in the order in which their polls came.
    order: VecDeque<PageId>,
    under_way: BTreeSet<PageId>,
}

impl Polls {
    pub(super) fn put(&mut self, job: PollJob) {
        match self.waiting.get(&job.page) {
            Some(waiting) if waiting.slot >= job.slot => {}
            Some(_) => {
                self.waiting.insert(job.page, Arc::new(job));
            }
            None => {
                self.order.push_back(job.page);
                self.waiting.insert(job.page, Arc::new(job));
            }
        }
    }

    pub(super) fn take(&mut self) -> Option<Arc<PollJob>> {
        let free = self.order.iter().position(|page| !self.under_way.contains(page))?;
        let page = self.order.remove(free)?;
        self.under_way.insert(page);
        self.waiting.remove(&page)
    }

    pub(super) fn is_waiting(&self) -> bool {
        !self.order.is_empty()
    }

    /// A poll is done, or comes back in front of all others unless a newer one waits.
    pub(super) fn settle(&mut self, job: Arc<PollJob>, done: bool) {
        self.under_way.remove(&job.page);
        if !done && !self.waiting.contains_key(&job.page) {
            self.order.push_front(job.page);
            self.waiting.insert(job.page, job);
        }
    }
}
