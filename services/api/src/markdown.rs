//! Converts a vendor's text, Markdown or HTML, to HTML that is safe to show.
//!
//! Goal: keep bold, lists, links and line breaks as the vendor meant them, but never a script, an
//! image (the reader's browser would call an address of the vendor's choice), a class, or a link to
//! anything but the web or mail.
//!
//! The text is untrusted, so work is bounded beforehand: the input is cut, markers at the start of
//! a line are limited in depth, the depth of tags is checked before they are parsed into a tree
//! (deeply nested trees take quadratic time), and the growth of the result is limited. Text that
//! exceeds a bound is shown as plain text. HTML elements pass through the Markdown parser
//! unchanged; the sanitiser after it decides what stays. Words in angle brackets that are not an
//! element are text, even if they begin like one.

mod bounds;
mod elements;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use bounds::{cut, is_too_deep, shallow};

#[cfg(test)]
mod tests;

/// Longer input is cut.
const INPUT_BYTES_MAX: usize = 64 * 1024;
/// Deeper quotes and lists are flattened; text with deeper tags is shown as plain text.
const DEPTH_MAX: usize = 32;
/// The size limit of the result: a factor of the input, plus a number of bytes.
const GROWTH_MAX: (usize, usize) = (4, 1024);

/// The elements that the sanitiser keeps.
const TAGS: &str = "\
    p br b strong i em u s del code pre blockquote ul ol li a h3 h4 h5 h6 hr table thead tbody tr \
    th td sub sup small";

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .tags(TAGS.split(' ').collect())
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow ugc"));
    builder
});

/// Returns the safe HTML of `text`.
pub fn to_html(text: &str) -> String {
    let text = cut(text.trim(), INPUT_BYTES_MAX);
    let text = shallow(text, DEPTH_MAX);
    let size_max = text.len().saturating_mul(GROWTH_MAX.0).saturating_add(GROWTH_MAX.1);
    let apart = elements::set_apart(&text);
    let mut marked = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut marked, events(&apart));
    let marked = marked.replace(elements::STAND_IN, "&lt;");
    if marked.len() > size_max || is_too_deep(&marked, DEPTH_MAX) {
        return plain(&text);
    }
    let safe = SANITISER.clean(&marked).to_string();
    if safe.len() > size_max { plain(&text) } else { safe }
}

/// Parses `text` for use within a page: moves headings below the page's own, keeps the vendor's
/// line breaks, keeps only the words of an image, and restores `<` in addresses.
#[expect(clippy::wildcard_enum_match_arm, reason = "every other part stays as it is")]
fn events(text: &str) -> impl Iterator<Item = Event<'_>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    Parser::new_ext(text, options).filter_map(|event| match event {
        Event::SoftBreak => Some(Event::HardBreak),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Heading { level, .. }) => Some(Event::Start(Tag::Heading {
            level: below_ours(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })),
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(below_ours(level)))),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = dest_url.replace(elements::STAND_IN, "<").into();
            Some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        Event::Html(html) => Some(Event::Html(elements::escaped(&html).into())),
        Event::InlineHtml(html) => Some(Event::InlineHtml(elements::escaped(&html).into())),
        event => Some(event),
    })
}

fn below_ours(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

/// Returns the escaped text with its line breaks.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    escaped.push_str("<p>");
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' => escaped.push_str("<br>\n"),
            other => escaped.push(other),
        }
    }
    escaped.push_str("</p>\n");
    escaped
}
