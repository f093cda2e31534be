//! Several moves that belong together: what takes more than one poll to be seen.

use super::Draw;
use crate::moves::{Mishap, Move, Oddity, Weather};

impl Draw {
    /// A few moves in a row, mostly in fine weather.
    pub(super) fn scene(&mut self, moves: &mut Vec<Move>) {
        let page = self.page();
        match self.rng.u32(..12) {
            0..3 => self.disagreement(page, moves),
            3..5 => self.failing_history(page, moves),
            5 => self.odd_twice(Oddity::HalfRead, Oddity::Correct, page, moves),
            6 => self.odd_twice(Oddity::Indicator, Oddity::Indicator, page, moves),
            7 => self.odd_twice(Oddity::Contradict, Oddity::Contradict, page, moves),
            8 => self.odd_twice(Oddity::ComponentAlone, Oddity::FileAfterwards, page, moves),
            9 => self.rebuilding(page, moves),
            _ if self.crowded => self.sliding(moves),
            _ => self.odd_twice(Oddity::Rebuild, Oddity::Contradict, page, moves),
        }
    }

    fn odd_twice(&mut self, first: Oddity, second: Oddity, page: usize, moves: &mut Vec<Move>) {
        moves.push(Move::Odd { page, oddity: first });
        self.calm_polls(2, 20..200, page, moves);
        moves.push(Move::Odd { page, oddity: second });
        self.calm_polls(2, 20..200, page, moves);
    }

    /// Two documents say different things for long enough that it is told.
    fn disagreement(&mut self, page: usize, moves: &mut Vec<Move>) {
        moves.push(Move::Act { page });
        moves.push(Move::Odd { page, oddity: Oddity::Disagree });
        self.calm_polls(1, 1..60, page, moves);
        if self.rng.u8(..3) == 0 {
            moves.push(Move::Act { page });
        }
        self.calm_polls(3, 320..560, page, moves);
        moves.push(Move::Odd { page, oddity: Oddity::Correct });
        self.calm_polls(2, 20..200, page, moves);
    }

    /// A document about what is over fails for a while, and the others do not.
    fn failing_history(&mut self, page: usize, moves: &mut Vec<Move>) {
        let place = self.rng.usize(1..3);
        for _ in 0..self.rng.usize(2..=4) {
            let weather = Weather::Fails { how: self.failing(), place };
            moves.push(Move::Pass { seconds: self.rng.u32(60..400) });
            moves.push(Move::Act { page });
            moves.push(Move::Poll { page, weather, mishap: Mishap::None });
        }
    }

    /// The page is rebuilt, and a copy of what it was may still be about.
    fn rebuilding(&mut self, page: usize, moves: &mut Vec<Move>) {
        self.calm_polls(1, 1..60, page, moves);
        moves.push(Move::Odd { page, oddity: Oddity::Rebuild });
        if self.rng.bool() {
            moves.push(Move::Act { page });
        }
        moves.push(Move::Poll { page, weather: self.weather(), mishap: self.mishap() });
        self.calm_polls(2, 1..400, page, moves);
    }

    /// What is open on the crowded page is pushed out of its list, and then ends.
    pub(super) fn sliding(&mut self, moves: &mut Vec<Move>) {
        let page = 0;
        moves.push(Move::Odd { page, oddity: Oddity::OpenAtTheEdge });
        self.calm_polls(1, 1..60, page, moves);
        moves.push(Move::Odd { page, oddity: Oddity::FileMany });
        self.calm_polls(1, 1..60, page, moves);
        moves.push(Move::Odd { page, oddity: Oddity::CloseUnlisted });
        self.calm_polls(2, 20..200, page, moves);
    }

    /// Polls in fine weather, but for one now and then.
    fn calm_polls(
        &mut self,
        count: usize,
        seconds: std::ops::Range<u32>,
        page: usize,
        moves: &mut Vec<Move>,
    ) {
        for _ in 0..count {
            let weather = if self.rng.u8(..10) == 0 { self.weather() } else { Weather::Fine };
            moves.push(Move::Pass { seconds: self.rng.u32(seconds.clone()) });
            moves.push(Move::Poll { page, weather, mishap: Mishap::None });
        }
    }
}
