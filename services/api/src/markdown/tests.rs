use super::*;

#[track_caller]
fn harmless(text: &str) -> String {
    let html = to_html(text);
    let lower = html.to_lowercase();
    for bad in ["<script", "<img", "<style", "<iframe", "<svg", " class=", " style=", " id="] {
        assert!(!lower.contains(bad), "{bad} in {html}");
    }
    for (at, _) in lower.match_indices("<a ") {
        let link = &lower[at..at + lower[at..].find('>').unwrap()];
        let leads_out = ["\"http://", "\"https://", "\"mailto:"];
        let href = link.split("href=").nth(1);
        assert!(
            href.is_none_or(|href| leads_out.iter().any(|good| href.starts_with(good))),
            "{link}"
        );
    }
    for (at, _) in lower.match_indices('<') {
        let tag = &lower[at..at + lower[at..].find('>').unwrap()];
        assert!(!tag.contains(" on"), "{tag}");
    }
    html
}

#[test]
fn markdown_is_shown_as_meant() {
    let html = to_html("# Cause\n\nA **bad** deploy:\n\n- one\n- two\n\nline 1\nline 2");
    assert_eq!(
        html,
        "<h4>Cause</h4>\n<p>A <strong>bad</strong> deploy:</p>\n<ul>\n<li>one</li>\n<li>two</li>\n\
         </ul>\n<p>line 1<br>\nline 2</p>\n"
    );
}

#[test]
fn a_vendors_html_keeps_its_breaks_and_links() {
    let html = to_html(
        "Fixed.<br /><br />See <a href=\"https://acme.example/x\" target=\"_blank\" class=\"c\">here</a>.",
    );
    assert!(html.contains("Fixed.<br><br>See"), "{html}");
    assert!(
        html.contains(
            "<a href=\"https://acme.example/x\" rel=\"noopener noreferrer nofollow ugc\">here</a>"
        ),
        "{html}"
    );
}

#[test]
fn hostile_texts_lose_what_makes_them_so() {
    for text in [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "<a href=\"&#106;avascript:alert(1)\">x</a>",
        "<a href=\" javascript:alert(1)\">x</a>",
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.example/pixel.png)",
        "<p onclick=\"alert(1)\" style=\"position:fixed\" id=\"main\" class=\"badge\">x</p>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<a href=\"//evil.example\">x</a>",
        "[x](//evil.example)",
        "[x](/providers/acme)",
        "[x](\\\\evil.example)",
        "[x](vbscript:x)",
        "<svg><script>alert(1)</script></svg>",
        "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
        "<iframe src=https://evil.example></iframe>",
        "<style>body{display:none}</style>",
        "<form action=https://evil.example><input name=q></form>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "```\n</code></pre><script>alert(1)</script>\n```",
        "<!--><script>alert(1)</script>-->",
        "</div></main></body><h1>gone</h1>",
    ] {
        harmless(text);
    }
}

#[test]
fn the_words_of_a_picture_stay() {
    assert_eq!(to_html("![a graph](https://evil.example/p.png)"), "<p>a graph</p>\n");
}

#[test]
fn deep_and_long_texts_stay_in_proportion() {
    for text in [
        "> ".repeat(100_000),
        "- ".repeat(30_000),
        "1. ".repeat(20_000),
        "<div>".repeat(16_000),
        "<div></x>".repeat(7_000),
        "<a><b>".repeat(2_000),
        "<b><i>".repeat(8_000),
        "[".repeat(60_000),
        "![".repeat(30_000),
        "*a ".repeat(20_000),
        "`".repeat(60_000),
        "<p>&".repeat(16_000),
        "|a".repeat(30_000) + "\n" + &"|-".repeat(30_000),
        "x\n".repeat(40_000),
        ">\n".repeat(40_000),
        "&quot;".repeat(11_000),
    ] {
        let html = harmless(&text);
        let size_max = INPUT_BYTES_MAX * 6 + 1024;
        assert!(html.len() <= size_max, "{} from {}", html.len(), &text[..8]);
    }
}

#[test]
fn a_text_without_markup_is_a_paragraph_and_nothing_is_nothing() {
    assert_eq!(to_html("a < b & \"c\""), "<p>a &lt; b &amp; \"c\"</p>\n");
    assert_eq!(to_html("  \n"), "");
}
