//! The promises of the views about lists.

#![expect(missing_docs, reason = "the name of a case is its sentence")]

use std::collections::{BTreeMap, BTreeSet};

use signalbook_domain::outage::{Interval, Window};
use signalbook_domain::{ComponentStatus, Impact, PageId, Position, ReportKind, Timestamp};
use uuid::Uuid;

use super::rows::{
    ALWAYS, component, interval, page, provider, providers, query, report, reports, save,
};
use super::support::{at, id, slug};
use crate::views::{
    Cursor, Outage, PageView, ProviderView, ReportQuery, ReportView, Rows, SharedViews,
    StatusInterval,
};

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
    let work = ReportView { kind: ReportKind::Maintenance, ..report("work", 5, None) };
    let other = ReportView { provider: slug("other"), ..report("other", 5, None) };
    let mine = report("mine", 5, None);
    save(&views, 0, 1, &reports([work.clone(), other, mine.clone()])).await;
    assert_eq!(views.reports(&query(ALWAYS)).await.unwrap(), [mine]);
    let asked = ReportQuery { kind: ReportKind::Maintenance, ..query(ALWAYS) };
    assert_eq!(views.reports(&asked).await.unwrap(), [work]);
}

/// Incidents of every kind of position relative to the seconds 100 to 200.
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
        ReportView { created_at: Some(at(90)), ..report("filed afterwards", 250, Some(150)) },
        report("of no length", 100, Some(100)),
        withdrawn("withdrawn before", 10, 50),
        withdrawn("withdrawn within", 10, 150),
        ReportView { page_removed_at: Some(at(90)), ..report("given up before", 10, None) },
        ReportView { page_removed_at: Some(at(150)), ..report("given up within", 10, None) },
        ReportView {
            claimed_start: None,
            first_shown_at: Some(at(160)),
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
    let work = ReportView { kind: ReportKind::Maintenance, ..report("work", 150, None) };
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

/// A report on the page at `address`. It ended at the second that equals the length of its name.
fn on(address: &str, name: &str) -> ReportView {
    let page = PageId::derive(&slug("acme"), address);
    let end = i64::try_from(name.len()).unwrap();
    ReportView { id: id(&format!("{address} {name}")), page, ..report(name, 0, Some(end)) }
}

/// A provider's pages, each with the second of its removal.
fn pages<const N: usize>(pages: [(&str, Option<i64>); N]) -> Rows {
    let page = |(address, removed_at): (&str, Option<i64>)| {
        let id = PageId::derive(&slug("acme"), address);
        (id, PageView { watched: removed_at.is_none(), removed_at: removed_at.map(at), ..page() })
    };
    providers([ProviderView { pages: pages.into_iter().map(page).collect(), ..provider("acme") }])
}

/// The listed reports by page and length of name, after checking that as many outages are listed.
async fn listed(views: &SharedViews) -> BTreeSet<(PageId, usize)> {
    let mut pages = BTreeSet::new();
    let mut asked = ReportQuery { limit: 2, ..query(ALWAYS) };
    loop {
        let found = views.reports(&asked).await.unwrap();
        pages.extend(found.iter().map(|report| (report.page, report.external_id.len())));
        let Some(last) = found.last() else { break };
        asked.after = Some(Cursor { started_at: last.started_at(), id: last.id });
    }
    let outages = views.outages(&slug("acme"), ALWAYS).await.unwrap();
    assert_eq!(outages.len(), pages.len());
    pages
}

pub async fn a_report_is_listed_once_when_its_page_has_a_new_address(views: SharedViews) {
    let work = ReportView { kind: ReportKind::Maintenance, ..on("new", "of another kind") };
    let all = [
        on("old", "both"),
        on("new", "both"),
        on("old", "old alone"),
        on("new", "new alone here"),
        on("old", "of another kind"),
        work,
        ReportView { provider: slug("other"), ..on("other", "old alone") },
    ];
    let mut rows = pages([("old", None), ("new", None)]);
    rows.reports = reports(all.clone()).reports;
    save(&views, 0, 1, &rows).await;
    let of = |address: &str, names: &[&str]| {
        names.iter().map(|name| (on(address, name).page, name.len())).collect::<BTreeSet<_>>()
    };
    let old = of("old", &["both", "old alone", "of another kind"]);
    let new = of("new", &["both", "new alone here"]);
    let yielded = of("old", &["old alone", "of another kind"]);
    let both = |old: &BTreeSet<_>| old.union(&new).copied().collect::<BTreeSet<_>>();
    assert_eq!(listed(&views).await, both(&old), "two pages that are both watched");
    save(&views, 1, 2, &pages([("old", Some(10)), ("new", None)])).await;
    assert_eq!(listed(&views).await, both(&yielded), "the page that is watched");
    save(&views, 2, 3, &pages([("old", Some(10)), ("new", Some(20))])).await;
    assert_eq!(listed(&views).await, both(&yielded), "the page that was removed last");
    save(&views, 3, 4, &pages([("old", Some(10)), ("new", Some(10))])).await;
    assert_eq!(listed(&views).await, both(&old), "neither page was first");
    save(&views, 4, 5, &pages([("old", None), ("new", None)])).await;
    assert_eq!(listed(&views).await, both(&old), "both are watched again");
    let hidden = on("old", "both");
    save(&views, 5, 6, &pages([("old", Some(30)), ("new", None)])).await;
    assert_eq!(views.report(hidden.id).await.unwrap(), Some(hidden), "its own address stays");
}

pub async fn a_report_that_goes_on_under_another_name_is_listed_under_that_one(views: SharedViews) {
    let before = ReportView { page: on("old", "x").page, ..report("before", 5, None) };
    let mut rows = pages([("old", Some(10)), ("new", None)]);
    rows.reports = reports([before.clone(), on("new", "after")]).reports;
    save(&views, 0, 1, &rows).await;
    assert_eq!(listed(&views).await.len(), 2);
    let continued = ReportView { external_id: "after".to_owned(), ..before.clone() };
    save(&views, 1, 2, &reports([continued.clone()])).await;
    assert_eq!(views.report(before.id).await.unwrap(), Some(continued));
    assert_eq!(listed(&views).await, BTreeSet::from([(on("new", "after").page, 5)]));
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
    // In the order of positions, because the times of a vendor may go back.
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
