//! Repairs invalid JSON that some programs write.
//!
//! Otherwise, one truncated emoji would make a whole page unreadable. Only unambiguous errors are
//! repaired: half a surrogate pair becomes a replacement character, a raw control character in a
//! string is escaped, and a number that is not finite becomes `null`.

/// Returns `text` with such places replaced, and their number. The rest need not be valid JSON.
pub(super) fn repair(text: &str) -> (String, usize) {
    let mut mending = Mending { rest: text, done: String::with_capacity(text.len()), places: 0 };
    while let Some(next) = mending.rest.chars().next() {
        match next {
            '"' => mending.text(),
            '-' | '+' | '.' | '0'..='9' | 'a'..='z' | 'A'..='Z' => mending.word(),
            other => mending.keep(other.len_utf8()),
        }
    }
    (mending.done, mending.places)
}

struct Mending<'a> {
    rest: &'a str,
    done: String,
    places: usize,
}

impl Mending<'_> {
    fn keep(&mut self, bytes: usize) {
        let (kept, rest) = self.rest.split_at(bytes);
        self.done.push_str(kept);
        self.rest = rest;
    }

    fn replace(&mut self, bytes: usize, by: &str) {
        self.rest = &self.rest[bytes..];
        self.done.push_str(by);
        self.places += 1;
    }

    /// Processes a string with its quotation marks.
    fn text(&mut self) {
        self.keep(1);
        while let Some(next) = self.rest.chars().next() {
            match next {
                '"' => return self.keep(1),
                '\\' => self.escape(),
                '\0'..='\u{1f}' => self.replace(1, &format!("\\u{:04x}", u32::from(next))),
                other => self.keep(other.len_utf8()),
            }
        }
    }

    fn escape(&mut self) {
        match unit(self.rest) {
            Some(0xd800..=0xdbff) => match unit(&self.rest[6..]) {
                Some(0xdc00..=0xdfff) => self.keep(12),
                _ => self.replace(6, "\\ufffd"),
            },
            Some(0xdc00..=0xdfff) => self.replace(6, "\\ufffd"),
            _ => {
                let escaped = self.rest[1..].chars().next();
                self.keep(1 + escaped.map_or(0, char::len_utf8));
            }
        }
    }

    /// Processes a number or a word.
    fn word(&mut self) {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c));
        let end = end.unwrap_or(self.rest.len());
        let word = &self.rest[..end];
        if word.parse().is_ok_and(|number: f64| !number.is_finite()) {
            self.replace(end, "null");
        } else {
            self.keep(end);
        }
    }
}

/// Parses an escape like `\u00e9` at the start of `text` into its code unit.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_written_as_json() {
        for (text, expected, places) in [
            (r#"{"a": "b \" \\ \n \u00e9 é"}"#, r#"{"a": "b \" \\ \n \u00e9 é"}"#, 0),
            (r#"["\ud83d\ude00"]"#, r#"["\ud83d\ude00"]"#, 0),
            (r#"["cut \ud83d", "\ude00 off"]"#, r#"["cut \ufffd", "\ufffd off"]"#, 2),
            (r#"["\ud83d\u0041"]"#, r#"["\ufffd\u0041"]"#, 1),
            ("[\"two\nlines\"]", "[\"two\\u000alines\"]", 1),
            ("[1e999, -1e999, NaN, -Infinity]", "[null, null, null, null]", 4),
            ("[1.5e3, -0.25, true, null]", "[1.5e3, -0.25, true, null]", 0),
            (r#"["NaN 1e999"]"#, r#"["NaN 1e999"]"#, 0),
            (r#"["\ud83"#, r#"["\ud83"#, 0),
            (r#"["\"#, r#"["\"#, 0),
            (r#"["\é"#, r#"["\é"#, 0),
        ] {
            assert_eq!(repair(text), (expected.to_owned(), places), "{text}");
        }
    }
}
