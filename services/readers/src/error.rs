//! Reasons why bytes are not the expected document.

use signalbook_domain::Failure;

/// The bytes are not the expected document. The message states what was expected and found, so that
/// a person can tell a moved page from a broken one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The body is empty or only white space.
    #[error("expected `{file}` to be a JSON object, found an empty body")]
    Empty {
        /// The document's file name.
        file: &'static str,
    },
    /// The body is a web page or feed, as served after a page moved or by a login.
    #[error("expected `{file}` to be a JSON object, found {found}")]
    Markup {
        /// The document's file name.
        file: &'static str,
        /// The kind of markup, with its title.
        found: String,
    },
    /// The encoding is UTF-16, not UTF-8.
    #[error("expected `{file}` to be UTF-8, found UTF-16")]
    Encoding {
        /// The document's file name.
        file: &'static str,
    },
    /// The JSON ends too early.
    #[error(
        "expected `{file}` to be a JSON object, found JSON that breaks off at line {line} column \
         {column}"
    )]
    Truncated {
        /// The document's file name.
        file: &'static str,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// The body is not JSON.
    #[error("expected `{file}` to be a JSON object, found no JSON: {reason}")]
    Syntax {
        /// The document's file name.
        file: &'static str,
        /// The parser's message, with the place.
        reason: String,
    },
    /// The JSON would take more memory than any real document.
    #[error("expected `{file}` to fit into {} MiB of memory, found more in it", max / 1_048_576)]
    TooLarge {
        /// The document's file name.
        file: &'static str,
        /// The memory limit in bytes.
        max: usize,
    },
    /// The JSON is not an object.
    #[error("expected `{file}` to be a JSON object, found {found}")]
    NotAnObject {
        /// The document's file name.
        file: &'static str,
        /// The type found.
        found: &'static str,
    },
    /// The document is the summary instead of a full list: reports missing from it may just be
    /// over.
    #[error(
        "expected `{file}` to list everything, found the page's summary, which lists only what is \
         going on"
    )]
    Summary {
        /// The document's file name.
        file: &'static str,
    },
    /// The object lacks a field that every such document has.
    #[error("expected `{file}` to have `{field}`, found {present}")]
    Missing {
        /// The document's file name.
        file: &'static str,
        /// The missing field.
        field: &'static str,
        /// The fields that the object has instead.
        present: String,
    },
    /// A field has an unexpected type.
    #[error("expected `{field}` of `{file}` to be {expected}, found {found}")]
    WrongType {
        /// The document's file name.
        file: &'static str,
        /// The field.
        field: &'static str,
        /// The expected type.
        expected: &'static str,
        /// The type found.
        found: &'static str,
    },
}

impl ReadError {
    /// Maps the error to the page's failure: wrong shape, or too large.
    pub fn failure(&self) -> Failure {
        if matches!(self, Self::TooLarge { .. }) { Failure::TooLarge } else { Failure::WrongShape }
    }
}
