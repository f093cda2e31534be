//! `GET /providers/{slug}`: a provider's status and its outage history.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use signalbook_domain::{PageId, Timestamp, Worded};
use signalbook_store::views::{ComponentView, PageView, ReportView};
use url::form_urlencoded;

use super::parts::{Open, Outage, titled};
use super::shown::{self, Badge, Moment};
use super::{assets, page};
use crate::app::Shared;
use crate::body::provider::{open, pages, why};
use crate::directory::Known;
use crate::history::{Asked, History, LIMIT};
use crate::problem::Problem;
use crate::routes::maintenances::unfinished;
use crate::routes::provider::components;
use crate::segment::Segment;
use crate::standing::Reading;
use crate::{cursor, directory};

#[cfg(test)]
mod tests;

/// So many components are shown without being asked for.
const COMPONENTS_SHOWN: usize = 24;

#[derive(Template)]
#[template(path = "provider.html")]
struct Page {
    slug: String,
    name: String,
    status: Badge,
    since: Option<Moment>,
    headline: String,
    sources: Vec<Source>,
    last_read: Option<Moment>,
    open: Vec<Open>,
    open_heading: &'static str,
    works: Vec<Work>,
    outages: Vec<Outage>,
    is_continued: bool,
    first_href: String,
    next_href: Option<String>,
    components: usize,
    groups: Vec<Group>,
    shows_components: bool,
    now: Moment,
}

/// A page that the history is read from.
struct Source {
    url: String,
    href: Option<String>,
    platform: Option<&'static str>,
    health: &'static str,
    since: Moment,
    why: Option<String>,
    /// What was left out of its documents.
    skipped: Vec<String>,
}

struct Work {
    href: String,
    title: String,
    phase: &'static str,
    from: Moment,
    until: Option<Moment>,
}

struct Group {
    name: Option<String>,
    components: Vec<(String, Badge)>,
}

/// Shows a provider.
pub(crate) async fn handler(
    State(app): State<Shared>,
    Segment(slug): Segment,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    let asked = Asked::parse(raw.as_deref())?;
    let now = app.now();
    let known = directory::provider(&app, &slug).await?;
    let history = History::read(&app, &known, &asked, now).await?;
    let components = components(&app, &known).await?;
    let works = unfinished(&app, &known).await?;
    let path = format!("/providers/{slug}");
    let next_href = history.next.map(|next| {
        let cursor = ("cursor", cursor::encode(next));
        href(&path, &asked, Some(cursor))
    });
    page(&Page {
        name: known.view.name.clone(),
        status: shown::status(known.standing.status),
        since: known.standing.since.map(Moment::full),
        headline: history.headline,
        sources: sources(&known),
        last_read: known.last_read_at().map(Moment::full),
        open: open(&known).iter().map(|open| Open::new(open, now)).collect(),
        open_heading: if known.standing.has_unknown_page() && !known.standing.in_trouble {
            "Open when it was last read"
        } else {
            "Open now"
        },
        works: works.iter().map(Work::new).collect(),
        outages: outages(&history.rows, now),
        is_continued: asked.after.is_some(),
        first_href: href(&path, &asked, None),
        next_href,
        components: components.len(),
        shows_components: components.len() <= COMPONENTS_SHOWN,
        groups: groups(components),
        now: Moment::full(now),
        slug,
    })
}

fn outages(rows: &[ReportView], now: Timestamp) -> Vec<Outage> {
    rows.iter().map(|row| Outage::new(row, now)).collect()
}

/// The address of a part of the same history.
fn href(path: &str, asked: &Asked, cursor: Option<(&str, String)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, at) in [("since", asked.window.since), ("until", asked.window.until)] {
        query.extend_pairs(at.map(|at| (name, at.to_string())));
    }
    if asked.limit != LIMIT {
        query.append_pair("limit", &asked.limit.to_string());
    }
    query.extend_pairs(cursor);
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn sources(known: &Known) -> Vec<Source> {
    let source = |(id, page, reading): (PageId, &PageView, Reading)| Source {
        href: shown::link(&page.url),
        url: page.url.clone(),
        platform: page.platform.map(Worded::word),
        why: why(page, reading),
        health: reading.state.word(),
        since: Moment::full(reading.since),
        skipped: known.standing.skipped(id).to_vec(),
    };
    pages(known).map(source).collect()
}

impl Work {
    fn new(report: &ReportView) -> Self {
        Self {
            href: format!("/incidents/{}", report.id),
            title: titled(&report.title),
            phase: shown::phase(report.phase),
            from: Moment::full(report.planned_from.unwrap_or(report.started_at())),
            until: report.planned_until.map(Moment::full),
        }
    }
}

/// The components by group; those without one come first.
fn groups(components: Vec<ComponentView>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for component in components {
        let shown = (component.name, shown::component(component.status));
        match groups.last_mut() {
            Some(group) if group.name == component.group => group.components.push(shown),
            Some(_) | None => {
                groups.push(Group { name: component.group, components: vec![shown] });
            }
        }
    }
    groups
}

impl Page {
    fn component_count(&self) -> String {
        shown::count(self.components, "component", "components")
    }
}
