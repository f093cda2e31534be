//! Which words in angle brackets are HTML, and which are the vendor's words.
//!
//! People write `<WHAT IS BROKEN>` and `<your-api-key>`. To Markdown and to browsers these are
//! elements that nobody knows, and what they say would vanish. So each `<` that opens nothing
//! known is told apart before the text is parsed, and parsed as a letter: then it stands for
//! itself in a paragraph, in code and within HTML alike. Each is judged by what follows it and by
//! nothing else, since what is before it may be broken.
//!
//! This decides what is shown, not what is safe: the sanitiser comes after it.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Stands for a `<` that is text while the text is parsed. Unicode keeps it free for such uses.
pub(super) const STAND_IN: char = '\u{fdd0}';

/// Every name of an element is shorter.
const NAME_BYTES_MAX: usize = 16;

/// The names that HTML defines, today's and those of earlier versions. The parts of drawings and
/// formulas are none of them.
const NAMES: &str = "\
    a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound \
    big blink blockquote body br button canvas caption center cite code col colgroup data \
    datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure \
    font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe \
    img input ins isindex kbd keygen label legend li link listing main map mark marquee math \
    menu menuitem meta meter multicol nav nextid nobr noembed noframes noscript object ol \
    optgroup option output p param picture plaintext pre progress q rb rp rt rtc ruby s samp \
    script search section select selectedcontent slot small source spacer span strike strong \
    style sub summary sup svg table tbody td template textarea tfoot th thead time title tr \
    track tt u ul var video wbr xmp";

static ELEMENTS: LazyLock<HashSet<&str>> = LazyLock::new(|| NAMES.split(' ').collect());

/// `text` with the stand-in for each `<` that opens nothing. One behind a backslash stays, since
/// Markdown takes it for text without help.
pub(super) fn set_apart(text: &str) -> String {
    let mut apart = String::with_capacity(text.len());
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '<' if !is_escaped && is_text(&text[at + 1..]) && !is_link(&text[at + 1..]) => {
                apart.push(STAND_IN);
            }
            STAND_IN => apart.push(char::REPLACEMENT_CHARACTER),
            c => apart.push(c),
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    apart
}

/// HTML that stands in a text, with each `<` that opens no element made text. There, an address
/// between angle brackets is no link either.
pub(super) fn escaped(html: &str) -> String {
    let mut escaped = String::with_capacity(html.len());
    for (at, c) in html.char_indices() {
        match c {
            '<' if is_text(&html[at + 1..]) => escaped.push_str("&lt;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Whether a `<` before `rest` would be taken for markup and is none: no element, comment, type
/// of document or section.
fn is_text(rest: &str) -> bool {
    let name = rest.strip_prefix('/').unwrap_or(rest);
    match rest.bytes().next() {
        Some(b'!') => !["!--", "![", "!doctype"].into_iter().any(|start| begins(rest, start)),
        Some(b'?') => true,
        Some(b'/' | b'a'..=b'z' | b'A'..=b'Z') => !is_element(name),
        // Nobody takes that for markup.
        Some(_) | None => false,
    }
}

/// Whether the name of an element stands at the beginning of `rest`.
fn is_element(rest: &str) -> bool {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
    let bytes = &rest.as_bytes()[..rest.len().min(NAME_BYTES_MAX)];
    let name = bytes.split(ends).next().unwrap_or_default().to_ascii_lowercase();
    std::str::from_utf8(&name).is_ok_and(|name| ELEMENTS.contains(name))
}

/// Whether Markdown may make a link of `rest` that can be followed.
fn is_link(rest: &str) -> bool {
    let starts_with = |scheme: &str| begins(rest, scheme);
    let mut words = rest.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>'));
    ["http:", "https:", "mailto:"].into_iter().any(starts_with)
        || words.next().is_some_and(|word| word.contains('@'))
}

/// Whether `text` begins with `start`, in letters of any case.
fn begins(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_lower_case_once_there_and_fits() {
        let names: Vec<&str> = NAMES.split(' ').collect();
        assert_eq!(names.len(), ELEMENTS.len());
        for name in names {
            assert!((1..NAME_BYTES_MAX).contains(&name.len()), "{name}");
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{name}");
        }
    }

    #[test]
    fn what_opens_something_stays_and_what_does_not_is_set_apart() {
        for kept in [
            "<b>",
            "</B>",
            "<br/>",
            "<script\n",
            "<h1 id=x>",
            "<!-- x",
            "<!DOCTYPE html>",
            "<![CDATA[",
            "< 5",
            "<5",
            "<",
            "<<",
            "<=",
            "<https://a.example/b c>",
            "<MAILTO:a@b>",
            "<a.b@c.example>",
            "\\<none>",
            "\\\\\\<none>",
        ] {
            assert_eq!(set_apart(kept), kept);
        }
        for apart in [
            "<none>",
            "</none>",
            "<WHAT IS",
            "<your-api-key>",
            "<scr<",
            "<b:c>",
            "<host:443>",
            "<br.>",
            "</ p>",
            "</>",
            "<!here>",
            "<?",
            "<script-tag>",
            "<aaaaaaaaaaaaaaaaaaaaaaaa",
            "<image>",
        ] {
            assert_eq!(set_apart(apart), apart.replacen('<', "\u{fdd0}", 1));
            assert_eq!(escaped(apart), apart.replacen('<', "&lt;", 1));
        }
        assert_eq!(set_apart("\\\\<none>"), "\\\\\u{fdd0}none>");
        assert_eq!(set_apart("\u{fdd0}b"), "\u{fffd}b");
        assert_eq!(escaped("<p><https://a.example></p>"), "<p>&lt;https://a.example></p>");
    }
}
