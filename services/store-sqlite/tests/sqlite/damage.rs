//! Views that something changed on disk: no row is answered with that is not as it was saved.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::checkpoint;
use signalbook_domain::outage::Window;
use signalbook_domain::{
    ComponentStatus, Impact, PageId, Phase, Position, ReportKind, Slug, Timestamp,
};
use signalbook_store::views::{
    ComponentView, Keys, PageView, PassedOver, ProviderView, RecordKind, ReportQuery, ReportView,
    Rows, StatusInterval,
};
use signalbook_store::{SaveError, StoreError, Views};
use signalbook_store_sqlite::{Location, SqliteViews};
use sqlx::{AssertSqlSafe, Connection as _};
use uuid::Uuid;

use super::{place, stranger};

const PROVIDERS: [&str; 3] = ["acme", "other", "third"];

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_770_000_000 + seconds)
}

fn slug(name: &str) -> Slug {
    name.parse().unwrap()
}

fn page_of(slug: &Slug) -> PageId {
    PageId::derive(slug, "https://status.example.com")
}

fn provider(name: &str) -> ProviderView {
    let slug = slug(name);
    let page = PageView::new("https://status.example.com".to_owned(), at(0));
    ProviderView {
        pages: [(page_of(&slug), page)].into(),
        ..ProviderView::new(slug, name.to_uppercase(), at(0))
    }
}

fn report(name: &str, number: u128) -> ReportView {
    let start = at(i64::try_from(number).unwrap() * 60);
    ReportView {
        id: Uuid::from_u128(number + 1),
        kind: if number.is_multiple_of(3) { ReportKind::Maintenance } else { ReportKind::Incident },
        provider: slug(name),
        page: page_of(&slug(name)),
        external_id: format!("x{number}"),
        title: format!("Number {number} of {name}"),
        impact: Impact::Major,
        impact_raw: "major".to_owned(),
        phase: Phase::Resolved,
        phase_raw: "resolved".to_owned(),
        url: None,
        claimed_start: Some(start),
        created_at: None,
        first_shown_at: None,
        detected_at: start,
        resolved_at: Some(at(9_000)),
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

fn component(name: &str, number: u128) -> ComponentView {
    ComponentView {
        id: Uuid::from_u128(number + 1_000),
        provider: slug(name),
        page: page_of(&slug(name)),
        external_id: format!("c{number}"),
        name: format!("Part {number}"),
        group: None,
        status: ComponentStatus::Operational,
        status_raw: "operational".to_owned(),
        since: at(0),
        since_position: Position(1),
        present: true,
    }
}

/// A kind of event of a later version.
fn praised() -> RecordKind {
    RecordKind { kind: "incident.praised".parse().unwrap(), schema: 1 }
}

/// Rows of three providers, enough for more than one page of each table.
fn rows() -> Rows {
    let owner = |number: u128| PROVIDERS[usize::try_from(number % 3).unwrap()];
    let reports = (0..60).map(|number| report(owner(number / 5), number));
    let components = (0..30).map(|number| component(owner(number), number));
    let interval =
        || StatusInterval { status: ComponentStatus::MajorOutage, start: at(5), end: Some(at(6)) };
    Rows {
        providers: PROVIDERS.map(|name| (slug(name), provider(name))).into(),
        reports: reports.map(|view| (view.id, view)).collect(),
        components: components.map(|view| (view.id, view)).collect(),
        passed_over: [(praised(), PassedOver { of: praised(), events: 3 })].into(),
        intervals: (1..60).map(|n| ((Uuid::from_u128(1_000), Position(n)), interval())).collect(),
    }
}

async fn opened(path: &Path) -> SqliteViews {
    SqliteViews::open(&Location::File(path.to_owned())).await.unwrap()
}

/// The file of the views beside the log at `path`.
fn file(path: &Path) -> PathBuf {
    path.with_file_name("signalbook-views.db")
}

/// Views with rows, saved in two steps.
async fn saved(path: &Path) -> SqliteViews {
    let views = opened(path).await;
    views.save(Position(0), &checkpoint(3), &rows()).await.unwrap();
    views.save(Position(3), &checkpoint(5), &rows()).await.unwrap();
    views
}

async fn change(path: &Path, statement: &str) {
    let mut stranger = stranger(&file(path), "off").await;
    let statement = AssertSqlSafe(statement.to_owned());
    sqlx::raw_sql(statement).execute(&mut stranger).await.unwrap();
    stranger.close().await.unwrap();
}

fn reason(error: &StoreError) -> String {
    assert!(error.is_damage(), "{error}");
    error.to_string()
}

#[tokio::test]
async fn a_damaged_row_fails_whoever_reads_it_and_nobody_else() {
    for statement in [
        "update provider_view set document = '{' where slug = 'acme'",
        "update provider_view set document = replace(document, 'ACME', 'ACNE') where slug = 'acme'",
        "update provider_view set sum = sum + 1 where slug = 'acme'",
        "update provider_view set (document, sum) = \
         (select document, sum from provider_view where slug = 'other') where slug = 'acme'",
    ] {
        let (_folder, path) = place();
        let views = saved(&path).await;
        assert_eq!(*views.damaged().borrow(), None);
        change(&path, statement).await;
        let told = reason(&views.provider(&slug("acme")).await.unwrap_err());
        assert!(told.contains("table `provider_view`"), "{told}");
        assert_eq!(views.damaged().borrow().as_deref(), Some(told.as_str()), "{statement}");
        assert_eq!(views.provider(&slug("other")).await.unwrap(), Some(provider("other")));
        let keys = Keys { providers: [slug("acme")].into(), ..Keys::default() };
        reason(&views.load(&keys).await.unwrap_err());
        reason(&views.check().await.unwrap_err());
        views.close().await;
    }
}

#[tokio::test]
async fn what_no_list_would_notice_is_found_by_a_check() {
    let (_folder, path) = place();
    for statement in [
        "update checkpoint set position = position + 1",
        "update checkpoint set hash = zeroblob(32)",
        "update checkpoint set epoch = null, hash = null",
        "delete from checkpoint",
        "delete from provider_view where slug = 'acme'",
        "delete from page_view",
        "update page_view set removed_at = 5",
        "update report_view set provider = 'other' where provider = 'acme'",
        "update report_view set kind = 7",
        "update report_view set external_id = external_id || 'x'",
        "update report_view set impact = 'none'",
        "update report_view set started_at = started_at + 1",
        "update report_view set ended_at = null",
        "update report_view set page = id",
        "update component_view set provider = 'other' where provider = 'acme'",
        "update component_view set document = replace(document, 'Part', 'Fart')",
        "update status_interval set started_at = started_at + 1",
        "update status_interval set status = 'operational'",
        "drop index report_view_by_start",
        "drop view report_once",
    ] {
        std::fs::remove_file(file(&path)).ok();
        let views = saved(&path).await;
        views.check().await.unwrap();
        change(&path, statement).await;
        let error = views.check().await.err().unwrap_or_else(|| panic!("nothing of {statement}"));
        assert_eq!(*views.damaged().borrow(), Some(reason(&error)));
        views.close().await;
    }
}

#[tokio::test]
async fn damage_is_forgotten_with_the_views_that_had_it() {
    let (folder, path) = place();
    let views = saved(&path).await;
    let mut damaged = views.damaged();
    change(&path, "update checkpoint set position = 4").await;
    reason(&views.reached().await.unwrap_err());
    let refused = views.save(Position(5), &checkpoint(6), &rows()).await.unwrap_err();
    let SaveError::Store(error) = refused else { panic!("{refused}") };
    reason(&error);
    assert!(damaged.has_changed().unwrap());
    damaged.mark_unchanged();
    let left = views.begin_rebuild().await.unwrap();
    drop(left);
    let beside = views.begin_rebuild().await.unwrap();
    beside.save(Position(0), &checkpoint(6), &rows()).await.unwrap();
    views.promote(beside).await.unwrap();
    assert!(damaged.has_changed().unwrap());
    assert_eq!(*damaged.borrow(), None);
    assert_eq!(views.reached().await.unwrap(), Position(6));
    views.check().await.unwrap();
    views.close().await;
    let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let left = names.filter(|name| name.to_string_lossy().contains("rebuild"));
    assert_eq!(left.count(), 0, "views that were not promoted leave nothing");
}

/// All that can be asked of the views, by name: an answer, or that it is damaged.
async fn answers(views: &SqliteViews) -> BTreeMap<String, Result<String, String>> {
    fn told<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> Result<String, String> {
        answer.map(|answer| format!("{answer:?}")).map_err(|error| reason(&error))
    }
    let rows = rows();
    let mut answers = BTreeMap::new();
    answers.insert("reached".to_owned(), told(views.reached().await));
    answers.insert("providers".to_owned(), told(views.providers().await));
    answers.insert("passed over".to_owned(), told(views.passed_over().await));
    for id in rows.reports.keys() {
        answers.insert(format!("report {id}"), told(views.report(*id).await));
    }
    for name in PROVIDERS {
        let provider = slug(name);
        answers.insert(format!("provider {name}"), told(views.provider(&provider).await));
        answers.insert(format!("components {name}"), told(views.components(&provider).await));
        let window = Window { since: None, until: None };
        answers.insert(format!("outages {name}"), told(views.outages(&provider, window).await));
        for kind in [ReportKind::Incident, ReportKind::Maintenance] {
            let (provider, limit) = (provider.clone(), 100);
            let query = ReportQuery { provider, kind, window, after: None, limit };
            answers.insert(format!("{kind:?} {name}"), told(views.reports(&query).await));
        }
    }
    let intervals = views.intervals(Uuid::from_u128(1_000), 100).await;
    answers.insert("intervals".to_owned(), told(intervals));
    answers
}

#[tokio::test]
async fn no_byte_that_changes_makes_a_wrong_answer_that_a_check_passes() {
    const FLIPS: usize = 300;
    let (_folder, path) = place();
    let views = saved(&path).await;
    let expected = answers(&views).await;
    assert!(expected.values().all(Result::is_ok));
    views.close().await;
    let sound = std::fs::read(file(&path)).unwrap();
    let mut chance = fastrand::Rng::with_seed(20_260_301);
    let (mut found, mut harmless) = (0, 0);
    for _ in 0..FLIPS {
        let mut bytes = sound.clone();
        let place = chance.usize(..bytes.len());
        bytes[place] ^= chance.u8(1..);
        std::fs::write(file(&path), &bytes).unwrap();
        let views = opened(&path).await;
        let told = answers(&views).await;
        let is_same = told == expected;
        let is_empty = matches!(views.reached().await, Ok(Position(0)));
        let is_sound = views.check().await.is_ok();
        assert!(is_same || is_empty || !is_sound, "byte {place} lies and nothing notices");
        if is_sound && !is_empty {
            harmless += 1;
        } else {
            found += 1;
        }
        views.close().await;
    }
    println!("{found} of {FLIPS} changes found, {harmless} changed nothing");
    assert!(found > FLIPS / 4);
}
