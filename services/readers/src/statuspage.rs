//! Atlassian Statuspage, and pages that imitate its format.
//!
//! Imitators omit what they lack: empty lists, an incident's components, short links, start times.
//! Their documents are read as far as possible.

mod affected;
mod components;
mod coverage;
mod identity;
mod indicator;
mod item;
mod reports;
mod updates;
mod words;

#[cfg(test)]
mod tests;

use serde_json::Value;
use signalbook_domain::snapshot::{Coverage, Snapshot};
use signalbook_domain::{Document, ReportKind, Timestamp};

use self::components::Catalog;
use self::item::Item;
use self::reports::{ListContext, Listed};
use crate::error::ReadError;
use crate::json::{self, Fields, type_of};
use crate::limits::NAME_CHARS_MAX;
use crate::notes::Notes;

/// Whether `bytes` have the shape of `document`.
pub(crate) fn is_document(document: Document, bytes: &[u8]) -> bool {
    let Ok(fields) = json::object(file(document), bytes, &mut Notes::default()) else {
        return false;
    };
    let is_list = |key: &str| fields.get(key).is_some_and(Value::is_array);
    let names_a_page = |page: &Value| {
        let says =
            |key: &str| page.get(key).is_some_and(|value| value.is_string() || value.is_number());
        says("id") || says("name")
    };
    let has_lists = match document {
        // Any indicator value counts: an unreadable one must not hide the page.
        Document::Summary => {
            let is_summed_up =
                fields.get("status").is_some_and(|status| status.get("indicator").is_some());
            is_summed_up || (is_list("components") && is_list("incidents"))
        }
        Document::Incidents => is_list("incidents"),
        Document::Maintenances => is_list("scheduled_maintenances"),
    };
    has_lists && fields.get("page").is_some_and(names_a_page)
}

/// Reads a document into a snapshot.
pub(crate) fn read(document: Document, bytes: &[u8]) -> Result<Snapshot, ReadError> {
    let mut notes = Notes::default();
    let fields = json::object(file(document), bytes, &mut notes)?;
    let reading = Parser { document, fields: &fields, page: page(document, &fields, &mut notes)? };
    let mut snapshot = match document {
        Document::Summary => reading.summary(&mut notes),
        Document::Incidents => reading.window("incidents", ReportKind::Incident, &mut notes),
        Document::Maintenances => {
            reading.window("scheduled_maintenances", ReportKind::Maintenance, &mut notes)
        }
    }?;
    (snapshot.skipped, snapshot.skipped_more) = notes.into_words();
    Ok(snapshot)
}

/// A document's description of the page.
#[derive(Default)]
struct Page {
    id: Option<String>,
    name: Option<String>,
    url: Option<url::Url>,
    updated_at: Option<Timestamp>,
}

impl Page {
    /// Returns the web address of a report that has no link of its own.
    fn link(&self, report: &str) -> Option<String> {
        let mut link = self.url.clone()?;
        link.set_query(None);
        link.set_fragment(None);
        link.path_segments_mut().ok()?.pop_if_empty().extend(["incidents", report]);
        Some(link.into())
    }

    /// Whether this is incident.io's imitation, recognized by its ids (ULIDs): its lists are
    /// shorter, and omitted when empty.
    fn has_short_lists(&self) -> bool {
        self.id.as_ref().is_some_and(|id| {
            id.len() == 26 && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        })
    }
}

fn page(document: Document, fields: &Fields, notes: &mut Notes) -> Result<Page, ReadError> {
    let page = match fields.get("page") {
        Some(Value::Object(page)) => Item::new(page, "page".to_owned()),
        None | Some(Value::Null) if document == Document::Summary => {
            return Err(missing(document, "page", fields));
        }
        None | Some(Value::Null) => return Ok(Page::default()),
        Some(other) => return Err(wrong_type(document, "page", "an object", other)),
    };
    let id = page.id("id").unwrap_or_else(|reason| {
        notes.add(format!("page: its `id` {reason}"));
        None
    });
    Ok(Page {
        id,
        name: page.text("name", NAME_CHARS_MAX, notes),
        url: page.link("url", notes),
        updated_at: page.time("updated_at", notes),
    })
}

/// A document and its page while it is read.
struct Parser<'a> {
    document: Document,
    fields: &'a Fields,
    page: Page,
}

impl Parser<'_> {
    /// Reads `summary.json`: all components and the open reports.
    fn summary(&self, notes: &mut Notes) -> Result<Snapshot, ReadError> {
        let components = self.components(notes)?;
        let catalog = Catalog::read(components.unwrap_or_default(), notes);
        let mut snapshot = self.snapshot();
        snapshot.indicator = indicator::read(self.fields, notes);
        snapshot.unidentified.clone_from(&catalog.unidentified);
        for (key, kind) in [
            ("incidents", ReportKind::Incident),
            ("scheduled_maintenances", ReportKind::Maintenance),
        ] {
            // A missing or incomplete list shows neither what is over nor what is open.
            let Some(list) = self.reports_list(key)? else {
                if kind == ReportKind::Incident {
                    snapshot.unidentified.push(format!("there is no list `{key}`"));
                }
                continue;
            };
            let listed = self.reports(list, kind, &catalog, notes);
            snapshot.reports.extend(listed.reports);
            snapshot.unidentified.extend(listed.unidentified);
            if listed.complete {
                snapshot.coverage.push((kind, Coverage::ActiveOnly));
            }
        }
        // A missing list does not mean that the components are gone.
        snapshot.components_complete = components.is_some() && catalog.complete;
        snapshot.components = components.map(|_| catalog.components);
        Ok(snapshot)
    }

    /// Returns the components. A summary with a `status` may lack them or have no list of them;
    /// without a `status`, either is an error.
    fn components(&self, notes: &mut Notes) -> Result<Option<&[Value]>, ReadError> {
        const KEY: &str = "components";
        let is_summary = self.fields.get("status").is_some_and(Value::is_object);
        let list = match self.list(KEY) {
            Ok(None) => Err(missing(self.document, KEY, self.fields)),
            Ok(Some(list)) => Ok(list),
            Err(error) => Err(error),
        };
        list.map(Some).or_else(|error| {
            notes.add(format!("nothing is known of the components: {error}"));
            if is_summary { Ok(None) } else { Err(error) }
        })
    }

    /// Reads `incidents.json` or `scheduled-maintenances.json`: the newest reports in any phase.
    fn window(
        &self,
        key: &'static str,
        kind: ReportKind,
        notes: &mut Notes,
    ) -> Result<Snapshot, ReadError> {
        let has = |key| self.fields.get(key).is_some_and(|value| !value.is_null());
        if has("status") && has("components") {
            return Err(ReadError::Summary { file: file(self.document) });
        }
        let Some(list) = self.reports_list(key)? else {
            return Err(missing(self.document, key, self.fields));
        };
        let listed = self.reports(list, kind, &Catalog::default(), notes);
        let mut snapshot = self.snapshot();
        let coverage = coverage::of(&self.page, list.len(), &listed);
        snapshot.coverage.extend(coverage.map(|coverage| (kind, coverage)));
        snapshot.reports = listed.reports;
        Ok(snapshot)
    }

    fn reports(
        &self,
        list: &[Value],
        kind: ReportKind,
        catalog: &Catalog,
        notes: &mut Notes,
    ) -> Listed {
        reports::read(list, &ListContext { kind, page: &self.page, catalog }, notes)
    }

    /// Returns a list of reports. A page with short lists omits empty ones.
    fn reports_list(&self, key: &'static str) -> Result<Option<&[Value]>, ReadError> {
        let list = self.list(key)?;
        Ok(list.or_else(|| self.page.has_short_lists().then_some(&[])))
    }

    fn list(&self, key: &'static str) -> Result<Option<&[Value]>, ReadError> {
        match self.fields.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(list)) => Ok(Some(list)),
            Some(other) => Err(wrong_type(self.document, key, "a list", other)),
        }
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            document: self.document,
            page_id: self.page.id.clone(),
            indicator: None,
            unidentified: Vec::new(),
            page_name: self.page.name.clone(),
            page_updated_at: self.page.updated_at,
            components: None,
            components_complete: false,
            reports: Vec::new(),
            coverage: Vec::new(),
            skipped: Vec::new(),
            skipped_more: 0,
        }
    }
}

fn file(document: Document) -> &'static str {
    match document {
        Document::Summary => "summary.json",
        Document::Incidents => "incidents.json",
        Document::Maintenances => "scheduled-maintenances.json",
    }
}

fn missing(document: Document, field: &'static str, fields: &Fields) -> ReadError {
    const NAMED_MAX: usize = 8;
    let keys: Vec<String> = fields
        .iter()
        .filter(|(_, value)| !value.is_null())
        .take(NAMED_MAX)
        .map(|(key, _)| format!("`{}`", crate::text::quoted(key)))
        .collect();
    let present =
        if keys.is_empty() { "nothing".to_owned() } else { format!("only {}", keys.join(", ")) };
    ReadError::Missing { file: file(document), field, present }
}

fn wrong_type(
    document: Document,
    field: &'static str,
    expected: &'static str,
    found: &Value,
) -> ReadError {
    ReadError::WrongType { file: file(document), field, expected, found: type_of(found) }
}
