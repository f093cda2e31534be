//! Cleans and truncates a vendor's text.
//!
//! Control characters break terminals, logs and databases, and bidirectional ones make a text
//! display as something else. Word separators stay, and every kind of line break becomes `\n`.

use signalbook_domain::text::is_invisible;

/// Returns `text` with `\n` for every line break, and without other control characters except tab.
pub(crate) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' => {
                characters.next_if_eq(&'\n');
                cleaned.push('\n');
            }
            c if is_line_break(c) => cleaned.push('\n'),
            c if is_hidden(c) => {}
            c => cleaned.push(c),
        }
    }
    cleaned
}

/// Returns `text` as one line, without blanks and invisible characters at its ends. Inner ones
/// stay, since they join emoji and separate words in some scripts.
pub(crate) fn line(text: &str) -> String {
    let blank_for_break = |c| if matches!(c, '\n' | '\t') { ' ' } else { c };
    clean(text).trim_matches(is_unseen).chars().map(blank_for_break).collect()
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_hidden(c: char) -> bool {
    let bidirectional = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    bidirectional || (c.is_control() && c != '\t')
}

fn is_unseen(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

/// Cuts a line after `max` characters. Returns whether anything was cut.
pub(crate) fn cut_line(text: &mut String, max: usize) -> bool {
    let is_cut = cut_chars(text, max);
    text.truncate(text.trim_end_matches(is_unseen).len());
    is_cut
}

/// Cuts `text` after `max` characters. Returns whether anything was cut.
fn cut_chars(text: &mut String, max: usize) -> bool {
    let end = text.char_indices().nth(max).map(|(end, _)| end);
    if let Some(end) = end {
        text.truncate(end);
    }
    end.is_some()
}

/// Cuts `text` to at most `max` bytes at a character boundary. Returns whether anything was cut.
pub(crate) fn cut_bytes(text: &mut String, max: usize) -> bool {
    let too_long = text.len() > max;
    text.truncate(text.floor_char_boundary(max));
    too_long
}

/// Returns the start of `text`, for quoting in a note.
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
        assert_eq!(clean("a\nb\tc\0\u{7}\u{1b}[31md"), "a\nb\tc[31md");
    }

    #[test]
    fn however_a_line_ends_the_next_word_stays_apart() {
        assert_eq!(clean("a\rb\r\nc\r\r\n\nd\n\re\r"), "a\nb\nc\n\n\nd\n\ne\n");
        assert_eq!(clean("a\u{85}b\u{2028}c\u{2029}d\u{b}e\u{c}f"), "a\nb\nc\nd\ne\nf");
        assert_eq!(line("a\rb\r\nc\td\u{2028}e"), "a b c d e");
    }

    #[test]
    fn a_line_loses_what_nobody_sees_at_its_ends_and_nowhere_else() {
        assert_eq!(
            line(" \u{200b}\t\u{feff}Mail\u{200b}box  down\u{a0}\u{2060}\r\n"),
            "Mail\u{200b}box  down"
        );
        assert_eq!(
            line("\u{200d}👩\u{200d}🔧 at work ⚠\u{fe0f} soon"),
            "👩\u{200d}🔧 at work ⚠\u{fe0f} soon"
        );
        for nothing in ["", " \t\r", "\u{200b} \u{3164}", "\u{2800}\u{2800}", "\u{202e}\u{0}"] {
            assert_eq!(line(nothing), "", "{nothing:?}");
        }
    }

    #[test]
    fn a_cut_line_does_not_end_in_what_nobody_sees() {
        let mut text = "ab \u{200b}cd".to_owned();
        assert!(cut_line(&mut text, 4));
        assert_eq!(text, "ab");
        assert!(!cut_line(&mut text, 2));
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
