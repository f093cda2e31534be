//! The promises of the log about manifests.

#![expect(missing_docs, reason = "the name of a case is its sentence")]

use signalbook_domain::{ObservationId, Position};

use super::support::{
    append, append_to, checked, fresh, id, incident, known, manifest, the_manifest,
};
use crate::log::SharedLog;
use crate::{Append, AppendError, StoreError};

fn is_invalid(refused: &AppendError) -> bool {
    matches!(refused, AppendError::Store(StoreError::Invalid { .. }))
}

/// An append of a manifest only.
fn bare(name: &str, bytes: &[u8]) -> Append {
    Append { manifest: Some(manifest(name, bytes)), ..Append::default() }
}

pub async fn manifests_are_read_back_in_their_order(log: SharedLog) {
    let names = ["a", "b", "c", "d"];
    for name in names {
        append(&log, bare(name, name.repeat(300).as_bytes())).await.unwrap();
    }
    checked(&log).await;
    let first = log.manifests_after(0, 3).await.unwrap();
    let rest = log.manifests_after(first[2].number, 3).await.unwrap();
    let read: Vec<_> = first.into_iter().chain(rest).map(|row| row.manifest).collect();
    assert_eq!(read, names.map(|name| manifest(name, name.repeat(300).as_bytes())));
    let wanted = ["d", "never", "b"].map(|name| ObservationId(id(name)));
    let mut found = log.manifests_by_id(&wanted).await.unwrap();
    found.sort_by_key(|found| found.bytes()[0]);
    assert_eq!(found, [read[1].clone(), read[3].clone()]);
    assert_eq!(log.head().await.unwrap().position, Position(0));
}

pub async fn a_manifest_is_recorded_once(log: SharedLog) {
    let stream = incident("i");
    append(&log, append_to(&stream, 0, &["a"])).await.unwrap();
    append(&log, append_to(&stream, 1, &["b"])).await.unwrap();
    append(&log, bare("an observation", the_manifest().bytes())).await.unwrap();
    checked(&log).await;
    assert_eq!(log.manifests_after(0, 9).await.unwrap().len(), 1);
}

pub async fn another_manifest_of_one_observation_is_refused(log: SharedLog) {
    append(&log, bare("a", b"what it brought")).await.unwrap();
    let refused = append(&log, bare("a", b"something else")).await.unwrap_err();
    assert!(is_invalid(&refused), "{refused}");
    append(&log, bare("b", b"something else")).await.unwrap();
    checked(&log).await;
    assert_eq!(log.manifests_after(0, 9).await.unwrap().len(), 2);
}

pub async fn an_event_without_the_manifest_that_it_names_is_refused(log: SharedLog) {
    let whole = append_to(&incident("i"), 0, &["a"]);
    for other in [None, Some(manifest("another", b"")), Some(manifest("an observation", b""))] {
        let refused = append(&log, Append { manifest: other, ..whole.clone() }).await.unwrap_err();
        assert!(is_invalid(&refused), "{refused}");
    }
    assert_eq!(append(&log, whole).await.unwrap(), fresh(1));
    checked(&log).await;
}

pub async fn a_refused_append_leaves_no_manifest(log: SharedLog) {
    let stream = incident("i");
    let moved = Append { streams: vec![known(&stream, 7)], ..bare("a", b"what it brought") };
    append(&log, moved).await.unwrap_err();
    assert_eq!(log.manifests_after(0, 9).await.unwrap(), []);
    checked(&log).await;
}

pub async fn each_of_many_manifests_is_found_and_recorded_once(log: SharedLog) {
    let name = |number: u32| format!("observation {number}");
    let all: Vec<Append> =
        (0..700).map(|number| bare(&name(number), &number.to_be_bytes())).collect();
    for one in all.iter().chain(all.iter().rev()) {
        append(&log, one.clone()).await.unwrap();
    }
    for number in (0..700).step_by(50) {
        let refused = append(&log, bare(&name(number), b"something else")).await.unwrap_err();
        assert!(is_invalid(&refused), "{refused}");
    }
    checked(&log).await;
    assert_eq!(log.manifests_after(0, 999).await.unwrap().len(), 700);
    for number in 0..700 {
        let found = log.manifests_by_id(&[ObservationId(id(&name(number)))]).await.unwrap();
        assert_eq!(found, [manifest(&name(number), &number.to_be_bytes())]);
    }
    assert_eq!(log.contradictions().await.unwrap(), [""; 0]);
}
