//! Many runs on all cores, and the shortest list of moves that still fails.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::runtime::{Builder, Runtime};

use crate::breaks::Break;
use crate::faults::Counts;
use crate::interpreter::carry_out;
use crate::moves::{Move, Plan};
use crate::oracle::told::Objection;

/// A run that went wrong.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) plan: Plan,
    pub(crate) objection: Objection,
}

/// Runs one plan.
pub(crate) fn run(plan: &Plan, broken: Option<Break>) -> Result<Counts, Failure> {
    runtime().block_on(carry_out(plan, broken)).map_err(|(moves, objection)| {
        let mut plan = plan.clone();
        plan.moves.truncate(moves);
        Failure { plan, objection }
    })
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Runs the seeds from `first`, on all cores; stops at the first that fails.
pub(crate) fn run_seeds(first: u64, count: u64) -> Result<Counts, Failure> {
    let next = AtomicU64::new(first);
    let (counts, failed) = (Mutex::new(Counts::default()), Mutex::new(None));
    thread::scope(|scope| {
        for _ in 0..cores() {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count || held(&failed).is_some() {
                        return;
                    }
                    match run(&Plan::draw(seed), None) {
                        Ok(fired) => held(&counts).add(&fired),
                        Err(failure) => *held(&failed) = Some(failure),
                    }
                }
            });
        }
    });
    let failure = held(&failed).take();
    failure.map_or_else(|| Ok(held(&counts).clone()), Err)
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many runs go at once.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The first seed below `max` with which the oracle sees a break, and what it says.
pub(crate) fn seeds_until_seen(broken: Break, max: u64) -> Option<(u64, Objection)> {
    (0..max).find_map(|seed| {
        let failure = run(&Plan::draw(seed), Some(broken)).err()?;
        let said: String = failure.objection.chars().take(300).collect();
        Some((seed, said))
    })
}

/// Leaves out moves as long as the run still fails.
pub(crate) fn shorten(mut failure: Failure) -> Failure {
    let mut size = failure.plan.moves.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < failure.plan.moves.len() {
            let end = (at + size).min(failure.plan.moves.len());
            let mut plan = failure.plan.clone();
            plan.moves.drain(at..end);
            match run(&plan, None) {
                Err(shorter) => failure = shorter,
                Ok(_) => at = end,
            }
        }
        size /= 2;
    }
    failure
}

/// Says what went wrong and how to see it again.
pub(crate) fn explain(failure: &Failure) -> String {
    let Plan { seed, pages, crowded, over_http, moves } = &failure.plan;
    let moves: Vec<String> = moves.iter().map(|step: &Move| format!("    {step:?},")).collect();
    format!(
        "{}\n\nSIGNALBOOK_SEED={seed} cargo nextest run -p signalbook-tests --test simulation \
         one_seed_that_is_asked_for\n\nseed: {seed}, pages: {pages}, crowded: {crowded}, over_http: {over_http}\n{}",
        failure.objection,
        moves.join("\n"),
    )
}
