//! Ids as the platform makes them: twelve characters of `a` to `z` and `0` to `9`.
//!
//! A written-out life needs ids that are the same in every run, so they are derived from a name;
//! a random life takes them from its seeded generator.

const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// The length of an id.
const LENGTH: usize = 12;

/// The id that belongs to a name: the same name always has the same id.
pub fn derived_id(name: &str) -> String {
    let mut rng = fastrand::Rng::with_seed(fingerprint(name.as_bytes()));
    random_id(&mut rng)
}

/// A fresh id from a seeded generator.
pub fn random_id(rng: &mut fastrand::Rng) -> String {
    (0..LENGTH).map(|_| char::from(ALPHABET[rng.usize(..ALPHABET.len())])).collect()
}

/// Whether a text could be an id of the platform.
pub fn is_vendor_id(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte))
}

/// FNV-1a, since it is stable over releases and nothing here needs to resist an attacker.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_always_has_the_same_id_and_another_name_another() {
        assert_eq!(derived_id("Mail"), derived_id("Mail"));
        assert_ne!(derived_id("Mail"), derived_id("Chat"));
        assert!(is_vendor_id(&derived_id("Mail")));
        assert!(!is_vendor_id("kb-2026-05-01"));
    }
}
