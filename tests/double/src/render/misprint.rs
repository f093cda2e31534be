//! What a document shows otherwise than the page is.

use serde_json::Value;

use crate::{Document, Incident, Life, Misprint, Page};

/// How `document` shows the report with this id otherwise than it is.
pub(super) fn of(page: &Page, document: Document, id: &str) -> Option<Misprint> {
    let mut misprints = page.misprints.iter();
    let found = misprints.find(|(of, report, _)| *of == document && report == id);
    found.map(|(_, _, misprint)| *misprint)
}

/// Changes what the page says to what `document` shows.
pub(super) fn print(page: &mut Page, document: Document, life: &Life) {
    let misprints = page.misprints.clone();
    for (_, id, misprint) in misprints.iter().filter(|(of, _, _)| *of == document) {
        for reports in [&mut page.incidents, &mut page.maintenances] {
            let Some(place) = reports.iter().position(|report| report.id == *id) else { continue };
            match misprint {
                Misprint::Status(status) => {
                    let report = &mut reports[place];
                    report.status = *status;
                    let ended_at = report.resolved_at.unwrap_or(report.updated_at);
                    report.resolved_at = status.is_closed().then_some(ended_at);
                }
                Misprint::AsOf(then) => match life.at(*then).incident(id) {
                    Some(before) => reports[place] = Incident::clone(before),
                    None => drop(reports.remove(place)),
                },
                Misprint::Hidden => drop(reports.remove(place)),
                Misprint::NoTitle | Misprint::NoUpdates | Misprint::Anonymous => {}
            }
        }
    }
}

/// Takes away from a written report what cannot be read of it.
pub(super) fn spoil(report: &mut Value, misprint: Misprint) {
    match misprint {
        Misprint::NoTitle => report["name"] = Value::Null,
        Misprint::NoUpdates => report["incident_updates"] = Value::from("see our blog"),
        Misprint::Anonymous => {
            for key in ["id", "shortlink", "created_at"] {
                report[key] = Value::Null;
            }
        }
        Misprint::Status(_) | Misprint::AsOf(_) | Misprint::Hidden => {}
    }
}
