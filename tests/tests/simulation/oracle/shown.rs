//! What a served document says, read by the oracle's own eyes.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::rc::Rc;

use serde_json::Value;
use signalbook_domain::{Document, Failure};

use super::words::our_word;

/// What a poll was served: the documents that it asked for, in order, or why the page as a whole
/// gave none.
pub(crate) type Served = Result<Vec<Came>, Failure>;

/// What came of one document that was asked for.
#[derive(Clone)]
pub(crate) struct Came {
    pub(crate) document: Document,
    /// Whether it was only said that it is the one that is known.
    pub(crate) is_unchanged: bool,
    pub(crate) result: Result<Rc<Shown>, Miss>,
}

/// Why there is no document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Miss {
    pub(crate) failure: Failure,
    /// Whether the vendor says that it has none.
    pub(crate) is_not_there: bool,
}

/// A moment in microseconds since 1970.
pub(crate) type Micros = i64;

/// The moment that a text names.
pub(crate) fn micros(value: &Value) -> Option<Micros> {
    let moment: jiff::Timestamp = value.as_str()?.parse().ok()?;
    Some(moment.as_microsecond())
}

/// Incidents or maintenances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    Incident,
    Maintenance,
}

impl Family {
    /// The list of those that are over, and others.
    pub(crate) fn list(self) -> Document {
        match self {
            Self::Incident => Document::Incidents,
            Self::Maintenance => Document::Maintenances,
        }
    }
}

/// A report, by its family and the vendor's id.
pub(crate) type ReportKey = (Family, String);

/// What one document says.
pub(crate) struct Shown {
    pub(crate) document: Document,
    /// What tells it from any other.
    pub(crate) print: u64,
    /// The vendor's id of the page.
    pub(crate) page_id: String,
    /// When the vendor last changed the page.
    pub(crate) page_time: Micros,
    /// The word at the top, and what stands behind it.
    pub(crate) indicator: Option<(String, String)>,
    pub(crate) reports: BTreeMap<ReportKey, ShownReport>,
    /// Whether something is open that nothing identifies.
    pub(crate) unidentified: bool,
    /// What the absence of a report says.
    pub(crate) claims: BTreeMap<Family, Claim>,
    /// The families whose list could be read whole.
    pub(crate) whole: BTreeSet<Family>,
    /// The components, if it lists them, and whether all of them could be read.
    pub(crate) components: Option<(BTreeMap<String, ShownComponent>, bool)>,
    /// Every report that the vendor had then, listed or not.
    pub(crate) existing: BTreeSet<String>,
}

/// What the absence of a report says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Nothing.
    Nothing,
    /// That it is deleted, if it was filed after this moment.
    FiledAfter(Micros),
    /// That it is deleted.
    All,
}

impl Claim {
    pub(crate) fn covers(self, filed_at: Option<Micros>) -> bool {
        match self {
            Self::Nothing => false,
            Self::FiledAfter(edge) => filed_at.is_some_and(|filed| filed > edge),
            Self::All => true,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShownReport {
    /// None if it cannot be read.
    pub(crate) title: Option<String>,
    pub(crate) impact: String,
    pub(crate) status: String,
    pub(crate) created: Option<Micros>,
    pub(crate) updated: Option<Micros>,
    pub(crate) started: Option<Micros>,
    pub(crate) resolved: Option<Micros>,
    pub(crate) planned: (Option<Micros>, Option<Micros>),
    pub(crate) affected: BTreeSet<String>,
    pub(crate) affected_complete: bool,
    pub(crate) updates: BTreeMap<String, ShownUpdate>,
    pub(crate) updates_complete: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShownUpdate {
    pub(crate) status: String,
    pub(crate) body: String,
    pub(crate) at: Option<Micros>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShownComponent {
    pub(crate) name: String,
    pub(crate) status: String,
    /// The group's id and name.
    pub(crate) group: Option<(String, String)>,
    pub(crate) updated: Option<Micros>,
}

impl ShownReport {
    /// The last of the times at which it was filed and ended.
    pub(crate) fn last_time(&self) -> Option<Micros> {
        let newest = self.updates.values().filter_map(|update| update.at).max();
        self.resolved.or(newest).or(self.updated).max(self.created)
    }
}

impl ShownReport {
    /// When it began: what would begin after it ended was filed afterwards, and began at the
    /// earliest of the times that the vendor gives.
    pub(crate) fn began(&self) -> Option<Micros> {
        let shown = self.updates.values().filter_map(|update| update.at);
        let ended = self.resolved.or(shown.clone().max()).filter(|_| is_over(&self.status));
        let is_filed_afterwards = ended.is_some_and(|ended| self.started > Some(ended));
        if !is_filed_afterwards {
            return self.started;
        }
        shown.chain(self.created).chain(ended).min()
    }
}

/// Whether the vendor's word means that a report is over.
pub(crate) fn is_over(status: &str) -> bool {
    ["resolved", "postmortem", "completed", "cancelled"].contains(&status)
}

impl Shown {
    pub(crate) fn read(document: Document, value: &Value, existing: BTreeSet<String>) -> Self {
        let mut shown = Self {
            document,
            print: print(value),
            page_id: text(&value["page"]["id"]),
            page_time: micros(&value["page"]["updated_at"]).unwrap(),
            indicator: value["status"]["indicator"]
                .as_str()
                .map(|word| (word.to_owned(), text(&value["status"]["description"]))),
            reports: BTreeMap::new(),
            unidentified: false,
            claims: BTreeMap::new(),
            whole: BTreeSet::new(),
            components: value["components"].as_array().map(|list| components(list)),
            existing,
        };
        for (family, key) in
            [(Family::Incident, "incidents"), (Family::Maintenance, "scheduled_maintenances")]
        {
            if let Some(list) = value[key].as_array() {
                shown.take(family, list);
            }
        }
        shown
    }

    fn take(&mut self, family: Family, list: &[Value]) {
        let read: Vec<Entry> = list.iter().map(entry).collect();
        self.unidentified |= read.iter().any(|entry| matches!(entry, Entry::Unidentified));
        let complete = read.iter().all(|entry| matches!(entry, Entry::Report(..)));
        let read = read.into_iter().filter_map(|entry| match entry {
            Entry::Report(id, report) => Some((id, *report)),
            Entry::Unidentified | Entry::Broken => None,
        });
        let read: Vec<(String, ShownReport)> = read.collect();
        let closed = read.iter().filter(|(_, report)| is_over(&report.status));
        let edge = closed.map(|(_, report)| {
            report.created.max(report.resolved.or(report.updated)).max(report.planned.0)
        });
        let claim = match (self.document, complete, list.len()) {
            (Document::Summary, _, _) | (_, false, _) => Claim::Nothing,
            (_, true, 0..50) => Claim::All,
            (_, true, _) => edge.min().flatten().map_or(Claim::Nothing, Claim::FiledAfter),
        };
        self.claims.insert(family, claim);
        if complete {
            self.whole.insert(family);
        }
        self.reports.extend(read.into_iter().map(|(id, one)| ((family, id), one)));
    }
}

fn print(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.to_string().hash(&mut hasher);
    hasher.finish()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn components(list: &[Value]) -> (BTreeMap<String, ShownComponent>, bool) {
    let groups: BTreeMap<&str, &str> = list
        .iter()
        .filter(|one| one["group"] == true)
        .filter_map(|one| Some((one["id"].as_str()?, one["name"].as_str()?)))
        .collect();
    let mut shown = BTreeMap::new();
    for one in list.iter().filter(|one| one["group"] == false) {
        let group = one["group_id"].as_str();
        // A group that could not be read has no name; what is known of it is not touched then.
        let group =
            group.map(|id| (id.to_owned(), groups.get(id).copied().unwrap_or_default().to_owned()));
        let component = ShownComponent {
            name: text(&one["name"]),
            status: text(&one["status"]),
            group,
            updated: micros(&one["updated_at"]),
        };
        shown.insert(text(&one["id"]), component);
    }
    let complete = list.iter().all(Value::is_object);
    (shown, complete)
}

/// An entry of a list of reports.
enum Entry {
    Report(String, Box<ShownReport>),
    /// It is over, and cannot be relied on.
    Broken,
    /// It may be open, and nothing tells which one it is.
    Unidentified,
}

fn entry(value: &Value) -> Entry {
    if !value.is_object() {
        return Entry::Unidentified;
    }
    let report = report(value);
    let may_go_on = match our_word(&report.status) {
        "unknown" => report.resolved.is_none(),
        _ => !is_over(&report.status),
    };
    let has_lists = value["components"].is_array() && value["incident_updates"].is_array();
    match value["id"].as_str() {
        Some(id) if has_lists || may_go_on => Entry::Report(id.to_owned(), Box::new(report)),
        None if may_go_on => Entry::Unidentified,
        Some(_) | None => Entry::Broken,
    }
}

fn report(value: &Value) -> ShownReport {
    let own = value["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    let whole = own.iter().filter(|one| one.is_object());
    let mut affected: BTreeSet<String> = whole.map(|one| text(&one["id"])).collect();
    let list = value["incident_updates"].as_array();
    let updates_complete = list.is_some_and(|list| list.iter().all(Value::is_object));
    let mut updates = BTreeMap::new();
    for update in list.into_iter().flatten().filter(|update| update.is_object()) {
        let named = update["affected_components"].as_array().into_iter().flatten();
        affected.extend(named.map(|one| text(&one["code"])));
        let shown = ShownUpdate {
            status: text(&update["status"]),
            body: text(&update["body"]),
            at: micros(&update["display_at"]).or(micros(&update["created_at"])),
        };
        updates.insert(text(&update["id"]), shown);
    }
    ShownReport {
        title: value["name"].as_str().map(str::to_owned),
        impact: text(&value["impact"]),
        status: text(&value["status"]),
        created: micros(&value["created_at"]),
        updated: micros(&value["updated_at"]),
        started: micros(&value["started_at"]),
        resolved: micros(&value["resolved_at"]),
        planned: (micros(&value["scheduled_for"]), micros(&value["scheduled_until"])),
        affected,
        affected_complete: updates_complete && own.iter().all(Value::is_object),
        updates,
        updates_complete,
    }
}
