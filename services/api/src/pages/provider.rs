//! `GET /providers/{slug}`: a provider's status and its outage history.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use signalbook_domain::status::{Readability, Reading, Status, Verdict};
use signalbook_domain::{PageId, Timestamp};
use signalbook_store::views::{ComponentView, PageView, ReportView};
use url::form_urlencoded;

use super::format::{self, Badge, Moment};
use super::parts::{Open, Outage, Signs, titled};
use super::{assets, page};
use crate::body::page::{
    DisagreementBody, DocumentBody, Lack, disagreements, documents, has_lacked, plain_document, why,
};
use crate::body::provider::{open, pages};
use crate::body::sign::SIGNS_MAX;
use crate::history::{LIMIT, OutagePage, OutageQuery};
use crate::path_param::PathParam;
use crate::problem::Problem;
use crate::provider_summary::ProviderSummary;
use crate::routes::maintenances::unfinished;
use crate::routes::provider::components;
use crate::state::Shared;
use crate::{cursor, provider_summary};

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
    is_standing: bool,
    signs: Signs,
    /// What it means that there are signs, if no open incident decides.
    signs_mean: Option<&'static str>,
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
    platform: Option<String>,
    health: &'static str,
    since: Moment,
    /// Why it cannot be read.
    why: Option<String>,
    /// What of it cannot be read.
    failing: Vec<Missing>,
    /// What it means that it is only partly readable, if it is.
    partly: Option<&'static str>,
    /// What the vendor has never offered.
    noted: Vec<Missing>,
    hold: Option<Hold>,
    disagreements: Vec<Disagreement>,
    /// From when to when it was not read.
    unobserved: Option<(Moment, Moment)>,
    /// What was left out of its documents.
    skipped: Vec<String>,
}

/// A document that is missing.
struct Missing {
    /// What it means for us.
    what: String,
    since: Moment,
    why: String,
}

/// What the vendor asks of us.
struct Hold {
    since: Moment,
    until: Moment,
    why: String,
}

/// What two documents contradict each other about.
struct Disagreement {
    href: String,
    title: String,
    since: Moment,
    detail: String,
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
    PathParam(slug): PathParam,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    let reached = app.reached().await?;
    let asked = OutageQuery::parse(raw.as_deref(), &reached)?;
    let now = app.now();
    let known = provider_summary::provider(&app, &slug, now).await?;
    let history = OutagePage::read(&app, &known, &asked, now).await?;
    let components = components(&app, &known).await?;
    let works = unfinished(&app, &known).await?;
    let path = format!("/providers/{slug}");
    let next_href = history.next.map(|next| {
        let cursor = ("cursor", cursor::encode(reached.epoch, next));
        href(&path, &asked, Some(cursor))
    });
    page(&Page {
        name: known.view.name.clone(),
        status: format::status(known.verdict.status),
        since: known.verdict.since.map(Moment::full),
        is_standing: known.verdict.is_standing,
        signs: Signs::new(&known.signs(), SIGNS_MAX),
        signs_mean: meaning(&known.verdict),
        headline: history.headline,
        sources: sources(&known),
        last_read: known.last_read_at().map(Moment::full),
        open: open(&known).iter().map(|open| Open::new(open, now)).collect(),
        open_heading: if known.verdict.has_unknown_page() && !known.verdict.in_trouble {
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
fn href(path: &str, asked: &OutageQuery, cursor: Option<(&str, String)>) -> String {
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

/// What it means that there are signs of trouble.
fn meaning(verdict: &Verdict) -> Option<&'static str> {
    match verdict.status {
        Status::Degraded => Some(
            "Degraded means that no incident that counts as an outage is open, but the vendor \
             shows signs of trouble. It counts towards no total.",
        ),
        Status::Up | Status::Maintenance => Some(
            "No incident that counts as an outage is open. If the next polls still show these \
             signs, the provider becomes degraded.",
        ),
        Status::Unknown | Status::Minor | Status::Major | Status::Critical => None,
    }
}

fn sources(known: &ProviderSummary) -> Vec<Source> {
    pages(known).map(|(id, page, reading)| Source::new(known, id, page, reading)).collect()
}

impl Source {
    fn new(known: &ProviderSummary, id: PageId, page: &PageView, reading: Reading) -> Self {
        let notes = known.notes(id);
        let (failing, noted): (Vec<_>, Vec<_>) = documents(page, &notes)
            .into_iter()
            .partition(|document| document.state == Lack::Failing);
        let partly = partly(reading);
        Self {
            href: format::link(&page.url),
            url: page.url.clone(),
            platform: page.platform.clone().map(String::from),
            health: format::page(reading.state),
            since: Moment::full(reading.since),
            // What fails of a page that can be read is told document by document.
            why: why(page, reading).filter(|_| partly.is_none()),
            failing: failing
                .into_iter()
                .filter(|_| partly.is_some())
                .map(|document| {
                    Missing::new(format::sentence(&has_lacked(&document.document)), document)
                })
                .collect(),
            partly,
            noted: noted.into_iter().map(Missing::noted).collect(),
            hold: notes.hold.map(|hold| Hold {
                since: Moment::full(hold.since),
                until: Moment::full(hold.until),
                why: hold.detail,
            }),
            disagreements: disagreements(page).into_iter().map(Disagreement::new).collect(),
            unobserved: page
                .unobserved
                .map(|span| (Moment::full(span.since), Moment::full(span.until))),
            skipped: notes.skipped,
        }
    }
}

/// What it means that a page is partly readable.
fn partly(reading: Reading) -> Option<&'static str> {
    match reading.state {
        Readability::PartlyReadable if reading.is_unknown() => Some(
            "Partly readable means that some of its documents cannot be read in full, but what the \
             others say is recorded. Something may be open that we do not know of, so the provider \
             is at best unknown.",
        ),
        Readability::PartlyReadable => Some(
            "Partly readable means that some of its documents cannot be read, but what the others \
             say is recorded.",
        ),
        Readability::Readable
        | Readability::Unread
        | Readability::Unreadable
        | Readability::Stale => None,
    }
}

impl Missing {
    fn new(what: String, document: DocumentBody) -> Self {
        Self { what, since: Moment::full(document.since), why: document.detail }
    }

    /// What is no trouble, and is noted beside the page.
    fn noted(document: DocumentBody) -> Self {
        let name = plain_document(&document.document);
        let what = match document.state {
            Lack::Held => format!("It asks us to leave {name} alone for a while,"),
            Lack::NotOffered => format!("It does not offer {name}; we have asked for it"),
            Lack::Failing => format!("It does not send {name}"),
        };
        Self::new(what, document)
    }
}

impl Disagreement {
    fn new(body: DisagreementBody) -> Self {
        Self {
            href: format!("/incidents/{}", body.id),
            title: titled(&body.title),
            since: Moment::full(body.since),
            detail: body.detail,
        }
    }
}

impl Work {
    fn new(report: &ReportView) -> Self {
        Self {
            href: format!("/incidents/{}", report.id),
            title: titled(&report.title),
            phase: format::phase(report.phase),
            from: Moment::full(report.planned_start().unwrap_or(report.started_at())),
            until: report.planned_until.map(Moment::full),
        }
    }
}

/// The components by group; those without one come first.
fn groups(components: Vec<ComponentView>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for component in components {
        let shown = (component.name, format::component(component.status));
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
        format::count(self.components, "component", "components")
    }
}
