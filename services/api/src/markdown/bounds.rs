//! Limits that keep the cost of a text proportional to its size.

use std::collections::HashMap;

/// Elements without content, which have no closing tag.
const VOID: [&str; 6] = ["br", "hr", "img", "input", "meta", "link"];

/// Cuts `text` to at most `bytes_max` and marks the cut.
pub(super) fn cut(text: &str, bytes_max: usize) -> String {
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    format!("{} […]", &text[..text.floor_char_boundary(bytes_max)])
}

/// Limits the markers of quotes and lists at the start of each line to `depth_max`.
pub(super) fn shallow(text: String, depth_max: usize) -> String {
    if text.lines().all(|line| markers(line).1 <= depth_max) {
        return text;
    }
    let mut shallow = String::with_capacity(text.len());
    for line in text.lines() {
        let (end, count) = markers(line);
        if count > depth_max {
            shallow.push_str(line[end..].trim_start());
        } else {
            shallow.push_str(line);
        }
        shallow.push('\n');
    }
    shallow
}

/// Returns the end of the markers at the start of `line` and their number. A marker is `>`, or a
/// bullet or number followed by a space; a line of dashes is not a marker.
fn markers(line: &str) -> (usize, usize) {
    let bytes = line.as_bytes();
    let blank = |at: usize| bytes.get(at).is_none_or(|byte| matches!(byte, b' ' | b'\t'));
    let (mut at, mut count) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' => at += 1,
            b'>' => (at, count) = (at + 1, count + 1),
            b'-' | b'+' | b'*' if blank(at + 1) => (at, count) = (at + 1, count + 1),
            b'0'..=b'9' => {
                let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                let ends = matches!(bytes.get(at + digits), Some(b'.' | b')'));
                if !ends || !blank(at + digits + 1) {
                    break;
                }
                (at, count) = (at + digits + 1, count + 1);
            }
            _ => break,
        }
    }
    (at, count)
}

/// Whether more than `depth_max` elements are ever open at once. A closing tag closes only an
/// element of its name, so that stray ones cannot hide the depth. Elements that HTML closes
/// implicitly count as open, but the Markdown parser always writes closing tags.
pub(super) fn is_too_deep(html: &str, depth_max: usize) -> bool {
    let mut open: HashMap<String, usize> = HashMap::new();
    let mut depth = 0;
    for rest in html.split('<').skip(1) {
        let (closes, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/');
        let name = rest.split(ends).next().unwrap_or_default().to_ascii_lowercase();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || VOID.contains(&name.as_str()) {
            continue;
        }
        let own = open.entry(name).or_default();
        if !closes {
            (*own, depth) = (*own + 1, depth + 1);
        } else if *own > 0 {
            (*own, depth) = (*own - 1, depth - 1);
        }
        if depth > depth_max {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_counted_and_rules_are_not() {
        for (line, count) in [
            ("> > - 1. text", 4),
            (">>>", 3),
            ("-----", 0),
            ("**bold**", 0),
            ("12:30 done", 0),
            ("2026 was fine", 0),
            ("", 0),
        ] {
            assert_eq!(markers(line).1, count, "{line}");
        }
    }

    #[test]
    fn depth_is_what_is_open_at_once() {
        assert!(!is_too_deep(&"<p>a</p><br>".repeat(100), 1));
        assert!(is_too_deep("<b><i>", 1));
        assert!(is_too_deep(&"<div></x>".repeat(5), 4));
        assert!(!is_too_deep("a < b, 1 <2, <!-- x -->", 0));
    }

    #[test]
    fn a_cut_falls_between_characters() {
        assert_eq!(cut("aéé", 2), "a […]");
        assert_eq!(cut("aé", 3), "aé");
    }
}
