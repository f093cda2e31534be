//! Distinguishes HTML from a vendor's words in angle brackets.
//!
//! People write `<WHAT IS BROKEN>` and `<your-api-key>`. Markdown and browsers treat these as
//! unknown elements and their text would vanish. Therefore each `<` that opens nothing known is
//! replaced before parsing and parsed as a letter, which works alike in paragraphs, in code and
//! within HTML. Only the text after a `<` decides, since the text before it may be malformed.
//!
//! A known name is not enough: `<a lot>` and `a<b and c>d` begin like elements. There the words
//! after the name parse as attributes without a value that HTML does not define. A quoted value
//! marks a tag as HTML nevertheless, since prose does not contain one.
//!
//! This decides what is shown, not what is safe: the sanitiser runs afterwards.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Replaces a `<` that is text during parsing. Unicode reserves it for internal use.
pub(super) const STAND_IN: char = '\u{fdd0}';

/// Longer than every name of an element or a switch.
const NAME_BYTES_MAX: usize = 16;

/// The bytes of a tag that are read; otherwise each tag without an end would be read to the end of
/// the text. The start suffices to distinguish words from attributes.
const TAG_BYTES_MAX: usize = 512;

/// The element names that HTML defines or once defined, without the elements of drawings and
/// formulas.
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

/// The attributes that HTML defines or once defined as on without a value.
const SWITCHES: &str = "\
    allowfullscreen async autofocus autoplay checked compact controls declare default defer \
    disabled download formnovalidate hidden inert ismap itemscope loop multiple muted nohref \
    nomodule noresize noshade novalidate nowrap open playsinline readonly required reversed \
    scoped seamless selected";

static ELEMENT_NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| NAMES.split(' ').collect());
static SWITCH_NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| SWITCHES.split(' ').collect());

/// Replaces each `<` that opens nothing by the stand-in. One after a backslash stays, since
/// Markdown already treats it as text.
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

/// Escapes each `<` in `html` that opens no element. An address in angle brackets is not a link
/// there either.
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

/// Whether a `<` before `rest` looks like markup but is not an element, comment, document type or
/// section.
fn is_text(rest: &str) -> bool {
    let name = rest.strip_prefix('/').unwrap_or(rest);
    match rest.bytes().next() {
        Some(b'!') => !["!--", "![", "!doctype"].into_iter().any(|start| begins(rest, start)),
        Some(b'?') => true,
        Some(b'/' | b'a'..=b'z' | b'A'..=b'Z') => !is_element(name),
        // This does not look like markup.
        Some(_) | None => false,
    }
}

/// Whether `rest` begins with an element name that is not followed by words.
fn is_element(rest: &str) -> bool {
    let tag = &rest.as_bytes()[..rest.len().min(TAG_BYTES_MAX)];
    let (name, attributes) =
        split_before(tag, |byte| is_blank(byte) || matches!(byte, b'/' | b'>'));
    is_one_of(&ELEMENT_NAMES, name) && !are_words(attributes)
}

/// Whether the text between an element's name and its `>` is words rather than attributes. It is
/// parsed like in browsers, except that no attribute contains a `<`, which begins another tag: this
/// one never ended.
fn are_words(mut rest: &[u8]) -> bool {
    let mut has_word = false;
    loop {
        (_, rest) = split_before(rest, |byte| !is_blank(byte) && byte != b'/');
        let Some((first, behind)) = rest.split_first() else { return has_word };
        match first {
            b'>' => return has_word,
            b'<' => return true,
            _ => {}
        }
        // A leading `=` is part of the name.
        let ends = |byte| is_blank(byte) || matches!(byte, b'/' | b'<' | b'>' | b'=');
        let name_bytes = 1 + split_before(behind, ends).0.len();
        let (name, behind) = rest.split_at(name_bytes);
        let Some(value) = behind.trim_ascii_start().strip_prefix(b"=") else {
            has_word = has_word || !is_one_of(&SWITCH_NAMES, name);
            rest = behind;
            continue;
        };
        let value = value.trim_ascii_start();
        if value.starts_with(b"\"") || value.starts_with(b"'") {
            return false;
        }
        (_, rest) = split_before(value, |byte| is_blank(byte) || byte == b'>');
    }
}

/// Splits `bytes` before the first one that is `wanted`.
fn split_before(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let at = bytes.iter().position(|byte| wanted(*byte)).unwrap_or(bytes.len());
    bytes.split_at(at)
}

fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

/// Whether `names` contains `name`, ignoring case.
fn is_one_of(names: &HashSet<&str>, name: &[u8]) -> bool {
    let name = &name[..name.len().min(NAME_BYTES_MAX)];
    let name = name.to_ascii_lowercase();
    std::str::from_utf8(&name).is_ok_and(|name| names.contains(name))
}

/// Whether Markdown may turn `rest` into a working link.
fn is_link(rest: &str) -> bool {
    let starts_with = |scheme: &str| begins(rest, scheme);
    let mut words = rest.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>'));
    ["http:", "https:", "mailto:"].into_iter().any(starts_with)
        || words.next().is_some_and(|word| word.contains('@'))
}

/// Whether `text` begins with `start`, ignoring case.
fn begins(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_lower_case_once_there_and_fits() {
        for (list, names) in [(NAMES, &ELEMENT_NAMES), (SWITCHES, &SWITCH_NAMES)] {
            assert_eq!(list.split(' ').count(), names.len());
            for name in list.split(' ') {
                let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
                assert!((1..NAME_BYTES_MAX).contains(&name.len()), "{name}");
                assert!(name.bytes().all(is_plain), "{name}");
            }
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

    #[test]
    fn attributes_are_what_html_has_and_all_else_are_words() {
        for kept in [
            "<br />",
            "<a href=x>",
            "<a href = \"x\">",
            "<A HREF='x' download>",
            "<p/class=\"x\"/>",
            "<input disabled>",
            "<INPUT\nCHECKED disabled/>",
            "<details open",
            "<td nowrap colspan=2>",
            "<a href=x<b>",
            "</b >",
        ] {
            assert_eq!(set_apart(kept), kept);
        }
        for apart in [
            "<a lot>",
            "<A LOT>",
            "</a lot>",
            "<b and c>",
            "<b, c>",
            "<b\nand",
            "<b open to all>",
            "<b and c=d then e>",
            "<b \"and c\">",
            "<b/c>",
            "<s, =x>",
            "<i ächz>",
            "<p and rising</p>",
            "<b <a href=\"x\">",
            "<b and rising<br class=\"x\">",
        ] {
            assert_eq!(set_apart(apart), apart.replacen('<', "\u{fdd0}", 1));
        }
    }

    #[test]
    fn what_stands_far_behind_the_beginning_of_a_tag_is_not_read() {
        let blank = |bytes: usize| format!("<a hidden{}lot>", " ".repeat(bytes));
        assert!(set_apart(&blank(TAG_BYTES_MAX - 20)).starts_with(STAND_IN));
        assert!(set_apart(&blank(TAG_BYTES_MAX)).starts_with('<'));
    }
}
