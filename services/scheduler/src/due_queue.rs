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
                    // A poll may be under way that is newer than the one which the row tells of. A
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
pub(crate) mod tests {
    use super::*;
    use signalbook_domain::Failure;
    use signalbook_domain::observation::Slot;
    use signalbook_domain::poll_state::{Failing, Hold, PollState};
    use uuid::Uuid;

    pub(crate) fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    pub(crate) fn row(number: u128, url: &str, interval_seconds: u64) -> PageRow {
        PageRow {
            id: PageId(Uuid::from_u128(number)),
            provider: "acme".parse().unwrap(),
            name: "Acme".to_owned(),
            url: url.to_owned(),
            interval: Duration::from_secs(interval_seconds),
            added_at: at(0),
            watched: true,
            platform: None,
            poll_state: PollState::default(),
        }
    }

    #[test]
    fn pages_of_one_host_never_come_at_once() {
        let rows: Vec<PageRow> = (0..50).map(|n| row(n, "https://one.example/p", 60)).collect();
        let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
        plan.sync(&rows, &policy, at(0));
        let mut now = at(0);
        let mut seen = 0;
        while seen < 50 {
            let due = plan.take_due(&policy, now, 100);
            assert!(due.len() <= 1);
            seen += due.len();
            now = now.plus(policy.host_spacing);
        }
        assert!(now.since(at(0)) <= Duration::from_secs(7));
    }

    #[test]
    fn five_thousand_pages_of_one_host_take_their_turns_and_none_is_forgotten() {
        let rows: Vec<PageRow> = (0..5_000).map(|n| row(n, "https://one.example/p", 60)).collect();
        let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
        plan.sync(&rows, &policy, at(0));
        let mut polls = HashMap::new();
        let mut last = None;
        // Twice the time that all of them take at that pace, in steps that are half of it.
        for step in 0..2 * 2 * 5_000 {
            let now = at(0).plus(policy.host_spacing / 2 * step);
            let due = plan.take_due(&policy, now, 256);
            assert!(due.len() <= 1, "{} at once", due.len());
            for page in due {
                assert!(last.is_none_or(|last| now.since(last) >= policy.host_spacing));
                last = Some(now);
                *polls.entry(page).or_insert(0) += 1;
                let row = rows.iter().find(|row| row.id == page).unwrap();
                plan.polled(row, &policy, now);
            }
        }
        assert_eq!(polls.len(), 5_000, "all had a turn");
        assert!(polls.values().all(|polls| (1..=3).contains(polls)), "and none had many");
    }

    #[test]
    fn thousands_of_pages_begin_evenly_over_their_interval() {
        let rows: Vec<PageRow> =
            (0..5_000).map(|n| row(n, &format!("https://h{n}.example"), 30)).collect();
        let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
        plan.sync(&rows, &policy, at(0));
        let begun: Vec<usize> =
            (1..=30).map(|second| plan.take_due(&policy, at(second), 5_000).len()).collect();
        assert_eq!(begun.iter().sum::<usize>(), 5_000);
        assert!(begun.iter().all(|polls| (165..=168).contains(polls)), "{begun:?}");
    }

    #[test]
    fn pages_of_many_hosts_come_together_and_are_due_again_after_their_interval() {
        let rows: Vec<PageRow> =
            (0..20).map(|n| row(n, &format!("https://h{n}.example"), 60)).collect();
        let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
        plan.sync(&rows, &policy, at(0));
        assert_eq!(plan.take_due(&policy, at(1), 100).len(), 20);
        for row in &rows {
            plan.polled(row, &policy, at(1));
        }
        assert!(plan.take_due(&policy, at(50), 100).is_empty());
        assert_eq!(plan.take_due(&policy, at(61), 100).len(), 20);
    }

    #[test]
    fn a_restart_does_not_poll_a_page_before_its_time() {
        let mut page = row(1, "https://a.example", 60);
        page.poll_state.last_poll_at = Some(at(100));
        page.poll_state.last_slot = Slot(1);
        let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
        plan.sync(&[page], &policy, at(110));
        assert!(plan.take_due(&policy, at(140), 9).is_empty());
        assert_eq!(plan.take_due(&policy, at(160), 9).len(), 1);
    }

    #[test]
    fn a_start_polls_a_page_that_is_left_alone_once_and_nothing_else_does() {
        let mut page = row(1, "https://a.example", 60);
        page.poll_state.last_poll_at = Some(at(1_000));
        page.poll_state.last_slot = Slot(1);
        let hold = Hold { since: at(1_000), until: at(4_000), detail: "wait".to_owned() };
        page.poll_state.hold = Some(hold);
        let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
        plan.start(std::slice::from_ref(&page), &policy, at(1_100));
        assert!(plan.take_due(&policy, at(1_299), 9).is_empty());
        assert_eq!(plan.take_due(&policy, at(1_300), 9).len(), 1);
        plan.polled(&page, &policy, at(1_300));
        assert_eq!(plan.wait(at(1_300)), Some(Duration::from_mins(45)));
        let mut anew = DueQueue::default();
        anew.sync(&[page], &policy, at(2_000));
        assert_eq!(anew.wait(at(2_000)), Some(Duration::from_secs(2_000)));
    }

    #[test]
    fn a_page_whose_incident_opened_comes_sooner() {
        let mut page = row(1, "https://a.example", 600);
        let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
        plan.sync(std::slice::from_ref(&page), &policy, at(0));
        plan.take_due(&policy, at(0), 9);
        plan.polled(&page, &policy, at(0));
        page.poll_state.last_poll_at = Some(at(1));
        page.poll_state.last_slot = Slot(7);
        page.poll_state.in_trouble = true;
        plan.sync(&[page], &policy, at(2));
        assert_eq!(plan.take_due(&policy, at(31), 9).len(), 1);
    }

    #[test]
    fn a_page_whose_polls_take_long_keeps_its_pace_unless_they_fail() {
        // After how many seconds the next poll is due, if one took that many.
        let due = |seconds: i64, failing: Option<Failing>| {
            let mut page = row(1, "https://a.example", 60);
            let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
            plan.sync(std::slice::from_ref(&page), &policy, at(0));
            plan.take_due(&policy, at(0), 9);
            plan.polled(&page, &policy, at(0));
            page.poll_state.last_poll_at = Some(at(seconds));
            page.poll_state.last_slot = Slot(7);
            page.poll_state.failing = failing;
            plan.sync(&[page], &policy, at(seconds));
            plan.wait(at(0)).unwrap().as_secs()
        };
        let failing = Failing { polls: 1, since: at(24), failure: Failure::Unreachable };
        assert!((54..=60).contains(&due(1, None)));
        assert!((54..=60).contains(&due(24, None)));
        assert!((24 + 54..=24 + 60).contains(&due(24, Some(failing))));
        assert!((30 + 54..=30 + 60).contains(&due(60, None)), "it is left alone for a while");
    }

    #[test]
    fn a_page_that_is_no_longer_watched_is_forgotten() {
        let mut page = row(1, "https://a.example", 60);
        let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
        plan.sync(std::slice::from_ref(&page), &policy, at(0));
        page.watched = false;
        plan.sync(&[page], &policy, at(0));
        assert_eq!(plan.wait(at(0)), None);
    }

    #[test]
    fn a_clock_that_goes_back_does_not_silence_a_page() {
        let mut page = row(1, "https://a.example", 60);
        let (mut plan, policy) = (DueQueue::default(), PollPolicy::default());
        plan.sync(std::slice::from_ref(&page), &policy, at(90_000));
        page.poll_state.last_poll_at = Some(at(90_000));
        page.poll_state.last_slot = Slot(9);
        plan.sync(&[page], &policy, at(10));
        assert_eq!(plan.take_due(&policy, at(70), 9).len(), 1);
    }
}
