//! A provider's summary, its signs of trouble beside incidents, and its open incidents.

use serde::Serialize;
use signalbook_domain::outage::counts;
use signalbook_domain::status::{Sign, SignKind, Status};
use signalbook_domain::{Impact, Phase, Slug, Timestamp};
use utoipa::ToSchema;
use uuid::Uuid;

use super::page::PageBody;
use super::words::{ImpactWord, PhaseWord, SignWord, StatusWord};
use crate::provider_summary::ProviderSummary;

/// The most signs in a response.
pub(crate) const SIGNS_MAX: usize = 20;

/// A provider and how it is doing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderBody {
    /// The short name.
    #[schema(value_type = String, example = "kustomer")]
    pub(crate) slug: Slug,
    /// The name.
    pub(crate) name: String,
    /// How it is doing.
    #[schema(value_type = StatusWord)]
    pub(crate) status: Status,
    /// Since when; `null` if no page of it is watched, or what is known of it is damaged.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    pub(crate) status_since: Option<Timestamp>,
    /// Whether it is `degraded` and its signs of trouble have not changed for a week: then this is
    /// how the vendor's page usually looks. Such providers are listed below those under
    /// maintenance.
    pub(crate) standing: bool,
    /// The signs of trouble on its pages, whether or not an incident is open, the worst first:
    /// components that are degraded or down, and the vendor's own indicator. What planned work
    /// under way explains is left out, and so is a page whose current status cannot be read in
    /// full.
    #[schema(max_items = 20)]
    pub(crate) signs: Vec<SignBody>,
    /// How many more signs there are.
    pub(crate) signs_more: usize,
    /// Its watched pages.
    pub(crate) pages: Vec<PageBody>,
    /// Why nothing is known of it for the moment although it is watched, in words: what was known
    /// is damaged, and is being built again from the log. `null` if nothing is.
    #[schema(required = true)]
    pub(crate) damaged: Option<&'static str>,
}

/// A sign of trouble.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignBody {
    /// Where it shows.
    #[schema(value_type = SignWord)]
    pub(crate) kind: SignKind,
    /// Our id of the component; `null` for an indicator.
    #[schema(required = true, value_type = Option<String>, format = "uuid")]
    pub(crate) id: Option<Uuid>,
    /// The component's name, or what the vendor says of the whole page.
    pub(crate) name: String,
    /// The component's group.
    #[schema(required = true)]
    pub(crate) group: Option<String>,
    /// The vendor's word.
    #[schema(example = "partial_outage")]
    pub(crate) word: String,
    /// When we first saw the word.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) since: Timestamp,
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
    pub(crate) fn new(known: &ProviderSummary) -> Self {
        let signs = known.signs();
        let (signs, signs_more) = first_signs(&signs, SIGNS_MAX);
        Self {
            slug: known.view.slug.clone(),
            name: known.view.name.clone(),
            status: known.verdict.status,
            status_since: known.verdict.since,
            standing: known.verdict.is_standing,
            signs: signs.iter().map(SignBody::from).collect(),
            signs_more,
            pages: known
                .pages()
                .map(|(page, reading, notes)| PageBody::new(page, reading, notes))
                .collect(),
            damaged: known.damaged,
        }
    }
}

impl From<&Sign> for SignBody {
    fn from(sign: &Sign) -> Self {
        let Sign { kind, id, name, group, word, since, .. } = sign.clone();
        Self { kind, id, name, group, word, since }
    }
}

/// The first `limit` of `signs`, and the number of the others.
pub(crate) fn first_signs(signs: &[Sign], limit: usize) -> (&[Sign], usize) {
    let shown = signs.len().min(limit);
    (&signs[..shown], signs.len() - shown)
}

/// The open incidents on watched pages, the worst first, then the newest.
pub(crate) fn list_open(known: &ProviderSummary) -> Vec<OpenBody> {
    let mut open: Vec<OpenBody> = known
        .open_reports()
        .filter(|(_, report)| !report.kind.is_maintenance())
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
