//! One vendor: its life, and the documents that it serves at each moment of it.

mod oddities;

use std::collections::BTreeMap;
use std::rc::Rc;

use fastrand::Rng;
use jiff::Timestamp;
use serde_json::Value;
use signalbook_domain::Document;
use signalbook_double::random::{Whim, newborn};
use signalbook_double::{Life, Misprint, Page, render};

use crate::oracle::shown::Shown;

/// So many incidents has a crowded page at first: as many as its list can hold.
const CROWD: usize = render::LIST_LIMIT;

/// One vendor in so many has no document of one kind.
const LACKING_ONE_IN: u64 = 5;

/// A vendor and its page.
pub(crate) struct Vendor {
    pub(crate) slug: String,
    pub(crate) url: String,
    life: Life,
    whim: Whim,
    rng: Rng,
    salt: u64,
    /// A document that the page does not have, until it does.
    lacking: Option<Document>,
    offers_more: bool,
    /// An incident that is open and was pushed out of the list.
    slid: Option<String>,
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
            salt: seed,
            lacking: match (seed % LACKING_ONE_IN, seed / LACKING_ONE_IN % 2) {
                (0, 0) if !crowded => Some(Document::Incidents),
                (0, _) => Some(Document::Maintenances),
                _ => None,
            },
            offers_more: false,
            slid: None,
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

    /// What of this vendor's documents breaks, if anything does, is drawn from.
    pub(crate) fn salt(&self) -> u64 {
        self.salt
    }

    /// Whether the page has such a document.
    pub(crate) fn offers(&self, document: Document) -> bool {
        self.lacking != Some(document)
    }

    /// Whether the page has a document that it did not have before.
    pub(crate) fn offers_more(&self) -> bool {
        self.offers_more
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
        let reports = page.incidents.iter().chain(&page.maintenances).filter(|report| {
            let hidden = (served_as(document), report.id.clone(), Misprint::Hidden);
            !page.misprints.contains(&hidden)
        });
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

    fn pick(&mut self, all: &[String]) -> Option<String> {
        (!all.is_empty()).then(|| all[self.rng.usize(..all.len())].clone())
    }
}

/// The double's name for a document.
pub(crate) fn served_as(document: Document) -> signalbook_double::Document {
    match document {
        Document::Summary => signalbook_double::Document::Summary,
        Document::Incidents => signalbook_double::Document::Incidents,
        Document::Maintenances => signalbook_double::Document::ScheduledMaintenances,
    }
}
