//! Real documents, read in place and compared with figures that are counted without the reader.
//!
//! Recordings belong to their vendors and are no part of this repository. `SIGNALBOOK_RECORDINGS`
//! names a folder that has them; without it there is nothing to read and nothing to fail.

use std::collections::BTreeSet;
use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use signalbook_domain::snapshot::{Coverage, Snapshot};
use signalbook_domain::{ComponentStatus, Document, Impact, Phase, Platform, ReportKind};
use signalbook_readers::{detect, read};

/// Recordings of documents that no reader asks for.
const LEFT_OUT: &[(&str, &str)] = &[
    ("github-status-1.json", "`status.json` holds no more than the summary"),
    ("github-status-2.json", "`status.json` holds no more than the summary"),
    ("trello-status-1.json", "`status.json` holds no more than the summary"),
];

#[derive(Debug, Default, PartialEq, Eq)]
struct Figures {
    documents: usize,
    components: usize,
    incidents: usize,
    maintenances: usize,
    updates: usize,
    affected: usize,
}

impl Figures {
    fn add(&mut self, other: &Self) {
        self.documents += other.documents;
        self.components += other.components;
        self.incidents += other.incidents;
        self.maintenances += other.maintenances;
        self.updates += other.updates;
        self.affected += other.affected;
    }
}

#[test]
fn recorded_documents_are_read_whole() {
    let Some(folder) = std::env::var_os("SIGNALBOOK_RECORDINGS").map(PathBuf::from) else {
        println!("recordings are not at hand: SIGNALBOOK_RECORDINGS is not set");
        return;
    };
    let (mut total, mut rewrapped, mut left_out) = (Figures::default(), Figures::default(), 0);
    for path in documents_in(&folder.join("statuspage")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        if let Some((name, reason)) = LEFT_OUT.iter().find(|(left_out, _)| *left_out == name) {
            println!("left out {name}: {reason}");
            left_out += 1;
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let value = parse(&path, &bytes);
        total.add(&check(name, shape(name, &value), &bytes, &value));
        // No list of planned work was recorded, but summaries hold the same objects.
        if let Some(list) = value.get("scheduled_maintenances") {
            let window = json!({"page": value["page"], "scheduled_maintenances": list});
            rewrapped.add(&check_value(name, Document::Maintenances, &window));
        }
    }
    for path in documents_in(&folder.join("statuspage-archive")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let archive = parse(&path, &fs::read(&path).unwrap());
        let raw: Vec<&Value> = entries(&archive).iter().map(|record| &record["raw"]).collect();
        assert!(!raw.is_empty(), "{name} holds no records");
        let page = json!({"id": raw[0]["page_id"], "name": name, "url": "https://page.example"});
        let window = json!({"page": page, "incidents": raw});
        total.add(&check_value(name, Document::Incidents, &window));
    }
    println!("read {total:?}, again as lists of planned work {rewrapped:?}, left out {left_out}");
    assert!(total.documents > 0 && rewrapped.maintenances > 0, "there was nothing to read");
}

fn documents_in(folder: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut paths: Vec<PathBuf> = listed
        .unwrap_or_else(|error| panic!("failed to list {}: {error}", folder.display()))
        .iter()
        .map(DirEntry::path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} holds no documents", folder.display());
    paths
}

fn parse(path: &Path, bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes)
        .unwrap_or_else(|error| panic!("failed to parse {}: {error}", path.display()))
}

fn shape(name: &str, value: &Value) -> Document {
    match (value.get("components"), value.get("incidents")) {
        (Some(_), Some(_)) => Document::Summary,
        (None, Some(_)) => Document::Incidents,
        (_, None) => panic!("{name} is no document that is known, and is not left out by name"),
    }
}

fn check_value(name: &str, document: Document, value: &Value) -> Figures {
    check(name, document, value.to_string().as_bytes(), value)
}

/// Reads one document, and answers with the figures on which reader and count agree.
fn check(name: &str, document: Document, bytes: &[u8], value: &Value) -> Figures {
    assert_eq!(detect(document, bytes), Some(Platform::Statuspage), "{name}");
    let snapshot = read(Platform::Statuspage, document, bytes)
        .unwrap_or_else(|error| panic!("failed to read {name}: {error}"));
    assert_eq!(snapshot.skipped, Vec::<String>::new(), "{name}");
    let read_figures = figures_of(&snapshot);
    assert_eq!(read_figures, counted(value), "{name}");
    assert_reports_agree(name, &snapshot, value);
    assert_understood(name, &snapshot);
    let claimed = match document {
        Document::Summary => Coverage::ActiveOnly,
        Document::Incidents | Document::Maintenances => Coverage::Everything,
    };
    assert!(snapshot.coverage.iter().all(|(_, coverage)| *coverage == claimed), "{name}");
    read_figures
}

fn figures_of(snapshot: &Snapshot) -> Figures {
    let of_kind = |kind| snapshot.reports.iter().filter(|report| report.kind == kind).count();
    Figures {
        documents: 1,
        components: snapshot.components.as_ref().map_or(0, Vec::len),
        incidents: of_kind(ReportKind::Incident),
        maintenances: of_kind(ReportKind::Maintenance),
        updates: snapshot.reports.iter().map(|report| report.updates.len()).sum(),
        affected: snapshot.reports.iter().map(|report| report.affected.len()).sum(),
    }
}

/// The same figures, from the document alone.
fn counted(value: &Value) -> Figures {
    let groups = groups_of(value);
    let reports =
        || entries(&value["incidents"]).iter().chain(entries(&value["scheduled_maintenances"]));
    Figures {
        documents: 1,
        components: entries(&value["components"]).iter().filter(|c| c["group"] != true).count(),
        incidents: entries(&value["incidents"]).len(),
        maintenances: entries(&value["scheduled_maintenances"]).len(),
        updates: reports().map(|report| entries(&report["incident_updates"]).len()).sum(),
        affected: reports().map(|report| affected_by(report, &groups).len()).sum(),
    }
}

/// The reports one by one, so that two mistakes cannot cancel each other out.
fn assert_reports_agree(name: &str, snapshot: &Snapshot, value: &Value) {
    let groups = groups_of(value);
    let lists = [&value["incidents"], &value["scheduled_maintenances"]];
    let counted: Vec<_> = lists.into_iter().flat_map(entries).collect();
    assert_eq!(snapshot.reports.len(), counted.len(), "{name}");
    for (report, raw) in snapshot.reports.iter().zip(counted) {
        let id = &report.external_id;
        assert_eq!(id, &raw["id"], "{name}");
        assert_eq!(report.title.as_deref(), raw["name"].as_str(), "{name} {id}");
        assert_eq!(report.phase.raw, raw["status"], "{name} {id}");
        assert_eq!(report.impact.raw, raw["impact"], "{name} {id}");
        let read: BTreeSet<&str> = report.affected.iter().map(|a| &*a.external_id).collect();
        assert_eq!(read, affected_by(raw, &groups), "{name} {id}");
        assert_eq!(report.affected.len(), read.len(), "{name} {id}");
        let updates = entries(&raw["incident_updates"]);
        assert_eq!(report.updates.len(), updates.len(), "{name} {id}");
        for (update, raw) in report.updates.iter().zip(updates) {
            assert_eq!(update.external_id.as_deref(), raw["id"].as_str(), "{name} {id}");
            assert_eq!(update.phase.raw, raw["status"], "{name} {id}");
            assert_eq!(update.display_at.is_none(), raw["display_at"].is_null(), "{name} {id}");
            let body = raw["body"].as_str().map(|body| body.replace('\r', ""));
            assert_eq!(Some(&update.body), body.as_ref(), "{name} {id}");
        }
    }
}

/// Nothing that was recorded from this platform uses a word or a time that is not understood.
fn assert_understood(name: &str, snapshot: &Snapshot) {
    assert!(snapshot.page_name.is_some(), "{name}");
    for component in snapshot.components.iter().flatten() {
        assert_ne!(component.status.value, ComponentStatus::Unknown, "{name} {component:?}");
        assert!(component.updated_at.is_some(), "{name} {component:?}");
        let grouped = component.group.as_ref();
        assert!(grouped.is_none_or(|group| group.name.is_some()), "{name} {component:?}");
    }
    for report in &snapshot.reports {
        let id = &report.external_id;
        assert_ne!(report.phase.value, Phase::Unknown, "{name} {id}");
        assert_ne!(report.impact.value, Impact::Unknown, "{name} {id}");
        assert!(report.created_at.is_some() && report.updated_at.is_some(), "{name} {id}");
        assert!(report.url.is_some(), "{name} {id}");
        let begun = report.kind == ReportKind::Incident || report.phase.value != Phase::Scheduled;
        assert_eq!(report.started_at.is_some(), begun, "{name} {id}");
        assert_eq!(report.resolved_at.is_some(), report.phase.value.is_over(), "{name} {id}");
        assert!(report.updates.iter().all(|update| update.shown_at().is_some()), "{name} {id}");
    }
}

fn entries(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

fn groups_of(document: &Value) -> BTreeSet<&str> {
    ids(entries(&document["components"]).iter().filter(|c| c["group"] == true), "id")
}

fn affected_by<'a>(report: &'a Value, groups: &BTreeSet<&str>) -> BTreeSet<&'a str> {
    let own = ids(entries(&report["components"]).iter().filter(|c| c["group"] != true), "id");
    let updates = entries(&report["incident_updates"]).iter();
    let said = ids(updates.flat_map(|update| entries(&update["affected_components"])), "code");
    own.into_iter().chain(said).filter(|id| !groups.contains(id)).collect()
}

fn ids<'a>(objects: impl Iterator<Item = &'a Value>, key: &str) -> BTreeSet<&'a str> {
    let id = |object: &'a Value| {
        object[key].as_str().unwrap_or_else(|| panic!("no `{key}` in {object}"))
    };
    objects.map(id).collect()
}
