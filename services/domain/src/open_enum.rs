//! Open enumerations: a version keeps, shows and passes on the words of a later one.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde_with::{DeserializeFromStr, SerializeDisplay};

use crate::words::Worded;

mod map;

pub use map::OpenMap;

/// The maximum length of a word, in bytes.
pub const WORD_MAX: usize = 64;

/// A word of `T`, or one that a later version added to it.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, SerializeDisplay, DeserializeFromStr,
)]
pub enum OpenEnum<T> {
    /// A word that this version knows.
    Known(T),
    /// A word that this version does not know.
    Other(Arc<str>),
}

/// A text that is not a word: 1 to [`WORD_MAX`] lower-case letters, digits and `.`, `_`, `-`, `/`.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{0}` is not a word of 1 to {WORD_MAX} lower-case letters, digits, dots, dashes and slashes"
)]
pub struct InvalidWord(String);

impl<T: Worded> OpenEnum<T> {
    /// Returns the spelling.
    pub fn word(&self) -> &str {
        match self {
            Self::Known(value) => value.word(),
            Self::Other(word) => word,
        }
    }

    /// Returns the value, if this version knows it.
    pub fn known(&self) -> Option<T> {
        match self {
            Self::Known(value) => Some(*value),
            Self::Other(_) => None,
        }
    }
}

impl<T: Worded> FromStr for OpenEnum<T> {
    type Err = InvalidWord;

    fn from_str(word: &str) -> Result<Self, InvalidWord> {
        if let Some(value) = T::from_word(word) {
            return Ok(Self::Known(value));
        }
        let is_plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit();
        let is_word = word.starts_with(is_plain)
            && word.len() <= WORD_MAX
            && word.chars().all(|char| is_plain(char) || "._-/".contains(char));
        if is_word {
            Ok(Self::Other(word.into()))
        } else {
            Err(InvalidWord(word.chars().take(80).collect()))
        }
    }
}

impl<T: Worded> From<T> for OpenEnum<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T: PartialEq> PartialEq<T> for OpenEnum<T> {
    fn eq(&self, other: &T) -> bool {
        match self {
            Self::Known(value) => value == other,
            Self::Other(_) => false,
        }
    }
}

impl<T: Worded> fmt::Display for OpenEnum<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventKind;

    #[test]
    fn every_word_is_read_and_a_later_one_keeps_its_spelling() {
        for &kind in EventKind::ALL {
            assert_eq!(kind.word().parse(), Ok(OpenEnum::Known(kind)));
        }
        let later: OpenEnum<EventKind> = "record.payload_erased2".parse().unwrap();
        assert_eq!((later.word(), later.known()), ("record.payload_erased2", None));
        let too_long = "a".repeat(WORD_MAX + 1);
        for word in ["", ".", "Incident.opened", "a b", "ä", "_a", "a\n", &too_long] {
            assert!(word.parse::<OpenEnum<EventKind>>().is_err(), "{word}");
        }
    }
}
