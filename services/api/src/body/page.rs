//! A watched page: its readability, its missing documents, and the vendor's own summary of it.

use serde::Serialize;
use signalbook_domain::event::UnreadDocument;
use signalbook_domain::poll_state::{Hold, MissingRun};
use signalbook_domain::status::{Readability, Reading, Span};
use signalbook_domain::words::Role;
use signalbook_domain::{Document, Failure, Impact, OpenEnum, Platform, ReportKind, Timestamp};
use signalbook_store::views::{DisagreementView, IndicatorView, PageView};
use utoipa::ToSchema;
use uuid::Uuid;

use super::words::{DocumentWord, HealthWord, ImpactWord, PlatformWord};
use crate::verdict::Notes;

/// A status page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PageBody {
    /// Its address.
    pub(crate) url: String,
    /// Its software; `null` until it is detected.
    #[schema(required = true, value_type = Option<PlatformWord>)]
    pub(crate) platform: Option<OpenEnum<Platform>>,
    /// Whether it can be read.
    #[schema(value_type = HealthWord)]
    pub(crate) health: Readability,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) since: Timestamp,
    /// Why it cannot be read, or which part of it cannot, in words; `null` if all of it can.
    #[schema(required = true)]
    pub(crate) detail: Option<String>,
    /// The documents that are missing: those that fail while others can be read, which makes the
    /// page `partly_readable`; those that failed once and that the vendor asks us to leave alone;
    /// and those that it has never offered, which is no trouble.
    pub(crate) documents: Vec<DocumentBody>,
    /// The vendor's request to stay away for a while; `null` if there is none.
    #[schema(required = true)]
    pub(crate) hold: Option<HoldBody>,
    /// The vendor's own summary of the page; `null` if it gives none.
    #[schema(required = true)]
    pub(crate) indicator: Option<IndicatorBody>,
    /// Incidents and maintenances about which the page's documents have contradicted each other
    /// for more than a quarter of an hour.
    pub(crate) disagreements: Vec<DisagreementBody>,
    /// The last period in which it was not read, so that nothing is known of that time; `null` if
    /// there was none.
    #[schema(required = true)]
    pub(crate) unobserved: Option<UnobservedBody>,
    /// What in its documents was not as expected when they were last read, in words; everything
    /// else was. Empty if there was nothing.
    pub(crate) skipped: Vec<String>,
}

/// A document of a page that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
pub(crate) struct DocumentBody {
    /// Which.
    #[schema(value_type = DocumentWord)]
    pub(crate) document: OpenEnum<Document>,
    /// `failing`: it cannot be read; `held`: it failed once, and the vendor
    /// asks us to leave it alone for a while; `not_offered`: the vendor has never offered it.
    pub(crate) state: Lack,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) since: Timestamp,
    /// Why, in words.
    pub(crate) detail: String,
}

/// How a document is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LackWord, description = "How a document is missing. `failing`: it cannot be read. \
    `held`: it failed once, and the vendor asks us to leave it alone for a while. `not_offered`: \
    the vendor has never offered it.")]
pub(crate) enum Lack {
    /// It cannot be read.
    Failing,
    /// It failed once, and the vendor asks us to leave it alone for a while.
    Held,
    /// The vendor has never offered it.
    NotOffered,
}

/// A vendor's request to stay away.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
pub(crate) struct HoldBody {
    /// When it was first made.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) since: Timestamp,
    /// Until when it lasts, as far as we follow it.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) until: Timestamp,
    /// What the vendor answered, in words.
    pub(crate) detail: String,
}

/// The vendor's own summary of a page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndicatorBody {
    /// How bad it is.
    #[schema(value_type = ImpactWord)]
    pub(crate) level: Impact,
    /// The vendor's word for that.
    pub(crate) raw: String,
    /// What the vendor says of it.
    pub(crate) description: String,
    /// When we first saw the word.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) seen_at: Timestamp,
}

/// An incident or a maintenance about which documents contradict each other.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DisagreementBody {
    /// `incident` or `maintenance`.
    #[schema(value_type = String, example = "incident")]
    pub(crate) kind: ReportKind,
    /// Our id of it.
    #[schema(value_type = String, format = "uuid")]
    pub(crate) id: Uuid,
    /// Its title.
    pub(crate) title: String,
    /// What each document says, in words.
    pub(crate) detail: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) since: Timestamp,
}

/// A period in which a page was not read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnobservedBody {
    /// When the last good poll before it had become too old.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) from: Timestamp,
    /// When the page was read again.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) until: Timestamp,
}

impl PageBody {
    /// Describes the page `view` with its readability and its polling notes.
    pub(crate) fn new(view: &PageView, reading: Reading, notes: Notes) -> Self {
        let failing = view.unread.iter().map(DocumentBody::failing);
        Self {
            url: view.url.clone(),
            platform: view.platform.clone(),
            health: reading.state,
            since: reading.since,
            detail: explain(view, reading),
            documents: failing.chain(notes.documents).collect(),
            hold: notes.hold,
            indicator: view.indicator.as_ref().map(IndicatorBody::from),
            disagreements: disagreements(view),
            unobserved: view
                .unobserved
                .map(|Span { since, until }| UnobservedBody { from: since, until }),
            skipped: notes.skipped,
        }
    }
}

/// The contradictions between documents of a page, oldest first.
pub(crate) fn disagreements(view: &PageView) -> Vec<DisagreementBody> {
    let mut all = Vec::with_capacity(view.disagreements.len());
    for (&id, disagreement) in &view.disagreements {
        let DisagreementView { kind, title, detail, since } = disagreement.clone();
        all.push(DisagreementBody { kind, id, title, detail, since });
    }
    all.sort_by_key(|one| (one.since, one.id));
    all
}

impl DocumentBody {
    /// A document that fails while others of the page can be read.
    pub(crate) fn failing(unread: &UnreadDocument) -> Self {
        Self {
            document: unread.document.clone(),
            state: Lack::Failing,
            since: unread.since,
            detail: with_detail(plain(unread.failure), &unread.detail),
        }
    }

    /// A document that the vendor has never offered, or asks us to leave alone; none if it failed
    /// without such a request.
    pub(crate) fn noted(document: Document, run: &MissingRun) -> Option<Self> {
        let (since, detail) = (run.since, run.detail.clone());
        let state =
            if run.not_offered { Lack::NotOffered } else { run.not_before.map(|_| Lack::Held)? };
        Some(Self { document: document.into(), state, since, detail })
    }
}

impl From<&Hold> for HoldBody {
    fn from(hold: &Hold) -> Self {
        Self { since: hold.since, until: hold.until, detail: hold.detail.clone() }
    }
}

impl From<&IndicatorView> for IndicatorBody {
    fn from(view: &IndicatorView) -> Self {
        let IndicatorView { level, raw, description, seen_at } = view.clone();
        Self { level, raw, description, seen_at }
    }
}

/// Why a page cannot be read in full, in words; none if it can.
pub(crate) fn explain(view: &PageView, reading: Reading) -> Option<String> {
    match reading.state {
        Readability::Readable => None,
        Readability::Unread => Some("it has not been read yet".to_owned()),
        Readability::Stale => Some("it has not been read for too long".to_owned()),
        Readability::PartlyReadable => {
            let missing = view.unread.iter().map(|unread| {
                format!("{}: {}", lacks(&unread.document), DocumentBody::failing(unread).detail)
            });
            Some(missing.collect::<Vec<_>>().join("; "))
        }
        Readability::Unreadable => {
            let failure = view.failure.map_or("it cannot be read", plain);
            Some(with_detail(failure, view.detail.as_deref().unwrap_or_default()))
        }
    }
}

/// What a readable page lacks, in a few words.
pub(crate) fn all_lacks(view: &PageView) -> String {
    let lacks = view.unread.iter().map(|unread| lacks(&unread.document));
    lacks.collect::<Vec<_>>().join("; ")
}

/// The consequence of a failing document of a readable page, as a clause.
pub(crate) fn lacks(document: &OpenEnum<Document>) -> String {
    let how = if is_history(document) { "cannot be read" } else { "cannot be read in full" };
    format!("{} {how}", plain_document(document))
}

/// Like [`lacks`], but as the start of a sentence that ends with `since` and a moment.
pub(crate) fn has_lacked(document: &OpenEnum<Document>) -> String {
    let history = is_history(document);
    let how = if history { "has been unreadable" } else { "has not been readable in full" };
    format!("{} {how}", plain_document(document))
}

/// A document of a later version does not count: it may hold the current status.
fn is_history(document: &OpenEnum<Document>) -> bool {
    document.known().is_some_and(|document| document.role() == Role::History)
}

/// The content of a document, in words.
pub(crate) fn plain_document(document: &OpenEnum<Document>) -> String {
    let plain = match document.known() {
        Some(Document::Summary) => "the current status",
        Some(Document::Incidents) => "the list of incidents",
        Some(Document::Maintenances) => "the list of planned work",
        None => return format!("the document `{document}`"),
    };
    plain.to_owned()
}

fn with_detail(plain: &str, detail: &str) -> String {
    match detail.trim() {
        "" => plain.to_owned(),
        detail => format!("{plain} ({detail})"),
    }
}

fn plain(failure: Failure) -> &'static str {
    match failure {
        Failure::Unreachable => "it does not answer",
        Failure::Refused => "its address is one that we refuse to connect to",
        Failure::Blocked => "it turns us away",
        Failure::HttpError => "it answers with an error",
        Failure::Redirected => "it answers from somewhere else",
        Failure::TooLarge => "its answer is too large",
        Failure::WrongShape => "its answer is not the document it should be",
        Failure::AnotherPage => "another page answers here",
        Failure::UnknownPlatform => "no status page that we can read was found there",
    }
}
