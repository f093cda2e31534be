//! What holds for any history of a page, however its vendor behaves.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;
use signalbook_domain::outage::{self, Interval, Window};
use signalbook_domain::{Document, EventId, Failure, Timestamp};
use uuid::Uuid;

use crate::support::vendor::Shown;
use crate::support::{FIRST_POLL, Page, World, at, component, incident, maintenance, page};

/// One poll of a history.
#[derive(Clone, Debug)]
enum Poll {
    Shows(Box<Page>),
    Repeats,
    Fails(Failure),
    Pauses(u64),
}

fn a_time() -> impl Strategy<Value = Timestamp> {
    // Mostly the past, sometimes a typo far ahead.
    prop_oneof![9 => 0..FIRST_POLL, 1 => Just(900_000)].prop_map(at)
}

fn maybe_time() -> impl Strategy<Value = Option<Timestamp>> {
    prop::option::of(a_time())
}

fn a_phase() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "investigating",
        "monitoring",
        "resolved",
        "postmortem",
        "scheduled",
        "in_progress",
        "completed",
        "strange",
    ])
}

fn an_update() -> impl Strategy<Value = (Option<u8>, &'static str, &'static str, Timestamp)> {
    let body = prop::sample::select(vec!["A", "B", "See https://status.openai.com/incidents/1"]);
    (prop::option::of(0_u8..4), a_phase(), body, a_time())
}

fn a_report() -> impl Strategy<Value = Shown> {
    let kind = any::<bool>();
    let words = (prop::option::of(a_phase()), prop::sample::select(vec!["minor", "major", "odd"]));
    let times = (maybe_time(), maybe_time(), maybe_time(), maybe_time());
    let updates = prop::collection::vec(an_update(), 0..5);
    (kind, 0_u8..3, words, times, updates).prop_map(
        |(work, id, (status, impact), times, updates)| {
            let id = format!("r{id}");
            let mut shown = if work { maintenance(&id) } else { incident(&id) };
            shown = shown.status(status.unwrap_or_default()).impact(impact);
            (shown.0.started_at, shown.0.resolved_at) = (times.0, times.1);
            (shown.0.created_at, shown.0.updated_at) = (times.2, times.3);
            for (id, phase, body, at) in updates {
                shown = match id {
                    Some(id) => shown.update(&format!("u{id}"), phase, body, at),
                    None => shown.nameless(phase, body, at),
                };
            }
            shown
        },
    )
}

fn a_document() -> impl Strategy<Value = Page> {
    let document = prop::sample::select(vec![Document::Summary, Document::Incidents]);
    let reports = prop::collection::vec(a_report(), 0..4);
    let component_status = prop::option::of(prop::sample::select(vec!["operational", "degraded"]));
    (document, reports, prop::option::weighted(0.2, a_time()), component_status).prop_map(
        |(document, reports, updated, status)| {
            let mut shown = page(reports).of(document);
            shown.snapshot.page_updated_at = updated;
            let listed = |status| Page::from([component("c").status(status)]).snapshot.components;
            shown.snapshot.components = status.and_then(listed);
            shown
        },
    )
}

fn a_poll() -> impl Strategy<Value = Poll> {
    prop_oneof![
        6 => a_document().prop_map(|page| Poll::Shows(Box::new(page))),
        2 => Just(Poll::Repeats),
        1 => prop::sample::select(vec![Failure::Unreachable, Failure::Blocked]).prop_map(Poll::Fails),
        1 => (1_u64..200).prop_map(Poll::Pauses),
    ]
}

fn a_history() -> impl Strategy<Value = World> {
    (a_document(), prop::collection::vec(a_poll(), 0..12)).prop_map(|(first, polls)| {
        polls.into_iter().fold(World::new().when(first), |world, poll| match poll {
            Poll::Shows(shown) => world.when(*shown),
            Poll::Repeats => world.when_the_same(),
            Poll::Fails(failure) => world.when_failed(failure),
            Poll::Pauses(minutes) => world.after(minutes),
        })
    })
}

fn intervals(world: &World) -> Vec<Interval> {
    let of = |report: &signalbook_domain::report::Report| {
        Some(Interval { start: report.started_at?, end: report.resolved_at })
    };
    world.page_state.reports.values().filter_map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_log_alone_gives_the_state_that_was_decided_with(world in a_history()) {
        prop_assert_eq!(world.replayed(), world.page_state);
    }

    #[test]
    fn the_same_answer_again_tells_nothing_that_was_not_pending(
        world in a_history(),
        shown in a_document(),
    ) {
        let document = shown.snapshot.document;
        let mut before = world.when(shown);
        let mut agreeing = 0;
        for _ in 0..5 {
            let after = before.clone().when_the_same();
            if !before.poll_state.must_be_whole(document) {
                prop_assert!(after.told().is_empty(), "{:?}", after.told());
            }
            // Two agreeing answers are believed; a report's return comes before its changes. A stale
            // answer does not agree with anything.
            let stale = before.poll_state.documents[&document].stale.is_some();
            agreeing = if stale { 0 } else { agreeing + 1 };
            let pending = &after.poll_state.documents[&document].pending;
            prop_assert!(agreeing < 2 || pending.is_empty(), "{pending:?}");
            before = after;
        }
    }

    #[test]
    fn streams_have_one_beginning_and_numbers_without_gaps(world in a_history()) {
        let mut seen = BTreeSet::new();
        for fact in &world.log {
            let opens = ["opened", "scheduled", "added"].contains(
                &fact.event.kind().name().split('.').nth(1).unwrap(),
            );
            prop_assert!(seen.contains(&fact.stream) || opens, "{fact:?} begins its stream");
            prop_assert_eq!(Some(fact.event.stream_kind()), fact.stream.kind.known());
            seen.insert(fact.stream.clone());
        }
        for stream in seen {
            let count = world.log.iter().filter(|fact| fact.stream == stream).count();
            prop_assert_eq!(world.page_state.revision(&stream).0, count as u64);
        }
    }

    #[test]
    fn ids_of_events_are_unique_and_the_same_for_whoever_decides(world in a_history()) {
        let ids = || world.log.iter().enumerate().map(|(index, fact)| {
            let cause = Uuid::from_u128(u128::from(fact.times.observed_at.micros().unsigned_abs()));
            EventId::derive(fact.times.observed_at, cause, u32::try_from(index).unwrap())
        });
        prop_assert_eq!(ids().collect::<BTreeSet<_>>().len(), world.log.len());
        prop_assert!(ids().eq(ids()));
    }

    #[test]
    fn a_refused_reading_leaves_everything_as_it_was(world in a_history(), shown in a_document()) {
        let late = world.clone().when_late(0, shown);
        prop_assert!(late.told.is_none());
        prop_assert_eq!((late.page_state, late.poll_state), (world.page_state, world.poll_state));
    }

    #[test]
    fn failed_polls_touch_no_report_and_no_component(world in a_history()) {
        let failed = world.clone().when_failed(Failure::WrongShape).when_failed(Failure::Blocked);
        prop_assert_eq!(&failed.page_state.reports, &world.page_state.reports);
        prop_assert_eq!(&failed.page_state.components, &world.page_state.components);
    }

    #[test]
    fn downtime_fits_its_window_and_no_part_counts_twice(
        world in a_history(),
        since in maybe_time(),
        until in maybe_time(),
    ) {
        let intervals = intervals(&world);
        let window = Window { since, until };
        let total = outage::downtime(&intervals, window, world.now);
        let lengths = intervals.iter().map(|interval| {
            outage::duration(*interval).unwrap_or_else(|| world.now.since(interval.start))
        });
        prop_assert!(total <= lengths.sum::<Duration>());
        if let Some(since) = since {
            let until = until.map_or(world.now, |until| until.min(world.now));
            prop_assert!(total <= until.since(since));
        }
        let doubled: Vec<Interval> = intervals.iter().chain(&intervals).copied().collect();
        prop_assert_eq!(outage::downtime(&doubled, window, world.now), total);
    }

    #[test]
    fn an_outage_never_lasts_less_than_no_time(start in any::<i64>(), end in any::<i64>()) {
        let (start, end) = (Timestamp::from_micros(start), Timestamp::from_micros(end));
        let lasted = outage::duration(Interval { start, end: Some(end) }).unwrap();
        prop_assert_eq!(lasted.is_zero(), end <= start);
    }
}
