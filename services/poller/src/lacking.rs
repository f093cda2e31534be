//! Polls that could not be made for want of our own means, and whether that lasts.
//!
//! Such a poll says nothing about the vendor, so it is told here and nowhere else: counted, logged
//! once when it begins and once when it is over, and shown in the health of the process as long as
//! it lasts. It lasts for a page until a poll of it gets through; polls of other pages prove little,
//! since they may go over connections that were kept. Pages that are asked seldom do not hold up
//! the others: after [`COUNTS_FOR`] what they lacked is history.
//!
//! A resolver's silence and a vendor whose own name servers fail look the same. One name that
//! cannot be looked up is no reason to call the process unfit, and half of all names are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use signalbook_domain::PageId;
use signalbook_domain::observation::PollJob;
use signalbook_outbound::{FetchError, Means};
use signalbook_runtime::{Check, chain};
use url::{Host, Url};

/// A lack that was met longer ago than this keeps nobody from being ready.
const COUNTS_FOR: Duration = Duration::from_mins(2);

/// A poll, or one document of it, could not be asked for: something of our own was missing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Lack {
    pub means: Means,
    /// What exactly happened, in words for a person.
    pub detail: String,
}

impl Lack {
    /// What was missing, if that is why there is no answer.
    pub(crate) fn of(error: &FetchError) -> Option<Self> {
        error.lacks().map(|means| Self { means, detail: chain(error) })
    }
}

/// What the polls of a process lack.
#[derive(Default)]
pub(crate) struct Lacking {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// How many polls lacked something so far.
    polls: u64,
    /// What the last poll of a page lacked, and when.
    pages: BTreeMap<PageId, (Means, Duration)>,
    /// Pages whose addresses have to be looked up.
    named: BTreeSet<PageId>,
    /// What was said to be missing and not yet to be there again, with the last word of it.
    told: BTreeMap<Means, String>,
    check: Option<Check>,
}

impl Lacking {
    /// Lets `check` know from now on.
    pub(crate) fn report_to(&self, check: Check) {
        check.ready();
        self.state().check = Some(check);
    }

    /// How many polls lacked something so far.
    pub(crate) fn polls(&self) -> u64 {
        self.state().polls
    }

    /// Takes in that a poll ended at the monotonic time `now`, and what it lacked.
    pub(crate) fn note(&self, job: &PollJob, lack: Option<&Lack>, now: Duration) {
        let mut state = self.state();
        if has_name(&job.url) {
            state.named.insert(job.page);
        }
        let changed = match lack {
            Some(lack) => {
                state.polls += 1;
                state.pages.insert(job.page, (lack.means, now));
                true
            }
            None => state.pages.remove(&job.page).is_some() || !state.pages.is_empty(),
        };
        if changed {
            state.tell(job, lack);
            state.report(now);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Logs what begins and what is over.
    fn tell(&mut self, job: &PollJob, lack: Option<&Lack>) {
        if let Some(Lack { means, detail }) = lack
            && self.told.insert(*means, detail.clone()).is_none()
        {
            tracing::warn!(provider = %job.provider, detail, missing = %means, "polling lacks something");
        }
        let pages = &self.pages;
        self.told.retain(|told, _| {
            let lasts = pages.values().any(|(means, _)| means == told);
            if !lasts {
                tracing::info!(was_missing = %told, "polling has what it needs again");
            }
            lasts
        });
    }

    /// Says whether polling works.
    fn report(&self, now: Duration) {
        let Some(check) = &self.check else { return };
        let mut lacks: BTreeMap<Means, usize> = BTreeMap::new();
        for (means, at) in self.pages.values() {
            if now.saturating_sub(*at) < COUNTS_FOR {
                *lacks.entry(*means).or_default() += 1;
            }
        }
        let named = self.named.len();
        lacks.retain(|means, pages| *means != Means::Resolver || 2 * *pages >= named);
        match lacks.first_key_value() {
            None => check.ready(),
            Some((means, pages)) => {
                let detail = self.told.get(means).map_or("", String::as_str);
                let pages =
                    if *pages == 1 { "a page".to_owned() } else { format!("{pages} pages") };
                check.not_ready(format!("cannot poll {pages}: {detail}"));
            }
        }
    }
}

fn has_name(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| matches!(url.host(), Some(Host::Domain(_))))
}

#[cfg(test)]
mod tests {
    use signalbook_domain::observation::Slot;
    use signalbook_runtime::Health;
    use uuid::Uuid;

    use super::*;

    fn job(page: u128, url: &str) -> PollJob {
        PollJob {
            page: PageId(Uuid::from_u128(page)),
            provider: "acme".parse().unwrap(),
            slot: Slot(1),
            url: url.to_owned(),
            platform: None,
            wanted: Vec::new(),
        }
    }

    fn lack(means: Means) -> Lack {
        Lack { means, detail: format!("expected {means}") }
    }

    fn start() -> (Lacking, Health) {
        let (lacking, health) = (Lacking::default(), Health::new());
        lacking.report_to(health.check("polling"));
        (lacking, health)
    }

    const NOW: Duration = Duration::ZERO;

    #[test]
    fn a_lack_lasts_until_each_page_that_met_it_was_polled() {
        let (lacking, health) = start();
        let pages = [1, 2, 3].map(|page| job(page, "https://a.example"));
        assert!(health.is_ready());
        let descriptors = lack(Means::Descriptors);
        lacking.note(&pages[0], Some(&descriptors), NOW);
        lacking.note(&pages[1], Some(&descriptors), NOW);
        assert_eq!(
            health.report()[0].1.to_string(),
            "not ready: cannot poll 2 pages: expected a free file descriptor"
        );
        lacking.note(&pages[2], None, NOW);
        lacking.note(&pages[0], None, NOW);
        assert!(!health.is_ready());
        lacking.note(&pages[1], None, NOW);
        assert!(health.is_ready());
        assert_eq!(lacking.polls(), 2);
    }

    #[test]
    fn a_page_that_is_asked_seldom_does_not_keep_others_from_being_ready() {
        let (lacking, health) = start();
        lacking.note(&job(1, "https://a.example"), Some(&lack(Means::Memory)), NOW);
        lacking.note(&job(2, "https://b.example"), None, COUNTS_FOR / 2);
        assert!(!health.is_ready());
        lacking.note(&job(2, "https://b.example"), None, COUNTS_FOR);
        assert!(health.is_ready());
    }

    #[test]
    fn one_name_of_three_that_nobody_can_look_up_is_no_reason_to_be_unfit() {
        let (lacking, health) = start();
        for page in 1..=3 {
            lacking.note(&job(page, "https://a.example"), None, NOW);
        }
        // An address that is no name needs no resolver.
        lacking.note(&job(4, "https://192.0.2.1"), None, NOW);
        lacking.note(&job(1, "https://a.example"), Some(&lack(Means::Resolver)), NOW);
        assert!(health.is_ready());
        lacking.note(&job(2, "https://b.example"), Some(&lack(Means::Resolver)), NOW);
        assert!(!health.is_ready());
    }

    #[test]
    fn what_is_missing_is_said_once_and_so_is_its_end() {
        let lacking = Lacking::default();
        let told = || lacking.state().told.keys().copied().collect::<Vec<_>>();
        for page in 1..=3 {
            lacking.note(&job(page, "https://a.example"), Some(&lack(Means::Ports)), NOW);
        }
        assert_eq!(told(), [Means::Ports]);
        for page in 1..=3 {
            assert_eq!(told(), [Means::Ports]);
            lacking.note(&job(page, "https://a.example"), None, NOW);
        }
        assert_eq!(told(), []);
    }
}
