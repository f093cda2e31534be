//! Judges whether a clock can be right from its earlier readings. Pure.

use std::time::Duration;

use signalbook_domain::{Timestamp, format};
use signalbook_runtime::Clock;

/// The largest difference, in either direction, between the clock and the last append plus the time
/// passed since.
const JUMP_MAX: Duration = Duration::from_hours(24);

/// The longest time between the last write to a store and a start of the program.
const ABSENCE_MAX: Duration = Duration::from_hours(400 * 24);

const REMEDY: &str = "correct the clock, or start once with `--trust-clock` if it is right";

/// Why a moment is not believed, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// The moment is before the program was built.
    #[error("the clock says `{at}`, and this program was built on `{built_on}`; {REMEDY}")]
    BeforeBuild {
        at: Timestamp,
        /// The day of the build.
        built_on: Timestamp,
    },
    /// The clock differs from the time passed by more than a day.
    #[error(
        "the clock says `{at}`, and by the time that has passed since the last append it should \
         be about `{expected}`; {REMEDY}"
    )]
    Jumped {
        at: Timestamp,
        /// The last append plus the time passed since.
        expected: Timestamp,
    },
    /// The program was off for more than 400 days.
    #[error(
        "the clock says `{at}`, and nothing was recorded since `{last_at}`, {} before; {REMEDY}",
        format::duration(at.since(*last_at))
    )]
    LongAfter {
        at: Timestamp,
        /// The last write to the store before the start.
        last_at: Timestamp,
    },
}

/// A simultaneous reading of both clocks of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clocks {
    pub(super) wall: Timestamp,
    /// Never corrected, and includes the time that the machine sleeps.
    pub(super) boot: Duration,
}

impl Clocks {
    pub(super) fn read(clock: &dyn Clock) -> Self {
        Self { wall: clock.now().into(), boot: clock.boot() }
    }

    /// The wall time expected at `boot`.
    fn expected(&self, boot: Duration) -> Timestamp {
        self.wall.plus(boot.saturating_sub(self.boot))
    }
}

#[derive(Debug)]
pub(super) struct Judge {
    built_on: Timestamp,
    /// The last write to the store before the start.
    last_at: Option<Timestamp>,
    begun: Duration,
    /// The reading at the last append, or else the one at the start if it was believed.
    believed: Option<Clocks>,
}

impl Judge {
    /// Starts a judge for a program built on `built_on` that reads `clocks` at its start, with a
    /// store last written to at `last_at`.
    pub(super) fn begin(built_on: Timestamp, last_at: Option<Timestamp>, clocks: Clocks) -> Self {
        let mut judge = Self { built_on, last_at, begun: clocks.boot, believed: None };
        // A refused start is not an error: the clock may still be corrected.
        judge.believed = judge.check(clocks).is_ok().then_some(clocks);
        judge
    }

    /// Believes `clocks` unconditionally; later readings are measured from them.
    pub(super) fn trust(&mut self, clocks: Clocks) {
        self.believed = Some(clocks);
    }

    /// Checks whether `clocks` can be right.
    pub(super) fn check(&self, clocks: Clocks) -> Result<(), ClockError> {
        let at = clocks.wall;
        // If an earlier time was trusted, times before the build are expected.
        let built_on = self.built_on;
        if at < built_on && self.believed.is_none_or(|believed| believed.wall >= built_on) {
            return Err(ClockError::BeforeBuild { at: whole(at), built_on });
        }
        match (self.believed, self.last_at) {
            (Some(believed), _) => {
                let expected = believed.expected(clocks.boot);
                let off = at.since(expected).max(expected.since(at));
                if off > JUMP_MAX {
                    return Err(ClockError::Jumped { at: whole(at), expected: whole(expected) });
                }
                Ok(())
            }
            (None, Some(last_at)) if at.since(last_at) > ABSENCE_MAX => {
                Err(ClockError::LongAfter { at: whole(at), last_at: whole(last_at) })
            }
            (None, _) => Ok(()),
        }
    }

    /// Checks the moment of an append; the next one is measured from it.
    pub(super) fn accept(&mut self, clocks: Clocks) -> Result<(), ClockError> {
        self.check(clocks)?;
        self.believed = Some(clocks);
        Ok(())
    }

    /// The best estimate of the time: the clock if it is believed, else its expected time.
    ///
    /// If it was never believed, the time since the last run is unknown. It is assumed to be at
    /// least a day, so that all earlier knowledge counts as stale.
    pub(super) fn estimate(&self, clocks: Clocks) -> Timestamp {
        match (self.check(clocks), self.believed) {
            (Ok(()), _) => clocks.wall,
            (Err(_), Some(believed)) => believed.expected(clocks.boot),
            (Err(_), None) => {
                let last = self.last_at.map_or(self.built_on, |last| last.max(self.built_on));
                let begun = Clocks { wall: last.plus(JUMP_MAX), boot: self.begun };
                begun.expected(clocks.boot).max(clocks.wall)
            }
        }
    }
}

/// Truncates to whole seconds, for messages.
fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_seconds(at.seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const HOUR: Duration = Duration::from_hours(1);
    const DAY: Duration = Duration::from_hours(24);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn built_on() -> Timestamp {
        at("2026-03-01T00:00:00Z")
    }

    /// The clocks at the start of a run.
    fn start() -> Clocks {
        Clocks { wall: at("2026-06-01T12:00:00Z"), boot: 1_000 * SECOND }
    }

    /// The clocks `passed` after the start, with `wall` as the calendar time.
    fn after(passed: Duration, wall: Timestamp) -> Clocks {
        Clocks { wall, boot: start().boot + passed }
    }

    fn begun(last_at: Option<Timestamp>, clocks: Clocks) -> Judge {
        Judge::begin(built_on(), last_at, clocks)
    }

    fn reason(answer: Result<(), ClockError>) -> String {
        answer.unwrap_err().to_string()
    }

    #[test]
    fn a_time_before_the_build_is_refused_until_it_is_corrected() {
        let early = Clocks { wall: at("1970-01-01T00:00:07.5Z"), boot: 7 * SECOND };
        let mut judge = begun(None, early);
        assert_eq!(
            reason(judge.accept(early)),
            "the clock says `1970-01-01T00:00:07Z`, and this program was built on \
             `2026-03-01T00:00:00Z`; correct the clock, or start once with `--trust-clock` if it \
             is right"
        );
        let corrected = Clocks { wall: built_on(), boot: 9 * SECOND };
        assert_eq!(judge.accept(corrected), Ok(()));
    }

    #[test]
    fn a_small_step_back_to_before_the_build_is_refused_too() {
        let begins = Clocks { wall: built_on().plus(HOUR), ..start() };
        let mut judge = begun(None, begins);
        let back = Clocks { wall: built_on().minus(SECOND), ..begins };
        let refusal = ClockError::BeforeBuild { at: back.wall, built_on: built_on() };
        assert_eq!(judge.accept(back), Err(refusal));
        assert_eq!(judge.accept(begins), Ok(()));
    }

    #[test]
    fn a_jump_of_more_than_a_day_is_refused_both_ways_and_one_of_a_day_is_not() {
        let right = start().wall.plus(HOUR);
        for jumped in [right.plus(DAY), right.minus(DAY)] {
            assert_eq!(begun(None, start()).accept(after(HOUR, jumped)), Ok(()));
        }
        for jumped in [right.plus(DAY + SECOND), right.minus(DAY + SECOND)] {
            let mut judge = begun(None, start());
            let refusal = ClockError::Jumped { at: jumped, expected: right };
            assert_eq!(judge.accept(after(HOUR, jumped)), Err(refusal));
            assert_eq!(judge.accept(after(HOUR, right)), Ok(()), "it was corrected");
        }
        let far = after(HOUR, at("9022-04-03T00:00:00Z"));
        assert!(
            reason(begun(None, start()).accept(far))
                .contains("it should be about `2026-06-01T13:00:00Z`")
        );
    }

    #[test]
    fn a_jump_is_measured_from_the_last_append_and_not_from_the_last_look() {
        let mut judge = begun(None, start());
        let (step, further) = (20 * HOUR, 40 * HOUR);
        assert_eq!(judge.check(after(HOUR, start().wall.plus(step))), Ok(()));
        assert!(judge.check(after(HOUR, start().wall.plus(further))).is_err());
        assert_eq!(judge.accept(after(HOUR, start().wall.plus(step))), Ok(()));
        assert_eq!(judge.accept(after(HOUR, start().wall.plus(further))), Ok(()));
    }

    #[test]
    fn a_machine_that_slept_for_a_month_has_not_jumped() {
        let month = 30 * DAY;
        let mut judge = begun(None, start());
        assert_eq!(judge.accept(after(month, start().wall.plus(month))), Ok(()));
    }

    #[test]
    fn a_start_more_than_400_days_after_the_last_record_is_refused() {
        let last_at = at("2026-04-01T00:00:00Z");
        let late = Clocks { wall: last_at.plus(400 * DAY), ..start() };
        assert_eq!(begun(Some(last_at), late).accept(late), Ok(()));
        let too_late = Clocks { wall: last_at.plus(401 * DAY), ..start() };
        let mut judge = begun(Some(last_at), too_late);
        let refusal = ClockError::LongAfter { at: too_late.wall, last_at };
        assert!(refusal.to_string().contains("since `2026-04-01T00:00:00Z`, 401d before"));
        assert_eq!(judge.accept(too_late), Err(refusal));
        let corrected = Clocks { wall: last_at.plus(DAY), boot: too_late.boot + HOUR };
        assert_eq!(judge.accept(corrected), Ok(()));
    }

    #[test]
    fn a_run_without_an_append_for_400_days_is_believed() {
        let years = 800 * DAY;
        let mut judge = begun(Some(start().wall), start());
        assert_eq!(judge.accept(after(years, start().wall.plus(years))), Ok(()));
    }

    #[test]
    fn an_empty_store_and_one_that_ends_in_the_future_are_gone_on_with() {
        for last_at in [None, Some(at("9022-04-03T00:00:00Z"))] {
            let mut judge = begun(last_at, start());
            assert_eq!(judge.accept(start()), Ok(()), "{last_at:?}");
        }
    }

    #[test]
    fn trust_accepts_what_the_clock_says_now_and_a_later_jump_is_refused_again() {
        let last_at = at("2026-04-01T00:00:00Z");
        for wall in ["1999-01-01T00:00:00Z", "2030-01-01T00:00:00Z"] {
            let trusted = Clocks { wall: at(wall), ..start() };
            let mut judge = begun(Some(last_at), trusted);
            assert!(judge.check(trusted).is_err(), "{wall}");
            judge.trust(trusted);
            let later = after(HOUR, trusted.wall.plus(HOUR));
            assert_eq!(judge.accept(later), Ok(()), "{wall}");
            let jumped = after(HOUR, later.wall.plus(2 * DAY));
            let refusal = ClockError::Jumped { at: jumped.wall, expected: later.wall };
            assert_eq!(judge.accept(jumped), Err(refusal));
        }
    }

    #[test]
    fn the_estimate_is_the_clock_or_else_goes_on_from_when_it_was_believed() {
        let judge = begun(None, start());
        let small = after(HOUR, start().wall.plus(3 * HOUR));
        assert_eq!(judge.estimate(small), small.wall);
        for jumped in ["1970-01-01T00:00:00Z", "9022-04-03T00:00:00Z"] {
            assert_eq!(judge.estimate(after(HOUR, at(jumped))), start().wall.plus(HOUR));
        }
    }

    #[test]
    fn what_was_known_before_is_old_by_the_estimate_of_a_clock_that_was_never_believed() {
        let last_at = at("2026-04-01T00:00:00Z");
        let early = Clocks { wall: at("1970-01-01T00:00:00Z"), ..start() };
        let judge = begun(Some(last_at), early);
        assert_eq!(judge.estimate(early), last_at.plus(DAY));
        assert_eq!(judge.estimate(after(HOUR, early.wall)), last_at.plus(DAY + HOUR));
        assert_eq!(begun(None, early).estimate(early), built_on().plus(DAY));
        let late = Clocks { wall: at("9022-04-03T00:00:00Z"), ..start() };
        assert_eq!(begun(Some(last_at), late).estimate(late), late.wall);
    }
}
