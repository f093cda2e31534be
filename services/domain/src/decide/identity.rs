//! Whether the page that answers is the one that was folded.
//!
//! A rebuilt page has a new id, and so does every report on it. A sold domain or a wrong redirect
//! shows somebody else's page. Either is accepted only when two polls in a row agree, and nothing
//! of it is folded before that.

use super::staleness::{STALE_AT_MOST, is_older, newest_page_time};
use super::{Content, EventRecorder};
use crate::event::PageEvent;
use crate::observation::Failed;
use crate::page::{Page, host_of};
use crate::poll_state::{Candidate, PollState, REPLACED_IDS_MAX};
use crate::snapshot::Snapshot;
use crate::time::Timestamp;
use crate::words::Failure;

/// Which page answered.
pub(super) enum Identity {
    /// The page that was folded, or the first one.
    Same,
    /// A different page, seen for the first time; nothing of it is folded.
    Doubtful,
    /// A cached copy of a replaced page.
    Outdated,
    /// The vendor's new page.
    Replaced,
    /// Somebody else's page.
    Foreign(Failed),
}

/// Judges which page answered by the content of the current document.
pub(super) fn judge(
    recorder: &EventRecorder<'_>,
    poll_state: &PollState,
    content: &Content,
    url: &str,
) -> Identity {
    let Some(snapshot) = &content.snapshot else { return Identity::Same };
    let known = poll_state.page_id.as_ref();
    let is_same = match (known, &snapshot.page_id) {
        (Some(known), Some(observed)) => known == observed,
        // An id that appears or disappears proves nothing by itself.
        (Some(_) | None, None) | (None, Some(_)) => {
            !is_elsewhere(&recorder.page_state.page, url) || knows_half(recorder, content)
        }
    };
    if is_same {
        return Identity::Same;
    }
    if is_outdated(poll_state, snapshot, recorder.observed_at) {
        return Identity::Outdated;
    }
    if !is_of_the_vendor(&recorder.page_state.page, url) {
        return Identity::Foreign(another_page(url));
    }
    let is_confirmed = poll_state.candidate == candidate(content, url);
    if is_confirmed { Identity::Replaced } else { Identity::Doubtful }
}

/// Whether a cache shows a page from before its replacement. If nothing else answers for longer
/// than a cache lives, the vendor restored the old page.
fn is_outdated(poll_state: &PollState, snapshot: &Snapshot, now: Timestamp) -> bool {
    let was_replaced = snapshot
        .page_id
        .as_ref()
        .is_some_and(|observed| poll_state.replaced_ids.contains(observed));
    let is_recent = poll_state.last_good_at.is_some_and(|good| now.since(good) <= STALE_AT_MOST);
    was_replaced && is_recent && is_older(snapshot.page_updated_at, newest_page_time(poll_state))
}

/// Returns the page that answered with `content` from `url`.
pub(super) fn candidate(content: &Content, url: &str) -> Option<Candidate> {
    let page_id = content.snapshot.as_ref()?.page_id.clone();
    Some(Candidate { page_id, url: url.to_owned() })
}

/// Replaces the folded page. The new one starts over: each of its documents has its own baseline,
/// and none has to contain the reports of the old page.
pub(super) fn replace(
    recorder: &mut EventRecorder<'_>,
    poll_state: &mut PollState,
    content: &Content,
    url: &str,
) {
    let to = content.snapshot.as_ref().and_then(|snapshot| snapshot.page_id.clone());
    let from = poll_state.page_id.clone().unwrap_or_default();
    let event =
        PageEvent::Replaced { from, to: to.clone().unwrap_or_default(), url: url.to_owned() };
    recorder.record_page(event, None);
    for subject in recorder.page_state.page.disagreements.clone() {
        recorder.record_page(PageEvent::Agreement { subject }, None);
    }
    poll_state.replaced_ids.extend(poll_state.page_id.take());
    let forgotten = poll_state.replaced_ids.len().saturating_sub(REPLACED_IDS_MAX);
    poll_state.replaced_ids.drain(..forgotten);
    poll_state.page_id = to;
    poll_state.candidate = None;
    poll_state.documents.clear();
    poll_state.missing.clear();
    poll_state.contradictions.clear();
}

/// Whether `url` is on a host of the page's own domain or hoster.
fn is_of_the_vendor(page: &Page, url: &str) -> bool {
    let Some(host) = host_of(url) else { return false };
    [page.url.as_str(), page.location()]
        .into_iter()
        .filter_map(host_of)
        .any(|own| own == host || is_same_domain(&own, &host))
}

/// Whether two hosts share a registrable domain. So do customers of one hoster: their pages are
/// siblings, and one may have been renamed.
fn is_same_domain(one: &str, other: &str) -> bool {
    let domain = |host: &str| {
        let is_name = host.parse::<std::net::IpAddr>().is_err() && !host.starts_with('[');
        is_name.then(|| registrable(host)).flatten()
    };
    matches!((domain(one), domain(other)), (Some(one), Some(other)) if one == other)
}

fn registrable(host: &str) -> Option<String> {
    let suffix = public_suffix(host)?;
    let rest = host.strip_suffix(suffix)?.strip_suffix('.')?;
    let label = rest.rsplit('.').next().filter(|label| !label.is_empty())?;
    Some(format!("{label}.{suffix}"))
}

/// Returns the suffix under which a registry assigns names. A hoster's suffix does not count.
fn public_suffix(host: &str) -> Option<&str> {
    let suffix = psl::suffix(host.as_bytes())?;
    let is_private = suffix.typ() == Some(psl::Type::Private);
    let start = host.len().checked_sub(suffix.as_bytes().len())?;
    let suffix = host.get(start..)?;
    if is_private { public_suffix(suffix.split_once('.')?.1) } else { Some(suffix) }
}

/// Whether `url` is on another host than the page's last known location.
fn is_elsewhere(page: &Page, url: &str) -> bool {
    host_of(url) != host_of(page.location())
}

/// Whether at least half of the observed components are known, or none is known yet.
fn knows_half(recorder: &EventRecorder<'_>, content: &Content) -> bool {
    let known = recorder.page_state.components.values().filter(|component| component.present);
    let known: std::collections::BTreeSet<&str> =
        known.map(|component| component.external_id.as_str()).collect();
    let observed = content.snapshot.as_ref().and_then(|snapshot| snapshot.components.as_ref());
    let Some(observed) = observed.filter(|_| !known.is_empty()) else { return true };
    if observed.is_empty() {
        return false;
    }
    let met =
        observed.iter().filter(|observed| known.contains(observed.external_id.as_str())).count();
    2 * met >= observed.len()
}

/// The failure of a poll that somebody else's page answered.
pub(super) fn another_page(url: &str) -> Failed {
    Failed {
        failure: Failure::AnotherPage,
        detail: format!(
            "another page answers here, from `{url}`; if it is the right one, configure that address"
        ),
        retry_after: None,
        answer: None,
    }
}
