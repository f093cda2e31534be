//! A vendor's text, freed of what a reader cannot see, and cut to a size.
//!
//! Control characters break terminals, logs and databases; the bidirectional ones also make a
//! text read as something other than it says.

/// `text` without control characters other than newline and tab.
pub(crate) fn clean(text: &str) -> String {
    text.chars().filter(|c| !is_hidden(*c)).collect()
}

fn is_hidden(c: char) -> bool {
    let bidirectional = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    bidirectional || (c.is_control() && !matches!(c, '\n' | '\t'))
}

/// Cuts `text` after `max` characters; whether something was cut.
pub(crate) fn cut_chars(text: &mut String, max: usize) -> bool {
    let end = text.char_indices().nth(max).map(|(end, _)| end);
    if let Some(end) = end {
        text.truncate(end);
    }
    end.is_some()
}

/// Cuts `text` to at most `max` bytes, between two characters; whether something was cut.
pub(crate) fn cut_bytes(text: &mut String, max: usize) -> bool {
    let too_long = text.len() > max;
    text.truncate(text.floor_char_boundary(max));
    too_long
}

/// The beginning of `text`, to be quoted in a note.
pub(crate) fn quoted(text: &str) -> String {
    const QUOTED_CHARS_MAX: usize = 60;
    let mut quoted: String = text.chars().take(4 * QUOTED_CHARS_MAX).collect();
    quoted = clean(&quoted).split_whitespace().collect::<Vec<_>>().join(" ");
    if cut_chars(&mut quoted, QUOTED_CHARS_MAX) {
        quoted.push('…');
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_removed_but_lines_and_tabs_stay() {
        assert_eq!(clean("a\r\nb\tc\0\u{7}\u{1b}[31m\u{85}d"), "a\nb\tc[31md");
    }

    #[test]
    fn bidirectional_controls_are_removed_but_the_scripts_that_need_none_stay() {
        assert_eq!(clean("\u{202e}olleh\u{202c} \u{2066}x\u{2069} שלום 日本"), "olleh x שלום 日本");
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        let mut text = "aéé".to_owned();
        assert!(cut_bytes(&mut text, 4));
        assert_eq!(text, "aé");
        assert!(!cut_bytes(&mut text, 3));
        assert!(cut_chars(&mut text, 1));
        assert!(!cut_chars(&mut text, 1));
        assert_eq!(text, "a");
    }

    #[test]
    fn a_quotation_is_one_short_line() {
        assert_eq!(quoted("a\n  b"), "a b");
        assert_eq!(quoted(&"x".repeat(1_000)).chars().count(), 61);
    }
}
