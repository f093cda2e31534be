//! What was left out of a snapshot, in words for a person, and not without bound.

use crate::limits::NOTES_MAX;

/// Notes on one document.
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

    pub(crate) fn into_words(mut self) -> Vec<String> {
        if self.more > 0 {
            self.kept.push(format!("{} more notes like these", self.more));
        }
        self.kept
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
        let words = notes.into_words();
        assert_eq!(words.len(), NOTES_MAX + 1);
        assert_eq!(words.last().unwrap(), "3 more notes like these");
    }
}
