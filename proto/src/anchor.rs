//! The end of a log at one moment, as text to store elsewhere. Anyone who can write to the database
//! can build a new chain, but not one that matches a stored anchor.

use std::fmt;
use std::str::FromStr;

use signalbook_domain::observation::ContentHash;
use signalbook_domain::{Position, Timestamp};
use uuid::Uuid;

use crate::chain::{EpochId, Hash, hex};

/// The recorded end of a log. Its text is one word that needs no quotes:
/// `signalbook-anchor/1,log=…,epoch=1-9f31c2aa,position=41,hash=…,manifests=17,manifest_hash=…,at=…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The identity of the log.
    pub log_id: Uuid,
    /// The current epoch.
    pub epoch: EpochId,
    /// The last position.
    pub position: Position,
    /// The hash at that position.
    pub hash: Hash,
    /// The number of manifests.
    pub manifests: u64,
    /// The last hash of the manifest chain.
    pub manifest_hash: Hash,
    /// When the anchor was made.
    pub at: Timestamp,
}

const NAME: &str = "signalbook-anchor/1";
const FIELDS: [&str; 7] = ["log", "epoch", "position", "hash", "manifests", "manifest_hash", "at"];

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: [String; FIELDS.len()] = [
            self.log_id.to_string(),
            self.epoch.to_string(),
            self.position.to_string(),
            hex(self.hash),
            self.manifests.to_string(),
            hex(self.manifest_hash),
            self.at.to_string(),
        ];
        f.write_str(NAME)?;
        FIELDS.iter().zip(values).try_for_each(|(name, value)| write!(f, ",{name}={value}"))
    }
}

/// The text is not an anchor.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is no anchor: {0}; expected the whole line that `signalbook log anchor` printed, which \
     begins with `{NAME},log=`"
)]
pub struct NoAnchor(String);

impl FromStr for Anchor {
    type Err = NoAnchor;

    /// Parses an anchor, even if line breaks were inserted into it on the way.
    fn from_str(text: &str) -> Result<Self, NoAnchor> {
        let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let mut parts = text.split(',');
        if parts.next() != Some(NAME) {
            return Err(NoAnchor("it begins otherwise".to_owned()));
        }
        let mut field = |name: &str| {
            let part = parts.next().unwrap_or_default();
            let value = part.strip_prefix(name).and_then(|rest| rest.strip_prefix('='));
            value.ok_or_else(|| NoAnchor(format!("its field `{name}` is missing")))
        };
        let [log, epoch, position, hash, manifests, manifest_hash, at] = FIELDS;
        let anchor = Self {
            log_id: read(log, field(log)?)?,
            epoch: read(epoch, field(epoch)?)?,
            position: Position(read(position, field(position)?)?),
            hash: read_hash(hash, field(hash)?)?,
            manifests: read(manifests, field(manifests)?)?,
            manifest_hash: read_hash(manifest_hash, field(manifest_hash)?)?,
            at: read(at, field(at)?)?,
        };
        match parts.next() {
            None => Ok(anchor),
            Some(_) => Err(NoAnchor("it goes on behind its last field".to_owned())),
        }
    }
}

fn read<T: FromStr>(name: &str, value: &str) -> Result<T, NoAnchor> {
    value.parse().map_err(|_| NoAnchor(format!("its field `{name}` is `{value}`")))
}

fn read_hash(name: &str, value: &str) -> Result<Hash, NoAnchor> {
    let hash = ContentHash::from_hex(value);
    hash.map(|hash| hash.0).ok_or_else(|| NoAnchor(format!("its field `{name}` is `{value}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "signalbook-anchor/1,log=00000000-0000-0000-0000-000000000007,\
        epoch=2-05050505,position=41,\
        hash=0101010101010101010101010101010101010101010101010101010101010101,manifests=17,\
        manifest_hash=0202020202020202020202020202020202020202020202020202020202020202,\
        at=2026-02-02T02:40:00Z";

    fn anchor() -> Anchor {
        Anchor {
            log_id: Uuid::from_u128(7),
            epoch: EpochId::new(2, &[5; 32]),
            position: Position(41),
            hash: [1; 32],
            manifests: 17,
            manifest_hash: [2; 32],
            at: Timestamp::from_seconds(1_770_000_000),
        }
    }

    #[test]
    fn its_text_never_changes() {
        assert_eq!(anchor().to_string(), TEXT);
    }

    #[test]
    fn it_is_read_back_also_from_a_mail() {
        let broken = TEXT.replace(',', ",\r\n  ");
        for text in [TEXT, &format!("\n {TEXT}\t\n"), &broken] {
            assert_eq!(text.parse(), Ok(anchor()), "{text}");
        }
    }

    #[test]
    fn what_is_no_anchor_is_told_with_what_was_expected() {
        let said = |text: &str| text.parse::<Anchor>().unwrap_err().to_string();
        assert!(
            said("").starts_with("it is no anchor: it begins otherwise; expected the whole line")
        );
        assert!(said(&TEXT.replace("anchor/1", "anchor/2")).contains("it begins otherwise"));
        assert!(said(&TEXT[..150]).contains("`hash`"), "{}", said(&TEXT[..150]));
        assert!(said(&TEXT.replace("position=41", "position=x")).contains("`position` is `x`"));
        assert!(said(&TEXT.replace("epoch=2-", "epoch=2")).contains("`epoch` is `205050505`"));
        assert!(said(&format!("{TEXT},more=1")).contains("goes on behind its last field"));
        for length in 0..TEXT.len() - 1 {
            // A timestamp stays valid without its last characters.
            if !TEXT[..length].contains(",at=") {
                said(&TEXT[..length]);
            }
        }
    }
}
