//! The aggregator beside the log: what it keeps in memory, and what it cannot record.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use signalbook_aggregator::{Aggregator, Folded, WatchedPage, reconcile};
use signalbook_bus::{Bus as _, MemoryBus};
use signalbook_domain::observation::{
    ContentHash, Fetched, Observation, Outcome, Slot, Validators,
};
use signalbook_domain::{Document, ObservationId, PageId, Platform, Position, Timestamp};
use signalbook_proto::Manifest;
use signalbook_runtime::{Health, ManualClock, Readiness, SeededIds, Stop};
use signalbook_store::log::SharedLog;
use signalbook_store_sqlite::{Location, SqliteEvidence, SqliteLog};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _};
use uuid::Uuid;

const BODY: &str = r#"{
    "page": {"id": "abc", "name": "Acme", "url": "https://status.example"},
    "status": {"indicator": "none", "description": "Fine"},
    "components": [], "incidents": [], "scheduled_maintenances": []
}"#;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_770_000_000 + seconds)
}

fn page(provider: &str) -> WatchedPage {
    WatchedPage {
        provider: provider.parse().unwrap(),
        name: provider.to_owned(),
        url: format!("https://status.{provider}.example"),
        interval: Duration::from_mins(1),
    }
}

/// A poll of `page` at that second; the document travels if it is new.
fn poll(page: &WatchedPage, seconds: i64, is_new: bool) -> Observation {
    let observed_at = at(seconds);
    let known =
        Validators { hash: ContentHash::of(BODY.as_bytes()), etag: None, last_modified: None };
    let documents = vec![Fetched {
        document: Document::Summary,
        url: format!("{}/api/v2/summary.json", page.url),
        asked_at: observed_at,
        status: 200,
        content_type: None,
        known,
        body: is_new.then(|| BODY.into()),
        is_late: false,
    }];
    let platform = Platform::Statuspage;
    Observation {
        id: ObservationId::new(observed_at, [page.provider.as_str().as_bytes()[0]; 10]),
        page: page.id(),
        provider: page.provider.clone(),
        slot: Slot(observed_at.micros()),
        observed_at,
        outcome: Outcome::Answered { platform, moved_to: None, documents, missing: Vec::new() },
    }
}

struct Scene {
    log: SharedLog,
    ids: SeededIds,
    aggregator: Aggregator,
}

impl Scene {
    async fn begin(path: &Path, pages: &[WatchedPage]) -> Self {
        let location = Location::File(path.to_owned());
        let log: SharedLog =
            Arc::new(SqliteLog::open(&location, Uuid::from_u128(1)).await.unwrap());
        let evidence = SqliteEvidence::open(&Location::Memory, u64::MAX).await.unwrap();
        let (bus, clock) = (MemoryBus::new(1), ManualClock::new(SystemTime::UNIX_EPOCH));
        let aggregator =
            Aggregator::new(log.clone(), Arc::new(evidence), Arc::new(bus), Arc::new(clock), 0);
        let mut scene = Self { log, ids: SeededIds::new(1), aggregator };
        scene.watch(pages).await;
        for page in pages {
            scene.fold(&poll(page, 1, true)).await;
        }
        scene
    }

    async fn watch(&self, pages: &[WatchedPage]) {
        reconcile(&self.log, pages, &self.ids, at(0)).await.unwrap();
    }

    async fn fold(&mut self, observation: &Observation) -> Folded {
        self.aggregator.fold(observation).await.unwrap()
    }

    async fn slot(&self, page: PageId) -> Slot {
        self.log.page(page).await.unwrap().unwrap().poll_state.last_slot
    }

    async fn told(&self, page: &WatchedPage) -> Vec<&'static str> {
        let records = self.log.read_page(page.id(), Position(0), 100).await.unwrap();
        records.iter().map(|record| record.kind.known().unwrap().name()).collect()
    }
}

async fn stranger(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.unwrap()
}

/// A document of many incidents with many updates, each with many links to another vendor.
fn crowd(list: &str, prefix: &str) -> String {
    let links: Vec<String> =
        (0..20).map(|link| format!("https://s.example/incidents/{link}")).collect();
    let links = links.join(" ");
    let updates: Vec<String> = (0..20)
        .map(|update| {
            let body = if update == 0 { links.as_str() } else { "" };
            format!(r#"{{"id": "{update}", "status": "monitoring", "body": "{body}"}}"#)
        })
        .collect();
    let updates = updates.join(",");
    let incident = |number: u32| {
        format!(
            r#"{{"id": "{prefix}{number}", "name": "A", "status": "monitoring",
                 "incident_updates": [{updates}]}}"#
        )
    };
    let incidents: Vec<String> = (0..500).map(incident).collect();
    format!(r#""{list}": [{}]"#, incidents.join(","))
}

#[tokio::test]
async fn a_page_that_says_more_at_once_than_can_be_recorded_is_unreadable_and_stops_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let (acme, bolt) = (page("acme"), page("bolt"));
    let both = [acme.clone(), bolt.clone()];
    let mut scene = Scene::begin(&folder.path().join("log.db"), &both).await;
    let page_part = r#""page": {"id": "abc"}, "status": {"indicator": "none"}"#;
    let (incidents, works) = (crowd("incidents", "i"), crowd("scheduled_maintenances", "m"));
    let summary = format!("{{{page_part}, {incidents}, {works}}}");
    let list = format!("{{{page_part}, {}}}", crowd("incidents", "l"));
    assert!(summary.len() < 4 * 1_024 * 1_024, "it may be fetched");
    for seconds in [61, 121] {
        let mut much = poll(&acme, seconds, false);
        let Outcome::Answered { documents, .. } = &mut much.outcome else { panic!() };
        let mut deep = documents[0].clone();
        deep.document = Document::Incidents;
        documents.push(deep);
        for (document, body) in documents.iter_mut().zip([&summary, &list]) {
            document.known.hash = ContentHash::of(body.as_bytes());
            document.body = Some(body.clone().into());
        }
        scene.fold(&much).await;
    }
    assert_eq!(scene.told(&acme).await.last(), Some(&"page.unreadable"));
    assert!(!scene.told(&acme).await.contains(&"incident.opened"), "it is all or nothing");
    scene.fold(&poll(&bolt, 61, false)).await;
    scene.aggregator.flush().await.unwrap();
    assert_eq!(scene.slot(bolt.id()).await, Slot(at(61).micros()));
}

#[tokio::test]
async fn a_quiet_poll_is_in_memory_until_it_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let acme = page("acme");
    let mut scene = Scene::begin(&folder.path().join("log.db"), std::slice::from_ref(&acme)).await;
    let head = scene.log.head().await.unwrap();
    assert_eq!(scene.fold(&poll(&acme, 61, false)).await, Folded::Recorded(0));
    assert_eq!(scene.slot(acme.id()).await, Slot(at(1).micros()));
    scene.aggregator.flush().await.unwrap();
    assert_eq!(scene.slot(acme.id()).await, Slot(at(61).micros()));
    assert_eq!(scene.log.head().await.unwrap(), head, "nothing was told");
}

#[tokio::test]
async fn what_cannot_be_saved_is_saved_later_and_what_was_overtaken_is_decided_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    let (acme, bolt) = (page("acme"), page("bolt"));
    let both = [acme.clone(), bolt.clone()];
    let mut scene = Scene::begin(&path, &both).await;
    for page in &both {
        assert_eq!(scene.fold(&poll(page, 61, false)).await, Folded::Recorded(0));
    }
    // Meanwhile somebody takes the one page away and adds it again, and the other's row cannot
    // be written.
    scene.watch(std::slice::from_ref(&bolt)).await;
    scene.watch(&both).await;
    let mut stranger = stranger(&path).await;
    let trigger = format!(
        "create trigger refuses before update on page when new.page_id = x'{}' \
         begin select raise(abort, 'refused for a test'); end",
        bolt.id().0.simple()
    );
    sqlx::raw_sql(AssertSqlSafe(trigger)).execute(&mut stranger).await.unwrap();
    assert!(scene.aggregator.flush().await.is_err());
    assert!(scene.aggregator.flush().await.is_err(), "it is tried again");
    sqlx::raw_sql("drop trigger refuses").execute(&mut stranger).await.unwrap();
    scene.aggregator.flush().await.unwrap();
    assert_eq!(scene.slot(bolt.id()).await, Slot(at(61).micros()));
    let told = scene.told(&acme).await;
    let ending = ["page.removed", "page.added", "page.readable"];
    assert!(told.ends_with(&ending), "it is readable again, as the poll says: {told:?}");
}

/// Somebody has taken a table out of the evidence.
#[tokio::test]
async fn documents_that_cannot_be_kept_are_remarked_and_their_events_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("signalbook.db"));
    let log: SharedLog = Arc::new(SqliteLog::open(&location, Uuid::from_u128(1)).await.unwrap());
    let evidence = SqliteEvidence::open(&location, u64::MAX).await.unwrap();
    let mut stranger = stranger(&folder.path().join("signalbook-evidence.db")).await;
    sqlx::raw_sql("drop table evidence_usage").execute(&mut stranger).await.unwrap();
    let page = page("acme");
    let pages = std::slice::from_ref(&page);
    reconcile(&log, pages, &SeededIds::new(1), at(0)).await.unwrap();
    let (bus, clock) = (Arc::new(MemoryBus::new(1)), ManualClock::new(SystemTime::UNIX_EPOCH));
    bus.publish_observation(poll(&page, 1, true)).await.unwrap();
    let aggregator = Aggregator::new(log.clone(), Arc::new(evidence), bus, Arc::new(clock), 0);
    let (health, stop) = (Health::new(), Stop::new());
    let check = health.check("recording");
    let running = tokio::spawn(aggregator.run(check, stop.clone()));
    while !matches!(health.report()[0].1, Readiness::Remarked { .. }) {
        tokio::task::yield_now().await;
    }
    stop.stop();
    running.await.unwrap();
    let said = health.report()[0].1.to_string();
    assert!(said.starts_with("ready: documents are not kept: "), "{said}");
    let records = log.read_page(page.id(), Position(0), 100).await.unwrap();
    let caused = records.iter().find_map(|record| record.observation).unwrap();
    let manifests = log.manifests_by_id(&[caused.id]).await.unwrap();
    assert_eq!(manifests[0].reference(), caused);
    assert!(!Manifest::decode(manifests[0].bytes()).unwrap().is_kept, "it says so itself");
}
