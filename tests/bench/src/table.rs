//! The table of figures.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

use crate::bench::{ROUNDS, Rounds};
use crate::machine::Machine;

/// What a figure should be.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// At least so many events per second, on a disk that is quick enough.
    Rate(f64),
    /// That, and at least so many times the bare engine, on any machine.
    RateAndRatio(f64, f64),
    /// In events per second, at least so many times what it is compared with, on any machine.
    Ratio(f64),
    /// At most so much of a unit, on any machine.
    AtMost(f64, &'static str),
    /// In microseconds, at most so many times the bare engine, on any machine.
    Times(f64),
}

impl Goal {
    /// What figures of this kind are counted in.
    fn unit(self) -> &'static str {
        match self {
            Self::Rate(_) | Self::RateAndRatio(..) | Self::Ratio(_) => "/s",
            Self::AtMost(_, unit) => unit,
            Self::Times(_) => " µs",
        }
    }

    /// Whether it holds, and none if it is not judged here.
    fn holds(self, ours: f64, ratio: Option<f64>, disk_is_quick: bool) -> Option<bool> {
        match self {
            Self::Rate(least) => disk_is_quick.then_some(ours >= least),
            Self::RateAndRatio(least, times) => {
                Some(ratio? >= times && (!disk_is_quick || ours >= least))
            }
            Self::Ratio(times) => Some(ratio? >= times),
            Self::AtMost(most, _) => Some(ours <= most),
            Self::Times(most) => Some(ratio? <= most),
        }
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rate(least) => write!(f, "{least}/s"),
            Self::RateAndRatio(least, times) => write!(f, "{least}/s, {times}x"),
            Self::Ratio(times) => write!(f, "at least {times}x"),
            Self::AtMost(most, unit) => write!(f, "at most {most}{unit}"),
            Self::Times(most) => write!(f, "at most {most}x"),
        }
    }
}

/// The figures so far.
pub(crate) struct Table {
    disk_is_quick: bool,
    holds: bool,
}

impl Table {
    /// Prints the machine and the head of the table.
    pub(crate) fn start(machine: &Machine) -> Self {
        println!("{machine}");
        println!("median of {ROUNDS} rounds, ours and the bare engine in turn\n");
        line("figure", ["ours", "bare engine", "ratio"], ["goal", "holds"]);
        Self { disk_is_quick: machine.is_quick(), holds: true }
    }

    /// Prints a figure.
    pub(crate) fn add(&mut self, name: &str, goal: Goal, rounds: &Rounds) {
        let (ours, bare, ratio) = (rounds.ours(), rounds.bare(), rounds.ratio());
        let holds = goal.holds(ours, ratio, self.disk_is_quick);
        let word = match holds {
            Some(true) => "yes",
            Some(false) => "no",
            None => "not judged: slow disk",
        };
        let shown = |value: f64| format!("{value:.0}{}", goal.unit());
        let bare = bare.map(shown).unwrap_or_default();
        let ratio = ratio.map(|ratio| format!("{ratio:.2}x")).unwrap_or_default();
        line(name, [&shown(ours), &bare, &ratio], [&goal.to_string(), word]);
        self.holds &= holds.unwrap_or(true);
    }

    /// Whether every goal that was judged holds.
    pub(crate) fn holds(&self) -> bool {
        self.holds
    }
}

fn line(name: &str, [ours, bare, ratio]: [&str; 3], [goal, holds]: [&str; 2]) {
    println!("{name:<48} {ours:>11} {bare:>12} {ratio:>8}  {goal:<15} {holds}");
}
