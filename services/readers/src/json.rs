//! Parses bytes into a JSON object; errors state what was found instead.

mod bounded;
mod repair;

use std::cell::Cell;

use serde::de::DeserializeSeed as _;
use serde_json::{Map, Value};

use self::bounded::Bounded;
use self::repair::repair;
use crate::error::ReadError;
use crate::limits::DOCUMENT_BYTES_MAX;
use crate::notes::Notes;
use crate::text;

pub(crate) type Fields = Map<String, Value>;

/// Parses the object in `bytes`. Invalid UTF-8 is replaced, which is harmless inside strings and a
/// syntax error elsewhere.
pub(crate) fn object(
    file: &'static str,
    bytes: &[u8],
    notes: &mut Notes,
) -> Result<Fields, ReadError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(ReadError::Encoding { file });
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if let Err(error) = std::str::from_utf8(bytes) {
        notes.add(format!(
            "bytes that are no UTF-8 were replaced, from byte {}",
            error.valid_up_to()
        ));
    }
    let text = String::from_utf8_lossy(bytes);
    let trimmed = text.trim_start();
    if trimmed.is_empty() {
        return Err(ReadError::Empty { file });
    }
    if trimmed.starts_with('<') {
        return Err(ReadError::Markup { file, found: markup(trimmed) });
    }
    let read = parse(file, &text).or_else(|error| {
        let repaired = matches!(error, ReadError::Syntax { .. })
            .then(|| parse_repaired(file, &text, notes))
            .flatten();
        repaired.ok_or(error)
    });
    let value = read?;
    let found = type_of(&value);
    let Value::Object(fields) = value else { return Err(ReadError::NotAnObject { file, found }) };
    Ok(fields)
}

fn parse(file: &'static str, text: &str) -> Result<Value, ReadError> {
    let left = Cell::new(DOCUMENT_BYTES_MAX);
    let mut parser = serde_json::Deserializer::from_str(text);
    let read = Bounded { left: &left }.deserialize(&mut parser);
    read.and_then(|value| parser.end().map(|()| value)).map_err(|error| {
        if error.is_data() {
            ReadError::TooLarge { file, max: DOCUMENT_BYTES_MAX }
        } else if error.is_eof() {
            ReadError::Truncated { file, line: error.line(), column: error.column() }
        } else {
            ReadError::Syntax { file, reason: error.to_string() }
        }
    })
}

/// Parses `text` with invalid tokens repaired.
fn parse_repaired(file: &'static str, text: &str, notes: &mut Notes) -> Option<Value> {
    let (text, places) = repair(text);
    let value = parse(file, &text).ok().filter(|_| places > 0)?;
    notes.add(format!("characters and numbers that are no JSON were replaced, in {places} places"));
    Some(value)
}

/// Returns a human-readable name for the type of a value.
pub(crate) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn markup(text: &str) -> String {
    let start: String = text.chars().take(256).collect::<String>().to_ascii_lowercase();
    let kind = if ["<?xml", "<rss", "<feed"].iter().any(|tag| start.starts_with(tag)) {
        "an XML document"
    } else {
        "an HTML page"
    };
    match title(text) {
        Some(title) => format!("{kind} titled `{title}`"),
        None => kind.to_owned(),
    }
}

fn title(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("<title")?;
    let (_, rest) = rest.split_once('>')?;
    let (title, _) = rest.split_once('<')?;
    Some(text::quoted(title)).filter(|title| !title.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(bytes: &[u8]) -> String {
        object("summary.json", bytes, &mut Notes::default()).unwrap_err().to_string()
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_document() {
        let mut notes = Notes::default();
        let fields = object("x.json", b"\xef\xbb\xbf {\"a\": 1}", &mut notes).unwrap();
        assert!(fields.contains_key("a") && notes.into_words().0.is_empty());
    }

    #[test]
    fn bytes_that_are_no_utf8_inside_of_a_text_are_replaced_and_noted() {
        let mut notes = Notes::default();
        let fields = object("x.json", b"{\"a\": \"caf\xe9\"}", &mut notes).unwrap();
        assert_eq!(fields["a"], "caf\u{fffd}");
        assert_eq!(notes.into_words().0, ["bytes that are no UTF-8 were replaced, from byte 10"]);
    }

    #[test]
    fn bytes_that_are_no_utf8_elsewhere_are_an_error() {
        assert!(error(b"{\xff\xff}").contains("found no JSON: "));
    }

    #[test]
    fn an_error_says_what_was_there() {
        for (bytes, expected) in [
            ("", "found an empty body"),
            (" \n", "found an empty body"),
            ("<!DOCTYPE html><html><body>", "found an HTML page"),
            ("\n<html><title>Log\n in</title>", "found an HTML page titled `Log in`"),
            ("<?xml version=\"1.0\"?><feed/>", "found an XML document"),
            ("{\"page\":\n {\"id\"", "found JSON that breaks off at line 2 column 6"),
            ("not found", "found no JSON: expected ident at line 1 column 2"),
            ("[]", "found a list"),
            ("null", "found null"),
            ("{} {}", "found no JSON: trailing characters at line 1 column 4"),
        ] {
            let said = error(bytes.as_bytes());
            assert!(said.starts_with("expected `summary.json` to be a JSON object, "), "{said}");
            assert!(said.ends_with(expected), "{said}");
        }
    }

    #[test]
    fn another_encoding_is_named() {
        assert_eq!(error(b"\xff\xfe{\0}\0"), "expected `summary.json` to be UTF-8, found UTF-16");
    }

    #[test]
    fn a_document_nested_too_deep_is_an_error() {
        assert!(error("[".repeat(100_000).as_bytes()).contains("recursion limit"));
    }
    #[test]
    fn one_odd_character_does_not_cost_the_document() {
        let mut notes = Notes::default();
        let bytes = br#"{"a": "cut \ud83d", "b": [1e999, NaN, 1]}"#;
        let fields = object("x.json", bytes, &mut notes).unwrap();
        assert_eq!(fields["a"], "cut \u{fffd}");
        assert_eq!(fields["b"], serde_json::json!([null, null, 1]));
        let (words, _) = notes.into_words();
        assert_eq!(words, ["characters and numbers that are no JSON were replaced, in 3 places"]);
        assert!(error(br#"{"a": "\ud83d" oops}"#).contains("found no JSON: "));
    }

    #[test]
    fn a_document_that_would_fill_the_memory_is_refused() {
        let many = format!("{{\"a\": [{}0]}}", "{\"\":0},".repeat(500_000));
        assert!(many.len() < 4 * 1_024 * 1_024);
        let said = error(many.as_bytes());
        assert_eq!(said, "expected `summary.json` to fit into 64 MiB of memory, found more in it");
    }
}
