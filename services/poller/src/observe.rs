//! From a poll that is due to its observation, within the time that it may take.

use std::sync::Arc;

use signalbook_domain::observation::{Failed, Missing, Observation, Outcome, PollJob};
use signalbook_domain::{Failure, ObservationId, Timestamp};
use signalbook_runtime::{Clock, Ids};

use crate::answer::unanswered;
use crate::fetch::Fetch;
use crate::lacking::{Lack, Lacking};
use crate::lanes::{Lanes, Place};
use crate::late::{Earlier, LATE_AFTER, Late};
use crate::poll::{Answered, Came, Poll, Trouble};

/// What all polls of a process share.
pub(crate) struct Observer {
    pub(crate) client: Arc<dyn Fetch>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) lanes: Lanes,
    pub(crate) late: Late,
    pub(crate) lacking: Lacking,
}

impl Observer {
    /// Carries out one poll in its place.
    pub(crate) async fn observe(
        &self,
        place: &mut Place,
        job: &Arc<PollJob>,
    ) -> Result<Observation, Lack> {
        let (outcome, lack) = match self.carry_out(place, job).await {
            Ok((outcome, lack)) => (Ok(outcome), lack),
            Err(lack) => (Err(lack.clone()), Some(lack)),
        };
        self.lacking.note(job, lack.as_ref(), self.clock.monotonic());
        let observed_at = Timestamp::from(self.clock.now());
        Ok(Observation {
            id: ObservationId::new(observed_at, self.ids.random_bytes()),
            page: job.page,
            provider: job.provider.clone(),
            slot: job.slot,
            observed_at,
            outcome: outcome?,
        })
    }

    /// What the poll brought, and what was lacking for the rest of it.
    async fn carry_out(
        &self,
        place: &mut Place,
        job: &Arc<PollJob>,
    ) -> Result<(Outcome, Option<Lack>), Lack> {
        let (client, now) = (Arc::clone(&self.client), self.clock.now());
        let poll = Poll { client, job: Arc::clone(job), now };
        let current = match place.work(self.clock.as_ref(), poll.current()).await {
            Some(current) => current,
            None => Err(Trouble::Failed(self.given_up(place, job))),
        };
        match current {
            Ok(mut answered) => {
                self.add_lists(place, &poll, &mut answered).await;
                Ok(outcome(answered))
            }
            Err(trouble) => {
                self.late.forget(job.page);
                match trouble {
                    Trouble::Failed(failed) => Ok((Outcome::Failed(failed), None)),
                    Trouble::Lack(lack) => Err(lack),
                }
            }
        }
    }

    /// Adds the lists that are there in time, and those that an earlier poll asked for.
    async fn add_lists(&self, place: &mut Place, poll: &Poll, answered: &mut Answered) {
        let has_changed = answered.has_changed();
        let Some(earlier) = self.late.take(poll.job.page, has_changed) else { return };
        let Earlier { came: mut earlier, is_outdated } = earlier;
        let mut wanted = poll.lists_wanted(answered, has_changed || is_outdated);
        if !is_outdated {
            let here = |came: &Came| came.result.is_ok();
            wanted.retain(|wanted| {
                !earlier.iter().any(|came| came.document == wanted.document && here(came))
            });
        }
        let lists = poll.clone().lists(answered.platform, wanted);
        let came = self.in_time(place, &poll.job, lists).await;
        earlier.retain(|old| came.iter().all(|new| new.document != old.document));
        for fetched in earlier.iter_mut().filter_map(|came| came.result.as_mut().ok()) {
            fetched.is_late = true;
        }
        answered.came.extend(earlier.into_iter().chain(came));
    }

    /// What of the lists is there in time; the rest comes late.
    async fn in_time(
        &self,
        place: &mut Place,
        job: &PollJob,
        lists: impl Future<Output = Vec<Came>> + Send + 'static,
    ) -> Vec<Came> {
        let mut lists = Box::pin(lists);
        let in_time = async {
            tokio::select! {
                biased;
                came = &mut lists => Some(came),
                () = self.clock.sleep(LATE_AFTER) => None,
            }
        };
        match place.work(self.clock.as_ref(), in_time).await {
            Some(Some(came)) => came,
            Some(None) => {
                self.late.go_on(job, || self.lanes.enter_slow(), lists);
                Vec::new()
            }
            // They are asked for again.
            None => Vec::new(),
        }
    }

    fn given_up(&self, place: &Place, job: &PollJob) -> Failed {
        let seconds = place.spent(self.clock.as_ref()).as_secs();
        let detail = format!(
            "`{}` had not answered after {seconds} s, and others that are as slow wait for its place",
            job.url
        );
        unanswered(Failure::Unreachable, detail)
    }
}

/// What came and what did not, and what was lacking.
fn outcome(answered: Answered) -> (Outcome, Option<Lack>) {
    let (mut documents, mut missing, mut lacking) = (Vec::new(), Vec::new(), None);
    for Came { document, result } in answered.came {
        match result {
            Ok(fetched) => documents.push(fetched),
            Err(Trouble::Failed(failed)) => missing.push(Missing { document, failed }),
            Err(Trouble::Lack(lack)) => lacking = Some(lack),
        }
    }
    let (platform, moved_to) = (answered.platform, answered.moved_to);
    (Outcome::Answered { platform, moved_to, documents, missing }, lacking)
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::time::SystemTime;

    use signalbook_domain::PageId;
    use signalbook_domain::observation::Slot;
    use signalbook_outbound::Request;
    use signalbook_runtime::{ManualClock, SeededIds};
    use tokio::task::yield_now;
    use uuid::Uuid;

    use super::*;
    use crate::fetch::Fetching;
    use crate::lanes::SLOW_AFTER;

    struct Nobody;

    impl Fetch for Nobody {
        fn get(&self, _: Request) -> Fetching {
            Box::pin(pending())
        }
    }

    #[tokio::test]
    async fn a_poll_that_is_given_up_for_another_is_one_that_was_not_answered() {
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
        let observer = Arc::new(Observer {
            client: Arc::new(Nobody),
            clock: Arc::new(clock.clone()),
            ids: Arc::new(SeededIds::new(1)),
            lanes: Lanes::of(9, 1),
            late: Late::default(),
            lacking: Lacking::default(),
        });
        let poll = |page: u128| {
            let job = PollJob {
                page: PageId(Uuid::from_u128(page)),
                provider: "acme".parse().unwrap(),
                slot: Slot(1),
                url: format!("https://{page}.example"),
                platform: None,
                wanted: Vec::new(),
            };
            let observer = Arc::clone(&observer);
            tokio::spawn(async move {
                let mut place = observer.lanes.enter().await;
                observer.observe(&mut place, &Arc::new(job)).await
            })
        };
        let mut polls = Vec::new();
        for page in 0..2 {
            polls.push(poll(page));
            for _ in 0..20 {
                yield_now().await;
            }
            clock.advance(2 * SLOW_AFTER);
        }
        let observation = polls.remove(0).await.unwrap().unwrap();
        let Outcome::Failed(failed) = observation.outcome else { panic!("{observation:?}") };
        assert_eq!(failed.failure, Failure::Unreachable);
        assert!(
            failed.detail.starts_with("`https://0.example` had not answered after 8 s"),
            "{}",
            failed.detail
        );
        assert!(!polls[0].is_finished());
        assert_eq!(observer.lacking.polls(), 0, "the vendor did not answer");
    }
}
