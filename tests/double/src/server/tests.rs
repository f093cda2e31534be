use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use serde_json::{Value, json};

use super::*;
use crate::{Impact, Opening, Reply};

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_where_the_base_address_says() {
    let stage = Stage::new().await;
    for (file, key) in [
        ("summary", "components"),
        ("incidents", "incidents"),
        ("scheduled-maintenances", "scheduled_maintenances"),
    ] {
        let answer = stage.ask(&format!("/api/v2/{file}.json"));
        assert_eq!(answer.status, 200);
        assert!(answer.header("content-type").unwrap().starts_with("application/json"));
        assert!(answer.json()[key].is_array(), "{file}");
        assert_eq!(answer.json()["page"]["url"], stage.base());
    }
    assert!(stage.ask("").body.contains("<title>Fernbase Status</title>"));
    assert_eq!(stage.ask("/history.atom").status, 404);
    let other = stage.double.base("nobody");
    assert_eq!(ask(&other, SUMMARY, &[]).status, 404);
    let counts = stage.double.counts(SLUG);
    assert_eq!((counts.summary, counts.home, counts.other, counts.total()), (1, 1, 1, 5));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_document_is_answered_with_304_until_the_vendor_acts() {
    let stage = Stage::new().await;
    let etag = stage.ask(SUMMARY).header("etag").unwrap();
    let again = ask(&stage.base(), SUMMARY, &[("If-None-Match", &etag)]);
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    assert_eq!(stage.double.counts(SLUG).not_modified, 1);
    stage.double.act(SLUG, Act::Open(Opening::new("one", "Slow", Impact::Minor)));
    let changed = ask(&stage.base(), SUMMARY, &[("If-None-Match", &etag)]);
    assert_eq!(changed.status, 200);
    assert_eq!(changed.json()["incidents"][0]["id"], "one");
    assert_eq!(stage.double.script(SLUG).script().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_ahead_in_the_script_shows_when_the_clock_reaches_it() {
    let stage = Stage::new().await;
    let later = Timestamp::from_second(START + 60).unwrap();
    let opening = Opening::new("one", "Slow", Impact::Minor);
    stage.double.act_at(SLUG, later, Act::Open(opening));
    assert_eq!(stage.ask(SUMMARY).json()["incidents"], json!([]));
    stage.second.store(START + 60, Ordering::Relaxed);
    assert_eq!(stage.ask(SUMMARY).json()["incidents"][0]["id"], "one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_sent_as_it_is() {
    let stage = Stage::new().await;
    let bare = stage.with(Fault::Reply(Reply::new(418, "short and stout")));
    assert_eq!((bare.status, bare.body.as_str()), (418, "short and stout"));
    assert_eq!(bare.header("content-type"), None);
    let slow = Reply::json("{}").header("x-mood", "calm").trickling(Duration::from_millis(1));
    let slow = stage.with(Fault::Reply(slow));
    assert!(slow.body.contains('{') && slow.body.contains('}'), "{}", slow.body);
    assert_eq!(slow.header("x-mood").unwrap(), "calm");
    let packed = Reply::new(200, " ".repeat(100_000)).gzip();
    assert!(packed.clone().response().headers().contains_key("content-encoding"));
    assert!(packed.size() < 1_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_carry_their_code_and_their_patience() {
    let stage = Stage::new().await;
    let answer = stage.with(Fault::rate_limited(90));
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("90".into())));
    assert_eq!(stage.with(Fault::unavailable()).status, 503);
    let blocked = stage.with(Fault::blocked());
    assert_eq!(blocked.status, 403);
    assert!(blocked.header("content-type").unwrap().starts_with("text/html"));
    stage.double.set_fault(SLUG, None);
    assert_eq!(stage.ask(SUMMARY).status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn misshapen_bodies_come_with_a_calm_200() {
    let stage = Stage::new().await;
    let html = stage.with(Fault::Html);
    assert!(html.status == 200 && html.body.starts_with("<!doctype html>"));
    let truncated = stage.with(Fault::Truncated);
    assert_eq!(truncated.status, 200);
    assert!(serde_json::from_str::<Value>(&truncated.body).is_err());
    assert!(truncated.body.starts_with('{'));
    assert!(stage.with(Fault::other_shape()).json()["services"].is_array());
    let empty = stage.with(Fault::Empty);
    assert_eq!((empty.status, empty.body.as_str()), (200, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_page_says_where_to() {
    let stage = Stage::new().await;
    let to = "https://elsewhere.example/".to_owned();
    let answer = stage.with(Fault::Redirect { to: to.clone() });
    assert_eq!((answer.status, answer.header("location")), (301, Some(to)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_copy_is_older_than_the_last_act() {
    let stage = Stage::new().await;
    stage.double.act(SLUG, Act::Open(Opening::new("one", "Slow", Impact::Minor)));
    let as_of = Timestamp::from_second(START - 600).unwrap();
    let answer = stage.with(Fault::Stale { as_of });
    assert_eq!(answer.json()["incidents"], json!([]));
    assert_eq!(answer.header("age"), Some("600".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hanging_page_answers_once_the_fault_is_lifted() {
    let stage = Stage::new().await;
    stage.double.set_fault(SLUG, Some(Fault::Hang));
    let mut stream = send(&stage.base(), SUMMARY, &[]);
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    assert!(stream.read(&mut [0; 1]).is_err(), "it said something");
    stage.double.set_fault(SLUG, None);
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    assert_eq!(receive(stream).status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_connection_ends_without_a_byte() {
    let stage = Stage::new().await;
    stage.double.set_fault(SLUG, Some(Fault::Closed));
    let mut text = Vec::new();
    let _ = send(&stage.base(), SUMMARY, &[]).read_to_end(&mut text);
    assert!(text.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_one_document_leaves_the_others_alone() {
    let stage = Stage::new().await;
    stage.double.set_document_fault(SLUG, Document::Incidents, Some(Fault::unavailable()));
    assert_eq!(stage.ask("/api/v2/incidents.json").status, 503);
    assert_eq!(stage.ask(SUMMARY).status, 200);
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "it knocks at the double that it started")]
async fn a_double_that_is_dropped_or_closed_no_longer_listens() {
    let Stage { double, .. } = Stage::new().await;
    let address = double.address();
    // What dropping a double does, as far as it can be waited for.
    let Double { stop, serving, .. } = double;
    drop(stop);
    serving.await.unwrap().unwrap();
    assert!(TcpStream::connect(address).is_err());
    let Stage { double, .. } = Stage::new().await;
    let address = double.address();
    double.close().await.unwrap();
    assert!(TcpStream::connect(address).is_err());
}

const SLUG: &str = "fernbase";
const SUMMARY: &str = "/api/v2/summary.json";
const START: i64 = 1_770_000_000;

/// A double with one page under a clock that stands still.
struct Stage {
    double: Double,
    second: Arc<AtomicI64>,
}

impl Stage {
    async fn new() -> Self {
        let second = Arc::new(AtomicI64::new(START));
        let hand = second.clone();
        let clock: Clock =
            Arc::new(move || Timestamp::from_second(hand.load(Ordering::Relaxed)).unwrap());
        let double = Double::start(([127, 0, 0, 1], 0).into(), clock).await.unwrap();
        let born_at = Timestamp::from_second(START - 86_400).unwrap();
        let life = Life::new("Fernbase", "f3rnb4s3page", born_at).component("mail", "Mail", None);
        assert_eq!(double.add(SLUG, life), double.base(SLUG));
        Self { double, second }
    }

    fn base(&self) -> String {
        self.double.base(SLUG)
    }

    fn ask(&self, path: &str) -> Answer {
        ask(&self.base(), path, &[])
    }

    fn with(&self, fault: Fault) -> Answer {
        self.double.set_fault(SLUG, Some(fault));
        self.ask(SUMMARY)
    }
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<String> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

fn ask(base: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    tokio::task::block_in_place(|| receive(send(base, path, headers)))
}

#[expect(clippy::disallowed_methods, reason = "it asks the double that it started")]
fn send(base: &str, path: &str, headers: &[(&str, &str)]) -> TcpStream {
    let (host, page) = base.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let head = format!("GET /{page}{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    for (name, value) in headers {
        write!(stream, "{name}: {value}\r\n").unwrap();
    }
    stream.write_all(b"\r\n").unwrap();
    stream
}

fn receive(mut stream: TcpStream) -> Answer {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}
