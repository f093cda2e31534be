//! Providers with their verdicts, as several routes need them.
//!
//! A provider whose row is damaged or lost is still known from the log's pages: it is listed as
//! unknown, and the other providers are unaffected.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash, Hasher};

use signalbook_domain::status::{Reading, Sign, Status, Verdict};
use signalbook_domain::{PageId, Slug, Timestamp};
use signalbook_store::PageRow;
use signalbook_store::views::{OpenReport, PageView, ProviderView};
use uuid::Uuid;

use crate::problem::{Problem, short};
use crate::state::{AppState, Reached};
use crate::verdict::{Notes, judge};

/// The explanation for a provider whose row is damaged.
const DAMAGED: &str =
    "what is known of it was damaged on disk, and is being built again from the log";

/// A provider and its state at one moment.
pub(crate) struct ProviderSummary {
    pub(crate) view: ProviderView,
    pub(crate) verdict: Verdict,
    /// Why nothing is known of it, if its row is damaged.
    pub(crate) damaged: Option<&'static str>,
    /// The polling rows of its pages.
    rows: Vec<PageRow>,
    /// The notes from those rows that are shown beside a page.
    notes: BTreeMap<PageId, Notes>,
}

impl ProviderSummary {
    fn new(view: ProviderView, rows: Vec<PageRow>, now: Timestamp) -> Self {
        let verdict = judge(&view, &rows, now);
        let notes = rows.iter().map(|row| (row.id, Notes::of(row))).collect();
        Self { view, verdict, damaged: None, rows, notes }
    }

    /// A provider of which only a watched page is known.
    fn damaged(slug: Slug, name: String, now: Timestamp) -> Self {
        let verdict = Verdict {
            status: Status::Unknown,
            since: None,
            in_trouble: false,
            is_standing: false,
            pages: BTreeMap::new(),
        };
        let view = ProviderView::new(slug, name, now);
        Self { view, verdict, damaged: Some(DAMAGED), rows: Vec::new(), notes: BTreeMap::new() }
    }

    /// Its watched pages, with their readability and polling notes.
    pub(crate) fn pages(&self) -> impl Iterator<Item = (&PageView, Reading, Notes)> {
        self.view.pages.iter().filter_map(|(id, page)| {
            let notes = self.notes.get(id).cloned().unwrap_or_default();
            Some((page, *self.verdict.pages.get(id)?, notes))
        })
    }

    /// The open incidents and maintenances on its watched pages, by id.
    pub(crate) fn open_reports(&self) -> impl Iterator<Item = (Uuid, &OpenReport)> {
        let watched = self.view.open.iter().filter(|(_, open)| self.verdict.watches(open.page));
        watched.map(|(id, open)| (*id, open))
    }

    /// The signs of trouble on its readable pages, the worst first.
    pub(crate) fn signs(&self) -> Vec<Sign> {
        let read = self.verdict.pages.iter().filter(|(_, page)| !page.is_unknown());
        let mut signs: Vec<Sign> = read.flat_map(|(id, _)| self.view.signs(*id)).collect();
        Sign::sort(&mut signs);
        signs
    }

    /// The oldest among the last reads of its watched pages.
    pub(crate) fn last_read_at(&self) -> Option<Timestamp> {
        let watched = self.rows.iter().filter(|row| self.verdict.watches(row.id));
        watched.filter_map(|row| row.poll_state.last_good_at).min()
    }

    /// Whether the response changes with the time: a report is open or a page is unreadable.
    pub(crate) fn is_time_dependent(&self) -> bool {
        self.open_reports().next().is_some() || self.verdict.has_unknown_page()
    }
}

impl Hash for ProviderSummary {
    /// Hashes all that changes without an event.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.verdict.hash(state);
        self.notes.hash(state);
        self.damaged.hash(state);
    }
}

/// All providers with a watched page, and the checkpoint of the views before they were read. Later
/// events may or may not be included.
pub(crate) struct ProviderList {
    /// The worst first, then by name.
    pub(crate) providers: Vec<ProviderSummary>,
    pub(crate) reached: Reached,
    /// The time of the request.
    pub(crate) now: Timestamp,
}

impl ProviderList {
    pub(crate) async fn read(app: &AppState) -> Result<Self, Problem> {
        let now = app.now();
        let reached = app.reached().await?;
        let rows = app.api.log.pages().await?;
        let names = watched(&rows);
        let (views, damaged) = load_views(app, &names).await?;
        let mut rows: HashMap<PageId, PageRow> =
            rows.into_iter().map(|row| (row.id, row)).collect();
        let mut providers: Vec<ProviderSummary> = Vec::new();
        for view in views {
            let own = view.pages.keys().filter_map(|page| rows.remove(page)).collect();
            let known = ProviderSummary::new(view, own, now);
            if !known.verdict.pages.is_empty() {
                providers.push(known);
            }
        }
        for slug in damaged {
            let name = names.get(&slug).cloned().unwrap_or_default();
            providers.push(ProviderSummary::damaged(slug, name, now));
        }
        providers.sort_by_cached_key(|known| {
            let name = known.view.name.to_lowercase();
            (known.verdict.rank(), name, known.view.slug.clone())
        });
        Ok(Self { providers, reached, now })
    }
}

/// The providers with a watched page in the log, with their names.
fn watched(rows: &[PageRow]) -> BTreeMap<Slug, String> {
    let watched = rows.iter().filter(|row| row.watched);
    watched.map(|row| (row.provider.clone(), row.name.clone())).collect()
}

/// Loads the providers from the views, and the set of those in `names` whose rows are damaged or
/// lost.
async fn load_views(
    app: &AppState,
    names: &BTreeMap<Slug, String>,
) -> Result<(Vec<ProviderView>, BTreeSet<Slug>), Problem> {
    let mut damaged = BTreeSet::new();
    let views = match app.api.views.providers().await {
        Ok(views) => views,
        Err(error) if error.is_damage() => {
            let mut sound = Vec::new();
            for slug in names.keys() {
                match app.api.views.provider(slug).await {
                    Ok(view) => sound.extend(view),
                    Err(error) if error.is_damage() => {
                        damaged.insert(slug.clone());
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            sound
        }
        Err(error) => return Err(error.into()),
    };
    let found: BTreeSet<&Slug> = views.iter().map(|view| &view.slug).collect();
    for slug in names.keys() {
        if !found.contains(slug) && !damaged.contains(slug) && is_lost(app, slug).await? {
            damaged.insert(slug.clone());
        }
    }
    Ok((views, damaged))
}

/// Whether the views lack a provider with a watched page although they should have it: they are
/// damaged, or have reached the end of the log, which was read after the page.
async fn is_lost(app: &AppState, slug: &Slug) -> Result<bool, Problem> {
    let end = app.api.log.head().await?.position;
    let is_due = app.api.views.damaged().borrow().is_some();
    let is_due = is_due || app.api.views.reached().await? >= end;
    Ok(is_due && app.api.views.provider(slug).await?.is_none())
}

/// Finds a provider, with or without a watched page, and judges it at `now`.
pub(crate) async fn find_provider(
    app: &AppState,
    slug: &str,
    now: Timestamp,
) -> Result<ProviderSummary, Problem> {
    let missing = || Problem::NotFound(format!("There is no provider `{}`", short(slug)));
    let slug: Slug = slug.parse().map_err(|_| missing())?;
    let Some(view) = app.api.views.provider(&slug).await? else {
        let is_watched = watched(&app.api.log.pages().await?).contains_key(&slug);
        let is_lost = is_watched && is_lost(app, &slug).await?;
        return Err(if is_lost { Problem::Damaged } else { missing() });
    };
    let ids: Vec<PageId> = view.pages.keys().copied().collect();
    let rows = app.api.log.pages_by_id(&ids).await?;
    Ok(ProviderSummary::new(view, rows, now))
}

/// Finds a provider with a watched page, and judges it at `now`.
pub(crate) async fn find_watched_provider(
    app: &AppState,
    slug: &str,
    now: Timestamp,
) -> Result<ProviderSummary, Problem> {
    let known = find_provider(app, slug, now).await?;
    if known.verdict.pages.is_empty() {
        return Err(Problem::NotFound(format!(
            "No page of `{slug}` is watched any more; its history is at `/v1/providers/{slug}/outages`"
        )));
    }
    Ok(known)
}
