//! Events as status pages cause them, the same in every run.
//!
//! - [`equal()`]: streams of ten events whose payloads all have the same size.
//! - [`lives()`]: incidents and components of many providers, merged by time as a log has them.

mod equal;
mod lives;
mod prose;

use std::collections::HashMap;
use std::time::Duration;

use signalbook_domain::event::{Event, Fact, Times};
use signalbook_domain::observation::{ContentHash, Slot, Validators};
use signalbook_domain::poll_state::{DocumentState, PollState};
use signalbook_domain::{
    Document, ObservationId, PageId, Platform, Revision, Slug, StreamId, Timestamp, Worded as _,
};
use signalbook_proto::manifest::{Answered, ManifestAnswer, ManifestDocument, document_id};
use signalbook_proto::{Draft, EncodedManifest, Manifest};
use signalbook_store::{Append, ConditionalPut, PageRow, Stream};
use uuid::Uuid;

pub(crate) use equal::{EVENTS_PER_STREAM, equal, equal_from};
pub(crate) use lives::lives;

/// Providers that the events are about, each with one page.
pub(crate) const PROVIDERS: usize = 100;

/// The first observation: 1 January 2026.
const EPOCH_SECONDS: i64 = 1_767_225_600;

/// A page with its provider.
#[derive(Clone)]
pub(crate) struct Page {
    pub(crate) provider: Slug,
    pub(crate) id: PageId,
}

/// An event of a stream, ready to be appended.
#[derive(Clone)]
pub(crate) struct Story {
    pub(crate) page: PageId,
    pub(crate) stream: StreamId,
    pub(crate) draft: Draft,
}

/// All pages.
pub(crate) fn pages() -> Vec<Page> {
    let page = |number: usize| {
        let name = format!("vendor-{number:03}");
        let provider: Slug = name.parse().expect("a slug of letters and digits");
        let id = PageId::derive(&provider, &format!("https://status.{name}.example"));
        Page { provider, id }
    };
    (0..PROVIDERS).map(page).collect()
}

/// The moment `seconds` after the first observation.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(EPOCH_SECONDS + seconds)
}

/// What a poll that sees a change half a minute after the vendor shows it says of the times.
fn seen(shown_at: Timestamp) -> Times {
    let observed_at = shown_at.plus(Duration::from_millis(31_412));
    Times { occurred_at: Some(shown_at), published_at: Some(shown_at), observed_at }
}

/// The story of an event that an observation of its own told.
fn story(page: &Page, stream: StreamId, event: Event, times: Times, number: usize) -> Story {
    let observation = Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0000 + number as u128);
    let fact = Fact { stream: stream.clone(), event, times, backfilled: false };
    let cause = manifest(page.id, ObservationId(observation)).reference();
    let draft = Draft::encode(&fact, observation, 0, Some(cause));
    Story { page: page.id, stream, draft }
}

/// What a poll of all documents brings that finds one of them changed.
fn manifest(page: PageId, observation: ObservationId) -> EncodedManifest {
    let documents = Document::ALL.iter().map(|document| ManifestDocument {
        id: document_id(*document).to_owned(),
        answer: Some(ManifestAnswer {
            url: format!("https://status.vendor.example/api/v2/{document}.json"),
            status: 200,
            content_type: Some("application/json; charset=utf-8".to_owned()),
            asked_at: at(0),
            hash: ContentHash::of(observation.0.as_bytes()),
        }),
        failure: None,
    });
    let manifest = Manifest {
        page,
        slot: Slot(1_767_225_600_000_000),
        observed_at: at(0),
        outcome: Ok(Answered::new(Platform::Statuspage, None)),
        documents: documents.collect(),
        is_kept: true,
    };
    manifest.encode(observation)
}

/// The row of a page after the poll of `slot`, if nothing is open on it.
fn page_row(page: &Page, slot: Slot) -> PageRow {
    let document_state = |document: &Document| {
        let validators = Validators {
            hash: ContentHash::of(document.word().as_bytes()),
            etag: Some("W/\"4c1d2f7a9be03358c6a10e5d74b9f2c8\"".to_owned()),
            last_modified: None,
        };
        let mut state = DocumentState::new(validators, at(slot.0));
        state.folded = true;
        state.page_updated_at = Some(at(slot.0));
        state.fresh_at = Some(at(slot.0));
        state.whole_at = Some(at(slot.0));
        ((*document).into(), Box::new(state))
    };
    PageRow {
        id: page.id,
        provider: page.provider.clone(),
        name: page.provider.to_string(),
        url: format!("https://status.{}.example", page.provider),
        interval: Duration::from_mins(1),
        added_at: at(0),
        watched: true,
        platform: Some(Platform::Statuspage.into()),
        poll_state: PollState {
            last_slot: slot,
            last_poll_at: Some(at(slot.0)),
            last_good_at: Some(at(slot.0)),
            documents: Document::ALL.iter().map(document_state).collect(),
            ..PollState::default()
        },
    }
}

/// Moves the row of `page` with each of `appends`, as the aggregator does.
pub(crate) fn with_page_rows(mut appends: Vec<Append>, page: &Page) -> Vec<Append> {
    for (append, slot) in appends.iter_mut().zip(1..) {
        let expected = (slot > 1).then_some(Slot(slot - 1));
        append.page = Some(ConditionalPut { row: page_row(page, Slot(slot)), expected });
    }
    appends
}

/// The same `appends` as if nothing were kept of what observations brought.
pub(crate) fn without_manifests(mut appends: Vec<Append>) -> Vec<Append> {
    for append in &mut appends {
        append.manifest = None;
        append.events.iter_mut().for_each(|(_, draft)| draft.observation = None);
    }
    appends
}

/// Appends of `size` events each, with the revisions that their streams then have.
pub(crate) fn appends(stories: &[Story], size: usize) -> Vec<Append> {
    let mut revisions: HashMap<&StreamId, Revision> = HashMap::new();
    stories.chunks(size).map(|chunk| append(chunk, &mut revisions)).collect()
}

fn append<'a>(chunk: &'a [Story], revisions: &mut HashMap<&'a StreamId, Revision>) -> Append {
    // One observation tells all that is appended at once.
    let first = chunk.first().and_then(|story| Some((story.page, story.draft.observation?.id)));
    let manifest = first.map(|(page, observation)| manifest(page, observation));
    let cause = manifest.as_ref().map(EncodedManifest::reference);
    let mut append = Append { manifest, ..Append::default() };
    let mut indexes: HashMap<&StreamId, usize> = HashMap::new();
    for Story { page, stream, draft } in chunk {
        let revision = revisions.entry(stream).or_default();
        let index = *indexes.entry(stream).or_insert_with(|| {
            let stream = Stream { id: stream.clone(), page: *page, expected: *revision };
            append.streams.push(stream);
            append.streams.len() - 1
        });
        append.events.push((index, Draft { observation: cause, ..draft.clone() }));
        *revision = revision.next();
    }
    append
}
