//! A poll without the network: what the poller would have made of the documents.
//!
//! What an answer means is the poller's own code; only the loop over the documents is told again
//! here, and the socket is left out. As there, each document fails by itself; only a page that does
//! not answer at all, or turns us away, is not asked for more.

use std::rc::Rc;
use std::time::{Duration, SystemTime};

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp as Moment};
use serde_json::Value;
use signalbook_domain::observation::{
    ContentHash, Failed, Fetched, Missing, Outcome, PollJob, Wanted,
};
use signalbook_domain::{Document, Failure, Platform, Role};
use signalbook_outbound::{FetchError, Part, Phase, Response, RetryAfter};
use signalbook_poller::answer;
use signalbook_readers::{address, detect, documents, probes};

use crate::moves::{Damage, Failing, Weather};
use crate::oracle::shown::{Came, Miss, Served, Shown};
use crate::vendor::Vendor;

/// What a poll brought, for us and for the oracle.
pub(crate) struct Catch {
    pub(crate) outcome: Outcome,
    pub(crate) served: Served,
    /// Kinds of faults that fired.
    pub(crate) fired: Vec<String>,
}

/// One poll being carried out.
pub(crate) struct Fetch<'a> {
    pub(crate) vendor: &'a mut Vendor,
    pub(crate) rng: &'a mut Rng,
    pub(crate) job: &'a PollJob,
    pub(crate) weather: Weather,
    /// The true time.
    pub(crate) now: Moment,
    /// No copy is older than this.
    pub(crate) oldest_copy: Moment,
    /// Our time.
    pub(crate) clock: SystemTime,
}

#[derive(Default)]
struct Bag {
    fetched: Vec<Fetched>,
    missing: Vec<Missing>,
    served: Vec<Came>,
    fired: Vec<String>,
}

impl Fetch<'_> {
    pub(crate) fn carry_out(mut self) -> Catch {
        let mut bag = Bag::default();
        let platform = match self.job.platform {
            Some(platform) => self.known(platform, &mut bag).map(|()| platform),
            None => self.unknown(&mut bag),
        };
        let Bag { fetched, missing, served, fired } = bag;
        match platform {
            Ok(platform) => {
                let outcome =
                    Outcome::Answered { platform, moved_to: None, documents: fetched, missing };
                Catch { outcome, served: Ok(served), fired }
            }
            Err(failed) => {
                let missed = served.iter().find_map(|came| came.result.as_ref().err());
                let failure = missed.expect("a poll fails in bad weather only").failure;
                Catch { outcome: Outcome::Failed(failed), served: Err(failure), fired }
            }
        }
    }

    fn known(&mut self, platform: Platform, bag: &mut Bag) -> Result<(), Failed> {
        let mut changed = false;
        for wanted in &self.job.wanted {
            if wanted.only_after_change && !changed {
                continue;
            }
            let specs = documents(platform);
            let spec = specs.iter().find(|spec| spec.document == wanted.document).unwrap();
            match self.fetch(wanted, spec.path, bag) {
                Ok(()) => {}
                Err(failed)
                    if spec.document.role() == Role::Current && !is_of_the_document(&failed) =>
                {
                    return Err(failed);
                }
                Err(failed) => bag.missing.push(Missing { document: spec.document, failed }),
            }
            changed |= spec.document.role() == Role::Current
                && bag.fetched.last().is_some_and(|fetched| fetched.body.is_some());
        }
        Ok(())
    }

    fn unknown(&mut self, bag: &mut Bag) -> Result<Platform, Failed> {
        let whole = |document| Wanted { document, known: None, only_after_change: false };
        let probe = probes()[0];
        self.fetch(&whole(probe.document), probe.path, bag)?;
        let body = bag.fetched[0].body.as_deref().unwrap_or_default();
        let Some(platform) = detect(probe.document, body) else {
            return Err(Failed {
                failure: Failure::UnknownPlatform,
                detail: "not recognised".to_owned(),
                retry_after: None,
                answer: bag.fetched.pop().map(Box::new),
            });
        };
        for spec in documents(platform).iter().filter(|spec| spec.document.role() == Role::History)
        {
            if let Err(failed) = self.fetch(&whole(spec.document), spec.path, bag) {
                bag.missing.push(Missing { document: spec.document, failed });
            }
        }
        Ok(platform)
    }

    fn fetch(&mut self, wanted: &Wanted, path: &str, bag: &mut Bag) -> Result<(), Failed> {
        let place = place_of(wanted.document);
        let url = address(&self.job.url, path);
        let as_of = copied_at(self.weather, place, self.now, self.oldest_copy);
        let rendered = self.vendor.document(wanted.document, as_of);
        let mut result = Ok(rendered.shown.clone());
        let answer = match self.weather {
            _ if !self.vendor.offers(wanted.document) => {
                bag.fired.push("document.never_offered".to_owned());
                result = Err(NOT_OFFERED);
                let status = if self.rng.bool() { 404 } else { 410 };
                Ok(response(&url, status, b"<h1>Nothing here</h1>".to_vec()))
            }
            Weather::Fails { how, place: at } if at == place => {
                bag.fired.push(format!("poll.{how:?}"));
                if place > 0 {
                    bag.fired.push("document.history_failed_alone".to_owned());
                }
                result = Err(missed(how, self.job.platform.is_none() && place == 0));
                failing(how, &url, &rendered.body)
            }
            Weather::Damaged { damage, place: at } if at == place => {
                let mut value = rendered.value.clone();
                let mut rng = Rng::with_seed(self.vendor.salt());
                if let Some(kind) = spoil(&mut value, wanted.document, damage, &mut rng) {
                    bag.fired.push(format!("document.{kind}"));
                }
                let body = value.to_string().into_bytes();
                let existing = rendered.shown.existing.clone();
                result = Ok(Rc::new(Shown::read(wanted.document, &value, existing)));
                Ok(good(&url, body, wanted))
            }
            Weather::Fine
            | Weather::Fails { .. }
            | Weather::Stale { .. }
            | Weather::Damaged { .. } => Ok(good(&url, rendered.body.clone(), wanted)),
        };
        let fetched = answer::document(wanted, &url, answer, self.clock);
        let is_unchanged = fetched.as_ref().is_ok_and(|fetched| fetched.body.is_none());
        bag.served.push(Came { document: wanted.document, is_unchanged, result });
        bag.fetched.push(fetched?);
        Ok(())
    }
}

/// The place at which moves name a document.
pub(crate) fn place_of(document: Document) -> usize {
    match document {
        Document::Summary => 0,
        Document::Incidents => 1,
        Document::Maintenances => 2,
    }
}

/// Whether it is one document that fails, and not the page.
fn is_of_the_document(failed: &Failed) -> bool {
    failed.failure == Failure::HttpError && failed.answer.is_some() && failed.retry_after.is_none()
}

/// What is to be said of a document that the page does not have.
pub(crate) const NOT_OFFERED: Miss = Miss { failure: Failure::HttpError, is_not_there: true };

/// What is to be said of a document that fails.
pub(crate) fn missed(how: Failing, detecting: bool) -> Miss {
    Miss { failure: how.failure(detecting), is_not_there: how == Failing::NotFound }
}

/// The time of the copy that is served at `place`.
pub(crate) fn copied_at(
    weather: Weather,
    place: usize,
    now: Moment,
    oldest_copy: Moment,
) -> Moment {
    match weather {
        Weather::Stale { minutes, only } if only.is_none_or(|only| only == place) => {
            let copied = now - SignedDuration::from_mins(i64::from(minutes));
            copied.max(oldest_copy)
        }
        Weather::Stale { .. } | Weather::Fine | Weather::Fails { .. } | Weather::Damaged { .. } => {
            now
        }
    }
}

fn response(url: &str, status: u16, body: Vec<u8>) -> Response {
    Response {
        status,
        final_url: url.parse().unwrap(),
        content_type: Some("application/json; charset=utf-8".to_owned()),
        etag: None,
        last_modified: None,
        retry_after: None,
        body: body.into(),
    }
}

/// The document, or word that it is the one that is known.
fn good(url: &str, body: Vec<u8>, wanted: &Wanted) -> Response {
    let etag = format!("W/\"{}\"", &ContentHash::of(&body).to_string()[..16]);
    let holds = wanted.known.as_ref().and_then(|known| known.etag.as_ref()) == Some(&etag);
    let (status, body) = if holds { (304, Vec::new()) } else { (200, body) };
    Response { etag: Some(etag), ..response(url, status, body) }
}

fn failing(how: Failing, url: &str, body: &[u8]) -> Result<Response, FetchError> {
    let host = || "status.example".to_owned();
    let html = |status| response(url, status, b"<h1>Sorry</h1>".to_vec());
    match how {
        Failing::TimedOut => Err(FetchError::TimedOut {
            host: host(),
            phase: Phase::Connect,
            limit: Duration::from_secs(5),
        }),
        Failing::Lost => Err(FetchError::ConnectionLost {
            host: host(),
            source: std::sync::Arc::new(std::io::Error::other("gone")),
        }),
        Failing::TooLarge => Err(FetchError::TooLarge { host: host(), part: Part::Body, limit: 1 }),
        Failing::Refused => {
            Err(FetchError::InvalidAddress { address: host(), expected: "another" })
        }
        Failing::Redirected => Err(FetchError::TooManyRedirects { host: host(), limit: 5 }),
        Failing::Blocked => Ok(html(403)),
        Failing::RateLimited => Ok(Response {
            retry_after: Some(RetryAfter::Delay(Duration::from_secs(90))),
            ..html(429)
        }),
        Failing::ServerError => Ok(html(503)),
        Failing::NotFound => Ok(html(404)),
        Failing::Html => Ok(html(200)),
        Failing::Truncated => Ok(response(url, 200, body[..body.len() / 2].to_vec())),
        Failing::OtherShape => Ok(response(url, 200, br#"{"services": []}"#.to_vec())),
        Failing::Empty => Ok(response(url, 200, Vec::new())),
    }
}

/// Breaks one part of a document, if it has such a part, and the same one the next time. Answers
/// the kind of fault.
fn spoil(
    value: &mut Value,
    document: Document,
    damage: Damage,
    rng: &mut Rng,
) -> Option<&'static str> {
    let key = match (damage, document) {
        (Damage::Component, _) => "components",
        (_, Document::Maintenances) => "scheduled_maintenances",
        (_, Document::Summary | Document::Incidents) => "incidents",
    };
    let list = value.get_mut(key)?.as_array_mut().filter(|list| !list.is_empty())?;
    let chosen = rng.usize(..list.len());
    let within = match damage {
        Damage::Update => "incident_updates",
        Damage::Affected => "components",
        Damage::Report | Damage::Title | Damage::Component => "",
    };
    match damage {
        Damage::Report => {
            list[chosen] = Value::from("oops");
            Some("report_broken")
        }
        Damage::Title => {
            list[chosen].as_object_mut()?.remove("name");
            Some("report_broken")
        }
        Damage::Component => {
            list[chosen] = Value::from(7);
            Some("component_broken")
        }
        Damage::Update | Damage::Affected => {
            let parts = list[chosen].get_mut(within)?.as_array_mut()?;
            let chosen = rng.usize(..parts.len().max(1));
            *parts.get_mut(chosen)? = Value::from("oops");
            Some("part_of_report_broken")
        }
    }
}
