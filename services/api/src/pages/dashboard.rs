//! `GET /`: every provider, those in trouble first.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use signalbook_domain::status::{Readability, Reading, Status};
use signalbook_domain::{Timestamp, format as domain};
use signalbook_runtime::{Health, Readiness};
use signalbook_store::views::PageView;

use super::format::{self, Badge};
use super::parts::{Open, Signs};
use super::{assets, moments, page};
use crate::body::page::{all_lacks, explain};
use crate::body::provider::list_open;
use crate::problem::Problem;
use crate::provider_summary::{ProviderList, ProviderSummary};
use crate::state::Shared;

#[cfg(test)]
mod tests;

#[derive(Template)]
#[template(path = "dashboard.html")]
struct Page {
    /// What Signalbook itself cannot do, so that the page may be out of date.
    failing: Vec<String>,
    summary: String,
    trouble: Vec<Card>,
    unknown: Vec<Card>,
    degraded: Vec<Card>,
    maintenance: Vec<Card>,
    standing: Vec<Card>,
    up: Vec<Card>,
    now: Timestamp,
    last_read: Option<Timestamp>,
}

/// The most reasons shown why Signalbook itself cannot work.
const FAILING_MAX: usize = 3;

/// The most signs shown for one provider.
const SIGNS_MAX: usize = 3;

struct Card {
    name: String,
    href: String,
    status: Badge,
    /// The start of the status, and its duration.
    since: Option<(Timestamp, String)>,
    open: Vec<Open>,
    signs: Signs,
    unreadable: Vec<Unreadable>,
    /// Why nothing is known of the provider, if its row is damaged.
    damaged: Option<String>,
}

/// A page that cannot be read or is only partly readable, and why.
struct Unreadable {
    url: String,
    health: &'static str,
    since: Timestamp,
    why: String,
    /// The reason in a few words.
    brief: String,
}

pub(crate) async fn handler(State(app): State<Shared>) -> Result<Response, Problem> {
    let ProviderList { providers, now, .. } = ProviderList::read(&app).await?;
    page(&Page {
        failing: failing(&app.api.health),
        summary: summary(&providers),
        trouble: cards(&providers, Place::Trouble, now),
        unknown: cards(&providers, Place::Unknown, now),
        degraded: cards(&providers, Place::Degraded, now),
        maintenance: cards(&providers, Place::Maintenance, now),
        standing: cards(&providers, Place::Standing, now),
        up: cards(&providers, Place::Up, now),
        now,
        last_read: providers.iter().filter_map(ProviderSummary::last_read_at).max(),
    })
}

/// The cards of the providers in `asked`.
fn cards(providers: &[ProviderSummary], asked: Place, now: Timestamp) -> Vec<Card> {
    let there = providers.iter().filter(|known| place(known) == asked);
    there.map(|known| Card::new(known, now)).collect()
}

/// Why parts of the process cannot work, without repetition.
fn failing(health: &Health) -> Vec<String> {
    let mut reasons = Vec::new();
    for (_, state) in health.report() {
        if let Readiness::NotReady { reason } = state
            && !reasons.contains(&reason)
        {
            reasons.push(reason);
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

/// The number of providers in each place, as a sentence.
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
        let unreadable =
            known.pages().filter_map(|(page, reading, _)| Unreadable::new(page, reading));
        Self {
            name: known.view.name.clone(),
            href: format!("/providers/{}", known.view.slug),
            status: format::status(known.verdict.status),
            since: known.verdict.since.map(|at| (at, domain::duration(now.since(at)))),
            open: list_open(known).iter().map(|open| Open::new(open, now)).collect(),
            signs: Signs::new(&known.signs(), SIGNS_MAX),
            unreadable: unreadable.collect(),
            damaged: known.damaged.map(format::sentence),
        }
    }
}

impl Unreadable {
    fn new(page: &PageView, reading: Reading) -> Option<Self> {
        let why = explain(page, reading)?;
        let is_partly = reading.state == Readability::PartlyReadable;
        Some(Self {
            url: page.url.clone(),
            health: format::page(reading.state),
            since: reading.since,
            brief: if is_partly { all_lacks(page) } else { why.clone() },
            why,
        })
    }
}
