//! The promises of the log about refused and repeated appends.

#![expect(missing_docs, reason = "the name of a case is its sentence")]

use signalbook_domain::{Position, Revision};

use super::support::{
    NOW, append, append_at_once, append_to, at, checked, draft, draft_of, fresh, ids, ids_of,
    incident, known, page_of, repeated, the_manifest,
};
use crate::log::{APPEND_EVENTS_MAX, SharedLog};
use crate::{Append, AppendError, StoreError};

pub async fn a_stream_that_moved_on_is_a_conflict(log: SharedLog) {
    let stream = incident("i");
    append(&log, append_to(&stream, 0, &["a", "b"])).await.unwrap();
    for stale in [0, 1, 3] {
        let refused = append(&log, append_to(&stream, stale, &["c"])).await.unwrap_err();
        let AppendError::Conflict { stream: moved, expected, actual } = refused else {
            panic!("{refused}");
        };
        assert_eq!((*moved, expected, actual), (stream.clone(), Revision(stale), Revision(2)));
    }
    assert_eq!(append(&log, append_to(&stream, 2, &["c"])).await.unwrap(), fresh(3));
    assert_eq!(ids(&checked(&log).await), ids_of(&["a", "b", "c"]));
}

pub async fn one_moved_stream_refuses_the_whole_append(log: SharedLog) {
    let (new, moved) = (incident("new"), incident("moved"));
    append(&log, append_to(&moved, 0, &["a"])).await.unwrap();
    let both = |expected| Append {
        streams: vec![known(&new, 0), known(&moved, expected)],
        events: vec![(0, draft("b")), (1, draft("c"))],
        page: None,
        manifest: Some(the_manifest()),
    };
    let refused = append(&log, both(0)).await.unwrap_err();
    assert!(matches!(refused, AppendError::Conflict { actual: Revision(1), .. }), "{refused}");
    assert_eq!(log.read_stream(&new, Revision(0), 10).await.unwrap(), []);
    assert_eq!(append(&log, both(1)).await.unwrap(), fresh(3));
    assert_eq!(ids(&checked(&log).await), ids_of(&["a", "b", "c"]));
}

pub async fn a_conflict_does_not_harm_the_appends_beside_it(log: SharedLog) {
    let appends = (0..30).map(|n| {
        let expected = u64::from(n % 3 == 1);
        append_to(&incident(&n.to_string()), expected, &[format!("{n}a"), format!("{n}b")])
    });
    let answers = append_at_once(&log, appends.collect()).await;
    for (n, answer) in answers.iter().enumerate() {
        let refused = matches!(answer, Err(AppendError::Conflict { actual: Revision(0), .. }));
        assert_eq!(refused, n % 3 == 1, "{answer:?}");
        assert_eq!(answer.is_ok(), n % 3 != 1, "{answer:?}");
    }
    assert_eq!(checked(&log).await.len(), 40);
}

pub async fn an_event_of_another_append_is_refused(log: SharedLog) {
    append(&log, append_to(&incident("i"), 0, &["a", "b"])).await.unwrap();
    append(&log, append_to(&incident("j"), 0, &["x"])).await.unwrap();
    let before = checked(&log).await;
    for names in [&["b", "c"][..], &["c", "b"], &["b", "a"], &["a", "b", "c"]] {
        let refused = append(&log, append_to(&incident("i"), 2, names)).await.unwrap_err();
        let AppendError::Duplicate(id) = refused else { panic!("{names:?}: {refused}") };
        assert!(ids_of(&["a", "b"]).contains(&id), "{names:?}");
    }
    assert_eq!(checked(&log).await, before);
    assert_eq!(append(&log, append_to(&incident("i"), 2, &["c"])).await.unwrap(), fresh(4));
}

pub async fn an_event_of_another_stream_is_refused(log: SharedLog) {
    append(&log, append_to(&incident("i"), 0, &["a", "b"])).await.unwrap();
    let refused = append(&log, append_to(&incident("j"), 0, &["a", "b"])).await.unwrap_err();
    assert!(matches!(refused, AppendError::Duplicate(_)), "{refused}");
    assert_eq!(log.read_stream(&incident("j"), Revision(0), 10).await.unwrap(), []);
    assert_eq!(checked(&log).await.len(), 2);
}

pub async fn an_event_twice_in_one_append_is_refused(log: SharedLog) {
    let refused = append(&log, append_to(&incident("i"), 0, &["a", "b", "a"])).await.unwrap_err();
    assert!(matches!(refused, AppendError::Duplicate(id) if id == ids_of(&["a"])[0]), "{refused}");
    assert_eq!(checked(&log).await, []);
}

pub async fn a_refused_event_does_not_harm_the_appends_beside_it(log: SharedLog) {
    append(&log, append_to(&incident("first"), 0, &["a"])).await.unwrap();
    let appends = (0..20).map(|n| {
        let taken = if n % 10 == 3 { "a".to_owned() } else { format!("{n}") };
        append_to(&incident(&n.to_string()), 0, &[format!("{n}x"), taken])
    });
    let answers = append_at_once(&log, appends.collect()).await;
    for (n, answer) in answers.iter().enumerate() {
        assert_eq!(answer.is_ok(), n % 10 != 3, "{answer:?}");
        assert_eq!(matches!(answer, Err(AppendError::Duplicate(_))), n % 10 == 3, "{answer:?}");
    }
    assert_eq!(checked(&log).await.len(), 37);
}

pub async fn too_many_events_at_once_are_refused(log: SharedLog) {
    let event = |n: usize| (0, draft_of(&n.to_string(), Vec::new()));
    let mut large = Append {
        streams: vec![known(&incident("i"), 0)],
        events: (0..=APPEND_EVENTS_MAX).map(event).collect(),
        page: None,
        manifest: Some(the_manifest()),
    };
    let refused = append(&log, large.clone()).await.unwrap_err();
    let AppendError::TooLarge { events, max } = refused else { panic!("{refused}") };
    assert_eq!((events, max), (APPEND_EVENTS_MAX + 1, APPEND_EVENTS_MAX));
    assert_eq!(log.head().await.unwrap().position, Position(0));
    large.events.truncate(APPEND_EVENTS_MAX);
    large.check().unwrap();
    large.events.truncate(5_000);
    assert_eq!(append(&log, large).await.unwrap(), fresh(5_000));
}

pub async fn an_event_without_a_stream_is_refused(log: SharedLog) {
    let mut astray = append_to(&incident("i"), 0, &["a"]);
    astray.events.push((1, draft("b")));
    let refused = append(&log, astray).await.unwrap_err();
    assert!(matches!(refused, AppendError::Store(StoreError::Invalid { .. })), "{refused}");
    assert_eq!(append(&log, append_to(&incident("i"), 0, &["a"])).await.unwrap(), fresh(1));
    checked(&log).await;
}

pub async fn a_stream_stays_with_its_page(log: SharedLog) {
    append(&log, append_to(&incident("i"), 0, &["a"])).await.unwrap();
    let mut astray = append_to(&incident("i"), 1, &["b"]);
    astray.streams[0].page = page_of("other");
    let refused = append(&log, astray).await.unwrap_err();
    assert!(matches!(refused, AppendError::Store(StoreError::Invalid { .. })), "{refused}");
    let records = checked(&log).await;
    assert_eq!((records.len(), records[0].page), (1, page_of("acme")));
}

pub async fn the_same_append_twice_changes_nothing(log: SharedLog) {
    let first = append_to(&incident("i"), 0, &["a", "b"]);
    append(&log, first.clone()).await.unwrap();
    append(&log, append_to(&incident("i"), 2, &["c"])).await.unwrap();
    append(&log, append_to(&incident("j"), 0, &["d"])).await.unwrap();
    let before = checked(&log).await;
    assert_eq!(log.append(first.clone(), at(NOW + 9)).await.unwrap(), repeated(2));
    assert_eq!(append(&log, append_to(&incident("i"), 2, &["c"])).await.unwrap(), repeated(3));
    let folded_again = append_to(&incident("i"), 3, &["a", "b"]);
    assert_eq!(append(&log, folded_again).await.unwrap(), repeated(2));
    assert_eq!(checked(&log).await, before);
}

pub async fn the_same_append_twice_at_once_is_recorded_once(log: SharedLog) {
    let same = append_to(&incident("i"), 0, &["a", "b"]);
    let other = append_to(&incident("j"), 0, &["c"]);
    let answers = append_at_once(&log, vec![same.clone(), other, same.clone(), same.clone()]).await;
    let lasts: Vec<_> = [0, 2, 3].map(|n| *answers[n].as_ref().unwrap()).into();
    assert_eq!(lasts.iter().filter(|appended| !appended.repeated).count(), 1, "{lasts:?}");
    assert!(lasts.iter().all(|appended| appended.last == lasts[0].last), "{lasts:?}");
    assert!(!answers[1].as_ref().unwrap().repeated);
    assert_eq!(checked(&log).await.len(), 3);
}

pub async fn an_append_that_is_refused_as_moved_is_found_if_it_was_recorded(log: SharedLog) {
    let streams = vec![known(&incident("i"), 0), known(&incident("j"), 0)];
    let events = vec![(1, draft("a")), (0, draft("b")), (1, draft("c"))];
    let both = Append { streams, events, page: None, manifest: Some(the_manifest()) };
    append(&log, both.clone()).await.unwrap();
    append(&log, append_to(&incident("j"), 2, &["d"])).await.unwrap();
    assert_eq!(append(&log, both).await.unwrap(), repeated(3));
    assert_eq!(checked(&log).await.len(), 4);
}

pub async fn an_append_whose_caller_left_is_recorded_once_when_it_is_repeated(log: SharedLog) {
    for n in 0..10 {
        let stream = incident(&n.to_string());
        let left = append_to(&stream, 0, &[format!("{n}a"), format!("{n}b")]);
        tokio::select! {
            biased;
            _ = append(&log, left.clone()) => {}
            () = tokio::task::yield_now() => {}
        }
        append(&log, left).await.unwrap();
        append(&log, append_to(&stream, 2, &[format!("{n}c")])).await.unwrap();
    }
    assert_eq!(checked(&log).await.len(), 30);
}
