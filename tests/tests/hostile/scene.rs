//! One vendor with one incident that goes on, read before anything goes wrong.

use std::time::Duration;

use serde_json::Value;
use signalbook_double::random::newborn;
use signalbook_double::{Act, Document, Fault, Impact, Opening, Posting, Reply, Status, render};
use signalbook_outbound::Limits;
use signalbook_runtime::ManualClock;
use signalbook_store_sqlite::Location;
use signalbook_tests::{World, at};

pub(crate) const SLUG: &str = "acme";
pub(crate) const INCIDENT: &str = "inc000000001";

/// The stage of a test.
pub(crate) struct Scene {
    pub(crate) world: World,
}

impl Scene {
    pub(crate) async fn begin() -> Self {
        Self::within(Limits::default()).await
    }

    /// A stage on which a poll may cost so much.
    pub(crate) async fn within(limits: Limits) -> Self {
        let born_at = at("2026-01-01T00:00:00Z");
        let clock = ManualClock::new(at("2026-03-01T00:00:00Z").into());
        let update = Posting::new("upd000000001", Status::Investigating, "We look into it.");
        let opening = Opening::new(INCIDENT, "Searches fail", Impact::Major).update(update);
        let life = newborn(1, born_at).then(at("2026-02-28T23:30:00Z"), Act::Open(opening));
        let mut world = World::begin_within(&Location::Memory, clock, limits).await.unwrap();
        world.watch(SLUG, life).await.unwrap();
        world.poll_due().await.unwrap();
        world.told().await.unwrap();
        Self { world }
    }

    /// The events of one more poll.
    pub(crate) async fn poll(&mut self) -> Vec<&'static str> {
        self.world.poll().await.unwrap();
        self.world.told().await.unwrap()
    }

    pub(crate) async fn page(&self) -> Value {
        self.world.provider(SLUG).await.unwrap()["pages"][0].clone()
    }

    /// What was left out of the page's documents, and whether the page for people says so too.
    pub(crate) async fn skipped(&self) -> Vec<String> {
        let page = self.page().await;
        assert_eq!(page["health"], "readable", "{page}");
        let skipped: Vec<String> = serde_json::from_value(page["skipped"].clone()).unwrap();
        let (_, html) = self.world.get("/providers/acme").await.unwrap();
        assert_eq!(html.contains("are not what was expected"), !skipped.is_empty());
        skipped
    }

    /// The incidents as REST tells them.
    pub(crate) async fn incidents(&self) -> Vec<Value> {
        self.world.outages(SLUG).await.unwrap()
    }

    pub(crate) async fn incident(&self, external_id: &str) -> Value {
        self.world.outage(SLUG, external_id).await.unwrap()
    }

    /// Serves a document as `change` makes it.
    pub(crate) fn damage(&self, document: Document, change: impl FnOnce(&mut Value)) {
        let mut value = self.render(document);
        change(&mut value);
        self.serve(document, Reply::json(value.to_string()));
    }

    /// Serves other bytes in place of a document.
    pub(crate) fn serve(&self, document: Document, reply: Reply) {
        let fault = Some(Fault::Reply(reply));
        self.world.double.set_document_fault(SLUG, document, fault);
    }

    /// A document as the vendor means it.
    pub(crate) fn render(&self, document: Document) -> Value {
        let (life, url) = (self.world.double.script(SLUG), self.world.double.base(SLUG));
        render::document(document, &life, self.world.moment(), &url).unwrap()
    }

    /// Lets the whole page answer with a fault and expects it to be told once as unreadable since
    /// the first poll that failed, with nothing else changed, until the fault is lifted. Answers
    /// with what the page says is wrong.
    pub(crate) async fn expect_unreadable(&mut self, fault: Fault) -> String {
        self.world.double.set_fault(SLUG, Some(fault));
        let detail = self.expect_unreadable_now().await;
        self.world.double.set_fault(SLUG, None);
        self.expect_readable_again().await;
        detail
    }

    pub(crate) async fn expect_unreadable_now(&mut self) -> String {
        let before = self.incidents().await;
        assert!(self.poll().await.is_empty(), "one failed poll is no news");
        let failed_at = self.world.now().to_string();
        assert_eq!(self.poll().await, ["page.unreadable"]);
        let page = self.page().await;
        assert_eq!((&page["health"], &page["since"]), (&"unreadable".into(), &failed_at.into()));
        self.wait_long();
        assert!(self.poll().await.is_empty(), "it is told once");
        assert_eq!(self.incidents().await, before, "no incident has changed");
        let (_, html) = self.world.get("/providers/acme").await.unwrap();
        assert!(html.contains("unreadable since"), "{html}");
        page["detail"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn expect_readable_again(&mut self) {
        self.wait_long();
        assert_eq!(self.poll().await, ["page.readable"]);
        assert_eq!(self.page().await["detail"], Value::Null);
        assert_eq!(self.world.provider(SLUG).await.unwrap()["status"], "major");
    }

    /// Lets so much time pass that a page which failed for long is due.
    pub(crate) fn wait_long(&self) {
        self.world.wait(Duration::from_mins(15));
    }

    /// Lets time pass in which the page is polled as ever.
    pub(crate) async fn pass(&mut self, time: Duration) {
        self.world.rest(time, Duration::from_mins(1)).await.unwrap();
    }

    /// Expects a list that fails to be told once as missing, while all else is read, until the
    /// fault is lifted. Answers with what the page says is wrong.
    pub(crate) async fn expect_partly_readable_now(&mut self, document: Document) -> String {
        let before = self.incidents().await;
        self.pass(Duration::from_mins(8)).await;
        assert_eq!(self.poll().await, ["page.partly_readable"]);
        let page = self.page().await;
        assert_eq!(page["health"], "partly_readable");
        assert_eq!(self.incidents().await, before, "no incident has changed");
        assert_eq!(self.world.provider(SLUG).await.unwrap()["status"], "major");
        self.world.double.set_document_fault(SLUG, document, None);
        self.pass(Duration::from_mins(16)).await;
        assert_eq!(self.poll().await, ["page.readable"]);
        let missing = page["documents"].as_array().unwrap();
        assert_eq!((missing.len(), &missing[0]["state"]), (1, &"failing".into()));
        missing[0]["detail"].as_str().unwrap().to_owned()
    }
}

/// The incidents of a document.
pub(crate) fn listed(document: &mut Value) -> &mut Vec<Value> {
    document["incidents"].as_array_mut().unwrap()
}
