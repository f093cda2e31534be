//! The promises about restores: a marked log takes no append, and opening an epoch adds a link to
//! its chain.

#![expect(missing_docs, reason = "the name of a case is its sentence")]

use signalbook_domain::Position;
use signalbook_proto::chain::EpochId;

use super::support::{NOW, append, append_to, at, checked, fresh, ids, ids_of, incident};
use crate::checkpoint::{Checkpoint, Comparison, Contradiction};
use crate::log::{RestoreMark, SharedLog};
use crate::{Append, AppendError};

fn mark(epoch: u64) -> RestoreMark {
    RestoreMark { marked_at: at(NOW), epoch, reason: "it is a copy".to_owned() }
}

pub async fn a_new_log_is_in_its_first_epoch(log: SharedLog) {
    let head = log.head().await.unwrap();
    assert_eq!(head.epoch, EpochId::first(head.log_id));
    assert_eq!(log.epochs().await.unwrap(), []);
    assert_eq!(log.restore_mark().await.unwrap(), None);
}

pub async fn a_marked_log_takes_no_append(log: SharedLog) {
    let incident = incident("i");
    append(&log, append_to(&incident, 0, &["a"])).await.unwrap();
    log.mark_restored(&mark(4)).await.unwrap();
    log.mark_restored(&RestoreMark { reason: "another".to_owned(), ..mark(9) }).await.unwrap();
    assert_eq!(log.restore_mark().await.unwrap(), Some(mark(4)), "the first one stays");
    for refused in
        [append_to(&incident, 1, &["b"]), append_to(&incident, 0, &["a"]), Append::default()]
    {
        let error = append(&log, refused).await.unwrap_err();
        assert!(matches!(error, AppendError::Restored), "{error}");
    }
    assert_eq!(ids(&checked(&log).await), ids_of(&["a"]));
    log.open_epoch(5, at(NOW)).await.unwrap();
    assert_eq!(log.restore_mark().await.unwrap(), None);
    assert_eq!(append(&log, append_to(&incident, 1, &["b"])).await.unwrap(), fresh(2));
    assert_eq!(ids(&checked(&log).await), ids_of(&["a", "b"]));
}

pub async fn an_epoch_continues_the_chain(log: SharedLog) {
    let first = log.open_epoch(2, at(NOW)).await.unwrap();
    assert_eq!((first.after, first.opened_at), (Position(0), at(NOW)));
    append(&log, append_to(&incident("i"), 0, &["a", "b"])).await.unwrap();
    let before = log.head().await.unwrap();
    let second = log.open_epoch(7, at(NOW - 60)).await.unwrap();
    assert_eq!((second.after, second.previous), (Position(2), before.hash));
    assert_eq!(second.opened_at, at(NOW), "the log's time never goes back");
    let third = log.open_epoch(8, at(NOW + 60)).await.unwrap();
    assert_eq!(third.previous, second.hash);
    let head = log.head().await.unwrap();
    assert_eq!((head.hash, head.epoch), (third.hash, third.id()));
    assert_eq!(log.epochs().await.unwrap(), [first, second, third]);
    append(&log, append_to(&incident("i"), 2, &["c"])).await.unwrap();
    let records = checked(&log).await;
    assert_eq!(records[2].recorded_at, at(NOW + 60));
}

pub async fn an_epoch_has_a_higher_number_than_the_one_before(log: SharedLog) {
    for number in [0, 1] {
        log.open_epoch(number, at(NOW)).await.unwrap_err();
    }
    log.open_epoch(3, at(NOW)).await.unwrap();
    log.mark_restored(&mark(1)).await.unwrap();
    for number in [2, 3] {
        log.open_epoch(number, at(NOW)).await.unwrap_err();
    }
    assert_eq!(log.restore_mark().await.unwrap(), Some(mark(1)), "what failed changed nothing");
    assert_eq!(log.epochs().await.unwrap().len(), 1);
    checked(&log).await;
}

pub async fn a_checkpoint_is_compared_with_the_log(log: SharedLog) {
    let end = async || Checkpoint::of_end(log.as_ref()).await.unwrap();
    let compare = async |checkpoint: Checkpoint| checkpoint.compare(log.as_ref()).await.unwrap();
    assert_eq!(end().await, None);
    append(&log, append_to(&incident("i"), 0, &["a", "b"])).await.unwrap();
    let known = end().await.unwrap();
    assert_eq!(known.position, Position(2));
    append(&log, append_to(&incident("i"), 2, &["c"])).await.unwrap();
    assert_eq!(compare(known).await, Comparison::Same);
    let other = Checkpoint { hash: [7; 32], ..known };
    let position = known.position;
    let found = Comparison::Contradiction(Contradiction::Other(position));
    assert_eq!(compare(other).await, found);
    let beyond = Checkpoint { position: Position(4), ..known };
    let (position, end_of_log) = (beyond.position, Position(3));
    let found = Comparison::Contradiction(Contradiction::Beyond { position, end: end_of_log });
    assert_eq!(compare(beyond).await, found);
    // The epoch of another log, or of a copy of this one that diverged.
    let elsewhere = Checkpoint { epoch: EpochId::new(1, &[7; 32]), ..known };
    let found = |epoch| Comparison::Contradiction(Contradiction::Epoch(epoch));
    assert_eq!(compare(elsewhere).await, found(elsewhere.epoch));
    let opened = log.open_epoch(2, at(NOW)).await.unwrap();
    for checkpoint in [other, beyond] {
        assert_eq!(compare(checkpoint).await, Comparison::Superseded);
    }
    let same = [known, elsewhere, Checkpoint { epoch: opened.id(), ..known }];
    for checkpoint in same {
        assert_eq!(compare(checkpoint).await, Comparison::Same);
    }
    let ahead = Checkpoint { epoch: EpochId::new(3, &[0; 32]), ..known };
    assert_eq!(compare(ahead).await, found(ahead.epoch));
    // Where the log ends with an epoch, the checkpoint names the event before it.
    let last = end().await.unwrap();
    assert_eq!((last.position, last.epoch), (Position(3), opened.id()));
    assert_eq!(compare(last).await, Comparison::Same);
}
