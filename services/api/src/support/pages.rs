//! States of pages, as the projector and the aggregator would store them.

use std::time::Duration;

use signalbook_domain::event::UnreadDocument;
use signalbook_domain::poll_state::{Hold, MissingRun, PollState};
use signalbook_domain::status::Span;
use signalbook_domain::{ComponentStatus, Document, Failure, Impact, ReportKind, Worded as _};
use signalbook_store::views::{DisagreementView, IndicatorView, PageView, UnwellComponent};
use uuid::Uuid;

use super::{World, at, page_of, slug};

impl World {
    fn page(&self, name: &str, change: impl FnOnce(&mut PageView)) {
        let id = page_of(&slug(name));
        self.with_provider(name, |provider| change(provider.pages.get_mut(&id).unwrap()));
    }

    fn poll_state(&self, name: &str, change: impl FnOnce(&mut PollState)) {
        let id = page_of(&slug(name));
        self.change(|data| {
            change(&mut data.pages.iter_mut().find(|row| row.id == id).unwrap().poll_state);
        });
    }

    /// Adds a good poll of the provider's page now.
    pub(crate) fn read_now(&self, name: &str) {
        let now = self.now();
        self.poll_state(name, |poll_state| poll_state.last_good_at = Some(now));
    }

    /// Makes the provider's page unreadable since an hour ago.
    pub(crate) fn unreadable(&self, name: &str, detail: &str) {
        self.fails(name, Failure::Unreachable, detail);
    }

    pub(crate) fn fails(&self, name: &str, failure: Failure, detail: &str) {
        let since = self.now().minus(Duration::from_hours(1));
        self.page(name, |page| {
            page.health_since = Some(since);
            page.failure = Some(failure);
            page.detail = Some(detail.to_owned());
        });
    }

    /// Makes a document of the provider's page unreadable since `since`.
    pub(crate) fn unread(&self, name: &str, document: Document, since: &str) {
        let (failure, detail) = (Failure::HttpError, "HTTP 500".to_owned());
        self.page(name, |page| {
            page.unread.push(UnreadDocument {
                document: document.into(),
                failure,
                detail,
                since: at(since),
            });
        });
    }

    /// Adds a document that the vendor has never offered.
    pub(crate) fn not_offered(&self, name: &str, document: Document, since: &str) {
        let run = MissingRun {
            polls: 9,
            since: at(since),
            asked_at: self.now(),
            failure: Failure::HttpError,
            alike: 9,
            detail: "HTTP 404".to_owned(),
            is_not_there: true,
            not_offered: true,
            not_before: None,
        };
        self.poll_state(name, |poll_state| drop(poll_state.missing.insert(document, run)));
    }

    /// Adds a document that failed once and that the vendor asks us to leave alone.
    pub(crate) fn left_alone(&self, name: &str, document: Document, since: &str, until: &str) {
        let run = MissingRun {
            polls: 1,
            since: at(since),
            asked_at: at(since),
            failure: Failure::Blocked,
            alike: 1,
            detail: "HTTP 429".to_owned(),
            is_not_there: false,
            not_offered: false,
            not_before: Some(at(until)),
        };
        self.poll_state(name, |poll_state| drop(poll_state.missing.insert(document, run)));
    }

    /// Adds a vendor's request to stay away.
    pub(crate) fn held(&self, name: &str, since: &str, until: &str) {
        let (since, until, detail) = (at(since), at(until), "HTTP 429".to_owned());
        self.poll_state(name, |poll_state| poll_state.hold = Some(Hold { since, until, detail }));
    }

    pub(crate) fn disagrees(&self, name: &str, about: Uuid, title: &str, since: &str) {
        let view = DisagreementView {
            kind: ReportKind::Incident,
            title: title.to_owned(),
            detail: "`summary` says `resolved`, `incidents` says `monitoring`".to_owned(),
            since: at(since),
        };
        self.page(name, |page| drop(page.disagreements.insert(about, view)));
    }

    pub(crate) fn unobserved(&self, name: &str, from: &str, until: &str) {
        let span = Span { since: at(from), until: at(until) };
        self.page(name, |page| page.unobserved = Some(span));
    }

    /// Sets the vendor's indicator of its page since `since`.
    pub(crate) fn indicator(&self, name: &str, level: Impact, description: &str, since: &str) {
        let seen_at = at(since);
        self.page(name, |page| {
            let (raw, description) = (level.word().to_owned(), description.to_owned());
            page.indicator = Some(IndicatorView { level, raw, description, seen_at });
        });
        self.shows_signs(name, since);
    }

    /// Sets a component's status since `since`.
    pub(crate) fn unwell(&self, name: &str, component: &str, status: ComponentStatus, since: &str) {
        self.with_provider(name, |provider| {
            let id = Uuid::from_u128(1_000 + provider.unwell.len() as u128);
            let component = UnwellComponent {
                page: page_of(&slug(name)),
                name: component.to_owned(),
                group: Some("Prod 1".to_owned()),
                status,
                status_raw: status.word().to_owned(),
                seen_at: at(since),
            };
            provider.unwell.insert(id, component);
        });
        self.shows_signs(name, since);
    }

    fn shows_signs(&self, name: &str, since: &str) {
        self.page(name, |page| {
            let since = at(since);
            page.signs_since = Some(page.signs_since.map_or(since, |before| before.min(since)));
            page.signs_changed_at = page.signs_changed_at.max(Some(since));
        });
    }
}
