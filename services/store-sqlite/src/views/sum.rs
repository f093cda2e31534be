//! Checksums of rows.
//!
//! A byte that changes on disk leaves most rows readable, but some silently wrong: a digit in a
//! date, a letter in a title. SQLite itself detects none of that. The checksum protects against
//! accidents, not malice, so it is a fast one: one multiplication per eight bytes.

use signalbook_domain::{Position, Worded as _};
use signalbook_store::Checkpoint;
use signalbook_store::views::StatusInterval;
use uuid::Uuid;

/// An odd number, so that multiplying by it is reversible: a change within eight bytes always
/// changes the sum.
const FACTOR: u64 = 0x517c_c1b7_2722_0a95;

pub(super) fn document(text: &str) -> i64 {
    of(&[text.as_bytes()])
}

pub(super) fn checkpoint(checkpoint: &Checkpoint) -> i64 {
    let Checkpoint { epoch, position, hash } = checkpoint;
    of(&[&position.0.to_le_bytes(), epoch.to_string().as_bytes(), hash])
}

/// The checksum of a status interval of `component` that the event at `position` started.
pub(super) fn interval(component: Uuid, position: Position, interval: &StatusInterval) -> i64 {
    let end = interval.end.map_or_else(Vec::new, |end| end.micros().to_le_bytes().to_vec());
    of(&[
        component.as_bytes(),
        &position.0.to_le_bytes(),
        interval.status.word().as_bytes(),
        &interval.start.micros().to_le_bytes(),
        &end,
    ])
}

fn of(parts: &[&[u8]]) -> i64 {
    let mut sum = 0_u64;
    let mut add = |word: u64| sum = (sum.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    for part in parts {
        add(part.len().try_into().unwrap_or(u64::MAX));
        let (words, rest) = part.as_chunks::<8>();
        for word in words {
            add(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        add(u64::from_le_bytes(last));
    }
    sum.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_byte_that_changes_changes_the_sum() {
        let text = b"A document of some words, and no even number of bytes.".to_vec();
        let sum = of(&[&text]);
        for place in 0..text.len() {
            for change in 1..=u8::MAX {
                let mut other = text.clone();
                other[place] ^= change;
                assert_ne!(of(&[&other]), sum, "{place} {change}");
            }
        }
    }

    #[test]
    fn parts_are_told_apart() {
        assert_ne!(of(&[b"ab", b"c"]), of(&[b"a", b"bc"]));
        assert_ne!(of(&[b"a"]), of(&[b"a\0"]));
        assert_ne!(of(&[b"", b"a"]), of(&[b"a", b""]));
    }
}
