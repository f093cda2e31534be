//! The documents of a page, in the shapes of Atlassian Statuspage.
//!
//! Everything is a function of the life and the moment.
//! Component objects on incidents show the component as it is at that moment, also on incidents
//! that ended long before, because that is what the platform does.

mod misprint;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    Component, ComponentStatus, Document, Incident, Life, Misprint, Page, Status, Update, Zone,
};

/// How many incidents or maintenances a list holds.
pub const LIST_LIMIT: usize = 50;

/// What a path of the page answers, if that is JSON.
pub fn document(document: Document, life: &Life, now: Timestamp, url: &str) -> Option<Value> {
    match document {
        Document::Summary => Some(summary(life, now, url)),
        Document::Incidents => Some(incidents(life, now, url)),
        Document::ScheduledMaintenances => Some(scheduled_maintenances(life, now, url)),
        Document::Home | Document::Other => None,
    }
}

/// `summary.json`: everything that is open at `now`.
pub fn summary(life: &Life, now: Timestamp, url: &str) -> Value {
    let view = View::new(Document::Summary, life, now, url);
    json!({
        "page": view.header(),
        "components": view.components(view.page.components.iter()),
        "incidents": view.reports(&view.page.incidents),
        "scheduled_maintenances": view.reports(&view.page.maintenances),
        "status": view.status(),
    })
}

/// `incidents.json`: the newest fifty incidents, whatever their status.
pub fn incidents(life: &Life, now: Timestamp, url: &str) -> Value {
    let view = View::new(Document::Incidents, life, now, url);
    json!({ "page": view.header(), "incidents": view.reports(&view.page.incidents) })
}

/// `scheduled-maintenances.json`: the newest fifty maintenances, whatever their status.
pub fn scheduled_maintenances(life: &Life, now: Timestamp, url: &str) -> Value {
    let view = View::new(Document::ScheduledMaintenances, life, now, url);
    let maintenances = view.reports(&view.page.maintenances);
    json!({ "page": view.header(), "scheduled_maintenances": maintenances })
}

/// The page for people: just enough to be recognised as one.
pub fn home(life: &Life, now: Timestamp) -> String {
    let page = life.at(now);
    let titles = page.unresolved().map(|incident| escape(&incident.title));
    let items = titles.collect::<Vec<_>>().join("</li><li>");
    let name = escape(&page.name);
    format!(
        "<!doctype html><html lang=\"en\"><head><title>{name} Status</title></head>\
         <body><h1>{name} Status</h1><p>{}</p><ul><li>{items}</li></ul></body></html>",
        indicator(&page).1
    )
}

/// A page at a moment with what is needed to write a document of it down.
struct View<'a> {
    document: Document,
    page: Page,
    zone: &'a Zone,
    url: &'a str,
}

impl<'a> View<'a> {
    fn new(document: Document, life: &'a Life, now: Timestamp, url: &'a str) -> Self {
        let mut page = life.at(now);
        misprint::print(&mut page, document, life);
        Self { document, page, zone: life.own_zone(), url: life.own_url().unwrap_or(url) }
    }

    fn header(&self) -> Value {
        json!({
            "id": self.page.id,
            "name": self.page.name,
            "url": self.url,
            "time_zone": self.zone.name,
            "updated_at": self.time(self.page.updated_at),
        })
    }

    fn status(&self) -> Value {
        let (indicator, description) = indicator(&self.page);
        json!({ "indicator": indicator, "description": description })
    }

    fn components<'b>(&self, components: impl Iterator<Item = &'b Component>) -> Vec<Value> {
        components.map(|component| self.component(component)).collect()
    }

    fn component(&self, component: &Component) -> Value {
        let siblings = self.page.components.iter();
        let position = siblings
            .filter(|sibling| sibling.group_id == component.group_id)
            .position(|sibling| sibling.id == component.id)
            .map_or(1, |position| position + 1);
        let mut value = json!({
            "id": component.id,
            "name": component.name,
            "status": self.page.shown_status(component).word(),
            "created_at": self.time(component.created_at),
            "updated_at": self.time(component.updated_at),
            "position": position,
            "description": null,
            "showcase": false,
            "start_date": self.date(component.created_at),
            "group_id": component.group_id,
            "page_id": self.page.id,
            "group": component.is_group,
            "only_show_if_degraded": false,
        });
        if component.is_group {
            let children = self.page.children(&component.id).map(|child| child.id.clone());
            value["components"] = children.collect();
        }
        value
    }

    /// The newest reports by their time of filing, of the summary those that are open.
    fn reports(&self, reports: &[Incident]) -> Vec<Value> {
        let is_listed = |report: &&Incident| {
            self.document != Document::Summary
                || !report.status.is_closed()
                || matches!(self.misprint(report), Some(Misprint::Status(_)))
        };
        let mut reports: Vec<&Incident> = reports.iter().filter(is_listed).collect();
        reports.reverse();
        reports.sort_by_key(|report| std::cmp::Reverse(report.created_at));
        let reports = reports.into_iter().take(LIST_LIMIT);
        reports
            .map(|report| {
                let mut value = self.report(report);
                if let Some(misprint) = self.misprint(report) {
                    misprint::spoil(&mut value, misprint);
                }
                value
            })
            .collect()
    }

    /// How this document shows the report otherwise than it is.
    fn misprint(&self, report: &Incident) -> Option<Misprint> {
        misprint::of(&self.page, self.document, &report.id)
    }

    fn report(&self, incident: &Incident) -> Value {
        let updates = incident.newest_first();
        let updates = updates.into_iter().map(|update| self.update(&incident.id, update));
        let components = incident.components.iter().filter_map(|id| self.page.component(id));
        let mut value = json!({
            "id": incident.id,
            "name": incident.title,
            "status": incident.status.word(),
            "created_at": self.time(incident.created_at),
            "updated_at": self.time(incident.updated_at),
            "monitoring_at": incident.monitoring_at.map(|at| self.time(at)),
            "resolved_at": incident.resolved_at.map(|at| self.time(at)),
            "impact": incident.impact.word(),
            "shortlink": format!("https://stspg.io/{}", crate::derived_id(&incident.id)),
            "started_at": self.time(incident.started_at),
            "page_id": self.page.id,
            "incident_updates": updates.collect::<Vec<_>>(),
            "components": self.components(components),
            "reminder_intervals": null,
        });
        if let Some(window) = incident.window {
            value["scheduled_for"] = json!(self.time(window.from));
            value["scheduled_until"] = json!(self.time(window.until));
        }
        value
    }

    fn update(&self, incident: &str, update: &Update) -> Value {
        let affected: Vec<Value> = update
            .affected
            .iter()
            .map(|affected| {
                json!({
                    "code": affected.code,
                    "name": affected.name,
                    "old_status": affected.old_status.word(),
                    "new_status": affected.new_status.word(),
                })
            })
            .collect();
        json!({
            "id": update.id,
            "status": update.status.word(),
            "body": update.body,
            "incident_id": incident,
            "created_at": self.time(update.created_at),
            "updated_at": self.time(update.updated_at),
            "display_at": update.display_at.map(|at| self.time(at)),
            "affected_components": if affected.is_empty() { Value::Null } else { json!(affected) },
            "deliver_notifications": update.status != Status::Postmortem,
            "custom_tweet": null,
            "tweet_id": null,
        })
    }

    /// A time with milliseconds, in the page's zone.
    fn time(&self, at: Timestamp) -> String {
        if self.zone.offset.is_zero() {
            return format!("{at:.3}");
        }
        format!("{:.3}", at.display_with_offset(self.zone.offset))
    }

    fn date(&self, at: Timestamp) -> String {
        self.zone.offset.to_datetime(at).date().to_string()
    }
}

/// The word and the sentence at the top of the page, which follow the components alone, unless
/// somebody has set them.
fn indicator(page: &Page) -> (&'static str, &'static str) {
    if let Some(indicator) = page.indicator {
        return (indicator.word(), "As our staff sees it");
    }
    let worst = page
        .components
        .iter()
        .map(|component| component.status)
        .max_by_key(|status| status.rank())
        .unwrap_or(ComponentStatus::Operational);
    match worst {
        ComponentStatus::Operational | ComponentStatus::Other(_) => {
            ("none", "All Systems Operational")
        }
        ComponentStatus::UnderMaintenance => ("maintenance", "Service Under Maintenance"),
        ComponentStatus::DegradedPerformance => ("minor", "Partially Degraded Service"),
        ComponentStatus::PartialOutage => ("major", "Partial System Outage"),
        ComponentStatus::MajorOutage => ("critical", "Major Service Outage"),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests;
