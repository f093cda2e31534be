//! A map whose keys are words, some of which only a later version knows.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

use super::OpenEnum;
use crate::words::Worded;

/// The values of the words that this version knows, as a map; those of others are kept beside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    into = "BTreeMap<OpenEnum<K>, V>",
    from = "BTreeMap<OpenEnum<K>, V>",
    bound(
        serialize = "K: Worded + Ord, V: Clone + Serialize",
        deserialize = "K: Worded + Ord, V: Deserialize<'de>"
    )
)]
pub struct OpenMap<K, V> {
    known: BTreeMap<K, V>,
    other: BTreeMap<OpenEnum<K>, V>,
}

impl<K, V> Default for OpenMap<K, V> {
    fn default() -> Self {
        Self { known: BTreeMap::new(), other: BTreeMap::new() }
    }
}

impl<K, V> OpenMap<K, V> {
    /// Whether there is nothing in it, also of words that are not known.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty() && self.other.is_empty()
    }
}

impl<K, V> Deref for OpenMap<K, V> {
    type Target = BTreeMap<K, V>;

    fn deref(&self) -> &Self::Target {
        &self.known
    }
}

impl<K, V> DerefMut for OpenMap<K, V> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.known
    }
}

impl<'a, K, V> IntoIterator for &'a OpenMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = std::collections::btree_map::Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.known.iter()
    }
}

impl<'a, K, V> IntoIterator for &'a mut OpenMap<K, V> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = std::collections::btree_map::IterMut<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.known.iter_mut()
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
