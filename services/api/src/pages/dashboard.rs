//! `GET /`: every provider, what is wrong right now first.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use signalbook_domain::status::Status;
use signalbook_domain::{Timestamp, shown as domain};

use super::parts::Open;
use super::shown::{self, Badge, Moment};
use super::{assets, page};
use crate::app::Shared;
use crate::body::provider::{open, pages, why};
use crate::directory::{Directory, Known};
use crate::problem::Problem;

#[cfg(test)]
mod tests;

#[derive(Template)]
#[template(path = "dashboard.html")]
struct Page {
    summary: String,
    trouble: Vec<Card>,
    unknown: Vec<Card>,
    maintenance: Vec<Card>,
    up: Vec<Card>,
    now: Moment,
    last_read: Option<Moment>,
}

/// One provider.
struct Card {
    name: String,
    href: String,
    status: Badge,
    since: Option<Since>,
    open: Vec<Open>,
    unreadable: Vec<Unreadable>,
}

struct Since {
    at: Moment,
    lasting: String,
}

/// A page that cannot be read, and why.
struct Unreadable {
    url: String,
    since: Moment,
    why: String,
}

/// Shows the dashboard.
pub(crate) async fn handler(State(app): State<Shared>) -> Result<Response, Problem> {
    let directory = Directory::read(&app).await?;
    let now = directory.now;
    let last_read = directory.providers.iter().filter_map(Known::last_read_at).max();
    let mut shown = Page {
        summary: summary(&directory.providers),
        trouble: Vec::new(),
        unknown: Vec::new(),
        maintenance: Vec::new(),
        up: Vec::new(),
        now: Moment::full(now),
        last_read: last_read.map(Moment::full),
    };
    for known in &directory.providers {
        let place = match place(known) {
            Place::Trouble => &mut shown.trouble,
            Place::Unknown => &mut shown.unknown,
            Place::Maintenance => &mut shown.maintenance,
            Place::Up => &mut shown.up,
        };
        place.push(Card::new(known, now));
    }
    page(&shown)
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Trouble,
    Unknown,
    Maintenance,
    Up,
}

fn place(known: &Known) -> Place {
    match known.standing.status {
        Status::Minor | Status::Major | Status::Critical => Place::Trouble,
        Status::Unknown if known.standing.in_trouble => Place::Trouble,
        Status::Unknown => Place::Unknown,
        Status::Maintenance => Place::Maintenance,
        Status::Up => Place::Up,
    }
}

/// The counts in a sentence.
fn summary(providers: &[Known]) -> String {
    let number = |asked| providers.iter().filter(|known| place(known) == asked).count();
    let (trouble, unknown) = (number(Place::Trouble), number(Place::Unknown));
    let (maintenance, up) = (number(Place::Maintenance), number(Place::Up));
    if !providers.is_empty() && up == providers.len() {
        return if up == 1 {
            "The one provider is up.".to_owned()
        } else {
            format!("All {up} providers are up.")
        };
    }
    let parts = [
        (trouble, format!("{trouble} in trouble")),
        (unknown, format!("{unknown} unknown")),
        (maintenance, format!("{maintenance} in maintenance")),
        (up, format!("{up} up")),
    ];
    let parts: Vec<String> =
        parts.into_iter().filter(|(number, _)| *number > 0).map(|(_, text)| text).collect();
    format!("{}: {}.", shown::count(providers.len(), "provider", "providers"), parts.join(", "))
}

impl Card {
    fn new(known: &Known, now: Timestamp) -> Self {
        let unreadable = pages(known).filter_map(|(_, page, reading)| {
            let why = why(page, reading)?;
            Some(Unreadable { url: page.url.clone(), since: Moment::short(reading.since), why })
        });
        Self {
            name: known.view.name.clone(),
            href: format!("/providers/{}", known.view.slug),
            status: shown::status(known.standing.status),
            since: known.standing.since.map(|since| Since {
                at: Moment::short(since),
                lasting: domain::duration(now.since(since)),
            }),
            open: open(known).iter().map(|open| Open::new(open, now)).collect(),
            unreadable: unreadable.collect(),
        }
    }
}
