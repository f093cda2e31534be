//! When each page is due, within the rate limit of each host. Pure: rows and the time are inputs,
//! due pages are the output.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use signalbook_domain::page::host_of;
use signalbook_domain::{PageId, Timestamp};
use signalbook_store::PageRow;

use crate::poll_policy::PollPolicy;

/// Spacing between pages at start. It is smaller if there are so many pages that the last would
/// wait longer than its interval.
const START_SPACING: Duration = Duration::from_millis(20);

/// The schedule of all watched pages.
///
/// Pages wait per host in the order in which they became due, so every page is polled even if a
/// host has more pages than its rate limit allows.
#[derive(Debug, Default)]
pub struct DueQueue {
    pages: HashMap<PageId, Queued>,
    hosts: HashMap<String, Host>,
    /// Hosts by the next time at which one of their pages may be taken.
    next: BTreeSet<(Timestamp, String)>,
}

#[derive(Debug)]
struct Queued {
    at: Timestamp,
    host: String,
    /// The row's `last_slot` when the page was planned.
    row_slot: i64,
    /// When its poll was last published.
    asked_at: Option<Timestamp>,
}

#[derive(Debug)]
struct Host {
    waiting: BTreeSet<(Timestamp, PageId)>,
    /// Earliest time of the host's next poll.
    free_at: Timestamp,
    /// The host's key in [`DueQueue::next`].
    position: Option<Timestamp>,
}

impl DueQueue {
    /// Plans all rows when the process starts.
    pub fn start(&mut self, rows: &[PageRow], policy: &PollPolicy, now: Timestamp) {
        self.update(rows, policy, now, PollPolicy::due_at_start);
    }

    /// Applies changed rows: plans new pages, drops unwatched ones, and replans pages whose last
    /// poll was folded since, as it may have changed their pace.
    pub fn sync(&mut self, rows: &[PageRow], policy: &PollPolicy, now: Timestamp) {
        self.update(rows, policy, now, PollPolicy::due);
    }

    /// `due` computes when a page without a plan is due.
    fn update(
        &mut self,
        rows: &[PageRow],
        policy: &PollPolicy,
        now: Timestamp,
        due: fn(&PollPolicy, &PageRow, Timestamp) -> Timestamp,
    ) {
        let is_fresh = |row: &&PageRow| row.watched && !self.pages.contains_key(&row.id);
        let count = u32::try_from(rows.iter().filter(is_fresh).count()).unwrap_or(u32::MAX);
        let mut fresh = 0;
        for row in rows {
            match self.pages.get(&row.id) {
                _ if !row.watched => self.remove(row.id),
                None => {
                    let spread = START_SPACING.min(row.interval / count.max(1)) * fresh;
                    fresh += 1;
                    let due = row
                        .poll_state
                        .last_poll_at
                        .map_or(now, |last| due(policy, row, last.min(now)));
                    self.insert(row, due.max(now.plus(spread)), None);
                }
                Some(planned) if planned.row_slot != row.poll_state.last_slot.0 => {
                    // A newer poll than the row's may be under way. The pause of a page that
                    // answers counts from the request, to keep its pace, but from no earlier than
                    // half an interval before the answer; the pause of a failing page counts from
                    // the failure.
                    let (asked_at, ended_at) = (planned.asked_at, row.poll_state.last_poll_at);
                    let last = match asked_at {
                        Some(_) if row.poll_state.failures() == 0 => {
                            asked_at.max(ended_at.map(|ended| ended.minus(row.interval / 2)))
                        }
                        Some(_) | None => ended_at.max(asked_at),
                    };
                    let last = last.unwrap_or(now).min(now);
                    self.insert(row, policy.due(row, last).max(now), asked_at);
                }
                Some(_) => {}
            }
        }
        self.hosts.retain(|_, host| !host.waiting.is_empty() || host.free_at > now);
    }

    /// Takes the pages due at `now`: at most one per host and at most `max`. The caller must return
    /// each with [`DueQueue::polled`].
    pub fn take_due(&mut self, policy: &PollPolicy, now: Timestamp, max: usize) -> Vec<PageId> {
        let mut taken = Vec::new();
        while taken.len() < max {
            let Some((_, name)) = self.next.first().filter(|(at, _)| *at <= now) else { break };
            let name = name.clone();
            let Some(host) = self.hosts.get_mut(&name) else { break };
            taken.extend(host.waiting.pop_first().map(|(_, page)| page));
            host.free_at = now.plus(policy.host_spacing);
            self.reindex_host(&name);
        }
        taken
    }

    /// Requeues a page whose poll was published at `now`. Its pause counts from `now`, even if the
    /// clock jumped.
    pub fn polled(&mut self, row: &PageRow, policy: &PollPolicy, now: Timestamp) {
        self.insert(row, policy.due(row, now).max(now.plus(Duration::from_millis(1))), Some(now));
    }

    /// Time until the next page is due; `None` if no page is watched.
    pub fn wait(&self, now: Timestamp) -> Option<Duration> {
        self.next.first().map(|(at, _)| at.since(now))
    }

    fn insert(&mut self, row: &PageRow, at: Timestamp, asked_at: Option<Timestamp>) {
        self.remove(row.id);
        let host = host_of(&row.url).unwrap_or_default();
        let entry = self.hosts.entry(host.clone()).or_insert_with(|| Host {
            waiting: BTreeSet::new(),
            free_at: Timestamp::MIN,
            position: None,
        });
        entry.waiting.insert((at, row.id));
        self.reindex_host(&host);
        let row_slot = row.poll_state.last_slot.0;
        self.pages.insert(row.id, Queued { at, host, row_slot, asked_at });
    }

    fn remove(&mut self, page: PageId) {
        let Some(planned) = self.pages.remove(&page) else { return };
        if let Some(host) = self.hosts.get_mut(&planned.host) {
            host.waiting.remove(&(planned.at, page));
        }
        self.reindex_host(&planned.host);
    }

    /// Updates a host's position in `next` after it changed.
    fn reindex_host(&mut self, name: &str) {
        let Some(host) = self.hosts.get_mut(name) else { return };
        let next = host.waiting.first().map(|(at, _)| host.free_at.max(*at));
        let before = std::mem::replace(&mut host.position, next);
        if before != next {
            self.next.extend(next.map(|at| (at, name.to_owned())));
            if let Some(at) = before {
                self.next.remove(&(at, name.to_owned()));
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
