//! Limits on the content kept of a document. Excess content is cut and noted in `skipped`.
//!
//! The limits are several times the largest real values (470 components, 50 reports, 36 updates of
//! one report, a text of 7 KB), and small enough to keep a hostile page cheap.

/// Characters of a report's title, and of the description in the page's summary status.
pub const TITLE_CHARS_MAX: usize = 500;

/// Characters of the name of a page, component or group.
pub const NAME_CHARS_MAX: usize = 250;

/// Characters of a vendor's word for a status, phase, impact or indicator.
pub const WORD_CHARS_MAX: usize = 64;

/// Characters of a vendor's id. A longer id is never cut, since two ids could become equal: a
/// digest identifies a report or component, a page or update has no id, an affected component is
/// left out.
pub const ID_CHARS_MAX: usize = 128;

/// Characters of an address. A longer one is left out.
pub const URL_CHARS_MAX: usize = 2_048;

/// Bytes of an update's text.
pub const BODY_BYTES_MAX: usize = 64 * 1_024;

/// Components and groups of a document, and affected components of a report.
pub const COMPONENTS_MAX: usize = 5_000;

/// Reports in one list of a document.
pub const REPORTS_MAX: usize = 500;

/// Updates of one report; the first in document order, which are the newest, are kept.
pub const UPDATES_MAX: usize = 500;

/// Updates of all reports in one list.
pub const UPDATES_IN_ALL_MAX: usize = 10_000;

/// Bytes of memory of a parsed document, before any content is selected: several times the largest
/// size that may be fetched.
pub const DOCUMENT_BYTES_MAX: usize = 64 * 1_024 * 1_024;

/// Notes on content that was left out; further notes are only counted.
pub const NOTES_MAX: usize = 50;
