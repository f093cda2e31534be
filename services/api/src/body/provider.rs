//! A provider's head, its pages, and what is open.

use serde::Serialize;
use signalbook_domain::outage::counts;
use signalbook_domain::status::Status;
use signalbook_domain::{Failure, Impact, PageId, Phase, Platform, Slug, Timestamp};
use signalbook_store::views::{OpenReport, PageView};
use utoipa::ToSchema;
use uuid::Uuid;

use super::words::{ImpactWord, PhaseWord, PlatformWord, StatusWord};
use crate::directory::Known;
use crate::standing::{Reading, ReadingState};

/// A provider and how it does.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderBody {
    /// The short name.
    #[schema(value_type = String, example = "kustomer")]
    pub(crate) slug: Slug,
    /// The name.
    pub(crate) name: String,
    /// How it does.
    #[schema(value_type = StatusWord)]
    pub(crate) status: Status,
    /// Since when; `null` if no page of it is watched.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    pub(crate) status_since: Option<Timestamp>,
    /// Its watched pages.
    pub(crate) pages: Vec<PageBody>,
}

/// A status page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PageBody {
    /// Its address.
    pub(crate) url: String,
    /// Its software; `null` until it is detected.
    #[schema(required = true, value_type = Option<PlatformWord>)]
    pub(crate) platform: Option<Platform>,
    /// `readable`, `unreadable`, `unread` (never read yet) or `stale` (not read lately).
    #[schema(example = "readable")]
    pub(crate) health: &'static str,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) since: Timestamp,
    /// Why it cannot be read, in words.
    #[schema(required = true)]
    pub(crate) detail: Option<String>,
    /// What was not as expected in its documents when they were last read, in words: all else was.
    /// Empty if nothing was.
    pub(crate) skipped: Vec<String>,
}

/// An incident that is not over.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenBody {
    /// Our id.
    #[schema(value_type = String, format = "uuid")]
    pub(crate) id: Uuid,
    /// The title.
    pub(crate) title: String,
    /// How bad it is.
    #[schema(value_type = ImpactWord)]
    pub(crate) impact: Impact,
    /// Where it stands.
    #[schema(value_type = PhaseWord)]
    pub(crate) phase: Phase,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) started_at: Timestamp,
}

impl ProviderBody {
    /// The head of `known`.
    pub(crate) fn new(known: &Known) -> Self {
        Self {
            slug: known.view.slug.clone(),
            name: known.view.name.clone(),
            status: known.standing.status,
            status_since: known.standing.since,
            pages: pages(known)
                .map(|(id, page, reading)| {
                    PageBody::new(page, reading, known.standing.skipped(id).to_vec())
                })
                .collect(),
        }
    }
}

impl PageBody {
    fn new(page: &PageView, reading: Reading, skipped: Vec<String>) -> Self {
        Self {
            url: page.url.clone(),
            platform: page.platform,
            health: reading.state.word(),
            since: reading.since,
            detail: why(page, reading),
            skipped,
        }
    }
}

/// The watched pages of `known` with how reading them goes.
pub(crate) fn pages(known: &Known) -> impl Iterator<Item = (PageId, &PageView, Reading)> {
    let pages = known.view.pages.iter();
    pages.filter_map(|(id, page)| Some((*id, page, *known.standing.pages.get(id)?)))
}

/// The open incidents on watched pages, the worst first, then the newest.
pub(crate) fn open(known: &Known) -> Vec<OpenBody> {
    let mut open: Vec<OpenBody> = on_watched(known)
        .filter(|(_, report)| !report.is_maintenance)
        .map(|(id, report)| OpenBody {
            id,
            title: report.title.clone(),
            impact: report.impact,
            phase: report.phase,
            started_at: report.started_at,
        })
        .collect();
    open.sort_by_key(|open| {
        std::cmp::Reverse((counts(open.impact), open.impact, open.started_at, open.id))
    });
    open
}

/// The ids of maintenances on watched pages that are not over.
pub(crate) fn open_works(known: &Known) -> Vec<Uuid> {
    on_watched(known).filter(|(_, report)| report.is_maintenance).map(|(id, _)| id).collect()
}

fn on_watched(known: &Known) -> impl Iterator<Item = (Uuid, &OpenReport)> {
    let watched = known.view.open.iter().filter(|(_, open)| known.standing.watches(open.page));
    watched.map(|(id, open)| (*id, open))
}

/// Why a page cannot be read, in words; none if it can.
pub(crate) fn why(page: &PageView, reading: Reading) -> Option<String> {
    let detail = page.detail.as_deref().map(str::trim).filter(|detail| !detail.is_empty());
    match reading.state {
        ReadingState::Readable => None,
        ReadingState::Unread => Some("it was not read yet".to_owned()),
        ReadingState::Stale => Some("it was not read for too long".to_owned()),
        ReadingState::Unreadable => {
            let plain = page.failure.map_or("it cannot be read", plain);
            Some(detail.map_or_else(|| plain.to_owned(), |detail| format!("{plain} ({detail})")))
        }
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
        Failure::AnotherPage => "another page answers there",
        Failure::UnknownPlatform => "no status page that we can read was found there",
    }
}
