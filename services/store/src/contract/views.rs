//! The promises of the views.

#![expect(missing_docs, reason = "the name of a case is its sentence")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use signalbook_domain::observation::ContentHash;
use signalbook_domain::outage::Window;
use signalbook_domain::{Impact, Position};
use signalbook_proto::chain::EpochId;

use super::rows::{
    ALWAYS, checkpoint, component, interval, passed_over, provider, providers, query, report,
    reports, save, whole_provider, whole_report,
};
use super::support::{at, at_once, id, slug};
use crate::views::{ComponentView, Keys, ReportView, Rows, SharedViews};
use crate::{Checkpoint, SaveError, Views};

/// The keys of rows.
fn keys(rows: &Rows) -> Keys {
    Keys {
        providers: rows.providers.keys().cloned().collect(),
        reports: rows.reports.keys().copied().collect(),
        components: rows.components.keys().copied().collect(),
        passed_over: rows.passed_over.keys().cloned().collect(),
    }
}

pub async fn fresh_views_are_empty(views: SharedViews) {
    assert_eq!(views.reached().await.unwrap(), Position(0));
    assert_eq!(views.load(&Keys::default()).await.unwrap(), Rows::default());
    assert_eq!(views.providers().await.unwrap(), []);
    assert_eq!(views.passed_over().await.unwrap(), []);
    assert_eq!(views.provider(&slug("acme")).await.unwrap(), None);
    assert_eq!(views.reports(&query(ALWAYS)).await.unwrap(), []);
    assert_eq!(views.report(id("r")).await.unwrap(), None);
    assert_eq!(views.outages(&slug("acme"), ALWAYS).await.unwrap(), []);
    assert_eq!(views.components(&slug("acme")).await.unwrap(), []);
    assert_eq!(views.intervals(id("c"), 10).await.unwrap(), []);
}

pub async fn rows_are_read_back_whole(views: SharedViews) {
    let mut rows = providers([whole_provider()]);
    rows.reports = reports([whole_report(), report("plain", 5, None)]).reports;
    let parts = [component("acme", "a"), ComponentView { group: None, ..component("acme", "b") }];
    rows.components = parts.into_iter().map(|view| (view.id, view)).collect();
    let unknown = [passed_over("incident.praised", 2), passed_over("page.added", 9)];
    rows.passed_over = unknown.clone().map(|row| (row.of.clone(), row)).into();
    save(&views, 0, 42, &rows).await;
    assert_eq!(views.reached().await.unwrap(), Position(42));
    assert_eq!(views.passed_over().await.unwrap(), unknown);
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
        passed_over: BTreeSet::from([passed_over("incident.praised", 1).of]),
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
        let refused = views.save(Position(from), &checkpoint(20), &rows).await.unwrap_err();
        let SaveError::Conflict { expected, actual } = refused else { panic!("{refused}") };
        assert_eq!((expected, actual), (Position(from), Position(10)));
    }
    assert_eq!(views.reached().await.unwrap(), Position(10));
    assert_eq!(views.providers().await.unwrap(), [provider("acme")]);
    save(&views, 10, 20, &Rows::default()).await;
}

pub async fn the_checkpoint_says_which_log_was_followed(views: SharedViews) {
    let known = async || views.checkpoint().await.unwrap();
    let of = |number: u64, position| Checkpoint {
        epoch: EpochId::new(number, &[0xab; 32]),
        position: Position(position),
        hash: ContentHash::of(&number.to_be_bytes()).0,
    };
    let save = async |views: &SharedViews, from, to: &Checkpoint| {
        views.save(Position(from), to, &Rows::default()).await
    };
    assert_eq!(known().await, None);
    save(&views, 0, &of(1, 5)).await.unwrap();
    assert_eq!(known().await, Some(of(1, 5)));
    save(&views, 4, &of(2, 9)).await.unwrap_err();
    assert_eq!(known().await, Some(of(1, 5)));
    save(&views, 5, &of(3, 9)).await.unwrap();
    assert_eq!(known().await, Some(of(3, 9)));
    save(&views, 9, &of(u64::MAX, 9)).await.unwrap();
    assert_eq!(known().await, Some(of(u64::MAX, 9)), "the epoch alone may move");
    let beside = views.begin_rebuild().await.unwrap();
    save(&beside, 0, &of(4, 7)).await.unwrap();
    assert_eq!(known().await, Some(of(u64::MAX, 9)));
    views.promote(beside).await.unwrap();
    assert_eq!(known().await, Some(of(4, 7)));
}

pub async fn of_saves_that_race_one_wins(views: SharedViews) {
    let answers = at_once((1..=8).map(|n| {
        let views = views.clone();
        let rows = providers([provider(&format!("p{n}"))]);
        async move { views.save(Position(0), &checkpoint(n), &rows).await }
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

pub async fn a_rebuild_is_not_seen_until_it_is_promoted(views: SharedViews) {
    let mut old = providers([provider("acme"), provider("gone")]);
    old.reports = reports([report("old", 5, None)]).reports;
    save(&views, 0, 9, &old).await;
    let beside = views.begin_rebuild().await.unwrap();
    assert_eq!(beside.reached().await.unwrap(), Position(0));
    assert_eq!(beside.providers().await.unwrap(), []);
    save(&beside, 0, 3, &providers([whole_provider()])).await;
    save(&beside, 3, 4, &reports([report("new", 5, None)])).await;
    assert_eq!(views.reached().await.unwrap(), Position(9));
    assert_eq!(views.load(&keys(&old)).await.unwrap(), old);
    save(&views, 9, 10, &Rows::default()).await;
    views.promote(beside).await.unwrap();
    assert_eq!(views.reached().await.unwrap(), Position(4));
    assert_eq!(views.providers().await.unwrap(), [whole_provider()]);
    assert_eq!(views.reports(&query(ALWAYS)).await.unwrap(), [report("new", 5, None)]);
}

pub async fn a_promoted_rebuild_goes_on_from_its_checkpoint(views: SharedViews) {
    save(&views, 0, 9, &providers([provider("acme")])).await;
    for round in 1..=3 {
        let beside = views.begin_rebuild().await.unwrap();
        save(&beside, 0, round, &providers([provider("b")])).await;
        views.promote(beside).await.unwrap();
        let refused = views.save(Position(9), &checkpoint(12), &Rows::default()).await.unwrap_err();
        let SaveError::Conflict { actual, .. } = refused else { panic!("{refused}") };
        assert_eq!(actual, Position(round));
        save(&views, round, 9, &providers([provider("c")])).await;
        assert_eq!(views.providers().await.unwrap().len(), 2);
    }
}

pub async fn a_rebuild_that_was_left_does_not_come_back(views: SharedViews) {
    save(&views, 0, 1, &providers([provider("acme")])).await;
    let left = views.begin_rebuild().await.unwrap();
    save(&left, 0, 5, &providers([provider("left")])).await;
    drop(left);
    let beside = views.begin_rebuild().await.unwrap();
    assert_eq!(beside.reached().await.unwrap(), Position(0));
    assert_eq!(beside.providers().await.unwrap(), []);
    views.promote(beside).await.unwrap();
    assert_eq!(views.reached().await.unwrap(), Position(0));
    assert_eq!(views.providers().await.unwrap(), []);
}

pub async fn the_hint_follows_the_checkpoint(views: SharedViews) {
    let hint = views.saved();
    assert_eq!(*hint.borrow(), Position(0));
    save(&views, 0, 5, &Rows::default()).await;
    assert_eq!(*hint.borrow(), Position(5));
    let _ = views.save(Position(0), &checkpoint(7), &Rows::default()).await.unwrap_err();
    assert_eq!(*hint.borrow(), Position(5));
    let beside = views.begin_rebuild().await.unwrap();
    save(&beside, 0, 8, &Rows::default()).await;
    assert_eq!(*hint.borrow(), Position(5));
    views.promote(beside).await.unwrap();
    assert_eq!(*hint.borrow(), Position(8));
}

pub async fn what_was_saved_is_not_damaged(views: SharedViews) {
    views.check().await.unwrap();
    let mut rows = providers([whole_provider(), provider("other")]);
    rows.reports = reports([whole_report(), report("plain", 5, Some(6))]).reports;
    rows.components = BTreeMap::from([(component("acme", "c").id, component("acme", "c"))]);
    rows.intervals = BTreeMap::from([((id("c"), Position(1)), interval(5, None))]);
    save(&views, 0, 1, &rows).await;
    views.check().await.unwrap();
    rows.reports = reports([report("plain", 7, None)]).reports;
    rows.intervals = BTreeMap::from([((id("c"), Position(1)), interval(5, Some(9)))]);
    save(&views, 1, 2, &rows).await;
    views.check().await.unwrap();
    let beside = views.begin_rebuild().await.unwrap();
    save(&beside, 0, 3, &rows).await;
    views.promote(beside).await.unwrap();
    views.check().await.unwrap();
    assert_eq!(*views.damaged().borrow(), None);
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
                    // The providers of one round, never a mixture of two.
                    let seen = views.providers().await.unwrap();
                    assert_eq!(seen.len(), 2);
                    assert_eq!(seen[0].name[1..], seen[1].name[1..]);
                    reached = views.reached().await.unwrap();
                }
            })
        })
        .collect();
    for round in 1..=ROUNDS {
        let beside = views.begin_rebuild().await.unwrap();
        let rows = providers(names(round).map(|name| provider(&name)));
        save(&beside, 0, round + 1, &rows).await;
        views.promote(beside).await.unwrap();
    }
    for reader in readers {
        reader.await.unwrap();
    }
}
