//! The author of an event that does not come from the vendor.

use std::str::FromStr;
use std::sync::Arc;

/// The maximum length of an author, in bytes.
pub const AUTHOR_MAX: usize = 200;

/// A person, a key or an internal system, like `person:alice@example.com`. Events from a vendor's
/// page or from configuration have none.
#[derive(Clone, Debug, PartialEq, Eq, Hash, derive_more::Display)]
pub struct Author(Arc<str>);

/// A text that is not an author.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("author `{0}` is not like `person:alice@example.com`, in at most {AUTHOR_MAX} bytes")]
pub struct InvalidAuthor(String);

impl Author {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Author {
    type Err = InvalidAuthor;

    fn from_str(text: &str) -> Result<Self, InvalidAuthor> {
        let is_author = text.split_once(':').is_some_and(|(kind, name)| {
            !kind.is_empty()
                && kind.chars().all(|char| char.is_ascii_lowercase() || char == '_')
                && !name.trim().is_empty()
                && !name.chars().any(char::is_control)
        });
        if is_author && text.len() <= AUTHOR_MAX {
            Ok(Self(text.into()))
        } else {
            Err(InvalidAuthor(text.chars().take(80).collect()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_has_a_kind_and_a_name() {
        for good in ["person:alice@example.com", "key:ops-1", "system:Alert manager: EU"] {
            assert_eq!(good.parse::<Author>().unwrap().to_string(), good);
        }
        let too_long = format!("key:{}", "a".repeat(AUTHOR_MAX));
        for bad in ["", "alice", ":alice", "person:", "person: ", "Person:a", "key:a\n", &too_long]
        {
            assert!(bad.parse::<Author>().is_err(), "{bad}");
        }
    }
}
