//! One vendor: its life, and the documents that it serves at each moment of it.

use std::collections::BTreeMap;
use std::rc::Rc;

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use signalbook_domain::Document;
use signalbook_double::random::{Whim, newborn};
use signalbook_double::{
    Act, ComponentStatus, Impact, Life, Opening, Page, Posting, Status, random_id, render,
};

use crate::moves::Oddity;
use crate::oracle::shown::Shown;

/// So many incidents has a crowded page at first: as many as its list can hold.
const CROWD: usize = render::LIST_LIMIT;

/// A vendor and its page.
pub(crate) struct Vendor {
    pub(crate) slug: String,
    pub(crate) url: String,
    life: Life,
    whim: Whim,
    rng: Rng,
    rendered: BTreeMap<(Document, usize), Rc<Rendered>>,
}

/// A document as it is served.
pub(crate) struct Rendered {
    pub(crate) value: Value,
    pub(crate) body: Vec<u8>,
    /// What the oracle reads in it.
    pub(crate) shown: Rc<Shown>,
}

impl Vendor {
    pub(crate) fn new(seed: u64, number: usize, crowded: bool, born_at: Timestamp) -> Self {
        let seed = seed.wrapping_mul(31).wrapping_add(number as u64);
        let slug = format!("v{number}");
        let url = format!("https://status.{slug}.example");
        let mut vendor = Self {
            life: newborn(seed, born_at).url(&url),
            slug,
            url,
            whim: Whim::new(seed),
            rng: Rng::with_seed(seed ^ 0x0ddb_a115),
            rendered: BTreeMap::new(),
        };
        if crowded {
            vendor.import(CROWD, true, born_at);
        }
        vendor
    }

    pub(crate) fn life(&self) -> &Life {
        &self.life
    }

    /// The page as it is at `now`.
    pub(crate) fn page(&self, now: Timestamp) -> Page {
        self.life.at(now)
    }

    /// A document as of `at`.
    pub(crate) fn document(&mut self, document: Document, at: Timestamp) -> Rc<Rendered> {
        let at = at.max(self.life.born_at());
        let key = (document, self.life.acts_until(at));
        if let Some(known) = self.rendered.get(&key) {
            return known.clone();
        }
        let value = match document {
            Document::Summary => render::summary(&self.life, at, &self.url),
            Document::Incidents => render::incidents(&self.life, at, &self.url),
            Document::Maintenances => render::scheduled_maintenances(&self.life, at, &self.url),
        };
        let page = self.life.at(at);
        let reports = page.incidents.iter().chain(&page.maintenances);
        let existing = reports.map(|report| report.id.clone()).collect();
        let rendered = Rc::new(Rendered {
            body: value.to_string().into_bytes(),
            shown: Rc::new(Shown::read(document, &value, existing)),
            value,
        });
        self.rendered.insert(key, rendered.clone());
        rendered
    }

    /// The ids of the incidents that are listed now.
    pub(crate) fn listed(&mut self, now: Timestamp) -> Vec<String> {
        let list = self.document(Document::Incidents, now);
        list.shown.reports.keys().map(|(_, id)| id.clone()).collect()
    }

    /// Does what it feels like.
    pub(crate) fn act(&mut self, now: Timestamp) {
        let act = self.whim.next(&self.page(now), now);
        self.life.push(now, act);
    }

    /// Does something odd, if there is anything to do it to.
    pub(crate) fn odd(&mut self, oddity: Oddity, now: Timestamp) {
        let page = self.page(now);
        match oddity {
            Oddity::Import => {
                let backdated = self.rng.bool();
                self.import(5, backdated, now);
            }
            Oddity::UnknownStatus => self.unknown_status(&page, now),
            Oddity::Delete => {
                let all = page.incidents.iter().chain(&page.maintenances);
                let all: Vec<_> = all.map(|report| report.id.clone()).collect();
                if let Some(incident) = self.pick(&all) {
                    self.life.push(now, Act::Delete { incident });
                }
            }
            Oddity::UnknownPhase
            | Oddity::UnknownImpact
            | Oddity::Link
            | Oddity::Twins
            | Oddity::Flap => {
                let ids: Vec<_> = page.unresolved().map(|open| open.id.clone()).collect();
                if let Some(incident) = self.pick(&ids) {
                    self.odd_incident(oddity, &page, incident, now);
                }
            }
        }
    }

    fn odd_incident(&mut self, oddity: Oddity, page: &Page, incident: String, now: Timestamp) {
        match oddity {
            Oddity::UnknownPhase => {
                let status = Status::Other("smouldering");
                self.life.push(now, Act::SetStatus { incident, status });
            }
            Oddity::UnknownImpact => {
                let impact = Impact::Other("cosmic");
                self.life.push(now, Act::ChangeImpact { incident, impact });
            }
            Oddity::Link => {
                let other = self.rng.u8(..6);
                let body = format!("See https://status.v{other}.example/incidents/abc{other}.");
                let update = self.posting(Status::Identified, &body);
                self.life.push(now, Act::post(incident, update));
            }
            Oddity::Twins => {
                for _ in 0..2 {
                    let update = self.posting(Status::Monitoring, "Nothing new.");
                    self.life.push(now, Act::post(&incident, update));
                }
            }
            Oddity::Flap => {
                let oops = page.incident(&incident).is_some_and(|held| held.title == "Oops");
                let title = if oops { "As it was" } else { "Oops" }.to_owned();
                self.life.push(now, Act::Retitle { incident, title });
            }
            Oddity::UnknownStatus | Oddity::Import | Oddity::Delete => {}
        }
    }

    fn unknown_status(&mut self, page: &Page, now: Timestamp) {
        let leaves = page.components.iter().filter(|held| !held.is_group);
        let leaves: Vec<_> = leaves.map(|held| held.id.clone()).collect();
        if let Some(component) = self.pick(&leaves) {
            let status = ComponentStatus::Other("wobbly");
            self.life.push(now, Act::SetComponent { component, status });
        }
    }

    /// Files incidents of the days before `now`, all over.
    fn import(&mut self, count: usize, backdated: bool, now: Timestamp) {
        for _ in 0..count {
            let ended_at = now - SignedDuration::from_mins(self.rng.i64(60..4_000));
            let started_at = ended_at - SignedDuration::from_mins(self.rng.i64(5..90));
            let last = self.posting(Status::Resolved, "It was repaired.").display_at(ended_at);
            let title = format!("Past trouble {}", self.rng.u8(..));
            let mut opening = Opening::new(random_id(&mut self.rng), title, Impact::Minor)
                .started_at(started_at)
                .update(last);
            opening.created_at = backdated.then_some(started_at);
            self.life.push(now, Act::Open(opening));
        }
    }

    fn posting(&mut self, status: Status, body: &str) -> Posting {
        Posting::new(random_id(&mut self.rng), status, body)
    }

    fn pick(&mut self, all: &[String]) -> Option<String> {
        (!all.is_empty()).then(|| all[self.rng.usize(..all.len())].clone())
    }
}
