//! One poll: the documents, one after the other.

use std::sync::Arc;
use std::time::SystemTime;

use signalbook_domain::observation::{Failed, Fetched, PollJob, Wanted};
use signalbook_domain::{Document, Failure, Platform, Role};
use signalbook_outbound::Request;
use signalbook_readers::{DocumentSpec, address, detect, documents, probes};
use url::Url;

use crate::answer::{self, unanswered};
use crate::fetch::Fetch;
use crate::lacking::Lack;

/// What we ask for.
const ACCEPT: &str = "application/json";

/// One poll being carried out. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Poll {
    pub(crate) client: Arc<dyn Fetch>,
    pub(crate) job: Arc<PollJob>,
    pub(crate) now: SystemTime,
}

/// Why there is no document.
pub(crate) enum Trouble {
    /// By what the vendor did.
    Failed(Failed),
    /// For want of our own means.
    Lack(Lack),
}

/// What came of one document.
pub(crate) struct Came {
    pub(crate) document: Document,
    pub(crate) result: Result<Fetched, Trouble>,
}

impl Came {
    /// The size of what was received.
    pub(crate) fn bytes(&self) -> usize {
        let fetched = match &self.result {
            Ok(fetched) => Some(fetched),
            Err(Trouble::Failed(failed)) => failed.answer.as_deref(),
            Err(Trouble::Lack(_)) => None,
        };
        fetched.and_then(|fetched| fetched.body.as_ref()).map_or(0, Vec::len)
    }
}

/// A page that has answered.
pub(crate) struct Answered {
    pub(crate) platform: Platform,
    /// The address that answered, if redirects led away from the page's own.
    pub(crate) moved_to: Option<String>,
    /// What came so far.
    pub(crate) came: Vec<Came>,
}

impl Answered {
    /// Whether the current document says something new.
    pub(crate) fn has_changed(&self) -> bool {
        self.came.iter().any(|came| came.result.as_ref().is_ok_and(|new| new.body.is_some()))
    }
}

/// What one request for a document brought.
struct Got {
    fetched: Fetched,
    moved_to: Option<String>,
}

impl Poll {
    /// Fetches what says what goes on now.
    pub(crate) async fn current(&self) -> Result<Answered, Trouble> {
        match self.job.platform {
            Some(platform) => self.known(platform).await,
            None => self.unknown().await,
        }
    }

    /// A page that does not answer, or turns us away, is not asked for more: its other documents
    /// are at the same place.
    async fn known(&self, platform: Platform) -> Result<Answered, Trouble> {
        let mut answered = Answered { platform, moved_to: None, came: Vec::new() };
        for (spec, wanted) in self.wanted(platform, Role::Current) {
            let result = match self.get(spec, wanted).await {
                Ok(got) => {
                    answered.moved_to = got.moved_to;
                    Ok(got.fetched)
                }
                Err(Trouble::Failed(failed)) if is_of_the_document(&failed) => {
                    Err(Trouble::Failed(failed))
                }
                Err(trouble) => return Err(trouble),
            };
            answered.came.push(Came { document: spec.document, result });
        }
        Ok(answered)
    }

    /// Finds the platform by what answers.
    async fn unknown(&self) -> Result<Answered, Trouble> {
        let mut last = None;
        for spec in probes() {
            let Got { fetched, moved_to } = self.get(spec, &whole(spec)).await?;
            let body = fetched.body.as_deref();
            if let Some(platform) = body.and_then(|body| detect(spec.document, body)) {
                let came = vec![Came { document: spec.document, result: Ok(fetched) }];
                return Ok(Answered { platform, moved_to, came });
            }
            last = Some(fetched);
        }
        Err(Trouble::Failed(self.not_recognised(last)))
    }

    /// What is to be fetched once the current document is there, which may have changed. The first
    /// poll of a page already sees all of it.
    pub(crate) fn lists_wanted(&self, answered: &Answered, has_changed: bool) -> Vec<Wanted> {
        if self.job.platform.is_none() {
            let specs = documents(answered.platform).iter();
            let came = |document| answered.came.iter().any(|came| came.document == document);
            return specs.filter(|spec| !came(spec.document)).map(whole).collect();
        }
        let lists = self.wanted(answered.platform, Role::History).map(|(_, wanted)| wanted);
        lists.filter(|wanted| has_changed || !wanted.only_after_change).cloned().collect()
    }

    /// Fetches these, each by itself.
    pub(crate) async fn lists(self, platform: Platform, lists: Vec<Wanted>) -> Vec<Came> {
        let mut came = Vec::new();
        for wanted in &lists {
            let document = wanted.document;
            if let Some(spec) = documents(platform).iter().find(|spec| spec.document == document) {
                let result = self.get(spec, wanted).await.map(|got| got.fetched);
                came.push(Came { document, result });
            }
        }
        came
    }

    fn wanted(
        &self,
        platform: Platform,
        role: Role,
    ) -> impl Iterator<Item = (&'static DocumentSpec, &Wanted)> {
        self.job.wanted.iter().filter_map(move |wanted| {
            let mut specs = documents(platform).iter().filter(|spec| spec.document.role() == role);
            Some((specs.find(|spec| spec.document == wanted.document)?, wanted))
        })
    }

    fn not_recognised(&self, answer: Option<Fetched>) -> Failed {
        let detail = format!(
            "`{}` answers, but not as a status page that Signalbook can read; give the address of \
             the page itself, like `https://status.example.com`",
            self.job.url
        );
        let answer = answer.map(Box::new);
        Failed { answer, ..unanswered(Failure::UnknownPlatform, detail) }
    }

    async fn get(&self, spec: &DocumentSpec, wanted: &Wanted) -> Result<Got, Trouble> {
        let asked = address(&self.job.url, spec.path);
        let url: Url = asked.parse().map_err(|error| {
            let detail = format!("`{asked}` is not an address: {error}");
            Trouble::Failed(unanswered(Failure::Refused, detail))
        })?;
        let known = wanted.known.as_ref();
        let request = Request {
            url,
            etag: known.and_then(|known| known.etag.clone()),
            last_modified: known.and_then(|known| known.last_modified.clone()),
            accept: ACCEPT,
        };
        let answer = self.client.get(request).await;
        if let Some(lack) = answer.as_ref().err().and_then(Lack::of) {
            return Err(Trouble::Lack(lack));
        }
        let end = answer.as_ref().ok().map(|response| response.final_url.clone());
        let moved_to = end.and_then(|end| moved(&self.job.url, spec, end.as_str()));
        let fetched =
            answer::document(wanted, &asked, answer, self.now).map_err(Trouble::Failed)?;
        Ok(Got { fetched, moved_to })
    }
}

/// Whether it is one document that fails, and not the page.
fn is_of_the_document(failed: &Failed) -> bool {
    failed.failure == Failure::HttpError && failed.answer.is_some() && failed.retry_after.is_none()
}

fn whole(spec: &DocumentSpec) -> Wanted {
    Wanted { document: spec.document, known: None, only_after_change: false }
}

/// The page's address that answered, if redirects led to the same document elsewhere.
fn moved(page: &str, spec: &DocumentSpec, answered: &str) -> Option<String> {
    let base = answered.strip_suffix(spec.path)?;
    (base != page.trim_end_matches('/')).then(|| base.to_owned())
}
