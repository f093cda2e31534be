//! Which page answers, by the vendor's id of it: another one is believed when two polls agree, and
//! nothing of it is folded before. An old copy of one that was replaced is none.

use std::collections::BTreeSet;

use super::shown::{Micros, Shown};

/// The page that was folded, and another that may be in its place.
#[derive(Default)]
pub(crate) struct Identity {
    page: Option<String>,
    candidate: Option<String>,
    replaced: BTreeSet<String>,
}

/// Which page answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answering {
    /// The one that was folded, or the first.
    Same,
    /// Another for the first time, or an old copy of one that was replaced.
    Doubtful,
    /// Another, in the place of the one that had this id.
    Replaced(String),
}

impl Identity {
    /// Judges by the current document; what was folded so far is of the time `newest`.
    pub(crate) fn judge(&mut self, current: &Shown, newest: Option<Micros>) -> Answering {
        let Some(known) = self.page.clone().filter(|known| *known != current.page_id) else {
            self.candidate = None;
            return Answering::Same;
        };
        let is_old = newest.is_some_and(|newest| current.page_time < newest);
        if is_old && self.replaced.contains(&current.page_id) {
            return Answering::Doubtful;
        }
        if self.candidate.as_ref() != Some(&current.page_id) {
            self.candidate = Some(current.page_id.clone());
            return Answering::Doubtful;
        }
        self.candidate = None;
        self.page = Some(current.page_id.clone());
        self.replaced.insert(known.clone());
        Answering::Replaced(known)
    }

    /// The current document was folded.
    pub(crate) fn folded(&mut self, current: &Shown) {
        self.page = Some(current.page_id.clone());
    }

    /// Polls of before are not in a row with those after.
    pub(crate) fn interrupted(&mut self) {
        self.candidate = None;
    }

    /// Whether a list is that of another page.
    pub(crate) fn is_of_another(&self, list: &Shown) -> bool {
        self.page.as_ref().is_some_and(|page| *page != list.page_id)
    }
}
