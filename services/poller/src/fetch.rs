//! One poll: the documents, one after the other.

use std::time::SystemTime;

use signalbook_domain::observation::{Failed, Fetched, Missing, Outcome, PollJob, Wanted};
use signalbook_domain::{Failure, Platform, Role};
use signalbook_outbound::{Client, Request};
use signalbook_readers::{DocumentSpec, address, detect, documents, probes};
use url::Url;

use crate::answer;

/// What we ask for.
const ACCEPT: &str = "application/json";

/// One poll being carried out.
pub(crate) struct Poll<'a> {
    client: &'a Client,
    job: &'a PollJob,
    now: SystemTime,
    moved_to: Option<String>,
    fetched: Vec<Fetched>,
    missing: Vec<Missing>,
}

impl<'a> Poll<'a> {
    pub(crate) fn new(client: &'a Client, job: &'a PollJob, now: SystemTime) -> Self {
        Self { client, job, now, moved_to: None, fetched: Vec::new(), missing: Vec::new() }
    }

    /// Fetches what the job wants, each document by itself.
    pub(crate) async fn carry_out(mut self) -> Outcome {
        let platform = match self.job.platform {
            Some(platform) => self.known(platform).await.map(|()| platform),
            None => self.unknown().await,
        };
        match platform {
            Ok(platform) => Outcome::Answered {
                platform,
                moved_to: self.moved_to,
                documents: self.fetched,
                missing: self.missing,
            },
            Err(failed) => Outcome::Failed(failed),
        }
    }

    /// A page that does not answer, or turns us away, is not asked for more: its other documents
    /// are at the same place.
    async fn known(&mut self, platform: Platform) -> Result<(), Failed> {
        let mut changed = false;
        for wanted in &self.job.wanted {
            let spec = documents(platform).iter().find(|spec| spec.document == wanted.document);
            let Some(spec) = spec else { continue };
            if wanted.only_after_change && !changed {
                continue;
            }
            match self.fetch(spec, wanted).await {
                Ok(()) => {}
                Err(failed) if spec.role == Role::Current && !is_of_the_document(&failed) => {
                    return Err(failed);
                }
                Err(failed) => self.miss(spec, failed),
            }
            changed |= spec.role == Role::Current
                && self.fetched.last().is_some_and(|fetched| fetched.body.is_some());
        }
        Ok(())
    }

    fn miss(&mut self, spec: &DocumentSpec, failed: Failed) {
        self.missing.push(Missing { document: spec.document, failed });
    }

    /// Finds the platform by what answers, and then fetches the rest of its documents, so that
    /// the first poll already sees the whole page.
    async fn unknown(&mut self) -> Result<Platform, Failed> {
        let mut platform = None;
        for spec in probes() {
            self.fetch(spec, &whole(spec)).await?;
            let body = self.fetched.last().and_then(|fetched| fetched.body.as_deref());
            platform = body.and_then(|body| detect(spec.document, body));
            if platform.is_some() {
                break;
            }
        }
        let platform = platform.ok_or_else(|| self.not_recognised())?;
        for spec in documents(platform) {
            if !self.fetched.iter().any(|fetched| fetched.document == spec.document) {
                match self.fetch(spec, &whole(spec)).await {
                    Ok(()) => {}
                    Err(failed) => self.miss(spec, failed),
                }
            }
        }
        Ok(platform)
    }

    fn not_recognised(&mut self) -> Failed {
        Failed {
            failure: Failure::UnknownPlatform,
            detail: format!(
                "`{}` answers, but not as a status page that Signalbook can read; give the address \
                 of the page itself, like `https://status.example.com`",
                self.job.url
            ),
            retry_after: None,
            answer: self.fetched.pop().map(Box::new),
        }
    }

    async fn fetch(&mut self, spec: &DocumentSpec, wanted: &Wanted) -> Result<(), Failed> {
        let asked = address(&self.job.url, spec.path);
        let url: Url = asked.parse().map_err(|error| refused(&asked, error))?;
        let known = wanted.known.as_ref();
        let request = Request {
            url,
            etag: known.and_then(|known| known.etag.clone()),
            last_modified: known.and_then(|known| known.last_modified.clone()),
            accept: ACCEPT,
        };
        let answer = self.client.get(request).await;
        if let Ok(response) = &answer
            && spec.role == Role::Current
        {
            self.moved_to = moved(&self.job.url, spec, response.final_url.as_str());
        }
        self.fetched.push(answer::document(wanted, &asked, answer, self.now)?);
        Ok(())
    }
}

/// Whether it is one document that fails, and not the page.
fn is_of_the_document(failed: &Failed) -> bool {
    failed.failure == Failure::HttpError && failed.answer.is_some() && failed.retry_after.is_none()
}

fn whole(spec: &DocumentSpec) -> Wanted {
    Wanted { document: spec.document, known: None, only_after_change: false }
}

fn refused(asked: &str, error: url::ParseError) -> Failed {
    Failed {
        failure: Failure::Refused,
        detail: format!("`{asked}` is not an address: {error}"),
        retry_after: None,
        answer: None,
    }
}

/// The page's address that answered, if redirects led to the same document elsewhere.
fn moved(page: &str, spec: &DocumentSpec, answered: &str) -> Option<String> {
    let base = answered.strip_suffix(spec.path)?;
    (base != page.trim_end_matches('/')).then(|| base.to_owned())
}
