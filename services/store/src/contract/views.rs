//! The promises of the views.

#![expect(missing_docs, reason = "the name of a case is its sentence")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use signalbook_domain::outage::{Interval, Window};
use signalbook_domain::status::Status;
use signalbook_domain::{
    ComponentStatus, Failure, Impact, Phase, Platform, Position, Slug, StreamKind, Timestamp,
};
use uuid::Uuid;

use super::support::{NOW, at, at_once, id, page_of, slug};
use crate::views::{
    AffectedView, ComponentView, Cursor, Keys, LinkView, OpenReport, Outage, PageView,
    ProviderView, ReportQuery, ReportView, Rows, SharedViews, StatusInterval, UpdateView,
};
use crate::{SaveError, Views};

const ALWAYS: Window = Window { since: None, until: None };

fn provider(name: &str) -> ProviderView {
    ProviderView {
        slug: slug(name),
        name: name.to_uppercase(),
        pages: BTreeMap::new(),
        open: BTreeMap::new(),
        reported: Status::Up,
        reported_since: at(NOW),
        quiet_since: None,
    }
}

/// An incident of `acme` that began and ended at these seconds.
fn report(name: &str, start: i64, end: Option<i64>) -> ReportView {
    ReportView {
        id: id(name),
        is_maintenance: false,
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
        announced_at: None,
        detected_at: at(NOW),
        resolved_at: end.map(at),
        withdrawn_at: None,
        planned_from: None,
        planned_until: None,
        backfilled: false,
        affected: Vec::new(),
        updates: Vec::new(),
        links: Vec::new(),
        position: Position(1),
    }
}

fn component(provider: &str, name: &str) -> ComponentView {
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

fn interval(start: i64, end: Option<i64>) -> StatusInterval {
    StatusInterval { status: ComponentStatus::PartialOutage, start: at(start), end: end.map(at) }
}

fn providers(views: impl IntoIterator<Item = ProviderView>) -> Rows {
    let providers = views.into_iter().map(|view| (view.slug.clone(), view)).collect();
    Rows { providers, ..Rows::default() }
}

fn reports(views: impl IntoIterator<Item = ReportView>) -> Rows {
    let reports = views.into_iter().map(|view| (view.id, view)).collect();
    Rows { reports, ..Rows::default() }
}

fn query(window: Window) -> ReportQuery {
    let (provider, kind) = (slug("acme"), StreamKind::Incident);
    ReportQuery { provider, kind, window, after: None, limit: 1_000 }
}

/// The keys of rows.
fn keys(rows: &Rows) -> Keys {
    Keys {
        providers: rows.providers.keys().cloned().collect(),
        reports: rows.reports.keys().copied().collect(),
        components: rows.components.keys().copied().collect(),
    }
}

async fn save(views: &SharedViews, from: u64, to: u64, rows: &Rows) {
    views.save(Position(from), Position(to), rows).await.unwrap();
}

pub async fn fresh_views_are_empty(views: SharedViews) {
    assert_eq!(views.reached().await.unwrap(), Position(0));
    assert_eq!(views.load(&Keys::default()).await.unwrap(), Rows::default());
    assert_eq!(views.providers().await.unwrap(), []);
    assert_eq!(views.provider(&slug("acme")).await.unwrap(), None);
    assert_eq!(views.reports(&query(ALWAYS)).await.unwrap(), []);
    assert_eq!(views.report(id("r")).await.unwrap(), None);
    assert_eq!(views.outages(&slug("acme"), ALWAYS).await.unwrap(), []);
    assert_eq!(views.components(&slug("acme")).await.unwrap(), []);
    assert_eq!(views.intervals(id("c"), 10).await.unwrap(), []);
}

fn whole_provider() -> ProviderView {
    let page = PageView {
        url: "https://status.example.com".to_owned(),
        moved_to: Some("https://example.statuspage.io".to_owned()),
        platform: Some(Platform::Statuspage),
        added_at: at(NOW - 100),
        watched: true,
        health_since: Some(at(NOW - 50)),
        failure: Some(Failure::Blocked),
        detail: Some("HTTP 403\n“challenge”".to_owned()),
    };
    let open = OpenReport {
        is_maintenance: true,
        page: page_of("acme"),
        title: "Ünïcode ' \" \\".to_owned(),
        impact: Impact::Unknown,
        phase: Phase::InProgress,
        started_at: Timestamp::MIN,
    };
    ProviderView {
        pages: BTreeMap::from([(page_of("acme"), page)]),
        open: BTreeMap::from([(id("open"), open)]),
        reported: Status::Critical,
        quiet_since: Some(at(NOW - 1)),
        ..provider("acme")
    }
}

fn whole_report() -> ReportView {
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
    let link =
        |provider: Option<Slug>| LinkView { url: "https://x.example.com".to_owned(), provider };
    ReportView {
        is_maintenance: true,
        url: Some("https://stspg.io/1".to_owned()),
        announced_at: Some(at(NOW - 7)),
        withdrawn_at: Some(at(NOW + 5)),
        planned_from: Some(at(NOW - 20)),
        planned_until: Some(at(NOW + 20)),
        backfilled: true,
        affected: vec![affected.clone(), AffectedView { group: Some(String::new()), ..affected }],
        updates: vec![update.clone(), UpdateView { id: None, published_at: None, ..update }],
        links: vec![link(None), link(Some(slug("other")))],
        position: Position(u64::MAX >> 1),
        ..report("whole", NOW - 10, Some(NOW))
    }
}

pub async fn rows_are_read_back_whole(views: SharedViews) {
    let mut rows = providers([whole_provider()]);
    rows.reports = reports([whole_report(), report("plain", 5, None)]).reports;
    let parts = [component("acme", "a"), ComponentView { group: None, ..component("acme", "b") }];
    rows.components = parts.into_iter().map(|view| (view.id, view)).collect();
    save(&views, 0, 42, &rows).await;
    assert_eq!(views.reached().await.unwrap(), Position(42));
    assert_eq!(views.load(&keys(&rows)).await.unwrap(), rows);
    assert_eq!(views.provider(&slug("acme")).await.unwrap(), Some(whole_provider()));
    assert_eq!(views.report(id("whole")).await.unwrap(), Some(whole_report()));
    assert_eq!(views.providers().await.unwrap(), [whole_provider()]);
}

pub async fn rows_that_are_not_known_are_left_out(views: SharedViews) {
    let mut known = providers([provider("acme"), provider("other")]);
    known.reports = reports([report("a", 1, None), report("b", 1, None)]).reports;
    save(&views, 0, 1, &known).await;
    let wanted = Keys {
        providers: BTreeSet::from([slug("acme"), slug("never")]),
        reports: BTreeSet::from([id("a"), id("never")]),
        components: BTreeSet::from([id("never")]),
    };
    let mut expected = providers([provider("acme")]);
    expected.reports = reports([report("a", 1, None)]).reports;
    assert_eq!(views.load(&wanted).await.unwrap(), expected);
    assert_eq!(views.provider(&slug("never")).await.unwrap(), None);
    assert_eq!(views.report(id("never")).await.unwrap(), None);
}

pub async fn a_save_from_another_checkpoint_writes_nothing(views: SharedViews) {
    save(&views, 0, 10, &providers([provider("acme")])).await;
    for from in [0, 9, 11] {
        let rows = providers([provider("acme"), provider("other")]);
        let refused = views.save(Position(from), Position(20), &rows).await.unwrap_err();
        let SaveError::Conflict { expected, actual } = refused else { panic!("{refused}") };
        assert_eq!((expected, actual), (Position(from), Position(10)));
    }
    assert_eq!(views.reached().await.unwrap(), Position(10));
    assert_eq!(views.providers().await.unwrap(), [provider("acme")]);
    save(&views, 10, 20, &Rows::default()).await;
}

pub async fn of_saves_that_race_one_wins(views: SharedViews) {
    let answers = at_once((1..=8).map(|n| {
        let views = views.clone();
        let rows = providers([provider(&format!("p{n}"))]);
        async move { views.save(Position(0), Position(n), &rows).await }
    }))
    .await;
    let won = answers.iter().position(Result::is_ok).unwrap();
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    assert_eq!(views.reached().await.unwrap(), Position(won as u64 + 1));
    assert_eq!(views.providers().await.unwrap(), [provider(&format!("p{}", won + 1))]);
}

pub async fn a_row_saved_again_is_replaced(views: SharedViews) {
    let mut first = providers([provider("acme")]);
    first.reports = reports([report("a", 100, None), report("b", 200, None)]).reports;
    first.components = BTreeMap::from([(component("acme", "c").id, component("acme", "c"))]);
    save(&views, 0, 1, &first).await;
    let mut again = providers([whole_provider()]);
    let retimed = ReportView { impact: Impact::Major, ..report("a", 300, Some(400)) };
    again.reports = reports([retimed.clone()]).reports;
    let gone = ComponentView { present: false, ..component("acme", "c") };
    again.components = BTreeMap::from([(gone.id, gone.clone())]);
    save(&views, 1, 2, &again).await;
    assert_eq!(views.load(&keys(&again)).await.unwrap(), again);
    assert_eq!(views.components(&slug("acme")).await.unwrap(), [gone]);
    let listed = views.reports(&query(ALWAYS)).await.unwrap();
    assert_eq!(listed, [retimed, report("b", 200, None)]);
    let early = Window { since: None, until: Some(at(150)) };
    assert_eq!(views.reports(&query(early)).await.unwrap(), []);
    let outages = views.outages(&slug("acme"), Window { since: Some(at(250)), until: None }).await;
    let impacts: BTreeSet<_> = outages.unwrap().iter().map(|outage| outage.impact).collect();
    assert_eq!(impacts, BTreeSet::from([Impact::Minor, Impact::Major]));
}

pub async fn many_rows_are_saved_at_once(views: SharedViews) {
    let numbers = || (0..321).map(|n| n.to_string());
    let mut rows = providers(numbers().map(|n| provider(&n)));
    rows.reports = reports(numbers().map(|n| report(&n, 5, None))).reports;
    rows.components = numbers().map(|n| component("acme", &n)).map(|c| (c.id, c)).collect();
    let saved = Rows {
        intervals: (1..=321).map(|n| ((id("c"), Position(n)), interval(5, None))).collect(),
        ..rows.clone()
    };
    save(&views, 0, 7, &saved).await;
    assert_eq!(views.load(&keys(&rows)).await.unwrap(), rows);
    assert_eq!(views.intervals(id("c"), 1_000).await.unwrap().len(), 321);
}

pub async fn reports_are_listed_newest_first_page_by_page(views: SharedViews) {
    let all: Vec<_> = (0..230).map(|n| report(&n.to_string(), n / 7, Some(n / 7 + 1))).collect();
    save(&views, 0, 1, &reports(all.clone())).await;
    let mut expected: Vec<Uuid> = {
        let mut sorted = all.clone();
        sorted.sort_by_key(|report| (report.started_at(), report.id));
        sorted.iter().map(|report| report.id).collect()
    };
    expected.reverse();
    let mut asked = ReportQuery { limit: 50, ..query(ALWAYS) };
    let mut listed = Vec::new();
    loop {
        let page = views.reports(&asked).await.unwrap();
        assert!(page.len() <= 50);
        let Some(last) = page.last() else { break };
        asked.after = Some(Cursor { started_at: last.started_at(), id: last.id });
        listed.extend(page.into_iter().map(|report| report.id));
    }
    assert_eq!(listed, expected);
    let none = ReportQuery { limit: 0, ..query(ALWAYS) };
    assert_eq!(views.reports(&none).await.unwrap(), []);
}

pub async fn reports_of_others_are_not_listed(views: SharedViews) {
    let work = ReportView { is_maintenance: true, ..report("work", 5, None) };
    let other = ReportView { provider: slug("other"), ..report("other", 5, None) };
    let mine = report("mine", 5, None);
    save(&views, 0, 1, &reports([work.clone(), other, mine.clone()])).await;
    assert_eq!(views.reports(&query(ALWAYS)).await.unwrap(), [mine]);
    let asked = ReportQuery { kind: StreamKind::Maintenance, ..query(ALWAYS) };
    assert_eq!(views.reports(&asked).await.unwrap(), [work]);
}

/// Incidents of every shape around the seconds 100 to 200.
fn shapes() -> Vec<ReportView> {
    let withdrawn =
        |name, start, end| ReportView { withdrawn_at: Some(at(end)), ..report(name, start, None) };
    vec![
        report("over before", 10, Some(99)),
        report("over as it begins", 10, Some(100)),
        report("over within", 10, Some(150)),
        report("begun and over within", 120, Some(130)),
        report("around", 10, Some(500)),
        report("begun within", 199, Some(500)),
        report("begun as it ends", 200, Some(500)),
        report("begun after", 300, Some(500)),
        report("open since before", 10, None),
        report("open since within", 150, None),
        report("open since after", 250, None),
        report("over before it began, within", 150, Some(20)),
        report("over before it began, after", 250, Some(150)),
        report("of no length", 100, Some(100)),
        withdrawn("withdrawn before", 10, 50),
        withdrawn("withdrawn within", 10, 150),
        ReportView {
            claimed_start: None,
            announced_at: Some(at(160)),
            ..report("announced", 0, None)
        },
        ReportView { claimed_start: None, detected_at: at(170), ..report("detected", 0, None) },
    ]
}

fn windows() -> Vec<Window> {
    let ends = [None, Some(0), Some(100), Some(150), Some(200), Some(1_000)];
    let pairs = ends.iter().flat_map(|since| ends.iter().map(move |until| (since, until)));
    pairs.map(|(since, until)| Window { since: since.map(at), until: until.map(at) }).collect()
}

pub async fn a_window_keeps_what_touches_it(views: SharedViews) {
    save(&views, 0, 1, &reports(shapes())).await;
    for window in windows() {
        let touching = shapes().into_iter();
        let touching = touching.filter(|report| window.touches(report.interval(), Timestamp::MAX));
        let expected: BTreeSet<String> = touching.map(|report| report.external_id).collect();
        let listed = views.reports(&query(window)).await.unwrap();
        assert!(listed.is_sorted_by_key(|report| std::cmp::Reverse(report.started_at())));
        let listed: Vec<String> = listed.into_iter().map(|report| report.external_id).collect();
        assert_eq!(listed.len(), expected.len(), "{window:?}");
        assert_eq!(BTreeSet::from_iter(listed), expected, "{window:?}");
    }
}

pub async fn outages_are_the_incidents_of_the_window(views: SharedViews) {
    let impacts = [Impact::None, Impact::Critical, Impact::Unknown, Impact::Maintenance];
    let impacts = impacts.into_iter().cycle();
    let shapes: Vec<_> =
        shapes().into_iter().zip(impacts).map(|(r, impact)| ReportView { impact, ..r }).collect();
    let work = ReportView { is_maintenance: true, ..report("work", 150, None) };
    let other = ReportView { provider: slug("other"), ..report("other", 150, None) };
    save(&views, 0, 1, &reports(shapes.iter().cloned().chain([work, other]))).await;
    let sorted = |outages: Vec<Outage>| {
        let key = |outage: &Outage| (outage.interval.start, outage.interval.end, outage.impact);
        let mut keys: Vec<_> = outages.iter().map(key).collect();
        keys.sort_unstable();
        keys
    };
    for window in windows() {
        let outage = |report: &ReportView| {
            let interval: Interval = report.interval();
            let touches = window.touches(interval, Timestamp::MAX);
            touches.then_some(Outage { interval, impact: report.impact })
        };
        let expected = shapes.iter().filter_map(outage).collect();
        let found = views.outages(&slug("acme"), window).await.unwrap();
        assert_eq!(sorted(found), sorted(expected), "{window:?}");
    }
}

pub async fn components_are_those_of_the_provider(views: SharedViews) {
    let all = [component("acme", "a"), component("acme", "b"), component("other", "a")];
    let components = all.iter().map(|view| (view.id, view.clone())).collect();
    save(&views, 0, 1, &Rows { components, ..Rows::default() }).await;
    let mut found = views.components(&slug("acme")).await.unwrap();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(found, all[..2]);
}

pub async fn intervals_are_the_newest_and_oldest_first(views: SharedViews) {
    // In the order of positions: a vendor's times may go back.
    let all = [interval(50, Some(60)), interval(10, Some(20)), interval(20, None)];
    let keyed = [300, 1_000, 20_000].map(|position| (id("c"), Position(position)));
    let mut intervals: BTreeMap<_, _> = keyed.into_iter().zip(all.clone()).collect();
    intervals.insert((id("other"), Position(5_000)), interval(1, None));
    save(&views, 0, 1, &Rows { intervals, ..Rows::default() }).await;
    assert_eq!(views.intervals(id("c"), 10).await.unwrap(), all);
    assert_eq!(views.intervals(id("c"), 2).await.unwrap(), all[1..]);
    assert_eq!(views.intervals(id("c"), 0).await.unwrap(), []);
}

pub async fn an_interval_saved_again_is_replaced(views: SharedViews) {
    let mut rows = Rows::default();
    rows.intervals.insert((id("c"), Position(1)), interval(10, None));
    save(&views, 0, 1, &rows).await;
    let status = ComponentStatus::Maintenance;
    let ended = StatusInterval { status, ..interval(11, Some(20)) };
    rows.intervals.insert((id("c"), Position(1)), ended.clone());
    rows.intervals.insert((id("c"), Position(2)), interval(20, None));
    save(&views, 1, 2, &rows).await;
    assert_eq!(views.intervals(id("c"), 10).await.unwrap(), [ended, interval(20, None)]);
}

pub async fn a_rebuild_is_not_seen_until_it_is_adopted(views: SharedViews) {
    let mut old = providers([provider("acme"), provider("gone")]);
    old.reports = reports([report("old", 5, None)]).reports;
    save(&views, 0, 9, &old).await;
    let beside = views.beside().await.unwrap();
    assert_eq!(beside.reached().await.unwrap(), Position(0));
    assert_eq!(beside.providers().await.unwrap(), []);
    save(&beside, 0, 3, &providers([whole_provider()])).await;
    save(&beside, 3, 4, &reports([report("new", 5, None)])).await;
    assert_eq!(views.reached().await.unwrap(), Position(9));
    assert_eq!(views.load(&keys(&old)).await.unwrap(), old);
    save(&views, 9, 10, &Rows::default()).await;
    views.adopt(beside).await.unwrap();
    assert_eq!(views.reached().await.unwrap(), Position(4));
    assert_eq!(views.providers().await.unwrap(), [whole_provider()]);
    assert_eq!(views.reports(&query(ALWAYS)).await.unwrap(), [report("new", 5, None)]);
}

pub async fn an_adopted_rebuild_goes_on_from_its_checkpoint(views: SharedViews) {
    save(&views, 0, 9, &providers([provider("acme")])).await;
    for round in 1..=3 {
        let beside = views.beside().await.unwrap();
        save(&beside, 0, round, &providers([provider("b")])).await;
        views.adopt(beside).await.unwrap();
        let refused = views.save(Position(9), Position(12), &Rows::default()).await.unwrap_err();
        let SaveError::Conflict { actual, .. } = refused else { panic!("{refused}") };
        assert_eq!(actual, Position(round));
        save(&views, round, 9, &providers([provider("c")])).await;
        assert_eq!(views.providers().await.unwrap().len(), 2);
    }
}

pub async fn a_rebuild_that_was_left_does_not_come_back(views: SharedViews) {
    save(&views, 0, 1, &providers([provider("acme")])).await;
    let left = views.beside().await.unwrap();
    save(&left, 0, 5, &providers([provider("left")])).await;
    drop(left);
    let beside = views.beside().await.unwrap();
    assert_eq!(beside.reached().await.unwrap(), Position(0));
    assert_eq!(beside.providers().await.unwrap(), []);
    views.adopt(beside).await.unwrap();
    assert_eq!(views.reached().await.unwrap(), Position(0));
    assert_eq!(views.providers().await.unwrap(), []);
}

pub async fn the_hint_follows_the_checkpoint(views: SharedViews) {
    let hint = views.saved();
    assert_eq!(*hint.borrow(), Position(0));
    save(&views, 0, 5, &Rows::default()).await;
    assert_eq!(*hint.borrow(), Position(5));
    let _ = views.save(Position(0), Position(7), &Rows::default()).await.unwrap_err();
    assert_eq!(*hint.borrow(), Position(5));
    let beside = views.beside().await.unwrap();
    save(&beside, 0, 8, &Rows::default()).await;
    assert_eq!(*hint.borrow(), Position(5));
    views.adopt(beside).await.unwrap();
    assert_eq!(*hint.borrow(), Position(8));
}

pub async fn readers_never_fail_while_a_rebuild_is_adopted(views: SharedViews) {
    const ROUNDS: u64 = 8;
    let names = |round: u64| [format!("a{round}"), format!("b{round}")];
    save(&views, 0, 1, &providers(names(0).map(|name| provider(&name)))).await;
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let views: Arc<dyn Views> = views.clone();
            tokio::spawn(async move {
                let mut reached = Position(0);
                while reached < Position(ROUNDS + 1) {
                    // One round's providers, never a mixture of two.
                    let seen = views.providers().await.unwrap();
                    assert_eq!(seen.len(), 2);
                    assert_eq!(seen[0].name[1..], seen[1].name[1..]);
                    reached = views.reached().await.unwrap();
                }
            })
        })
        .collect();
    for round in 1..=ROUNDS {
        let beside = views.beside().await.unwrap();
        let rows = providers(names(round).map(|name| provider(&name)));
        save(&beside, 0, round + 1, &rows).await;
        views.adopt(beside).await.unwrap();
    }
    for reader in readers {
        reader.await.unwrap();
    }
}
