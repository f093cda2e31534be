//! How much of a document is kept. What is beyond is cut, and the cut is noted in `skipped`.
//!
//! The numbers are several times what the largest real pages show (470 components, 50 reports,
//! 36 updates of one report, a text of 7 KB), and small enough that a hostile page stays cheap.

/// Characters of a report's title, and of the words that the vendor sums its page up in.
pub const TITLE_CHARS_MAX: usize = 500;

/// Characters of the name of a page, component or group.
pub const NAME_CHARS_MAX: usize = 250;

/// Characters of a vendor's own word for a status, phase, impact or indicator.
pub const WORD_CHARS_MAX: usize = 64;

/// Characters of a vendor's id. A longer one is never cut, since two ids could become one: what
/// it names is left out, but for a report, which is known by a digest of its id.
pub const ID_CHARS_MAX: usize = 128;

/// Characters of an address. A longer one is left out.
pub const URL_CHARS_MAX: usize = 2_048;

/// Bytes of an update's text.
pub const BODY_BYTES_MAX: usize = 64 * 1_024;

/// Components and groups of a document, and affected components of a report.
pub const COMPONENTS_MAX: usize = 5_000;

/// Reports in one list of a document.
pub const REPORTS_MAX: usize = 500;

/// Updates of one report; the newest, which come first, are kept.
pub const UPDATES_MAX: usize = 500;

/// Updates of all reports of one list.
pub const UPDATES_IN_ALL_MAX: usize = 10_000;

/// Bytes of memory that a parsed document may take, before anything of it is kept: several times
/// the largest that may be fetched.
pub const DOCUMENT_BYTES_MAX: usize = 64 * 1_024 * 1_024;

/// Notes on what was left out; the rest is counted.
pub const NOTES_MAX: usize = 50;
