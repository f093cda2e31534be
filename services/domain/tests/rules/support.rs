//! A page, its polls and what they told, in words that read like the rules.

pub(crate) mod facts;
pub(crate) mod vendor;

use std::time::Duration;

use signalbook_domain::decide::{self, Answer, Content, DecodedPoll, Good};
use signalbook_domain::event::Fact;
use signalbook_domain::observation::{ContentHash, Failed, Fetched, Slot, Validators};
use signalbook_domain::page_state::PageState;
use signalbook_domain::poll_state::PollState;
use signalbook_domain::report::Report;
use signalbook_domain::snapshot::Snapshot;
use signalbook_domain::{Document, Failure, PageId, Platform, ReportKind, Slug, Timestamp};

pub(crate) use vendor::{Page, component, incident, maintenance, page};

/// The page that every test watches.
pub(crate) const URL: &str = "https://status.kustomer.com";

/// How often it is polled.
pub(crate) const INTERVAL: Duration = Duration::from_mins(1);

/// A moment, in minutes. Polls are made from [`FIRST_POLL`] on, so smaller ones are in the past.
pub(crate) fn at(minute: i64) -> Timestamp {
    Timestamp::from_seconds(1_770_000_000 + 60 * minute)
}

/// The minute of the first poll of a test.
pub(crate) const FIRST_POLL: i64 = 1_000;

/// A page that is watched and was read: every document was there and said nothing.
pub(crate) fn given_a_page() -> World {
    let mut world = World::new();
    for document in [Document::Summary, Document::Incidents, Document::Maintenances] {
        world = world.when(page([]).of(document));
    }
    world
}

/// A page that was read, and then showed this.
pub(crate) fn given(shown: impl Into<Page>) -> World {
    given_a_page().when(shown)
}

/// A page with all that is known of it.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) page_state: PageState,
    pub(crate) poll_state: PollState,
    /// The whole log.
    pub(crate) log: Vec<Fact>,
    /// What the last poll told; `None` if it was refused.
    pub(crate) told: Option<Vec<Fact>>,
    /// Why what goes on could not be read in the last poll.
    pub(crate) failed: Option<Failed>,
    pub(crate) now: Timestamp,
    interval: Duration,
    slot: i64,
    last: Option<Page>,
}

impl World {
    /// A page that is watched and was never polled.
    pub(crate) fn new() -> Self {
        let provider: Slug = "kustomer".parse().unwrap();
        let id = PageId::derive(&provider, URL);
        let mut page_state = PageState::new(provider, id);
        let log = decide::add_page(&mut page_state, "Kustomer", URL, at(FIRST_POLL - 1));
        Self {
            page_state,
            poll_state: PollState::default(),
            log,
            told: None,
            failed: None,
            now: at(FIRST_POLL - 1),
            interval: INTERVAL,
            slot: 0,
            last: None,
        }
    }

    /// It is polled so rarely that no pause between two polls is too long.
    pub(crate) fn rarely_polled(self) -> Self {
        Self { interval: Duration::from_hours(24 * 30), ..self }
    }

    /// Time passes before the next poll.
    pub(crate) fn after(mut self, minutes: u64) -> Self {
        self.now = self.now.plus(Duration::from_mins(minutes));
        self
    }

    /// The next poll, a minute later, brings this.
    pub(crate) fn when(mut self, shown: impl Into<Page>) -> Self {
        let shown = shown.into();
        let snapshot = shown.snapshot.clone();
        let brought = vec![(snapshot.document, Some(snapshot))];
        self.last = Some(shown.clone());
        self.next_poll(shown.moved_to.as_deref(), brought)
    }

    /// The next poll brings the same document whole: the one way in which a pending change is settled.
    pub(crate) fn when_the_same(self) -> Self {
        let last = self.last.clone().expect("a poll showed something before");
        self.when(last)
    }

    /// The next poll hears that the document is the one that was known before.
    pub(crate) fn when_unchanged(self, document: Document) -> Self {
        self.next_poll(None, vec![(document, None)])
    }

    /// The next poll brings this, and hears that another document is the one that was known.
    pub(crate) fn when_with_unchanged(self, shown: impl Into<Page>, document: Document) -> Self {
        let snapshot = shown.into().snapshot;
        self.next_poll(None, vec![(snapshot.document, Some(snapshot)), (document, None)])
    }

    /// The next poll brings several documents.
    pub(crate) fn when_all(self, shown: impl IntoIterator<Item = Page>) -> Self {
        let brought =
            shown.into_iter().map(|page| (page.snapshot.document, Some(page.snapshot))).collect();
        self.next_poll(None, brought)
    }

    /// The next poll brings this, and a list that an earlier one asked for.
    pub(crate) fn when_with_late(self, shown: Page, late: Page) -> Self {
        let mut answers =
            [shown, late].map(|page| answer(page.snapshot.document, Some(page.snapshot)));
        if let Ok(content) = &mut answers[1].result {
            content.is_late = true;
        }
        let answers = answers.to_vec();
        self.poll(Ok(Good { platform: Platform::Statuspage, moved_to: None, answers }))
    }

    /// The next poll brings these, but some documents of it fail.
    pub(crate) fn when_without(
        self,
        failing: impl IntoIterator<Item = (Document, u16)>,
        shown: impl IntoIterator<Item = Page>,
    ) -> Self {
        let came =
            shown.into_iter().map(|page| answer(page.snapshot.document, Some(page.snapshot)));
        let failing = failing
            .into_iter()
            .map(|(document, status)| Answer { document, result: Err(answered(document, status)) });
        let answers = came.chain(failing).collect();
        self.poll(Ok(Good { platform: Platform::Statuspage, moved_to: None, answers }))
    }

    /// The next poll fails.
    pub(crate) fn when_failed(self, failure: Failure) -> Self {
        self.poll(Err(Failed {
            failure,
            detail: format!("it was {failure}"),
            retry_after: None,
            answer: None,
        }))
    }

    /// A poll of an older slot, or of the last one again, brings this.
    pub(crate) fn when_late(mut self, turns: i64, shown: impl Into<Page>) -> Self {
        let slot = self.slot;
        self.slot -= turns + 1;
        self = self.when(shown);
        self.slot = slot;
        self
    }

    fn next_poll(self, moved_to: Option<&str>, brought: Vec<(Document, Option<Snapshot>)>) -> Self {
        let known = |document| Some(self.poll_state.documents.get(&document)?.known.clone());
        let answers = brought.into_iter().map(|(document, said)| match (&said, known(document)) {
            (None, Some(known)) => unchanged(document, known),
            _ => answer(document, said),
        });
        let answers = answers.collect();
        self.poll(Ok(Good { platform: Platform::Statuspage, moved_to, answers }))
    }

    fn poll(mut self, result: Result<Good<'_>, Failed>) -> Self {
        self.slot += 1;
        self.now = self.now.plus(Duration::from_mins(1));
        let reading = DecodedPoll {
            slot: Slot(self.slot),
            observed_at: self.now,
            interval: self.interval,
            result,
        };
        let decision = decide::decide(&mut self.page_state, &self.poll_state, &reading);
        self.told = decision.map(|decision| {
            self.poll_state = decision.poll_state;
            self.failed = decision.failed;
            decision.facts
        });
        self.log.extend(self.told.iter().flatten().cloned());
        self
    }

    /// Those events were told, in this order.
    #[track_caller]
    pub(crate) fn then<const N: usize>(self, kinds: [&str; N]) -> Self {
        assert_eq!(facts::kinds(self.told()), kinds);
        self
    }

    /// Nothing happened.
    #[track_caller]
    pub(crate) fn then_nothing(self) -> Self {
        self.then([])
    }

    /// What the last poll told.
    #[track_caller]
    pub(crate) fn told(&self) -> &[Fact] {
        self.told.as_deref().expect("the poll was not refused")
    }

    /// The only event of this kind that the last poll told.
    #[track_caller]
    pub(crate) fn only(&self, kind: &str) -> &Fact {
        let all: Vec<&Fact> =
            self.told().iter().filter(|fact| fact.event.kind().name() == kind).collect();
        assert_eq!(all.len(), 1, "one `{kind}` in {:?}", facts::kinds(self.told()));
        all[0]
    }

    /// What is known of an incident.
    #[track_caller]
    pub(crate) fn incident(&self, external_id: &str) -> &Report {
        self.known(ReportKind::Incident, external_id)
    }

    /// What is known of planned work.
    #[track_caller]
    pub(crate) fn maintenance(&self, external_id: &str) -> &Report {
        self.known(ReportKind::Maintenance, external_id)
    }

    #[track_caller]
    fn known(&self, kind: ReportKind, external_id: &str) -> &Report {
        self.page_state
            .report(&self.page_state.report_stream(kind, external_id))
            .expect("the report is known")
    }

    /// The page state that the log alone gives.
    pub(crate) fn replayed(&self) -> PageState {
        let mut page_state = PageState::new(self.page_state.provider.clone(), self.page_state.id);
        for fact in &self.log {
            page_state.evolve(fact);
        }
        page_state
    }
}

fn answer(document: Document, snapshot: Option<Snapshot>) -> Answer {
    let known = Validators {
        hash: ContentHash::of(format!("{snapshot:?}").as_bytes()),
        etag: None,
        last_modified: None,
    };
    let is_whole = snapshot.is_some();
    Answer { document, result: Ok(Content { known, snapshot, is_whole, is_late: false }) }
}

fn unchanged(document: Document, known: Validators) -> Answer {
    let content = Content { known, snapshot: None, is_whole: false, is_late: false };
    Answer { document, result: Ok(content) }
}

/// A document in whose place the vendor answered with this status.
fn answered(document: Document, status: u16) -> Failed {
    let known = Validators { hash: ContentHash([0; 32]), etag: None, last_modified: None };
    let answer = Fetched {
        document,
        url: format!("{URL}/{document}"),
        asked_at: at(FIRST_POLL),
        status,
        content_type: None,
        known,
        body: None,
        is_late: false,
    };
    Failed {
        failure: Failure::HttpError,
        detail: format!("`{document}` answered with status {status}"),
        retry_after: None,
        answer: Some(Box::new(answer)),
    }
}
