//! Lines for whoever started the program.

use std::io::Write as _;

/// A line on standard output. A closed output is no reason to stop.
pub(super) fn line(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// A line on standard error.
pub(super) fn error(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
