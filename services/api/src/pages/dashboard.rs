//! `GET /`: every provider, what is wrong right now first.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use signalbook_domain::status::{Readability, Status};
use signalbook_domain::{Timestamp, format as domain};
use signalbook_runtime::{Health, Readiness};

use super::format::{self, Badge, Moment};
use super::parts::{Open, Signs};
use super::{assets, page};
use crate::body::page::{all_lacks, why};
use crate::body::provider::{open, pages};
use crate::problem::Problem;
use crate::provider_summary::{ProviderList, ProviderSummary};
use crate::state::Shared;

#[cfg(test)]
mod tests;

#[derive(Template)]
#[template(path = "dashboard.html")]
struct Page {
    /// What Signalbook itself cannot do, so that what is shown may be out of date.
    failing: Vec<String>,
    summary: String,
    trouble: Vec<Card>,
    unknown: Vec<Card>,
    degraded: Vec<Card>,
    maintenance: Vec<Card>,
    standing: Vec<Card>,
    up: Vec<Card>,
    now: Moment,
    last_read: Option<Moment>,
}

/// So many reasons are shown why Signalbook itself cannot work.
const FAILING_MAX: usize = 3;

/// So many signs of one provider are shown.
const SIGNS_MAX: usize = 3;

/// One provider.
struct Card {
    name: String,
    href: String,
    status: Badge,
    since: Option<Since>,
    open: Vec<Open>,
    signs: Signs,
    unreadable: Vec<Unreadable>,
    /// Why nothing is known of it, if its row is damaged.
    damaged: Option<String>,
}

struct Since {
    at: Moment,
    lasting: String,
}

/// A page that cannot be read, or not all of it, and why.
struct Unreadable {
    url: String,
    health: &'static str,
    since: Moment,
    why: String,
    /// The same in a few words.
    brief: String,
}

/// Shows the dashboard.
pub(crate) async fn handler(State(app): State<Shared>) -> Result<Response, Problem> {
    let directory = ProviderList::read(&app).await?;
    let now = directory.now;
    let last_read = directory.providers.iter().filter_map(ProviderSummary::last_read_at).max();
    let mut shown = Page {
        failing: failing(&app.api.health),
        summary: summary(&directory.providers),
        trouble: Vec::new(),
        unknown: Vec::new(),
        degraded: Vec::new(),
        maintenance: Vec::new(),
        standing: Vec::new(),
        up: Vec::new(),
        now: Moment::full(now),
        last_read: last_read.map(Moment::full),
    };
    for known in &directory.providers {
        let place = match place(known) {
            Place::Trouble => &mut shown.trouble,
            Place::Unknown => &mut shown.unknown,
            Place::Degraded => &mut shown.degraded,
            Place::Maintenance => &mut shown.maintenance,
            Place::Standing => &mut shown.standing,
            Place::Up => &mut shown.up,
        };
        place.push(Card::new(known, now));
    }
    page(&shown)
}

/// Why parts of the process cannot do their work, each reason once.
fn failing(health: &Health) -> Vec<String> {
    let mut reasons = Vec::new();
    for (_, state) in health.report() {
        match state {
            Readiness::NotReady { reason } if !reasons.contains(&reason) => reasons.push(reason),
            Readiness::NotReady { .. }
            | Readiness::Starting
            | Readiness::Ready
            | Readiness::Remarked { .. } => {}
        }
    }
    reasons.truncate(FAILING_MAX);
    reasons
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Trouble,
    Unknown,
    Degraded,
    Maintenance,
    Standing,
    Up,
}

fn place(known: &ProviderSummary) -> Place {
    match known.verdict.status {
        Status::Minor | Status::Major | Status::Critical => Place::Trouble,
        Status::Unknown if known.verdict.in_trouble => Place::Trouble,
        Status::Unknown => Place::Unknown,
        Status::Degraded if known.verdict.is_standing => Place::Standing,
        Status::Degraded => Place::Degraded,
        Status::Maintenance => Place::Maintenance,
        Status::Up => Place::Up,
    }
}

/// The counts in a sentence.
fn summary(providers: &[ProviderSummary]) -> String {
    let number = |asked| providers.iter().filter(|known| place(known) == asked).count();
    let up = number(Place::Up);
    if !providers.is_empty() && up == providers.len() {
        return if up == 1 {
            "The only provider is up.".to_owned()
        } else {
            format!("All {up} providers are up.")
        };
    }
    let parts = [
        (number(Place::Trouble), "in trouble"),
        (number(Place::Unknown), "unknown"),
        (number(Place::Degraded), "degraded"),
        (number(Place::Maintenance), "under maintenance"),
        (number(Place::Standing), "degraded for a week or more"),
        (up, "up"),
    ];
    let parts = parts.into_iter().filter(|(number, _)| *number > 0);
    let parts: Vec<String> = parts.map(|(number, what)| format!("{number} {what}")).collect();
    format!("{}: {}.", format::count(providers.len(), "provider", "providers"), parts.join(", "))
}

impl Card {
    fn new(known: &ProviderSummary, now: Timestamp) -> Self {
        let unreadable = pages(known).filter_map(|(_, page, reading)| {
            let why = why(page, reading)?;
            let (url, health) = (page.url.clone(), format::page(reading.state));
            let is_partly = reading.state == Readability::PartlyReadable;
            let brief = if is_partly { all_lacks(page) } else { why.clone() };
            Some(Unreadable { url, health, since: Moment::short(reading.since), why, brief })
        });
        Self {
            name: known.view.name.clone(),
            href: format!("/providers/{}", known.view.slug),
            status: format::status(known.verdict.status),
            since: known.verdict.since.map(|since| Since {
                at: Moment::short(since),
                lasting: domain::duration(now.since(since)),
            }),
            open: open(known).iter().map(|open| Open::new(open, now)).collect(),
            signs: Signs::new(&known.signs(), SIGNS_MAX),
            unreadable: unreadable.collect(),
            damaged: known.damaged.map(format::sentence),
        }
    }
}
