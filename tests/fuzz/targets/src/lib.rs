//! What is fuzzed: a plain function for each parser of foreign bytes, and what must hold of it.
//!
//! Each function takes any bytes and panics if a promise is broken. `cargo fuzz` calls them from
//! `tests/fuzz/fuzz_targets` for as long as somebody lets it; `tests/short` calls them with the
//! corpus and some thousand mutations of it, the same ones in every run. What once broke a promise
//! stays in the corpus.
//!
//! Start reading at [`ALL`].

#![expect(clippy::missing_panics_doc, reason = "to panic is how a target speaks")]

mod configuration;
mod document;
mod markdown;
mod payload;

pub use configuration::configuration;
pub use document::{incidents, maintenances, summary};
pub use markdown::markdown;
pub use payload::payload;

/// A target: what takes any bytes.
pub type Target = fn(&[u8]);

/// Every target with its name, which is that of its folder in the corpus.
pub const ALL: [(&str, Target); 6] = [
    ("summary", summary),
    ("incidents", incidents),
    ("maintenances", maintenances),
    ("markdown", markdown),
    ("configuration", configuration),
    ("payload", payload),
];

/// Panics unless `text` is short enough and has nothing that breaks a line of a log.
fn assert_shown(what: &str, text: &str, chars_max: usize) {
    let chars = text.chars().count();
    assert!(chars <= chars_max, "{what} has {chars} characters, expected at most {chars_max}");
    let hidden = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    assert!(!text.contains(hidden), "{what} has control characters: {text:?}");
}
