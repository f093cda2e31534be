//! What was noted elsewhere of a log's end, against the log as it is walked through.

use signalbook_domain::Position;
use signalbook_proto::anchor::Anchor;
use signalbook_proto::chain::{Epoch, Hash, Verifier};
use signalbook_store::Head;

/// Anchors, and which of them the walk has come by.
pub(super) struct Anchors<'a> {
    anchors: &'a [Anchor],
    passed: Vec<Passed>,
}

/// What the walk found where an anchor is.
#[derive(Clone, Copy, Default)]
struct Passed {
    event: Option<Hash>,
    manifest: Option<Hash>,
}

impl<'a> Anchors<'a> {
    pub(super) fn new(anchors: &'a [Anchor]) -> Self {
        Self { anchors, passed: vec![Passed::default(); anchors.len()] }
    }

    /// Notes where the walk through the events is.
    pub(super) fn at_event(&mut self, verifier: &Verifier) {
        let (position, hash) = verifier.reached();
        for (anchor, passed) in self.anchors.iter().zip(&mut self.passed) {
            if (anchor.position, anchor.epoch.number) == (position, verifier.epoch()) {
                passed.event = Some(hash);
            }
        }
    }

    /// Notes where the walk through the manifests is.
    pub(super) fn at_manifest(&mut self, number: u64, hash: Hash) {
        for (anchor, passed) in self.anchors.iter().zip(&mut self.passed) {
            if anchor.manifests == number {
                passed.manifest = Some(hash);
            }
        }
    }

    /// What does not fit, in words.
    pub(super) fn problems(&self, head: &Head, epochs: &[Epoch]) -> Vec<String> {
        let pairs = self.anchors.iter().zip(&self.passed);
        pairs.filter_map(|(anchor, passed)| problem(anchor, *passed, head, epochs)).collect()
    }
}

fn problem(anchor: &Anchor, passed: Passed, head: &Head, epochs: &[Epoch]) -> Option<String> {
    let Anchor { log_id, epoch, position, at, .. } = anchor;
    if *log_id != head.log_id {
        return Some(format!("the anchor of {at} is of another log, {log_id}"));
    }
    let ended = epochs.iter().find(|later| later.number > epoch.number);
    if let Some(Epoch { after, .. }) = ended
        && after < position
    {
        return Some(format!(
            "the anchor of {at} names event {position} of epoch {}, of which the log has events up \
             to {after} alone, since it was restored then",
            epoch.number
        ));
    }
    if *position > head.position || epoch.number > head.epoch.number {
        return Some(format!(
            "the anchor of {at} names event {position} of epoch {}, and the log ends at event {} of \
             epoch {}",
            epoch.number, head.position, head.epoch.number
        ));
    }
    let told = match (passed.event, passed.manifest) {
        (Some(event), _) if event != anchor.hash => what_differs(*position),
        (Some(_), Some(manifest)) if manifest != anchor.manifest_hash => {
            format!("the first {} manifests are not those that it was noted with", anchor.manifests)
        }
        (Some(_), Some(_)) => return None,
        (None, _) | (_, None) => {
            format!("the log could not be checked as far as event {position}")
        }
    };
    Some(format!("the anchor of {at} does not fit: {told}"))
}

fn what_differs(position: Position) -> String {
    format!("event {position}, or one before it, is not the one that it was noted with")
}
