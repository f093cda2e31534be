//! The table of figures.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

use crate::bench::Rounds;
use crate::machine::Machine;

/// What a figure should be.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// At least so many events per second, on a disk that is quick enough.
    Rate(f64),
    /// That, and at least so many times the bare engine, on any machine.
    RateAndRatio(f64, f64),
    /// At most so many bytes per event, on any machine.
    Bytes(f64),
}

/// The figures so far.
pub(crate) struct Table {
    machine: Machine,
    holds: bool,
}

impl Table {
    /// Prints the machine and the head of the table.
    pub(crate) fn start(machine: Machine) -> Self {
        println!("{machine}\n");
        let head = ("figure", "ours", "bare engine", "ratio", "goal", "holds");
        println!(
            "{:<44} {:>12} {:>12} {:>7}  {:<20} {}",
            head.0, head.1, head.2, head.3, head.4, head.5
        );
        Self { machine, holds: true }
    }

    /// Prints a figure.
    pub(crate) fn add(&mut self, name: &str, goal: Goal, rounds: &Rounds) {
        let ((ours, bare), ratio) = (rounds.medians(), rounds.ratio());
        let rate = |least: f64| (!self.machine.is_quick()).then_some(true).or(Some(ours >= least));
        let (unit, shown, holds) = match goal {
            Goal::Rate(least) => ("/s", format!(">= {least}/s"), rate(least)),
            Goal::RateAndRatio(least, times) => (
                "/s",
                format!(">= {least}/s, {times} x"),
                rate(least).map(|holds| holds && ratio >= times),
            ),
            Goal::Bytes(most) => (" B", format!("<= {most} B"), Some(ours <= most)),
        };
        let judged = holds;
        println!(
            "{name:<44} {:>12} {:>12} {ratio:>6.2}x  {shown:<20} {}",
            format!("{ours:.0}{unit}"),
            format!("{bare:.0}{unit}"),
            judged.map_or("", |holds| if holds { "yes" } else { "no" }),
        );
        self.holds &= holds.unwrap_or(true);
    }

    pub(crate) fn end(&self) {}

    pub(crate) fn holds(&self) -> bool {
        self.holds
    }
}
