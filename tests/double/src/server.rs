//! The double itself: many vendors' pages on one loopback server.
//!
//! Each page lives under `/p/<slug>`; its life, its fault and its counters can be changed while
//! it is being read.
//! A document is rendered once per state of the page and then answered from memory, so that a
//! bench measures its reader and not the double.

mod answer;
mod hosted;

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::Router;
use jiff::Timestamp;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use self::hosted::Hosted;
use crate::{
    Act, Fault, Life,
    line::{Lines, Switch},
};

/// What tells the double the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a path under a page leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Document {
    /// The page for people.
    Home,
    /// `api/v2/summary.json`.
    Summary,
    /// `api/v2/incidents.json`.
    Incidents,
    /// `api/v2/scheduled-maintenances.json`.
    ScheduledMaintenances,
    /// Any other path, which does not exist.
    Other,
}

/// How often a page was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests for the page for people.
    pub home: u64,
    /// Requests for `summary.json`.
    pub summary: u64,
    /// Requests for `incidents.json`.
    pub incidents: u64,
    /// Requests for `scheduled-maintenances.json`.
    pub scheduled_maintenances: u64,
    /// Requests for paths that do not exist.
    pub other: u64,
    /// Answers with 304, whatever the document.
    pub not_modified: u64,
}

impl Counts {
    /// All requests.
    pub fn total(self) -> u64 {
        self.home + self.summary + self.incidents + self.scheduled_maintenances + self.other
    }
}

/// A running double. Dropping it stops the server.
pub struct Double {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// Ends when `stop` is dropped.
    serving: JoinHandle<io::Result<()>>,
    stop: watch::Sender<()>,
}

/// What the server and its owner share.
struct Shared {
    clock: Clock,
    pages: Mutex<BTreeMap<String, Arc<Hosted>>>,
}

impl Shared {
    fn pages(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Hosted>>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, slug: &str) -> Option<Arc<Hosted>> {
        self.pages().get(slug).cloned()
    }
}

impl Double {
    /// Listens on `listen` (port 0 takes a free one) and serves until dropped.
    pub async fn start(listen: SocketAddr, clock: Clock) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { clock, pages: Mutex::default() });
        let router = Router::new().fallback(answer::handler).with_state(shared.clone());
        let service = router.into_make_service_with_connect_info::<Switch>();
        let (stop, mut stopped) = watch::channel(());
        let serving = axum::serve(Lines(listener), service).with_graceful_shutdown(async move {
            // The sender is never used, only dropped.
            let _ = stopped.changed().await;
        });
        let serving = tokio::spawn(serving.into_future());
        Ok(Self { address, shared, serving, stop })
    }

    /// Stops the server and waits until nobody listens at its address any more.
    pub async fn close(self) -> io::Result<()> {
        drop(self.stop);
        self.serving.await?
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves a life under `slug`, in place of the one that was there. Returns its base address.
    ///
    /// # Panics
    ///
    /// If the life's script contradicts itself.
    pub fn add(&self, slug: &str, life: Life) -> String {
        let base = self.base(slug);
        life.at(Timestamp::MAX);
        self.shared.pages().insert(slug.to_owned(), Arc::new(Hosted::new(life, base.clone())));
        base
    }

    /// The base address of a page: its documents are under `<base>/api/v2/`.
    pub fn base(&self, slug: &str) -> String {
        format!("http://{}/p/{slug}", self.address)
    }

    /// Stops serving a page: its paths answer 404 from now on.
    pub fn remove(&self, slug: &str) {
        self.shared.pages().remove(slug);
    }

    /// The slugs of all pages.
    pub fn slugs(&self) -> Vec<String> {
        self.shared.pages().keys().cloned().collect()
    }

    /// Lets the vendor act now.
    ///
    /// # Panics
    ///
    /// If there is no such page or the act is impossible.
    pub fn act(&self, slug: &str, act: Act) {
        self.act_at(slug, (self.shared.clock)(), act);
    }

    /// Lets the vendor act at a given time, past or to come.
    ///
    /// # Panics
    ///
    /// If there is no such page or the act contradicts the rest of the script.
    pub fn act_at(&self, slug: &str, at: Timestamp, act: Act) {
        if let Err(misstep) = self.hosted(slug).act(at, act) {
            panic!("`{slug}` cannot do that: {misstep}");
        }
    }

    /// The life of a page with everything it was made to do.
    ///
    /// # Panics
    ///
    /// If there is no such page.
    pub fn script(&self, slug: &str) -> Life {
        self.hosted(slug).life()
    }

    /// Switches a fault of a whole page on or off.
    ///
    /// # Panics
    ///
    /// If there is no such page.
    pub fn set_fault(&self, slug: &str, fault: Option<Fault>) {
        self.hosted(slug).set_fault(fault);
    }

    /// Switches a fault of one document on or off; it goes before a fault of the page.
    ///
    /// # Panics
    ///
    /// If there is no such page.
    pub fn set_document_fault(&self, slug: &str, document: Document, fault: Option<Fault>) {
        self.hosted(slug).set_document_fault(document, fault);
    }

    /// How often a page was asked so far.
    ///
    /// # Panics
    ///
    /// If there is no such page.
    pub fn counts(&self, slug: &str) -> Counts {
        self.hosted(slug).counts()
    }

    fn hosted(&self, slug: &str) -> Arc<Hosted> {
        match self.shared.find(slug) {
            Some(hosted) => hosted,
            None => panic!("the double has no page `{slug}`"),
        }
    }
}

#[cfg(test)]
mod tests;
