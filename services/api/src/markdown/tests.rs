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
        "<x".repeat(32_000),
        "</".repeat(32_000),
        "<?".repeat(32_000),
        "<x>".repeat(20_000),
        "<p><x:".repeat(10_000),
        "\\<".repeat(32_000),
        "<a ".repeat(21_000),
        "<a x=".repeat(13_000),
        "<a/x=".repeat(13_000),
        "<p><b x ".repeat(8_000),
        "<b hidden ".repeat(6_000),
        "<p><a =".repeat(9_000),
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

#[test]
fn words_in_angle_brackets_are_the_vendors_words() {
    for (text, html) in [
        ("We lost <WHAT FAILED>.", "<p>We lost &lt;WHAT FAILED&gt;.</p>\n"),
        (
            "<WHAT FAILED>\nis **down**",
            "<p>&lt;WHAT FAILED&gt;<br>\nis <strong>down</strong></p>\n",
        ),
        (
            "**<region>**: ~~<none>~~",
            "<p><strong>&lt;region&gt;</strong>: <del>&lt;none&gt;</del></p>\n",
        ),
        (
            "`<WHAT FAILED>` or `\\<x>`",
            "<p><code>&lt;WHAT FAILED&gt;</code> or <code>\\&lt;x&gt;</code></p>\n",
        ),
        ("    <key>\n", "<p>&lt;key&gt;</p>\n"),
        ("```\n<key>\n</key>\n```", "<pre><code>&lt;key&gt;\n&lt;/key&gt;\n</code></pre>\n"),
        ("\\<none> and \\\\<none>", "<p>&lt;none&gt; and \\&lt;none&gt;</p>\n"),
        ("&lt;none&gt;", "<p>&lt;none&gt;</p>\n"),
        (
            "</none> <your-key>/<x-y z=\"1\"/>",
            "<p>&lt;/none&gt; &lt;your-key&gt;/&lt;x-y z=\"1\"/&gt;</p>\n",
        ),
        (
            "List<Long, Text> <A/B> <...> <1>",
            "<p>List&lt;Long, Text&gt; &lt;A/B&gt; &lt;...&gt; &lt;1&gt;</p>\n",
        ),
        ("< 5 % and <5 ms, a<b, 3 > 2", "<p>&lt; 5 % and &lt;5 ms, a&lt;b, 3 &gt; 2</p>\n"),
        ("cut <off", "<p>cut &lt;off</p>\n"),
        ("ask <host:443>", "<p>ask &lt;host:443&gt;</p>\n"),
        ("<???> <!here> <?name?>", "<p>&lt;???&gt; &lt;!here&gt; &lt;?name?&gt;</p>\n"),
        ("- <one>\n- <two>", "<ul>\n<li>&lt;one&gt;</li>\n<li>&lt;two&gt;</li>\n</ul>\n"),
    ] {
        assert_eq!(harmless(text), html, "{text}");
    }
}

#[test]
fn words_in_angle_brackets_are_words_within_html_too() {
    for (text, html) in [
        (
            "<p>We lost <WHAT FAILED> in <b><region></b></p>",
            "<p>We lost &lt;WHAT FAILED&gt; in <b>&lt;region&gt;</b></p>",
        ),
        ("<div><none>\n</none></div>", "&lt;none&gt;\n&lt;/none&gt;"),
        ("<p>load <high and rising</p>", "<p>load &lt;high and rising</p>"),
        ("<p>\\<key> <5 </ b> </></p>", "<p>\\&lt;key&gt; &lt;5 &lt;/ b&gt; &lt;/&gt;</p>"),
        (
            "<p>see <https://a.example/x> or <me@a.example></p>",
            "<p>see &lt;https://a.example/x&gt; or &lt;me@a.example&gt;</p>",
        ),
        ("<p><!here> <?php x ?> <a:b></p>", "<p>&lt;!here&gt; &lt;?php x ?&gt; &lt;a:b&gt;</p>"),
        ("Fixed.<br /><b><key></b>", "<p>Fixed.<br><b>&lt;key&gt;</b></p>\n"),
        ("<my-widget>on</my-widget>", "<p>&lt;my-widget&gt;on&lt;/my-widget&gt;</p>\n"),
    ] {
        assert_eq!(harmless(text).trim_end(), html.trim_end(), "{text}");
    }
}

#[test]
fn words_that_begin_like_an_element_are_words() {
    for (text, html) in [
        ("It takes <a lot> of time.", "<p>It takes &lt;a lot&gt; of time.</p>\n"),
        ("if a<b and c>d, wait", "<p>if a&lt;b and c&gt;d, wait</p>\n"),
        ("<p>if a<b and c>d, wait</p>", "<p>if a&lt;b and c&gt;d, wait</p>"),
        ("<p>load <b, rising</p>", "<p>load &lt;b, rising</p>"),
        ("<a lot>\nof **time**", "<p>&lt;a lot&gt;<br>\nof <strong>time</strong></p>\n"),
        ("`<a lot>`", "<p><code>&lt;a lot&gt;</code></p>\n"),
        ("load</b and so on>", "<p>load&lt;/b and so on&gt;</p>\n"),
        ("<script and style>", "<p>&lt;script and style&gt;</p>\n"),
        ("a<br>b <b>c</b> <input disabled>d", "<p>a<br>b <b>c</b> d</p>\n"),
        ("<details open>more</details>", "more"),
    ] {
        assert_eq!(harmless(text).trim_end(), html.trim_end(), "{text}");
    }
}

#[test]
fn addresses_in_angle_brackets_stay_links() {
    let link = |href: &str, text: &str| {
        format!("<p><a href=\"{href}\" rel=\"noopener noreferrer nofollow ugc\">{text}</a></p>\n")
    };
    for (text, href, shown) in [
        ("<https://a.example/x?y=1>", "https://a.example/x?y=1", "https://a.example/x?y=1"),
        ("<HTTP://a.example>", "HTTP://a.example", "HTTP://a.example"),
        ("<help@a.example>", "mailto:help@a.example", "help@a.example"),
        ("[x](https://a.example/<id>/y)", "https://a.example/%3Cid%3E/y", "x"),
        ("[x](<https://a.example/a b>)", "https://a.example/a%20b", "x"),
        ("[the <id>](https://a.example)", "https://a.example", "the &lt;id&gt;"),
    ] {
        assert_eq!(harmless(text), link(href, shown), "{text}");
    }
    assert_eq!(harmless("<javascript:alert(1)>"), "<p>&lt;javascript:alert(1)&gt;</p>\n");
}

#[test]
fn elements_of_html_are_sanitised_whatever_words_stand_beside_them() {
    for (text, html) in [
        ("<x><script>alert(1)</script><y>", "<p>&lt;x&gt;&lt;y&gt;</p>\n"),
        ("<scr<script>ipt>alert(1)</script>", "<p>&lt;scr</p>\n"),
        ("a <script foo=<bar>>alert(1)</script> b", "<p>a  b</p>\n"),
        ("<SCRIPT\n>alert(1)</SCRIPT\n> b", "b"),
        ("a <style>b{}</style><em>c</em>", "<p>a <em>c</em></p>\n"),
        ("a <!-- <none> --> b", "<p>a  b</p>\n"),
        ("a <time>noon</time> <font color=red>b</font>", "<p>a noon b</p>\n"),
    ] {
        assert_eq!(harmless(text).trim(), html.trim(), "{text}");
    }
}

#[test]
fn hostile_words_in_angle_brackets_stay_words() {
    for text in [
        "<WHAT onload=x>",
        "<WHAT onload=x><script>alert(1)</script>",
        "<img/onerror=alert(1) src=x>",
        "<p><img/onerror=alert(1) src=x></p>",
        "<image/onerror=alert(1) src=x>",
        "<none<img src=x onerror=alert(1)>>",
        "<none title=\"<img src=x onerror=alert(1)>\">",
        "<p title='<none>' onclick='alert(1)'>x</p>",
        "<p><none title='></p><script>alert(1)</script>'>",
        "<a href=\"<none>javascript:alert(1)\">x</a>",
        "<a href='javascript:<none>'>x</a>",
        "<scr\u{0}ipt>alert(1)</scr\u{0}ipt>",
        "<\u{fdd0}script>alert(1)</script>",
        "\u{fdd0}script>alert(1)\u{fdd0}/script>",
        "[x](\u{fdd0}javascript:alert(1)>)",
        "[x](<javascript:alert(1)>)",
        "[x](javascript:<none>)",
        "<x>\n\n<svg><x><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<noscript><none title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<textarea><none></textarea><img src=x onerror=alert(1)>",
        "<xmp><none></xmp><iframe src=x></iframe>",
        "<!--><none><script>alert(1)</script>-->",
        "<![CDATA[<none>]]><script>alert(1)</script>",
        "<?<script>alert(1)</script>?>",
        "\\<script>alert(1)\\</script>",
        "<div>\\<script>alert(1)\\</script></div>",
        "<script lot>alert(1)</script>",
        "<p><script lot>alert(1)</script></p>",
        "<a lot<img src=x onerror=alert(1)>>",
        "<p title=\"<a lot=\"><img src=x onerror=alert(1)>\">",
        "<p title='<b and c>' onclick='alert(1)'>x</p>",
        "<a lot onclick=alert(1) href=javascript:alert(1)>x</a>",
        "<a lot href=\"javascript:alert(1)\">x</a>",
        "<noscript lot><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<style and><img src=\"</style><img src=x onerror=alert(1)>\">",
    ] {
        let html = harmless(text);
        assert!(!html.contains('\u{fdd0}'), "{html}");
    }
    assert_eq!(harmless("<WHAT onload=x>"), "<p>&lt;WHAT onload=x&gt;</p>\n");
}
