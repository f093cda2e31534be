//! Sample rows of views.

use std::collections::{BTreeMap, BTreeSet};

use signalbook_domain::event::{Inferred, UnreadDocument};
use signalbook_domain::observation::ContentHash;
use signalbook_domain::outage::Window;
use signalbook_domain::status::Span;
use signalbook_domain::{
    ComponentStatus, Document, Failure, Impact, Phase, Platform, Position, ReportKind, Timestamp,
};
use signalbook_proto::chain::EpochId;

use super::support::{NOW, at, id, page_of, slug};
use crate::Checkpoint;
use crate::views::{
    AffectedView, ComponentView, DisagreementView, IndicatorView, OpenReport, PageView, PassedOver,
    ProviderView, RecordKind, ReportQuery, ReportView, Rows, SharedViews, StatusInterval,
    UnwellComponent, UpdateView,
};

pub(super) const ALWAYS: Window = Window { since: None, until: None };

pub(super) fn provider(name: &str) -> ProviderView {
    ProviderView::new(slug(name), name.to_uppercase(), at(NOW))
}

/// An incident of `acme` with this start and end in seconds.
pub(super) fn report(name: &str, start: i64, end: Option<i64>) -> ReportView {
    ReportView {
        id: id(name),
        kind: ReportKind::Incident,
        provider: slug("acme"),
        page: page_of("acme"),
        external_id: name.to_owned(),
        title: format!("Title of {name}"),
        impact: Impact::Minor,
        impact_raw: "minor".to_owned(),
        phase: Phase::Resolved,
        phase_raw: "resolved".to_owned(),
        url: None,
        claimed_start: Some(at(start)),
        created_at: None,
        first_shown_at: None,
        detected_at: at(NOW),
        resolved_at: end.map(at),
        inferred: None,
        withdrawn_at: None,
        page_removed_at: None,
        planned_from: None,
        planned_until: None,
        backfilled: false,
        affected: Vec::new(),
        formerly_affected: Vec::new(),
        updates: Vec::new(),
        links: Vec::new(),
        position: Position(1),
    }
}

pub(super) fn component(provider: &str, name: &str) -> ComponentView {
    ComponentView {
        id: id(&format!("{provider} {name}")),
        provider: slug(provider),
        page: page_of(provider),
        external_id: name.to_owned(),
        name: name.to_owned(),
        group: Some("Prod 1".to_owned()),
        status: ComponentStatus::Degraded,
        status_raw: "degraded_performance".to_owned(),
        since: at(NOW),
        since_position: Position(3),
        present: true,
    }
}

pub(super) fn interval(start: i64, end: Option<i64>) -> StatusInterval {
    StatusInterval { status: ComponentStatus::PartialOutage, start: at(start), end: end.map(at) }
}

pub(super) fn providers(views: impl IntoIterator<Item = ProviderView>) -> Rows {
    let providers = views.into_iter().map(|view| (view.slug.clone(), view)).collect();
    Rows { providers, ..Rows::default() }
}

pub(super) fn reports(views: impl IntoIterator<Item = ReportView>) -> Rows {
    let reports = views.into_iter().map(|view| (view.id, view)).collect();
    Rows { reports, ..Rows::default() }
}

pub(super) fn query(window: Window) -> ReportQuery {
    let (provider, kind) = (slug("acme"), ReportKind::Incident);
    ReportQuery { provider, kind, window, after: None, limit: 1_000 }
}

pub(super) fn page() -> PageView {
    let unread = UnreadDocument {
        document: Document::Incidents.into(),
        failure: Failure::HttpError,
        detail: "HTTP 500".to_owned(),
        since: at(NOW - 60),
    };
    let indicator = IndicatorView {
        level: Impact::Unknown,
        raw: "wobbly".to_owned(),
        description: "“Some” \u{1f525}".to_owned(),
        seen_at: at(NOW - 40),
    };
    let disagreement = DisagreementView {
        kind: ReportKind::Maintenance,
        title: "Ünïcode".to_owned(),
        detail: "`summary` says `x`".to_owned(),
        since: at(NOW - 70),
    };
    PageView {
        url: "https://status.example.com".to_owned(),
        moved_to: Some("https://example.statuspage.io".to_owned()),
        platform: Some(Platform::Statuspage.into()),
        added_at: at(NOW - 100),
        watched: false,
        removed_at: Some(at(NOW - 10)),
        health_since: Some(at(NOW - 50)),
        failure: Some(Failure::Blocked),
        detail: Some("HTTP 403\n“challenge”".to_owned()),
        unread: vec![unread],
        unobserved: Some(Span { since: at(NOW - 90), until: at(NOW - 80) }),
        indicator: Some(indicator),
        disagreements: BTreeMap::from([(id("open"), disagreement)]),
        signs_since: Some(at(NOW - 40)),
        signs_ended: Some(Span { since: at(NOW - 99), until: at(NOW - 98) }),
        signs_changed_at: Some(at(NOW - 30)),
        signs_past: vec![Span { since: at(NOW - 99), until: at(NOW - 98) }],
    }
}

pub(super) fn whole_provider() -> ProviderView {
    let open = OpenReport {
        kind: ReportKind::Maintenance,
        page: page_of("acme"),
        title: "Ünïcode ' \" \\".to_owned(),
        impact: Impact::Unknown,
        phase: Phase::InProgress,
        started_at: Timestamp::MIN,
        named: BTreeSet::from([id("c")]),
    };
    let unwell = UnwellComponent {
        page: page_of("acme"),
        name: "API".to_owned(),
        group: Some("Prod 1".to_owned()),
        status: ComponentStatus::Unknown,
        status_raw: "limping".to_owned(),
        seen_at: at(NOW - 40),
    };
    ProviderView {
        pages: BTreeMap::from([(page_of("acme"), page())]),
        open: BTreeMap::from([(id("open"), open)]),
        unwell: BTreeMap::from([(id("c"), unwell)]),
        clear_since: None,
        first_read_at: Some(at(NOW - 99)),
        last_ended_at: Some(at(NOW - 1)),
        ..provider("acme")
    }
}

pub(super) fn whole_report() -> ReportView {
    let update = UpdateView {
        id: Some("u1".to_owned()),
        phase: Phase::Identified,
        published_at: Some(Timestamp::from_micros(1_770_000_000_123_456)),
        observed_at: at(NOW),
        body: "**Bold**\r\n\u{0}<script>".to_owned(),
        edited: true,
        removed: true,
    };
    let affected = AffectedView { id: id("c"), name: "API".to_owned(), group: None };
    let inferred = Inferred { last_listed_at: at(NOW - 3), first_missing_at: at(NOW - 2) };
    ReportView {
        kind: ReportKind::Maintenance,
        url: Some("https://stspg.io/1".to_owned()),
        created_at: Some(at(NOW - 8)),
        first_shown_at: Some(at(NOW - 7)),
        inferred: Some(inferred),
        withdrawn_at: Some(at(NOW + 5)),
        page_removed_at: Some(at(NOW + 6)),
        planned_from: Some(at(NOW - 20)),
        planned_until: Some(at(NOW + 20)),
        backfilled: true,
        formerly_affected: vec![AffectedView { id: id("before"), ..affected.clone() }],
        affected: vec![affected.clone(), AffectedView { group: Some(String::new()), ..affected }],
        updates: vec![update.clone(), UpdateView { id: None, published_at: None, ..update }],
        links: vec!["https://x.example.com".to_owned()],
        position: Position(u64::MAX >> 1),
        ..report("whole", NOW - 10, Some(NOW))
    }
}

/// Three events of a kind.
pub(super) fn passed_over(kind: &str, schema: u16) -> PassedOver {
    PassedOver { of: RecordKind { kind: kind.parse().unwrap(), schema }, events: 3 }
}

pub(super) fn checkpoint(position: u64) -> Checkpoint {
    let epoch = EpochId::new(1, &[1; 32]);
    Checkpoint {
        epoch,
        position: Position(position),
        hash: ContentHash::of(&position.to_be_bytes()).0,
    }
}

pub(super) async fn save(views: &SharedViews, from: u64, to: u64, rows: &Rows) {
    views.save(Position(from), &checkpoint(to), rows).await.unwrap();
}
