//! The program starts with a clock that cannot be right: it shows what it knows and says why it
//! records nothing, and begins when the clock is right or is said to be.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use signalbook::config::Config;
use signalbook::node::{Node, Sources};
use signalbook_aggregator::{WatchedPage, reconcile};
use signalbook_domain::{Position, Timestamp};
use signalbook_runtime::{Clock as _, ManualClock, SeededIds, Stop, SystemClock};
use signalbook_scheduler::PollPolicy;
use signalbook_store::log::SharedLog;
use signalbook_store_sqlite::{Location, SqliteLog};
use uuid::Uuid;

use crate::support::{Program, Vendor, wait_for};
use crate::{kinds, reads};

const DAY: Duration = Duration::from_hours(24);

/// Leaves a store in `folder` whose one event was recorded at `now`: a page that nobody watches
/// any more was added.
async fn record(folder: &Path, now: SystemTime) {
    let location = Location::File(folder.join("signalbook.db"));
    let log = Arc::new(SqliteLog::open(&location, Uuid::from_u128(1)).await.unwrap());
    let page = WatchedPage {
        provider: "former".parse().unwrap(),
        name: "Former".to_owned(),
        url: "https://status.former.example".to_owned(),
        interval: Duration::from_mins(1),
    };
    let shared: SharedLog = log.clone();
    reconcile(&shared, &[page], &SeededIds::new(1), Timestamp::from(now)).await.unwrap();
    drop(shared);
    Arc::into_inner(log).unwrap().close().await;
}

/// What `/readyz` says, and what it says of the clock.
fn readiness(program: &Program) -> (Value, Value) {
    let ready = program.json("/readyz");
    let checks = ready["checks"].as_array().unwrap();
    let clock = checks.iter().find(|check| check["name"] == "clock").unwrap();
    (ready["status"].clone(), clock.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_long_after_the_last_event_records_nothing_until_the_clock_is_trusted() {
    let vendor = Vendor::start("acme").await;
    let folder = tempfile::tempdir().unwrap();
    record(folder.path(), SystemClock::new().now() - 450 * DAY).await;
    let config = vendor.config(folder.path());

    let program = Program::serve(&config);
    wait_for("the clock is judged", || readiness(&program).1["reason"] != "starting");
    let (status, clock) = readiness(&program);
    let reason = clock["reason"].as_str().unwrap();
    assert_eq!((status, &clock["ready"]), ("not ready".into(), &false.into()));
    assert!(reason.contains("450d") && reason.contains("`--trust-clock`"), "{reason}");
    assert!(program.get("/").contains("Former"), "what is known is shown");
    assert_eq!(kinds(&program), ["page.added"]);
    assert_eq!(vendor.double.counts("acme").summary, 0, "no page is polled");
    assert!(program.stop().success());

    let arguments = ["serve", "--trust-clock", "--config", config.to_str().unwrap()];
    let program = Program::start(&arguments);
    wait_for("the page is read", || reads(&program, "acme"));
    wait_for("it can work", || readiness(&program).0 == "ready");
    assert_eq!(kinds(&program)[..3], ["page.added", "page.added", "page.removed"]);
    assert!(program.stop().success());

    let program = Program::serve(&config);
    wait_for("it can work", || readiness(&program).0 == "ready");
    assert_eq!(readiness(&program).1["remark"], Value::Null);
    assert!(program.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_ends_in_the_future_is_gone_on_with_and_remarked() {
    let vendor = Vendor::start("acme").await;
    let folder = tempfile::tempdir().unwrap();
    record(folder.path(), SystemClock::new().now() + 4_000 * DAY).await;
    let program = Program::serve(&vendor.config(folder.path()));
    wait_for("the page is read", || reads(&program, "acme"));
    wait_for("it can work", || readiness(&program).0 == "ready");
    let remark = readiness(&program).1["remark"].clone();
    assert!(remark.as_str().unwrap().contains("new events are recorded at that time"), "{remark}");
    let events = program.json("/v1/events?limit=500");
    let events = events["events"].as_array().unwrap();
    assert!(events.len() > 1);
    assert!(events.iter().all(|event| event["recorded_at"] == events[0]["recorded_at"]));
    assert!(program.stop().success());
}

#[tokio::test]
async fn a_start_before_the_build_begins_to_record_when_the_clock_is_right() {
    let vendor = Vendor::start("acme").await;
    let folder = tempfile::tempdir().unwrap();
    let config = Config::load(&vendor.config(folder.path())).unwrap();
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let built_on = SystemTime::UNIX_EPOCH + 20_000 * DAY;
    let sources = Sources {
        clock: Arc::new(clock.clone()),
        ids: Arc::new(SeededIds::new(1)),
        built_on: built_on.into(),
        trust_clock: false,
        accept_restore: false,
    };
    let node = Node::build(&config, PollPolicy::default(), sources).await.unwrap();
    assert!(node.reconciled.is_none());
    assert!(node.clock_refusal().unwrap().to_string().contains("the clock says `1970-01-01"));
    let (log, stop) = (node.store.log.clone(), Stop::new());
    let mut appended = log.appended();
    let running = tokio::spawn(node.run(stop.clone()));
    for _ in 0..10 {
        clock.until_sleeping(2).await;
        clock.advance_to_next();
    }
    assert_eq!(log.head().await.unwrap().position, Position(0));

    clock.jump(built_on + DAY);
    while !appended.has_changed().unwrap() {
        clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
    assert!(*appended.borrow_and_update() > Position(0));
    let row = log.pages().await.unwrap().remove(0);
    assert!(row.watched && row.added_at >= Timestamp::from(built_on + DAY));
    stop.stop();
    running.await.unwrap().unwrap();
}
