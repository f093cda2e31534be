//! Vendors without a network: what they answer, and when, is for the test to say.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use signalbook_domain::observation::ContentHash;
use signalbook_double::random::newborn;
use signalbook_double::{Act, Document, Life, render};
use signalbook_outbound::{FetchError, Limits, Means, Phase, Request, Response};
use signalbook_poller::{Fetch, Fetching};
use signalbook_runtime::{Clock as _, ManualClock};

/// What a vendor does when it is asked for a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// It answers at once.
    Fine,
    /// It answers after so long.
    Slow(Duration),
    /// It says nothing until we give up.
    Hangs,
    /// It answers with this status.
    Status(u16),
    /// It is never asked, for want of something of ours.
    Unasked(Means),
    /// It says that nothing has changed to whoever sends a validator, whatever has.
    Frozen,
}

/// One request that came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) host: String,
    pub(crate) document: Document,
    pub(crate) second: f64,
    pub(crate) with_validator: bool,
}

/// All vendors. They tell the same life, each at its own host.
#[derive(Clone)]
pub(crate) struct Vendors {
    clock: ManualClock,
    state: Arc<Mutex<State>>,
}

struct State {
    life: Life,
    moods: BTreeMap<(String, Document), Mood>,
    asked: Vec<Asked>,
    under_way: usize,
    most_under_way: usize,
}

const DOCUMENTS: [(Document, &str); 3] = [
    (Document::Summary, "/api/v2/summary.json"),
    (Document::Incidents, "/api/v2/incidents.json"),
    (Document::ScheduledMaintenances, "/api/v2/scheduled-maintenances.json"),
];

impl Vendors {
    pub(crate) fn new(clock: &ManualClock) -> Self {
        let state = State {
            life: newborn(1, "2026-01-01T00:00:00Z".parse().unwrap()),
            moods: BTreeMap::new(),
            asked: Vec::new(),
            under_way: 0,
            most_under_way: 0,
        };
        Self { clock: clock.clone(), state: Arc::new(Mutex::new(state)) }
    }

    /// Lets a vendor's documents be answered like this from now on.
    pub(crate) fn set(&self, host: &str, documents: &[Document], mood: &Mood) {
        for document in documents {
            self.state().moods.insert((host.to_owned(), *document), mood.clone());
        }
    }

    /// Lets a whole vendor be like this from now on.
    pub(crate) fn set_all(&self, host: &str, mood: &Mood) {
        self.set(host, &DOCUMENTS.map(|(document, _)| document), mood);
    }

    /// Lets something happen at all vendors.
    pub(crate) fn act(&self, act: Act) {
        let at = jiff::Timestamp::try_from(self.clock.now()).unwrap();
        self.state().life.push(at, act);
    }

    /// All requests so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state().asked.clone()
    }

    /// The seconds at which a document of one vendor was asked for.
    pub(crate) fn seconds(&self, host: &str, document: Document) -> Vec<f64> {
        let asked = self.asked().into_iter();
        let of = asked.filter(|asked| asked.host == host && asked.document == document);
        of.map(|asked| asked.second).collect()
    }

    /// How many requests were under way at once at most.
    pub(crate) fn most_under_way(&self) -> usize {
        self.state().most_under_way
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    async fn answer(self, request: Request) -> Result<Response, FetchError> {
        let host = request.url.host_str().unwrap().to_owned();
        let document = DOCUMENTS.iter().find(|(_, path)| request.url.path() == *path).unwrap().0;
        let _under_way = UnderWay::begin(&self);
        let validator = request.etag.clone();
        let mood = {
            let mut state = self.state();
            let second = self.clock.monotonic().as_secs_f64();
            let with_validator = validator.is_some();
            state.asked.push(Asked { host: host.clone(), document, second, with_validator });
            state.moods.get(&(host.clone(), document)).cloned().unwrap_or(Mood::Fine)
        };
        match mood {
            Mood::Slow(time) => self.clock.sleep(time).await,
            Mood::Hangs => {
                let limit = Limits::TOTAL;
                self.clock.sleep(limit).await;
                return Err(FetchError::TimedOut { host, phase: Phase::Total, limit });
            }
            Mood::Status(status) => return Ok(response(&request, status, Vec::new())),
            Mood::Unasked(means) => {
                let source = Arc::new(std::io::Error::other("there is none"));
                return Err(FetchError::Lacking { host, means, source });
            }
            Mood::Frozen if validator.is_some() => return Ok(response(&request, 304, Vec::new())),
            Mood::Fine | Mood::Frozen => {}
        }
        let body = self.body(&host, document);
        let etag = Some(format!("\"{}\"", ContentHash::of(&body)));
        if validator == etag {
            return Ok(response(&request, 304, Vec::new()));
        }
        Ok(Response { etag, ..response(&request, 200, body) })
    }

    fn body(&self, host: &str, document: Document) -> Vec<u8> {
        let now = jiff::Timestamp::try_from(self.clock.now()).unwrap();
        let state = self.state();
        let url = format!("https://{host}");
        render::document(document, &state.life, now, &url).unwrap().to_string().into_bytes()
    }
}

impl Fetch for Vendors {
    fn get(&self, request: Request) -> Fetching {
        Box::pin(self.clone().answer(request))
    }
}

fn response(request: &Request, status: u16, body: Vec<u8>) -> Response {
    Response {
        status,
        final_url: request.url.clone(),
        content_type: Some("application/json".to_owned()),
        etag: None,
        last_modified: None,
        retry_after: None,
        body: body.into(),
    }
}

/// Counts a request for as long as it lasts.
struct UnderWay(Vendors);

impl UnderWay {
    fn begin(vendors: &Vendors) -> Self {
        let mut state = vendors.state();
        state.under_way += 1;
        state.most_under_way = state.most_under_way.max(state.under_way);
        drop(state);
        Self(vendors.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.state().under_way -= 1;
    }
}
