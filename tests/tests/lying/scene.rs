//! One vendor whose page was read for an hour without anything happening.

use std::time::Duration;

use serde_json::Value;
use signalbook_double::random::newborn;
use signalbook_double::{Act, Document, Fault, Impact, Opening, Posting, Reply, Status, render};
use signalbook_runtime::ManualClock;
use signalbook_store_sqlite::Location;
use signalbook_tests::{World, at};

pub(crate) const SLUG: &str = "acme";
pub(crate) const INCIDENT: &str = "inc000000001";

pub(crate) const HOUR: Duration = Duration::from_hours(1);
pub(crate) const DAY: Duration = Duration::from_hours(24);

const DOCUMENTS: [Document; 3] =
    [Document::Summary, Document::Incidents, Document::ScheduledMaintenances];

/// An incident whose updates are named after it.
pub(crate) fn open(id: &str) -> Act {
    let update = Posting::new(update(id, 1), Status::Investigating, "We look into it.");
    Act::Open(Opening::new(id, "Searches fail", Impact::Major).update(update))
}

/// The id of an update of an incident.
pub(crate) fn update(incident: &str, number: usize) -> String {
    format!("{incident}-{number}")
}

/// The stage of a test.
pub(crate) struct Scene {
    pub(crate) world: World,
}

impl Scene {
    pub(crate) async fn begin() -> Self {
        Self::begin_at(&Location::Memory).await
    }

    /// A stage whose store is at `location`.
    pub(crate) async fn begin_at(location: &Location) -> Self {
        let clock = ManualClock::new(at("2026-03-01T00:00:00Z").into());
        let mut world = World::begin_at(location, clock).await.unwrap();
        world.watch(SLUG, newborn(1, at("2026-01-01T00:00:00Z"))).await.unwrap();
        world.poll_due().await.unwrap();
        world.told().await.unwrap();
        let mut scene = Self { world };
        assert!(scene.rest(HOUR).await.is_empty());
        scene
    }

    /// The same stage after the process ended and was started again.
    pub(crate) async fn restart(self) -> Self {
        Self { world: self.world.restart().await.unwrap() }
    }

    pub(crate) fn act(&self, act: Act) {
        self.world.wait(Duration::from_secs(5));
        self.world.double.act(SLUG, act);
    }

    /// The events of one more poll.
    pub(crate) async fn poll(&mut self) -> Vec<&'static str> {
        self.world.poll().await.unwrap();
        self.world.told().await.unwrap()
    }

    /// The events of all polls in a time.
    pub(crate) async fn rest(&mut self, time: Duration) -> Vec<&'static str> {
        self.world.rest(time, Duration::from_secs(30)).await.unwrap();
        self.world.told().await.unwrap()
    }

    pub(crate) async fn incident(&self, external_id: &str) -> Value {
        self.world.outage(SLUG, external_id).await.unwrap()
    }

    pub(crate) async fn status(&self) -> String {
        let provider = self.world.provider(SLUG).await.unwrap();
        provider["status"].as_str().unwrap().to_owned()
    }

    pub(crate) fn now(&self) -> jiff::Timestamp {
        self.world.moment()
    }

    /// Serves every document as it was at `as_of`, as a cache does that says how old it is.
    pub(crate) fn set_cache(&self, as_of: jiff::Timestamp) {
        self.world.double.set_fault(SLUG, Some(Fault::Stale { as_of }));
    }

    /// Serves every document as it was at `as_of` without any time of change in it, as a cache
    /// does that hides its age.
    pub(crate) fn set_ageless_cache(&self, as_of: jiff::Timestamp) {
        for document in DOCUMENTS {
            self.serve(document, as_of, forget_changes);
        }
    }

    fn serve(&self, document: Document, as_of: jiff::Timestamp, change: impl FnOnce(&mut Value)) {
        let (life, url) = (self.world.double.script(SLUG), self.world.double.base(SLUG));
        let mut value = render::document(document, &life, as_of, &url).unwrap();
        change(&mut value);
        let reply = Fault::Reply(Reply::json(value.to_string()));
        self.world.double.set_document_fault(SLUG, document, Some(reply));
    }

    /// Serves the truth again.
    pub(crate) fn lift(&self) {
        self.world.double.set_fault(SLUG, None);
        for document in DOCUMENTS {
            self.world.double.set_document_fault(SLUG, document, None);
        }
    }
}

fn forget_changes(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(forget_changes),
        Value::Object(fields) => {
            fields.remove("updated_at");
            fields.values_mut().for_each(forget_changes);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
