//! Recorded messages that never change: what was once written must be read for ever, and what is
//! written today must be the same bytes.
//!
//! Each sample is two files in `golden/v1`: its JSON, and its payload in hexadecimal digits.
//! A sample that has no file yet is recorded with `SIGNALBOOK_BLESS=1`; a file that exists is
//! never written again. To record another form of a kind, add a sample with another name; then
//! run the tests once more without the variable.

mod frozen;
mod samples;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;

use serde_json::Value;
use signalbook_domain::event::{EventKind, Fact, Times};
use signalbook_domain::observation::ContentHash;
use signalbook_domain::{ObservationId, PageId, Position, Revision, Timestamp, Worded as _};
use signalbook_proto::chain::{genesis, hex};
use signalbook_proto::json::EventJson;
use signalbook_proto::record::SCHEMA;
use signalbook_proto::{Draft, ObservationRef, Record};
use uuid::Uuid;

/// The log whose first event each sample is.
const LOG_ID: Uuid = Uuid::from_u128(0x0191_d3c0_7b1e_7c3a_9f00_5167_a1b0_0c01);
/// The page that each sample is of.
const PAGE: PageId = PageId(Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_0002));
/// The observation that caused each sample.
const CAUSE: Uuid = Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_0001);

fn file(name: &str, extension: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden/v1").join(format!("{name}.{extension}"))
}

/// `fact` as the first event of a log.
fn record(fact: &Fact) -> Record {
    let hash = ContentHash::of(CAUSE.as_bytes()).0;
    let observation = ObservationRef { id: ObservationId(CAUSE), hash };
    let draft = Draft::encode(fact, CAUSE, 0, Some(observation));
    let mut record = Record {
        position: Position(1),
        stream: fact.stream.clone(),
        page: PAGE,
        revision: Revision(1),
        id: draft.id,
        kind: draft.kind.clone(),
        schema: draft.schema,
        times: draft.times,
        recorded_at: samples::at(9),
        backfilled: draft.backfilled,
        author: draft.author,
        observation: draft.observation,
        payload: Some(draft.payload),
        payload_hash: draft.payload_hash,
        hash: [0; 32],
    };
    record.hash = record.link(&record.stream.to_string()).hash(&genesis(LOG_ID));
    record
}

fn json_of(record: &Record) -> String {
    let fact = record.decode().expect("it is decoded");
    let json = EventJson::new(record, Some(&fact));
    serde_json::to_string_pretty(&json).expect("it is plain data") + "\n"
}

fn hex_of(bytes: &[u8]) -> String {
    let mut hex = String::new();
    for byte in bytes {
        write!(hex, "{byte:02x}").expect("a text takes all that is written");
    }
    hex + "\n"
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let digits = hex.trim().as_bytes();
    assert!(digits.len().is_multiple_of(2) && digits.is_ascii(), "`{hex}` is hexadecimal");
    digits
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).expect("it is ASCII"))
        .map(|pair| u8::from_str_radix(pair, 16).expect("it is hexadecimal"))
        .collect()
}

/// The record that a recorded JSON and payload stand for.
fn recorded(json: &Value, payload: Vec<u8>) -> Record {
    fn parsed<T: std::str::FromStr>(json: &Value, field: &str) -> Option<T> {
        json[field].as_str().and_then(|text| text.parse().ok())
    }
    let given = |field: &str| parsed(json, field).expect("it was recorded with every sample");
    let kind = json["type"].as_str().and_then(EventKind::from_word).expect("kinds are for ever");
    let mut record = record(&Fact {
        stream: parsed(json, "stream").expect("streams are for ever"),
        event: samples::any_event(),
        times: Times {
            occurred_at: parsed(json, "occurred_at"),
            published_at: parsed(json, "published_at"),
            observed_at: given("observed_at"),
        },
        backfilled: json["backfilled"].as_bool().expect("it is a flag"),
    });
    record.kind = kind.into();
    record.page = PageId(parsed(json, "page_id").expect("it was recorded with every sample"));
    record.schema = SCHEMA;
    record.author = parsed(json, "author");
    record.recorded_at = given("recorded_at");
    record.payload_hash = ContentHash::of(&payload).0;
    record.payload = Some(payload);
    record.hash = record.link(&record.stream.to_string()).hash(&genesis(LOG_ID));
    record
}

/// The names of all samples that were ever recorded.
fn names() -> BTreeSet<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden/v1");
    let files = fs::read_dir(folder).expect("the folder is there");
    files
        .map(|file| file.expect("it can be listed").path())
        .filter(|path| path.file_name().is_some_and(|name| name != "chain.json"))
        .filter_map(|path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))
        .collect()
}

/// Writes a sample that was never recorded, and reads one that was.
fn bless_and_read(name: &str, extension: &str, now: &str) -> Option<String> {
    let path = file(name, extension);
    if std::env::var_os("SIGNALBOOK_BLESS").is_some_and(|bless| bless == "1") {
        // Fails if the file exists: what was recorded is never written again.
        if let Ok(mut file) = File::create_new(&path) {
            file.write_all(now.as_bytes()).expect("the sample can be recorded");
        }
    }
    fs::read_to_string(path).ok()
}

#[test]
fn every_kind_of_event_has_a_sample() {
    let sampled: BTreeSet<EventKind> =
        samples::all().iter().map(|(_, fact)| fact.event.kind()).collect();
    let all: BTreeSet<EventKind> = EventKind::ALL.iter().copied().collect();
    assert_eq!(sampled, all);
}

#[test]
fn what_is_written_today_is_what_was_recorded() {
    for (name, fact) in samples::all() {
        let record = record(&fact);
        let payload = hex_of(record.payload.as_deref().expect("it is there"));
        for (extension, now) in [("json", json_of(&record)), ("hex", payload)] {
            let recorded = bless_and_read(&name, extension, &now);
            let recorded = recorded.unwrap_or_else(|| panic!("`{name}.{extension}` is missing"));
            assert_eq!(now, recorded, "{name}.{extension}");
        }
    }
}

#[test]
fn what_was_recorded_is_decoded_to_the_event_that_it_was() {
    for (name, fact) in samples::all() {
        let payload = fs::read_to_string(file(&name, "hex")).expect("it was recorded");
        let mut record = record(&fact);
        record.payload = Some(bytes_of(&payload));
        assert_eq!(record.decode().expect("it is decoded"), fact, "{name}");
    }
}

/// Also those whose samples the code does not make any more.
#[test]
fn everything_that_was_ever_recorded_is_read_shown_and_hashed_as_it_was() {
    for name in names() {
        let json = fs::read_to_string(file(&name, "json")).expect("a sample is two files");
        let payload = fs::read_to_string(file(&name, "hex")).expect("a sample is two files");
        let value: Value = serde_json::from_str(&json).expect("it is JSON");
        let record = recorded(&value, bytes_of(&payload));
        assert_eq!(value["hash"], hex(record.hash), "{name}");
        assert_eq!(json_of(&record), json, "{name}");
    }
}

#[test]
fn names_of_samples_begin_with_their_kind_and_come_once() {
    let mut seen = BTreeMap::new();
    for (name, fact) in samples::all() {
        let kind = fact.event.kind().name();
        assert!(name == kind || name.starts_with(&format!("{kind}.")), "{name}");
        assert_eq!(seen.insert(name, kind), None);
    }
}

#[test]
fn a_payload_that_is_cut_short_is_an_error_and_no_guess() {
    for (name, fact) in samples::all() {
        let mut record = record(&fact);
        let payload = record.payload.clone().expect("it is there");
        if payload.is_empty() {
            continue;
        }
        record.payload = Some(payload[..payload.len() - 1].to_vec());
        if let Ok(other) = record.decode() {
            assert_ne!(other, fact, "{name}");
        }
    }
}

#[test]
fn times_in_the_samples_are_shown_to_the_microsecond() {
    let at = Timestamp::from_micros(samples::at(0).micros() + 1);
    assert_eq!(at.to_string(), "2026-02-02T02:40:00.000001Z");
}
