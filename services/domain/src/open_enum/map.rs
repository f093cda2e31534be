//! A map whose keys are words, some of which only a later version knows.

use std::collections::BTreeMap;

use derive_more::{Deref, DerefMut, IntoIterator};
use serde::{Deserialize, Serialize};

use super::OpenEnum;
use crate::words::Worded;

/// A map over the words that this version knows. Entries of unknown words are kept beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Deref, DerefMut, IntoIterator)]
#[serde(
    into = "BTreeMap<OpenEnum<K>, V>",
    from = "BTreeMap<OpenEnum<K>, V>",
    bound(
        serialize = "K: Worded + Ord, V: Clone + Serialize",
        deserialize = "K: Worded + Ord, V: Deserialize<'de>"
    )
)]
pub struct OpenMap<K, V> {
    #[deref]
    #[deref_mut]
    #[into_iterator(ref, ref_mut)]
    known: BTreeMap<K, V>,
    other: BTreeMap<OpenEnum<K>, V>,
}

impl<K, V> Default for OpenMap<K, V> {
    fn default() -> Self {
        Self { known: BTreeMap::new(), other: BTreeMap::new() }
    }
}

impl<K, V> OpenMap<K, V> {
    /// Whether it has no entries, including those of unknown words.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty() && self.other.is_empty()
    }
}

impl<K: Worded + Ord, V> FromIterator<(OpenEnum<K>, V)> for OpenMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (OpenEnum<K>, V)>>(entries: I) -> Self {
        let mut split = Self::default();
        for (word, value) in entries {
            match word {
                OpenEnum::Known(word) => split.known.insert(word, value),
                OpenEnum::Other(_) => split.other.insert(word, value),
            };
        }
        split
    }
}

impl<K: Worded + Ord, V> From<BTreeMap<OpenEnum<K>, V>> for OpenMap<K, V> {
    fn from(map: BTreeMap<OpenEnum<K>, V>) -> Self {
        map.into_iter().collect()
    }
}

impl<K: Worded + Ord, V> From<OpenMap<K, V>> for BTreeMap<OpenEnum<K>, V> {
    fn from(map: OpenMap<K, V>) -> Self {
        let known = map.known.into_iter().map(|(word, value)| (word.into(), value));
        known.chain(map.other).collect()
    }
}
