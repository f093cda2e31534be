use std::fmt::Write as _;

use serde_json::{Value, json};
use signalbook_domain::ObservationId;
use signalbook_domain::event::EventKind;

use super::*;
use crate::golden;

fn golden_verifier() -> Verifier {
    Verifier::new(golden::log_id(), golden::epochs())
}

fn verify(records: &[Record]) -> Result<(), Broken> {
    let mut verifier = golden_verifier();
    records.iter().try_for_each(|record| verifier.check(record))
}

#[test]
fn the_golden_log_is_whole() {
    let records = golden::records();
    let mut verifier = golden_verifier();
    assert_eq!(verifier.reached(), (Position(0), golden::genesis()));
    for record in &records {
        verifier.check(record).unwrap();
    }
    let last = records.last().unwrap();
    assert_eq!(verifier.finish(), Ok((last.position, last.hash)));
    assert_eq!(verifier.epoch(), 3);
}

#[test]
fn an_epoch_that_is_changed_removed_added_or_moved_is_found() {
    let (records, epoch) = (golden::records(), golden::epochs()[0]);
    let verify = |epochs: Vec<Epoch>| {
        let mut verifier = Verifier::new(golden::log_id(), epochs);
        records.iter().try_for_each(|record| verifier.check(record))?;
        verifier.finish()
    };
    assert_eq!(verify(vec![epoch]), Ok((records[8].position, records[8].hash)));
    assert_eq!(verify(Vec::new()), Err(Broken::Event(epoch.after.next())));
    let resealed = |mut epoch: Epoch, change: fn(&mut Epoch)| {
        change(&mut epoch);
        epoch.hash = epoch.link_hash();
        verify(vec![epoch])
    };
    let event = epoch.after.next();
    assert_eq!(resealed(epoch, |epoch| epoch.number = 1), Err(Broken::Epoch(1)));
    assert_eq!(resealed(epoch, |epoch| epoch.number = 2), Err(Broken::Event(event)));
    assert_eq!(resealed(epoch, |epoch| epoch.previous[0] ^= 1), Err(Broken::Epoch(3)));
    assert_eq!(
        resealed(epoch, |epoch| epoch.opened_at = Timestamp::MIN),
        Err(Broken::Event(event))
    );
    for after in [Position(epoch.after.0 - 1), Position(event.0), Position(99)] {
        assert!(verify(vec![Epoch { after, ..epoch }]).is_err(), "{after}");
    }
    assert_eq!(verify(vec![Epoch { hash: [0; 32], ..epoch }]), Err(Broken::Epoch(3)));
    assert_eq!(verify(vec![epoch, epoch]), Err(Broken::Epoch(3)));
    let last = records[8].clone();
    let mut behind = Epoch { number: 4, after: last.position, previous: last.hash, ..epoch };
    behind.hash = behind.link_hash();
    assert_eq!(verify(vec![epoch, behind]), Ok((last.position, behind.hash)));
    let beyond = Epoch { after: last.position.next(), ..behind };
    assert_eq!(verify(vec![epoch, beyond]), Err(Broken::Epoch(4)));
}

#[test]
fn the_golden_log_says_what_was_hashed() {
    let micros = |at: Option<Timestamp>| at.map(Timestamp::micros);
    let chain: Value = serde_json::from_str(golden::CHAIN).unwrap();
    let said = golden::records().into_iter().map(|record| {
        json!({
            "position": record.position,
            "stream": record.stream.to_string(),
            "page_id": record.page,
            "revision": record.revision,
            "event_id": record.id,
            "type": record.kind.word(),
            "schema": record.schema,
            "occurred_at": micros(record.times.occurred_at),
            "published_at": micros(record.times.published_at),
            "observed_at": record.times.observed_at.micros(),
            "recorded_at": record.recorded_at.micros(),
            "backfilled": record.backfilled,
            "author": record.author.as_ref().map(Author::as_str),
            "observation_id": record.observation.map(|observation| observation.id),
            "observation_hash": record.observation.map(|observation| hex(observation.hash)),
            "payload": bytes_as_hex(record.payload.as_ref().unwrap()),
            "payload_hash": hex(record.payload_hash),
            "hash": hex(record.hash),
        })
    });
    assert_eq!(said.collect::<Vec<_>>(), *chain["events"].as_array().unwrap());
}

#[test]
fn the_golden_log_has_each_optional_field_absent_and_present() {
    let records = golden::records();
    let fields: [fn(&Record) -> bool; 5] = [
        |record| record.times.occurred_at.is_some(),
        |record| record.times.published_at.is_some(),
        |record| record.observation.is_some(),
        |record| record.backfilled,
        |record| record.author.is_some(),
    ];
    for field in fields {
        assert!(records.iter().any(field) && !records.iter().all(field));
    }
}

#[test]
fn the_golden_log_is_recorded_in_order_also_when_the_clock_went_back() {
    let steps = golden::steps();
    assert!(steps.is_sorted_by_key(|step| step.records[0].recorded_at));
    assert!(!steps.is_sorted_by_key(|step| step.now));
    let mut latest = Timestamp::MIN;
    for step in steps {
        latest = latest.max(step.now);
        assert!(step.records.iter().all(|record| record.recorded_at == latest));
    }
}

fn bytes_as_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Changes one field of a record.
type Change = fn(&mut Record);

const CHANGES: [(&str, Change); 17] = [
    ("page", |record| record.page = PageId(Uuid::from_u128(1))),
    ("stream", |record| record.stream.id = Uuid::from_u128(1)),
    ("provider", |record| record.stream.provider = "other".parse().unwrap()),
    ("revision", |record| record.revision = record.revision.next()),
    ("event id", |record| record.id = EventId(Uuid::from_u128(1))),
    ("kind", |record| record.kind = EventKind::IncidentMonitoring.into()),
    ("schema", |record| record.schema += 1),
    ("occurred_at", |record| record.times.occurred_at = Some(other(record.times.occurred_at))),
    ("published_at", |record| record.times.published_at = Some(other(record.times.published_at))),
    ("observed_at", |record| record.times.observed_at = later(record.times.observed_at)),
    ("recorded_at", |record| record.recorded_at = later(record.recorded_at)),
    ("backfilled", |record| record.backfilled = !record.backfilled),
    ("author", |record| {
        record.author = record.author.is_none().then(|| "key:1".parse().unwrap());
    }),
    ("observation", |record| {
        record.observation = match record.observation {
            Some(_) => None,
            None => Some(ObservationRef { id: ObservationId(Uuid::nil()), hash: [0; 32] }),
        };
    }),
    ("manifest", |record| {
        record.observation = match record.observation {
            Some(ObservationRef { id, mut hash }) => {
                hash[0] ^= 1;
                Some(ObservationRef { id, hash })
            }
            None => Some(ObservationRef { id: ObservationId(Uuid::nil()), hash: [0; 32] }),
        };
    }),
    ("payload hash of an erased payload", |record| {
        record.payload = None;
        record.payload_hash[0] ^= 1;
    }),
    ("hash", |record| record.hash[31] ^= 1),
];

fn later(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.micros() + 1)
}

/// Makes an absent time present, and moves a present one.
fn other(at: Option<Timestamp>) -> Timestamp {
    at.map_or(Timestamp::from_micros(0), later)
}

#[test]
fn any_single_changed_field_of_any_event_is_found() {
    let records = golden::records();
    for index in 0..records.len() {
        for (field, change) in CHANGES {
            let mut changed = records.clone();
            change(&mut changed[index]);
            let found = verify(&changed);
            assert_eq!(found, Err(Broken::Event(records[index].position)), "{field}");
        }
    }
}

#[test]
fn a_moment_that_was_taken_away_or_moved_to_its_neighbour_is_found() {
    let records = golden::records();
    for index in 0..records.len() {
        let times = records[index].times;
        let mut absent = records.clone();
        absent[index].times.occurred_at = None;
        assert_eq!(verify(&absent).is_err(), times.occurred_at.is_some());
        let mut swapped = records.clone();
        swapped[index].times.occurred_at = times.published_at;
        swapped[index].times.published_at = times.occurred_at;
        assert_eq!(verify(&swapped).is_err(), times.occurred_at != times.published_at);
    }
}

#[test]
fn a_changed_payload_is_found_and_an_erased_one_is_accepted() {
    let records = golden::records();
    for index in 0..records.len() {
        let mut changed = records.clone();
        changed[index].payload.as_mut().unwrap().push(0);
        assert_eq!(verify(&changed), Err(Broken::Payload(records[index].position)));
        let mut erased = records.clone();
        erased[index].payload = None;
        assert_eq!(verify(&erased), Ok(()));
    }
}

#[test]
fn a_removed_event_is_found_also_if_the_rest_is_numbered_again() {
    let records = golden::records();
    for index in 0..records.len() - 1 {
        let mut removed = records.clone();
        removed.remove(index);
        let expected = records[index].position;
        let found = expected.next();
        assert_eq!(verify(&removed), Err(Broken::Gap { expected, found }));
        for record in &mut removed[index..] {
            record.position = Position(record.position.0 - 1);
        }
        assert_eq!(verify(&removed), Err(Broken::Event(expected)));
    }
}

#[test]
fn two_swapped_events_are_found_also_if_they_are_numbered_again() {
    let records = golden::records();
    for index in 0..records.len() - 1 {
        let mut swapped = records.clone();
        swapped.swap(index, index + 1);
        assert!(matches!(verify(&swapped), Err(Broken::Gap { .. })));
        swapped[index].position = records[index].position;
        swapped[index + 1].position = records[index + 1].position;
        assert_eq!(verify(&swapped), Err(Broken::Event(records[index].position)));
    }
}

#[test]
fn an_event_that_comes_twice_is_found() {
    let records = golden::records();
    let twice = [records[0].clone(), records[0].clone()];
    let gap = Broken::Gap { expected: Position(2), found: Position(1) };
    assert_eq!(verify(&twice), Err(gap));
}

#[test]
fn events_of_another_log_are_found() {
    let mut verifier = Verifier::new(Uuid::from_u128(1), Vec::new());
    assert_eq!(verifier.check(&golden::records()[0]), Err(Broken::Event(Position(1))));
}

#[test]
fn a_verifier_that_found_something_stays_where_it_was() {
    let records = golden::records();
    let mut verifier = golden_verifier();
    verifier.check(&records[0]).unwrap();
    let before = verifier.reached();
    assert!(verifier.check(&records[2]).is_err());
    assert_eq!(verifier.reached(), before);
    verifier.check(&records[1]).unwrap();
}
