//! Epochs: the periods of a log from its beginning or an accepted restore to the next restore.
//!
//! After a restore, positions beyond the backup name other events than before. A stored position
//! therefore needs its epoch.

use std::str::FromStr;

use sha2::{Digest, Sha256};
use signalbook_domain::{Position, Timestamp};
use uuid::Uuid;

use super::{Hash, genesis};

/// An epoch after the first one: a link of the chain after the event `after`. Its hash is the
/// SHA-256 of the text `signalbook epoch` and a zero byte, followed by these big-endian fields: the
/// previous hash, 32; the number, 8; `after`, 8; `opened_at`, 8, in microseconds since 1970; the
/// number of manifests, 8; and the hash of the last manifest, 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// The number; the first epoch of a log is 1 and has no link.
    pub number: u64,
    /// The last position that it shares with the previous epoch.
    pub after: Position,
    /// When the restore was accepted.
    pub opened_at: Timestamp,
    /// The hash of the log's end before this link.
    pub previous: Hash,
    /// The number of manifests at that point.
    pub manifests: u64,
    /// The last hash of the manifest chain at that point.
    pub manifest_hash: Hash,
    /// The hash of this link.
    pub hash: Hash,
}

impl Epoch {
    /// Computes the hash from the other fields.
    pub fn link_hash(&self) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(b"signalbook epoch\0");
        hasher.update(self.previous);
        hasher.update(self.number.to_be_bytes());
        hasher.update(self.after.0.to_be_bytes());
        hasher.update(self.opened_at.micros().to_be_bytes());
        hasher.update(self.manifests.to_be_bytes());
        hasher.update(self.manifest_hash);
        hasher.finalize().into()
    }

    /// The globally unique name of the epoch.
    pub fn id(&self) -> EpochId {
        EpochId::new(self.number, &self.hash)
    }
}

/// The name of an epoch among those of all logs, `2-9f31c2aa`: its number and the beginning of its
/// hash. The hash of the first epoch is [`genesis`] of the log's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, derive_more::Display)]
#[display("{number}-{:08x}", u32::from_be_bytes(*tag))]
pub struct EpochId {
    /// The number of the epoch.
    pub number: u64,
    tag: [u8; 4],
}

impl EpochId {
    /// The first epoch of a log.
    pub fn first(log_id: Uuid) -> Self {
        Self::new(1, &genesis(log_id))
    }

    /// The id of the epoch with this number and hash.
    pub fn new(number: u64, hash: &Hash) -> Self {
        let [a, b, c, d, ..] = *hash;
        Self { number, tag: [a, b, c, d] }
    }
}

/// The text does not name an epoch.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no epoch; expected one like `1-9f31c2aa`")]
pub struct NoEpoch(String);

impl FromStr for EpochId {
    type Err = NoEpoch;

    fn from_str(text: &str) -> Result<Self, NoEpoch> {
        let read = || {
            let (number, tag) = text.split_once('-')?;
            let number = number.parse().ok()?;
            let tag = u32::from_str_radix(tag, 16).ok()?.to_be_bytes();
            let id = Self { number, tag };
            // Only the canonical form is accepted.
            (id.to_string() == text).then_some(id)
        };
        read().ok_or_else(|| NoEpoch(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back() {
        for id in [EpochId::first(Uuid::from_u128(7)), EpochId::new(u64::MAX, &[0; 32])] {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        assert_eq!(EpochId::new(2, &[0x0f; 32]).to_string(), "2-0f0f0f0f");
    }

    #[test]
    fn any_other_text_is_refused() {
        for text in
            ["", "1", "1-", "-0f0f0f0f", "01-0f0f0f0f", "1-0F0f0f0f", "1-f0f0f0f", "1-+f0f0f0f"]
        {
            assert_eq!(text.parse::<EpochId>(), Err(NoEpoch(text.to_owned())));
        }
    }

    #[test]
    fn any_single_field_changes_the_hash() {
        let epoch = Epoch {
            number: 2,
            after: Position(3),
            opened_at: Timestamp::from_seconds(5),
            previous: [1; 32],
            manifests: 7,
            manifest_hash: [2; 32],
            hash: [0; 32],
        };
        let changes: [fn(&mut Epoch); 6] = [
            |epoch| epoch.number += 1,
            |epoch| epoch.after = epoch.after.next(),
            |epoch| epoch.opened_at = Timestamp::from_seconds(6),
            |epoch| epoch.previous[31] ^= 1,
            |epoch| epoch.manifests += 1,
            |epoch| epoch.manifest_hash[0] ^= 1,
        ];
        for change in changes {
            let mut changed = epoch;
            change(&mut changed);
            assert_ne!(changed.link_hash(), epoch.link_hash());
        }
    }
}
