//! A vendor's text on its way into a page.

use signalbook_api::markdown::to_html;

const TAGS: [&str; 30] = [
    "p",
    "br",
    "b",
    "strong",
    "i",
    "em",
    "u",
    "s",
    "del",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "a",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "sub",
    "sup",
    "small",
];

/// However it is meant, it becomes tags that are allowed, links that lead out, and no other
/// attribute; not much more than it was, and nothing that stood for something else on the way.
pub fn markdown(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let html = to_html(&text);
    assert!(html.len() <= 6 * text.len() + 2_048, "{} become {}", text.len(), html.len());
    let has_own = text.contains(['\u{fdd0}', '&']);
    assert!(has_own || !html.contains('\u{fdd0}'), "a stand-in is left in {html}");
    for (at, _) in html.match_indices('<') {
        let end = html[at..].find('>').expect("every tag ends");
        assert_harmless(&html[at + 1..at + end], &html);
    }
}

/// Panics unless `tag`, which is what stands between `<` and `>`, may stand in a page.
fn assert_harmless(tag: &str, html: &str) {
    let name = tag.strip_prefix('/').unwrap_or(tag);
    let (name, attributes) = name.split_once(' ').unwrap_or((name, ""));
    assert!(TAGS.contains(&name), "`{tag}` in {html}");
    let mut rest = attributes;
    while !rest.is_empty() {
        let (attribute, after) = rest.split_once("=\"").expect("an attribute has a value");
        let (value, after) = after.split_once('"').expect("a value ends");
        let fine = match attribute {
            "href" => ["http:", "https:", "mailto:"].iter().any(|scheme| has(value, scheme)),
            "rel" => value == "noopener noreferrer nofollow ugc",
            _ => false,
        };
        assert!(name == "a" && fine, "`{tag}` in {html}");
        rest = after.trim_start();
    }
}

fn has(url: &str, scheme: &str) -> bool {
    // What browsers leave out of an address before they look at it.
    let plain: String = url.chars().filter(|c| !c.is_ascii_control()).collect();
    plain.trim_start().to_ascii_lowercase().starts_with(scheme)
}
