//! Random vendor lives and random faults, judged by what the vendors really showed.
//!
//! A seed gives a list of moves ([`moves`], [`draw`]), which is carried out against the real roles
//! and stores in memory ([`interpreter`]); after each observation an oracle ([`oracle`]) that shares
//! no code with readers and rules compares the log with what was served. Time is given, nothing
//! sleeps, and the same seed always goes the same way.
//!
//! - `SIGNALBOOK_SEEDS=5000` runs so many seeds, the first of them by `SIGNALBOOK_FIRST_SEED`.
//! - `SIGNALBOOK_SEED=42` runs one, with the test `one_seed_that_is_asked_for`.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

mod breaks;
mod draw;
mod faults;
mod fetch;
mod interpreter;
mod moves;
mod oracle;
mod reproductions;
mod runner;
mod vendor;
mod wire;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::breaks::Break;
use crate::faults::KINDS;
use crate::moves::Plan;

/// Seeds of a run, unless the environment says otherwise.
const SEEDS: u64 = 1_000;

/// Seeds whose polls go through the real poller.
const SEEDS_OVER_HTTP: u64 = 8;

/// In so many seeds each kind of fault has to fire so often.
const FIRED_AT_LEAST: u64 = 100;

/// Within so many seeds each break has to be seen.
const SEEDS_PER_BREAK: u64 = 200;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn whatever_vendors_do_and_whatever_fails_everything_is_told_once() {
    let seeds = number("SIGNALBOOK_SEEDS").unwrap_or(SEEDS);
    let first = number("SIGNALBOOK_FIRST_SEED").unwrap_or_default();
    let counts = match runner::run_seeds(first, seeds) {
        Ok(counts) => counts,
        Err(failure) => panic!("{}", runner::explain(&runner::shorten(failure))),
    };
    println!("{seeds} seeds: {}", counts.line());
    let enough = FIRED_AT_LEAST * seeds / SEEDS;
    let rare: Vec<_> = KINDS.iter().filter(|kind| counts.of(kind) < enough).collect();
    assert!(rare.is_empty(), "each kind of fault fires {enough} times, but for {rare:?}");
}

#[test]
fn one_seed_that_is_asked_for() {
    let Some(seed) = number("SIGNALBOOK_SEED") else { return };
    if let Err(failure) = runner::run(&Plan::draw(seed), None) {
        panic!("{}", runner::explain(&failure));
    }
}

#[test]
fn the_same_seed_goes_the_same_way() {
    let line = |seed| runner::run(&Plan::draw(seed), None).unwrap().line();
    assert_eq!(line(7), line(7));
    assert_ne!(line(7), line(8));
}

#[test]
fn the_same_is_told_when_the_polls_go_through_the_network() {
    for seed in 0..SEEDS_OVER_HTTP {
        let plan = Plan { over_http: true, ..Plan::draw(seed) };
        if let Err(failure) = runner::run(&plan, None) {
            panic!("{}", runner::explain(&failure));
        }
    }
}

#[test]
fn every_deliberate_break_is_seen() {
    let next = AtomicUsize::new(0);
    let unseen = Mutex::new(Vec::new());
    let search = || {
        while let Some(broken) = Break::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
            match runner::seeds_until_seen(*broken, SEEDS_PER_BREAK) {
                Some((seeds, objection)) => println!("{broken:?}: seed {seeds}: {objection}"),
                None => unseen.lock().unwrap().push(*broken),
            }
        }
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..runner::cores()).map(|_| scope.spawn(search)).collect();
        search();
        drop(others);
    });
    let unseen = unseen.into_inner().unwrap();
    assert!(unseen.is_empty(), "within {SEEDS_PER_BREAK} seeds nobody saw {unseen:?}");
}
