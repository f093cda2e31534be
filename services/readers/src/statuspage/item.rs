//! An object of a document: tolerant field access, and a label for notes.

use serde_json::Value;
use signalbook_domain::Timestamp;

use crate::json::{Fields, type_of};
use crate::limits::{ID_CHARS_MAX, URL_CHARS_MAX, WORD_CHARS_MAX};
use crate::notes::Notes;
use crate::text;

/// An object with a human-readable label.
pub(super) struct Item<'a> {
    fields: &'a Fields,
    /// Example: ``incident `abc123` ``.
    pub(super) label: String,
}

/// The type of a value that is neither a list nor absent.
pub(super) struct NoList(pub(super) &'static str);

/// The reason why an id is not kept.
#[derive(derive_more::Display)]
pub(super) enum NoId {
    /// The id is neither a text nor a whole number; holds its type.
    #[display("is {_0}")]
    WrongType(&'static str),
    /// The id exceeds [`ID_CHARS_MAX`].
    #[display("`{}` is longer than {ID_CHARS_MAX} characters", text::quoted(_0))]
    TooLong(String),
}

impl<'a> Item<'a> {
    pub(super) fn new(fields: &'a Fields, label: String) -> Self {
        Self { fields, label }
    }

    /// Returns the object at `index` of a list and its id, which becomes its label; adds a note if
    /// it has no usable id.
    pub(super) fn identified(
        value: &'a Value,
        what: &str,
        index: usize,
        notes: &mut Notes,
    ) -> Option<(Self, String)> {
        let number = index + 1;
        let Value::Object(fields) = value else {
            let found = type_of(value);
            notes
                .add(format!("{what} number {number} left out: expected an object, found {found}"));
            return None;
        };
        match Self::new(fields, String::new()).id("id") {
            Ok(Some(id)) => Some((Self::new(fields, format!("{what} `{id}`")), id)),
            Ok(None) => {
                notes.add(format!("{what} number {number} left out: it has no `id`"));
                None
            }
            Err(reason) => {
                notes.add(format!("{what} number {number} left out: its `id` {reason}"));
                None
            }
        }
    }

    /// Returns an id: a text or a whole number.
    pub(super) fn id(&self, key: &str) -> Result<Option<String>, NoId> {
        let id = match self.fields.get(key) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(id)) => text::line(id),
            Some(Value::Number(id)) if !id.is_f64() => id.to_string(),
            Some(other) => return Err(NoId::WrongType(type_of(other))),
        };
        if id.chars().nth(ID_CHARS_MAX).is_some() {
            return Err(NoId::TooLong(id));
        }
        Ok(Some(id).filter(|id| !id.is_empty()))
    }

    /// Returns a text as one clean, non-blank line, cut to `chars_max`.
    pub(super) fn text(&self, key: &str, chars_max: usize, notes: &mut Notes) -> Option<String> {
        let mut shown = text::line(self.fields.get(key)?.as_str()?);
        if text::cut_line(&mut shown, chars_max) {
            notes.add(format!("{}: `{key}` cut to {chars_max} characters", self.label));
        }
        Some(shown).filter(|shown| !shown.is_empty())
    }

    /// Returns a word as the vendor wrote it; empty if there is none.
    pub(super) fn word(&self, key: &str, notes: &mut Notes) -> String {
        self.text(key, WORD_CHARS_MAX, notes).unwrap_or_default()
    }

    /// Returns an update's text, which may be empty.
    pub(super) fn body(&self, key: &str, bytes_max: usize, notes: &mut Notes) -> String {
        let mut body = match self.fields.get(key) {
            None | Some(Value::Null) => return String::new(),
            Some(Value::String(body)) => text::clean(body),
            Some(other) => {
                let found = type_of(other);
                notes.add(format!("{}: expected `{key}` to be a text, found {found}", self.label));
                return String::new();
            }
        };
        if text::cut_bytes(&mut body, bytes_max) {
            notes.add(format!("{}: `{key}` cut to {bytes_max} bytes", self.label));
        }
        body
    }

    /// Returns a time. An unparsable one counts as absent and is noted.
    pub(super) fn time(&self, key: &str, notes: &mut Notes) -> Option<Timestamp> {
        match self.fields.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(said)) if said.trim().is_empty() => None,
            Some(Value::String(said)) => said
                .parse()
                .map_err(|_| {
                    let said = text::quoted(said);
                    notes.add(format!("{}: `{key}` is no time: `{said}`", self.label));
                })
                .ok(),
            Some(other) => {
                let found = type_of(other);
                notes.add(format!("{}: expected `{key}` to be a time, found {found}", self.label));
                None
            }
        }
    }

    /// Returns an HTTP or HTTPS address of at most [`URL_CHARS_MAX`] bytes.
    pub(super) fn link(&self, key: &str, notes: &mut Notes) -> Option<url::Url> {
        let said = self.fields.get(key)?.as_str()?;
        let link = url::Url::parse(said)
            .ok()
            .filter(|link| matches!(link.scheme(), "http" | "https"))
            .filter(|link| link.as_str().len() <= URL_CHARS_MAX);
        if link.is_none() {
            let said = text::quoted(said);
            notes.add(format!("{}: `{key}` is no web address: `{said}`", self.label));
        }
        link
    }

    /// Whether a field is neither absent, null nor blank.
    pub(super) fn has(&self, key: &str) -> bool {
        !self.fields.get(key).is_none_or(says_nothing)
    }

    /// Returns the type of a field that is neither a text, null nor absent.
    pub(super) fn no_text(&self, key: &str) -> Option<&'static str> {
        let value = self.fields.get(key)?;
        (!value.is_string() && !value.is_null()).then(|| type_of(value))
    }

    /// Whether this field has a text and all others are empty.
    pub(super) fn has_only(&self, key: &str) -> bool {
        let others = self.fields.iter().filter(|(other, _)| *other != key);
        self.has(key)
            && self.no_text(key).is_none()
            && others.map(|(_, value)| value).all(says_nothing)
    }

    /// Whether a field is `true`.
    pub(super) fn is(&self, key: &str) -> bool {
        self.fields.get(key) == Some(&Value::Bool(true))
    }

    /// Returns a list; `None` if it is absent or null.
    pub(super) fn list(&self, key: &str) -> Result<Option<&'a [Value]>, NoList> {
        match self.fields.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(list)) => Ok(Some(list)),
            Some(other) => Err(NoList(type_of(other))),
        }
    }
}

fn says_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text::line(text).is_empty())
}
