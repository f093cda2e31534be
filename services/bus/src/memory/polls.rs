//! Polls waiting, at most one per page, and polls under way, at most one per page and
//! [`HOST_POLLS_MAX`] per host.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use signalbook_domain::PageId;
use signalbook_domain::observation::PollJob;
use signalbook_domain::page::host_of;

/// The maximum number of polls of one host under way at once. If a slow host serves thousands of
/// pages, their polls wait for each other and do not delay other hosts.
const HOST_POLLS_MAX: usize = 4;

#[derive(Default)]
pub(super) struct Polls {
    waiting: HashMap<PageId, Arc<PollJob>>,
    /// Pages in the order of their polls' arrival.
    order: VecDeque<PageId>,
    under_way: BTreeSet<PageId>,
    /// The number of polls under way per host.
    hosts: HashMap<String, usize>,
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
        let free = self.order.iter().position(|page| self.may_begin(*page))?;
        let page = self.order.remove(free)?;
        let job = self.waiting.remove(&page)?;
        self.under_way.insert(page);
        *self.hosts.entry(host_key(&job)).or_default() += 1;
        Some(job)
    }

    fn may_begin(&self, page: PageId) -> bool {
        let is_busy = |job: &Arc<PollJob>| {
            self.hosts.get(&host_key(job)).is_some_and(|under_way| *under_way >= HOST_POLLS_MAX)
        };
        !self.under_way.contains(&page) && !self.waiting.get(&page).is_some_and(is_busy)
    }

    pub(super) fn is_waiting(&self) -> bool {
        !self.order.is_empty()
    }

    /// Ends a poll. An unacknowledged one returns to the front unless a newer one waits.
    pub(super) fn finish(&mut self, job: Arc<PollJob>, done: bool) {
        self.under_way.remove(&job.page);
        let host = host_key(&job);
        if let Some(under_way) = self.hosts.get_mut(&host) {
            *under_way -= 1;
            if *under_way == 0 {
                self.hosts.remove(&host);
            }
        }
        if !done && !self.waiting.contains_key(&job.page) {
            self.order.push_front(job.page);
            self.waiting.insert(job.page, job);
        }
    }
}

/// The host of a poll; all addresses without a host share the empty key.
fn host_key(job: &PollJob) -> String {
    host_of(&job.url).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use signalbook_domain::observation::Slot;
    use uuid::Uuid;

    fn job(page: u128, host: &str) -> PollJob {
        PollJob {
            page: PageId(Uuid::from_u128(page)),
            provider: "acme".parse().unwrap(),
            url: format!("https://{host}/{page}"),
            slot: Slot(1),
            platform: None,
            wanted: Vec::new(),
        }
    }

    #[test]
    fn a_slow_host_keeps_its_own_polls_waiting_and_no_others() {
        let mut polls = Polls::default();
        let slow = u128::try_from(HOST_POLLS_MAX).unwrap() + 2;
        for page in 0..slow {
            polls.put(job(page, "slow.example"));
        }
        polls.put(job(99, "other.example"));
        let first: Vec<_> = (0..HOST_POLLS_MAX).map(|_| polls.take().unwrap()).collect();
        assert_eq!(polls.take().unwrap().url, "https://other.example/99");
        assert_eq!(polls.take(), None);
        polls.finish(first[0].clone(), true);
        assert_eq!(polls.take().unwrap().page.0.as_u128(), slow - 2);
        polls.finish(first[1].clone(), false);
        assert_eq!(polls.take().unwrap().page, first[1].page, "what came back goes first");
        assert_eq!(polls.take(), None);
    }
}
