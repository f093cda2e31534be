//! The events of one decision. Each is folded into the page state as it is recorded.

use std::collections::BTreeSet;

use crate::event::{Event, Fact, PageEvent, Times};
use crate::id::{Revision, StreamId};
use crate::page_state::PageState;
use crate::time::Timestamp;

/// Collects the events of one decision.
pub(crate) struct EventRecorder<'a> {
    pub(crate) page_state: &'a mut PageState,
    pub(super) recorded: Vec<Fact>,
    /// Streams whose first event is in `recorded`.
    created: BTreeSet<StreamId>,
    pub(crate) observed_at: Timestamp,
}

impl<'a> EventRecorder<'a> {
    pub(super) fn new(page_state: &'a mut PageState, observed_at: Timestamp) -> Self {
        Self { page_state, recorded: Vec::new(), created: BTreeSet::new(), observed_at }
    }

    pub(crate) fn record(&mut self, fact: Fact) {
        if !self.is_known(&fact.stream) {
            self.created.insert(fact.stream.clone());
        }
        self.page_state.evolve(&fact);
        self.recorded.push(fact);
    }

    /// Whether the log had an event of `stream` before this reading.
    pub(crate) fn was_known(&self, stream: &StreamId) -> bool {
        self.is_known(stream) && !self.created.contains(stream)
    }

    fn is_known(&self, stream: &StreamId) -> bool {
        self.page_state.revision(stream) > Revision(0)
    }

    pub(super) fn record_page(&mut self, event: PageEvent, occurred_at: Option<Timestamp>) {
        let times = Times { occurred_at, published_at: None, observed_at: self.observed_at };
        let stream = self.page_state.page_stream();
        self.record(Fact { stream, event: Event::Page(event), times, backfilled: false });
    }
}
