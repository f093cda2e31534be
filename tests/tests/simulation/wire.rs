//! A poll through the real poller, over loopback, from the double that serves the same lives.

use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp as Moment;
use signalbook_bus::MemoryBus;
use signalbook_domain::observation::{Outcome, PollJob};
use signalbook_domain::{Document, Failure};
use signalbook_double::{Double, Fault, Life};
use signalbook_outbound::{Client, Limits, Policy};
use signalbook_poller::Poller;
use signalbook_runtime::{ManualClock, SeededIds};

use crate::fetch::{self, Catch, NOT_OFFERED, copied_at, place_of};
use crate::moves::{Failing, Weather};
use crate::oracle::shown::{Came, Miss};
use crate::vendor::{Vendor, served_as};

/// The double and the poller.
pub(crate) struct Wire {
    double: Double,
    poller: Poller,
    now: Arc<Mutex<Moment>>,
}

impl Wire {
    pub(crate) async fn open(clock: &ManualClock, start: Moment) -> Self {
        let now = Arc::new(Mutex::new(start));
        let shown = now.clone();
        let time = move || *shown.lock().unwrap_or_else(PoisonError::into_inner);
        let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let double = Double::start(loopback, Arc::new(time)).await.unwrap();
        let policy = Policy { allow_private: vec!["127.0.0.0/8".parse().unwrap()] };
        let client = Client::new(policy, Limits::default());
        let (bus, clock) = (Arc::new(MemoryBus::new(1)), Arc::new(clock.clone()));
        let poller = Poller::new(bus, client, clock, Arc::new(SeededIds::new(0)));
        Self { double, poller, now }
    }

    /// Serves a life as it is now; answers where.
    pub(crate) fn serve(&self, slug: &str, life: Life) -> String {
        self.double.add(slug, life)
    }

    pub(crate) async fn fetch(
        &self,
        vendor: &mut Vendor,
        job: &PollJob,
        weather: Weather,
        now: Moment,
        oldest_copy: Moment,
    ) -> Catch {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = now;
        self.serve(&vendor.slug, vendor.life().clone());
        for document in SERVED {
            let place = place_of(document);
            let fault = if vendor.offers(document) {
                fault(weather, place, &job.url, now, oldest_copy)
            } else {
                Some(Fault::status(410, "<h1>Gone</h1>"))
            };
            let document = served_as(document);
            self.double.set_document_fault(&vendor.slug, document, fault);
        }
        let outcome = self.poller.observe(job).await.unwrap().outcome;
        let served = match &outcome {
            Outcome::Failed(_) => Err(missed(weather, job).failure),
            Outcome::Answered { documents, missing, .. } => {
                let came = documents.iter().map(|one| (one.document, one.body.is_none()));
                let mut asked: Vec<(Document, bool)> = came.collect();
                asked.extend(missing.iter().map(|missing| (missing.document, false)));
                asked.sort();
                let came = asked.into_iter().map(|(document, is_unchanged)| {
                    let place = place_of(document);
                    let as_of = copied_at(weather, place, now, oldest_copy);
                    let fails = matches!(weather, Weather::Fails { place: at, .. } if at == place);
                    if !vendor.offers(document) {
                        return Came { document, is_unchanged, result: Err(NOT_OFFERED) };
                    }
                    let shown = Rc::clone(&vendor.document(document, as_of).shown);
                    Came {
                        document,
                        is_unchanged,
                        result: if fails { Err(missed(weather, job)) } else { Ok(shown) },
                    }
                });
                Ok(came.collect())
            }
        };
        Catch { outcome, served, fired: Vec::new() }
    }
}

const SERVED: [Document; 3] = [Document::Summary, Document::Incidents, Document::Maintenances];

/// What the double does in such weather. Damaged documents it has none: it serves them whole.
fn fault(
    weather: Weather,
    place: usize,
    url: &str,
    now: Moment,
    oldest_copy: Moment,
) -> Option<Fault> {
    match weather {
        Weather::Fails { how, place: at } if at == place => Some(failing(how, url)),
        Weather::Stale { .. } => {
            let as_of = copied_at(weather, place, now, oldest_copy);
            (as_of < now).then_some(Fault::Stale { as_of })
        }
        Weather::Fails { .. } | Weather::Fine | Weather::Damaged { .. } => None,
    }
}

fn failing(how: Failing, url: &str) -> Fault {
    match how {
        Failing::TimedOut | Failing::Lost | Failing::TooLarge | Failing::Refused => Fault::Closed,
        Failing::Redirected => Fault::Redirect { to: format!("{url}/api/v2/summary.json") },
        Failing::Blocked => Fault::blocked(),
        Failing::RateLimited => Fault::rate_limited(90),
        Failing::ServerError => Fault::unavailable(),
        Failing::NotFound => Fault::status(404, "<h1>Not here</h1>"),
        Failing::Html => Fault::Html,
        Failing::Truncated => Fault::Truncated,
        Failing::OtherShape => Fault::other_shape(),
        Failing::Empty => Fault::Empty,
    }
}

/// What is to be said of the document that fails.
fn missed(weather: Weather, job: &PollJob) -> Miss {
    let failure = match weather {
        // The other documents are sent to the summary, which is none of them.
        Weather::Fails { how: Failing::Redirected, place: 1.. } => Failure::WrongShape,
        Weather::Fails { how: Failing::TooLarge | Failing::Refused, .. } => Failure::Unreachable,
        Weather::Fails { how, place } => {
            return fetch::missed(how, job.platform.is_none() && place == 0);
        }
        Weather::Fine | Weather::Stale { .. } | Weather::Damaged { .. } => {
            panic!("a poll fails in bad weather only, and not in {weather:?}")
        }
    };
    Miss { failure, is_not_there: false }
}
