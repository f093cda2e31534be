//! From an offset in a TOML text to the line and the key that a person would look for.
//!
//! The parser reports offsets only, so the text is parsed once more into a tree that knows where
//! each of its parts stood. This happens on the way to an error and costs nothing otherwise.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Returns the line of `offset`, counted from one.
pub(super) fn line_at(text: &str, offset: usize) -> usize {
    let before = &text.as_bytes()[..offset.min(text.len())];
    before.split(|byte| *byte == b'\n').count()
}

/// Returns the innermost key whose name or value stands at `offset`.
pub(super) fn key_at(text: &str, offset: usize) -> Option<String> {
    let (table, _) = DeTable::parse_recoverable(text);
    in_table(table.get_ref(), offset)
}

fn in_table(table: &DeTable<'_>, offset: usize) -> Option<String> {
    table.iter().find_map(|(key, value)| {
        let name = key.get_ref();
        match within(value, offset) {
            Some(inner) => Some(format!("{name}{inner}")),
            None => holds(&key.span(), offset).then(|| name.to_string()),
        }
    })
}

/// Returns what to append to the name of the key whose value this is, if it stands at `offset`.
///
/// A table is searched even where its own span lies elsewhere: that of `[poll]` ends with its
/// header, and its keys come after.
fn within(value: &Spanned<DeValue<'_>>, offset: usize) -> Option<String> {
    let inner = match value.get_ref() {
        DeValue::Table(table) => in_table(table, offset).map(|key| format!(".{key}")),
        DeValue::Array(items) => items.iter().enumerate().find_map(|(index, item)| {
            within(item, offset).map(|inner| format!("[{index}]{inner}"))
        }),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => None,
    };
    inner.or_else(|| holds(&value.span(), offset).then(String::new))
}

fn holds(span: &Range<usize>, offset: usize) -> bool {
    span.contains(&offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a = 1\n[b.c]\nd = [ { e = 2 } ]\n[[f]]\ng = 3\n";

    fn key(needle: &str) -> Option<String> {
        key_at(TEXT, TEXT.find(needle)?)
    }

    #[test]
    fn every_part_of_a_text_belongs_to_its_innermost_key() {
        assert_eq!(key("a =").as_deref(), Some("a"));
        assert_eq!(key("1").as_deref(), Some("a"));
        assert_eq!(key("d =").as_deref(), Some("b.c.d"));
        assert_eq!(key("2").as_deref(), Some("b.c.d[0].e"));
        assert_eq!(key("3").as_deref(), Some("f[0].g"));
    }

    #[test]
    fn lines_are_counted_from_one_and_the_end_is_a_place_too() {
        assert_eq!(line_at(TEXT, 0), 1);
        assert_eq!(line_at(TEXT, TEXT.find('3').unwrap()), 5);
        assert_eq!(line_at(TEXT, TEXT.len() + 9), 6);
    }
}
