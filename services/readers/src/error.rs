//! Why bytes are not the document that they should be.

use signalbook_domain::Failure;

/// Bytes that are not the document that was expected. Says what was expected and what was there,
/// so that a person can tell a moved page from a broken one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing, or nothing but white space.
    #[error("expected `{file}` to be a JSON object, found an empty body")]
    Empty {
        /// The document's file name.
        file: &'static str,
    },
    /// A page for people, a feed: what answers where a page has moved away or asks for a login.
    #[error("expected `{file}` to be a JSON object, found {found}")]
    Markup {
        /// The document's file name.
        file: &'static str,
        /// What it is, with its title.
        found: String,
    },
    /// Another encoding than UTF-8.
    #[error("expected `{file}` to be UTF-8, found UTF-16")]
    Encoding {
        /// The document's file name.
        file: &'static str,
    },
    /// JSON that ends too early.
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
    /// No JSON.
    #[error("expected `{file}` to be a JSON object, found no JSON: {reason}")]
    Syntax {
        /// The document's file name.
        file: &'static str,
        /// What is wrong, and where.
        reason: String,
    },
    /// JSON that would take more memory than any real document.
    #[error("expected `{file}` to fit into {} MiB of memory, found more in it", max / 1_048_576)]
    TooLarge {
        /// The document's file name.
        file: &'static str,
        /// How many bytes it may take.
        max: usize,
    },
    /// JSON, but not an object.
    #[error("expected `{file}` to be a JSON object, found {found}")]
    NotAnObject {
        /// The document's file name.
        file: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// The summary where a list of everything belongs: what it lacks may only be over.
    #[error(
        "expected `{file}` to list everything, found the page's summary, which lists only what is \
         going on"
    )]
    Summary {
        /// The document's file name.
        file: &'static str,
    },
    /// An object without something that every such document has.
    #[error("expected `{file}` to have `{field}`, found {present}")]
    Missing {
        /// The document's file name.
        file: &'static str,
        /// What is missing.
        field: &'static str,
        /// What the object has instead.
        present: String,
    },
    /// Something of another type than in every such document.
    #[error("expected `{field}` of `{file}` to be {expected}, found {found}")]
    WrongType {
        /// The document's file name.
        file: &'static str,
        /// Which field.
        field: &'static str,
        /// The type that it has elsewhere.
        expected: &'static str,
        /// The type that it has here.
        found: &'static str,
    },
}

impl ReadError {
    /// What this means for the page: what is there is not the document, or too large to be read.
    pub fn failure(&self) -> Failure {
        if matches!(self, Self::TooLarge { .. }) { Failure::TooLarge } else { Failure::WrongShape }
    }
}
