//! The word at the top of the page: one that is worse is told at once, one that is not when two
//! readings of the document agree.

use super::page::Expected;
use super::shown::Shown;
use super::words::our_word;

/// What was told of it, and what waits for a second reading.
#[derive(Default)]
pub(crate) struct Sign {
    told: Option<(String, String)>,
    in_doubt: Option<String>,
}

impl Sign {
    /// The current document was folded. Answers what has to be told.
    pub(crate) fn read(&mut self, current: &Shown) -> Option<Expected> {
        let agreed = self.in_doubt.take();
        let shown = current.indicator.clone().filter(|shown| self.told.as_ref() != Some(shown))?;
        let is_worse = self.told.as_ref().is_none_or(|told| badness(&shown.0) > badness(&told.0));
        if !is_worse && agreed.as_ref() != Some(&shown.0) {
            self.in_doubt = Some(shown.0);
            return None;
        }
        self.told = Some(shown.clone());
        Some(Expected::IndicatorChanged { word: shown.0, description: shown.1 })
    }

    /// The word that was told last.
    pub(crate) fn word(&self) -> Option<&str> {
        self.told.as_ref().map(|(word, _)| word.as_str())
    }

    /// The vendor has put another page in the place of this one.
    pub(crate) fn replaced(&mut self) {
        self.in_doubt = None;
    }
}

/// How bad a word for an impact is.
pub(super) fn badness(word: &str) -> usize {
    let words = ["none", "maintenance", "unknown", "minor", "major", "critical"];
    words.iter().position(|known| *known == our_word(word)).unwrap_or_default()
}
