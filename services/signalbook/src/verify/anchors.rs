//! Compares anchors of a log's end, noted elsewhere, with the log as it is read.

use signalbook_proto::anchor::Anchor;
use signalbook_proto::chain::{Epoch, Hash, Verifier};
use signalbook_store::Head;

/// Anchors, each with the hashes found at its place.
pub(super) struct Anchors<'a>(Vec<(&'a Anchor, Passed)>);

#[derive(Clone, Copy, Default)]
struct Passed {
    event: Option<Hash>,
    manifest: Option<Hash>,
}

impl<'a> Anchors<'a> {
    pub(super) fn new(anchors: &'a [Anchor]) -> Self {
        Self(anchors.iter().map(|anchor| (anchor, Passed::default())).collect())
    }

    /// Stores the current event hash for the anchors at this position.
    pub(super) fn at_event(&mut self, verifier: &Verifier) {
        let (position, hash) = verifier.reached();
        for (anchor, passed) in &mut self.0 {
            if (anchor.position, anchor.epoch.number) == (position, verifier.epoch()) {
                passed.event = Some(hash);
            }
        }
    }

    /// Stores the hash of manifest `number` for the anchors that end there.
    pub(super) fn at_manifest(&mut self, number: u64, hash: Hash) {
        for (anchor, passed) in &mut self.0 {
            if anchor.manifests == number {
                passed.manifest = Some(hash);
            }
        }
    }

    /// Describes the anchors that do not fit.
    pub(super) fn problems(&self, head: &Head, epochs: &[Epoch]) -> Vec<String> {
        let found = self.0.iter().map(|(anchor, passed)| problem(anchor, *passed, head, epochs));
        found.flatten().collect()
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
        (Some(event), _) if event != anchor.hash => {
            format!("event {position}, or one before it, is not the one that it was noted with")
        }
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
