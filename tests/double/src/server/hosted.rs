//! One page on the server, with its fault, its counters and its rendered documents.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::body::Bytes;
use jiff::Timestamp;
use tokio::sync::watch;

use super::{Counts, Document};
use crate::{Act, Fault, Life, Misstep, ids::fingerprint, render};

/// A page that is being served.
pub(super) struct Hosted {
    base: String,
    state: Mutex<State>,
    /// Tells hanging requests that a fault was changed.
    changed: watch::Sender<()>,
}

struct State {
    life: Life,
    /// Grows with each act, since an act may be put between earlier ones.
    edition: u64,
    fault: Option<Fault>,
    document_faults: BTreeMap<Document, Fault>,
    counts: Counts,
    rendered: BTreeMap<Document, Rendered>,
}

/// A document as it is sent.
#[derive(Clone)]
pub(super) struct Rendered {
    /// The edition and the number of acts that it tells of.
    key: (u64, usize),
    pub(super) body: Bytes,
    pub(super) etag: String,
}

impl Hosted {
    pub(super) fn new(life: Life, base: String) -> Self {
        let state = State {
            life,
            edition: 0,
            fault: None,
            document_faults: BTreeMap::new(),
            counts: Counts::default(),
            rendered: BTreeMap::new(),
        };
        Self { base, state: Mutex::new(state), changed: watch::Sender::new(()) }
    }

    pub(super) fn act(&self, at: Timestamp, act: Act) -> Result<(), Misstep> {
        let mut state = self.state();
        let mut life = state.life.clone();
        life.push(at, act);
        life.try_at(Timestamp::MAX)?;
        state.life = life;
        state.edition += 1;
        Ok(())
    }

    pub(super) fn life(&self) -> Life {
        self.state().life.clone()
    }

    pub(super) fn counts(&self) -> Counts {
        self.state().counts
    }

    pub(super) fn set_fault(&self, fault: Option<Fault>) {
        self.state().fault = fault;
        self.changed.send_replace(());
    }

    pub(super) fn set_document_fault(&self, document: Document, fault: Option<Fault>) {
        let mut state = self.state();
        match fault {
            Some(fault) => state.document_faults.insert(document, fault),
            None => state.document_faults.remove(&document),
        };
        drop(state);
        self.changed.send_replace(());
    }

    /// Counts a request for `document`.
    pub(super) fn count(&self, document: Document) {
        let counts = &mut self.state().counts;
        let count = match document {
            Document::Home => &mut counts.home,
            Document::Summary => &mut counts.summary,
            Document::Incidents => &mut counts.incidents,
            Document::ScheduledMaintenances => &mut counts.scheduled_maintenances,
            Document::Other => &mut counts.other,
        };
        *count += 1;
    }

    /// Counts an answer with 304.
    pub(super) fn count_not_modified(&self) {
        self.state().counts.not_modified += 1;
    }

    /// The fault that `document` is to be answered with, after any that hangs was lifted.
    pub(super) async fn fault(&self, document: Document) -> Option<Fault> {
        let mut changed = self.changed.subscribe();
        loop {
            changed.mark_unchanged();
            let fault = self.present_fault(document);
            if fault != Some(Fault::Hang) {
                return fault;
            }
            // The sender lives in `self`, so this only ends with a change.
            let _ = changed.changed().await;
        }
    }

    /// The document as of `now`, unless the path leads nowhere.
    pub(super) fn render(&self, document: Document, now: Timestamp) -> Option<Rendered> {
        let mut state = self.state();
        let key = (state.edition, state.life.acts_until(now));
        if let Some(rendered) = state.rendered.get(&document).filter(|held| held.key == key) {
            return Some(rendered.clone());
        }
        let body = match document {
            Document::Home => render::home(&state.life, now),
            Document::Summary
            | Document::Incidents
            | Document::ScheduledMaintenances
            | Document::Other => {
                render::document(document, &state.life, now, &self.base)?.to_string()
            }
        };
        let etag = format!("W/\"{:016x}\"", fingerprint(body.as_bytes()));
        let rendered = Rendered { key, body: body.into(), etag };
        state.rendered.insert(document, rendered.clone());
        Some(rendered)
    }

    fn present_fault(&self, document: Document) -> Option<Fault> {
        let state = self.state();
        state.document_faults.get(&document).or(state.fault.as_ref()).cloned()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
