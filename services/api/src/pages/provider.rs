//! `GET /providers/{slug}`: a provider's status and its outage history.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use signalbook_domain::Timestamp;
use signalbook_domain::event::UnreadDocument;
use signalbook_domain::status::{Readability, Reading, Span, Status, Verdict};
use signalbook_store::views::{ComponentView, PageView, ReportView};
use url::form_urlencoded;

use super::format::{self, Badge};
use super::parts::{self, Open, Outage, Signs, titled};
use super::{assets, moments, page};
use crate::body::page::{
    DisagreementBody, DocumentBody, HoldBody, Lack, disagreements, explain, has_lacked,
    plain_document,
};
use crate::body::provider::{SIGNS_MAX, list_open};
use crate::history::{LIMIT, OutagePage, OutageQuery};
use crate::parameters::PathParam;
use crate::problem::Problem;
use crate::routes::maintenances::load_unfinished;
use crate::routes::provider::load_components;
use crate::state::Shared;
use crate::verdict::Notes;

#[cfg(test)]
mod tests;

/// With more components than this, their list is collapsed.
const COMPONENTS_SHOWN: usize = 24;

#[derive(Template)]
#[template(path = "provider.html")]
struct Page {
    slug: String,
    name: String,
    status: Badge,
    since: Option<Timestamp>,
    is_standing: bool,
    signs: Signs,
    /// An explanation of the signs, if no open incident determines the status.
    signs_mean: Option<&'static str>,
    headline: String,
    sources: Vec<Source>,
    last_read: Option<Timestamp>,
    open: Vec<Open>,
    open_heading: &'static str,
    works: Vec<Work>,
    outages: Vec<Outage>,
    /// The first page of the history; none if this is it.
    first_href: Option<String>,
    next_href: Option<String>,
    components: usize,
    groups: Vec<Group>,
    now: Timestamp,
}

/// A watched page, the source of the history.
struct Source {
    url: String,
    href: Option<String>,
    platform: Option<String>,
    health: &'static str,
    since: Timestamp,
    /// Why it cannot be read.
    why: Option<String>,
    /// The documents that cannot be read.
    failing: Vec<Missing>,
    /// An explanation if the page is partly readable.
    partly: Option<&'static str>,
    /// Documents that the vendor has never offered or asks us to leave alone.
    noted: Vec<Missing>,
    hold: Option<HoldBody>,
    disagreements: Vec<DisagreementBody>,
    /// The last period in which it was not read.
    unobserved: Option<Span>,
    /// What was not as expected in its documents.
    skipped: Vec<String>,
}

struct Missing {
    /// The consequence, in words.
    what: String,
    since: Timestamp,
    why: String,
}

struct Work {
    href: String,
    title: String,
    phase: &'static str,
    from: Timestamp,
    until: Option<Timestamp>,
}

struct Group {
    name: Option<String>,
    components: Vec<(String, Badge)>,
}

pub(crate) async fn handler(
    State(app): State<Shared>,
    PathParam(slug): PathParam,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    let history = OutagePage::read(&app, &slug, raw.as_deref()).await?;
    let (known, asked, now) = (history.provider, history.asked, history.now);
    let components = load_components(&app, &known).await?;
    let works = load_unfinished(&app, &known).await?;
    let path = format!("/providers/{slug}");
    page(&Page {
        name: known.view.name.clone(),
        status: format::status(known.verdict.status),
        since: known.verdict.since,
        is_standing: known.verdict.is_standing,
        signs: Signs::new(&known.signs(), SIGNS_MAX),
        signs_mean: explain_signs(&known.verdict),
        headline: history.headline,
        sources: known
            .pages()
            .map(|(page, reading, notes)| Source::new(page, reading, notes))
            .collect(),
        last_read: known.last_read_at(),
        open: list_open(&known).iter().map(|open| Open::new(open, now)).collect(),
        open_heading: if known.verdict.has_unknown_page() && !known.verdict.in_trouble {
            "Open when it was last read"
        } else {
            "Open now"
        },
        works: works.iter().map(Work::new).collect(),
        outages: history.rows.iter().map(|row| Outage::new(row, now)).collect(),
        first_href: asked.cursor.map(|_| href(&path, &asked, None)),
        next_href: history.next.map(|next| href(&path, &asked, Some(next))),
        components: components.len(),
        groups: groups(components),
        now,
        slug,
    })
}

/// The address of another page of the same history.
fn href(path: &str, asked: &OutageQuery, cursor: Option<String>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, at) in [("since", asked.since), ("until", asked.until)] {
        query.extend_pairs(at.map(|at| (name, at.to_string())));
    }
    if asked.limit != LIMIT {
        query.append_pair("limit", &asked.limit.to_string());
    }
    query.extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Explains the effect of signs of trouble on the status.
fn explain_signs(verdict: &Verdict) -> Option<&'static str> {
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

impl Source {
    fn new(page: &PageView, reading: Reading, notes: Notes) -> Self {
        let partly = explain_partly_readable(reading);
        Self {
            href: format::link(&page.url),
            url: page.url.clone(),
            platform: page.platform.as_ref().map(ToString::to_string),
            health: format::page(reading.state),
            since: reading.since,
            // The failures of a readable page are listed by document.
            why: explain(page, reading).filter(|_| partly.is_none()),
            failing: page
                .unread
                .iter()
                .filter(|_| partly.is_some())
                .map(Missing::failing)
                .collect(),
            partly,
            noted: notes.documents.into_iter().map(Missing::noted).collect(),
            hold: notes.hold,
            disagreements: disagreements(page),
            unobserved: page.unobserved,
            skipped: notes.skipped,
        }
    }
}

/// Explains that a page is partly readable.
fn explain_partly_readable(reading: Reading) -> Option<&'static str> {
    if reading.state != Readability::PartlyReadable {
        return None;
    }
    Some(if reading.is_unknown() {
        "Partly readable means that some of its documents cannot be read in full, but what the \
         others say is recorded. Something may be open that we do not know of, so the provider \
         is at best unknown."
    } else {
        "Partly readable means that some of its documents cannot be read, but what the others \
         say is recorded."
    })
}

impl Missing {
    fn failing(unread: &UnreadDocument) -> Self {
        let what = format::sentence(&has_lacked(&unread.document));
        Self { what, since: unread.since, why: DocumentBody::failing(unread).detail }
    }

    /// A document whose absence is no trouble.
    fn noted(document: DocumentBody) -> Self {
        let name = plain_document(&document.document);
        let what = match document.state {
            Lack::Held => format!("It asks us to leave {name} alone for a while,"),
            Lack::NotOffered => format!("It does not offer {name}; we have asked for it"),
            Lack::Failing => format!("It does not send {name}"),
        };
        Self { what, since: document.since, why: document.detail }
    }
}

impl Work {
    fn new(report: &ReportView) -> Self {
        Self {
            href: format!("/incidents/{}", report.id),
            title: titled(&report.title),
            phase: format::phase(report.phase),
            from: report.planned_start().unwrap_or(report.started_at()),
            until: report.planned_until,
        }
    }
}

/// Groups the components; those without a group come first.
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
