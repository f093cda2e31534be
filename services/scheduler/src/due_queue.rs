//! When each page is due, within the rate limit of each host. Pure: the rows and the time come in,
//! the due pages go out.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use signalbook_domain::page::host_of;
use signalbook_domain::{PageId, Timestamp};
use signalbook_store::PageRow;

use crate::poll_policy::PollPolicy;

/// At start, pages are spread so that each has this long to itself, or less if they are so many that
/// the last would wait for longer than its interval.
const START_SPACING: Duration = Duration::from_millis(20);

/// When each page is due.
///
/// Pages wait at their host, in the order in which they became due, so that each has its turn
/// also where there are more of them than the host may be asked for.
#[derive(Debug, Default)]
pub struct DueQueue {
    pages: HashMap<PageId, Queued>,
    hosts: HashMap<String, Host>,
    /// The hosts by the next moment at which one of their pages may be taken.
    next: BTreeSet<(Timestamp, String)>,
}

#[derive(Debug)]
struct Queued {
    at: Timestamp,
    host: String,
    /// The last slot that the row had when it was planned.
    row_slot: i64,
    /// When its poll was last put on the bus.
    asked_at: Option<Timestamp>,
}

#[derive(Debug)]
struct Host {
    waiting: BTreeSet<(Timestamp, PageId)>,
    /// It is left alone until then.
    free_at: Timestamp,
    /// Where it stands among the others.
    position: Option<Timestamp>,
}

impl DueQueue {
    /// Takes in all rows when the process starts.
    pub fn start(&mut self, rows: &[PageRow], policy: &PollPolicy, now: Timestamp) {
        self.update(rows, policy, now, PollPolicy::due_at_start);
    }

    /// Takes in rows that were written since the last time: new pages are planned, those that are
    /// not watched any more forgotten, and those whose last poll was folded since are planned
    /// anew, since it may have changed their pace.
    pub fn sync(&mut self, rows: &[PageRow], policy: &PollPolicy, now: Timestamp) {
        self.update(rows, policy, now, PollPolicy::due);
    }

    /// `due` says when a page is due that was not planned before.
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
                    // A poll may be under way that is newer than the one in the row. A
                    // page that answers is polled at its pace, however long its polls take, but it
                    // is left alone in between; one that fails is so from when it failed.
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

    /// The pages that are due at `now`, at most one a host, at most `max`; each has to be given
    /// back with [`DueQueue::polled`].
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

    /// A page's poll was put on the bus at `now`: it is due again after its pause. If the clock
    /// jumped, that is counted from the new time.
    pub fn polled(&mut self, row: &PageRow, policy: &PollPolicy, now: Timestamp) {
        self.insert(row, policy.due(row, now).max(now.plus(Duration::from_millis(1))), Some(now));
    }

    /// How long until a page is due; none if no page is watched.
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

    /// Puts a host where it belongs among the others, after a change of it.
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
