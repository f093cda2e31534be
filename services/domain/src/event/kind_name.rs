//! The kinds of recorded events, also those that only a later version knows.

use std::sync::Arc;

use super::EventKind;

/// The longest name of a kind, in bytes.
pub const KIND_NAME_MAX: usize = 64;

/// What kind a recorded event is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One that this version knows.
    Known(EventKind),
    /// One that a later version wrote, by its name.
    Other(Arc<str>),
}

impl Kind {
    /// The kind with this name; none if it is no name of a kind: lower-case words with dots, of at
    /// most [`KIND_NAME_MAX`] bytes.
    pub fn from_name(name: &str) -> Option<Self> {
        if let Some(kind) = EventKind::from_name(name) {
            return Some(Self::Known(kind));
        }
        let is_plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit();
        let is_name = name.starts_with(is_plain)
            && name.len() <= KIND_NAME_MAX
            && name.chars().all(|char| is_plain(char) || char == '.' || char == '_');
        is_name.then(|| Self::Other(name.into()))
    }

    /// Its name, as the log stores and hashes it.
    pub fn name(&self) -> &str {
        match self {
            Self::Known(kind) => kind.name(),
            Self::Other(name) => name,
        }
    }

    /// The kind, if this version knows it.
    pub fn known(&self) -> Option<EventKind> {
        match self {
            Self::Known(kind) => Some(*kind),
            Self::Other(_) => None,
        }
    }
}

impl From<EventKind> for Kind {
    fn from(kind: EventKind) -> Self {
        Self::Known(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name_and_a_later_one_keeps_it() {
        for &kind in EventKind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(Kind::Known(kind)));
        }
        let later = Kind::from_name("record.payload_erased2").unwrap();
        assert_eq!((later.name(), later.known()), ("record.payload_erased2", None));
        for name in ["", ".", "Incident.opened", "a b", "ä", "_a", &"a".repeat(KIND_NAME_MAX + 1)]
        {
            assert_eq!(Kind::from_name(name), None, "{name}");
        }
    }
}
