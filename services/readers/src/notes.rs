//! Bounded, human-readable notes on what a snapshot leaves out.

use crate::limits::NOTES_MAX;

#[derive(Debug, Default)]
pub(crate) struct Notes {
    kept: Vec<String>,
    more: usize,
}

impl Notes {
    pub(crate) fn add(&mut self, note: String) {
        if self.kept.len() < NOTES_MAX {
            self.kept.push(note);
        } else {
            self.more += 1;
        }
    }

    /// Appends the notes on a part of the document that was read separately.
    pub(crate) fn append(&mut self, part: Self) {
        part.kept.into_iter().for_each(|note| self.add(note));
        self.more += part.more;
    }

    /// Returns the first notes and the number of further ones.
    pub(crate) fn into_words(self) -> (Vec<String>, usize) {
        (self.kept, self.more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_beyond_the_limit_are_counted() {
        let mut notes = Notes::default();
        for number in 0..NOTES_MAX + 3 {
            notes.add(number.to_string());
        }
        let mut all = Notes::default();
        all.add("first".to_owned());
        all.append(notes);
        let (words, more) = all.into_words();
        assert_eq!((words.len(), more), (NOTES_MAX, 4));
    }
}
