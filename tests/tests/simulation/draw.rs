//! Runs drawn from seeds.

mod scenes;

use fastrand::Rng;

use crate::moves::{Aftermath, Damage, Failing, Mishap, Move, Oddity, Plan, Saving, Weather};

/// Moves in one run.
const MOVES: usize = 110;

/// One run in so many begins with a crowded page.
const CROWDED_ONE_IN: u64 = 8;

const HOUR: u32 = 3_600;

impl Plan {
    /// The run that belongs to a seed.
    pub(crate) fn draw(seed: u64) -> Self {
        let mut draw =
            Draw { rng: Rng::with_seed(seed ^ 0x0dd5_0fac_ade5), pages: 0, crowded: false };
        let crowded = seed % CROWDED_ONE_IN == 7;
        draw.crowded = crowded;
        draw.pages = if crowded { 2 } else { draw.rng.usize(2..=4) };
        let mut moves = Vec::new();
        for page in 0..draw.pages {
            moves.push(Move::Poll { page, weather: draw.first_weather(), mishap: Mishap::None });
        }
        if crowded {
            draw.sliding(&mut moves);
        }
        while moves.len() < MOVES {
            draw.some(&mut moves);
        }
        Self { seed, pages: draw.pages, crowded, over_http: false, moves }
    }
}

struct Draw {
    rng: Rng,
    pages: usize,
    /// Whether the first page is crowded.
    crowded: bool,
}

impl Draw {
    fn some(&mut self, moves: &mut Vec<Move>) {
        let page = self.page();
        match self.rng.u32(..100) {
            0..14 => moves.push(Move::Pass { seconds: self.rng.u32(1..90) }),
            14..22 => moves.push(Move::Pass { seconds: self.rng.u32(120..1_500) }),
            22..24 => moves.push(Move::Pass { seconds: self.rng.u32(HOUR..5 * HOUR) }),
            24..25 => moves.push(Move::Pass { seconds: self.rng.u32(24 * HOUR..96 * HOUR) }),
            25..41 => (0..self.rng.usize(1..=3)).for_each(|_| moves.push(Move::Act { page })),
            41..45 => moves.push(Move::Odd { page, oddity: self.oddity() }),
            45..51 => self.scene(moves),
            51..80 => self.polls(page, moves),
            80..84 => self.under_way(page, moves),
            84..87 => moves.push(Move::Repeat { back: self.rng.usize(..6) }),
            87..91 => moves.push(Move::Project { mishap: self.saving() }),
            91..94 => moves.push(Move::Crash),
            94..96 => moves.push(Move::Clock { minutes: self.clock() }),
            96..97 => moves.push(Move::Remove { page }),
            97..98 => moves.push(Move::Return { page }),
            _ => moves.push(Move::Compare),
        }
    }

    /// One poll, or a spell of some alike.
    fn polls(&mut self, page: usize, moves: &mut Vec<Move>) {
        let weather = self.weather();
        let spell = if self.rng.u8(..4) == 0 { self.rng.usize(2..=3) } else { 1 };
        for _ in 0..spell {
            if self.rng.u8(..3) == 0 {
                moves.push(Move::Pass { seconds: self.rng.u32(20..400) });
            }
            moves.push(Move::Poll { page, weather, mishap: self.mishap() });
        }
    }

    /// Two polls of one page that overtake each other, with a little life in between.
    fn under_way(&mut self, page: usize, moves: &mut Vec<Move>) {
        moves.push(Move::Hold { page, weather: self.weather() });
        if self.rng.bool() {
            moves.push(Move::Act { page });
        }
        moves.push(Move::Hold { page, weather: self.weather() });
        moves.push(Move::Release { newest_first: self.rng.u8(..4) > 0 });
    }

    fn page(&mut self) -> usize {
        self.rng.usize(..self.pages)
    }

    fn first_weather(&mut self) -> Weather {
        if self.rng.u8(..3) > 0 { Weather::Fine } else { self.weather() }
    }

    fn weather(&mut self) -> Weather {
        let place = if self.rng.bool() { 0 } else { self.rng.usize(..3) };
        match self.rng.u32(..100) {
            0..52 => Weather::Fine,
            52..72 => Weather::Fails { how: self.failing(), place },
            72..88 => {
                let only = self.rng.bool().then_some(place);
                Weather::Stale { minutes: self.rng.u32(1..60), only }
            }
            _ => Weather::Damaged { damage: self.damage(), place },
        }
    }

    fn failing(&mut self) -> Failing {
        Failing::ALL[self.rng.usize(..Failing::ALL.len())]
    }

    fn damage(&mut self) -> Damage {
        [Damage::Report, Damage::Title, Damage::Component, Damage::Update, Damage::Affected]
            [self.rng.usize(..5)]
    }

    fn mishap(&mut self) -> Mishap {
        let then = [Aftermath::Retry, Aftermath::Redelivered, Aftermath::Lost][self.rng.usize(..3)];
        match self.rng.u32(..100) {
            0..76 => Mishap::None,
            76..80 => Mishap::BeforeFold { redelivered: self.rng.bool() },
            80..83 => Mishap::Evidence { kept: false },
            83..86 => Mishap::Evidence { kept: true },
            86..91 => Mishap::Append { committed: false, then },
            91..96 => Mishap::Append { committed: true, then },
            _ => Mishap::BeforeAcknowledge { redelivered: self.rng.bool() },
        }
    }

    fn saving(&mut self) -> Saving {
        match self.rng.u32(..100) {
            0..55 => Saving::Works,
            55..70 => Saving::Fails,
            70..85 => Saving::AnswerLost,
            _ => Saving::Crashes,
        }
    }

    fn oddity(&mut self) -> Oddity {
        [
            Oddity::UnknownPhase,
            Oddity::UnknownImpact,
            Oddity::UnknownStatus,
            Oddity::Link,
            Oddity::Twins,
            Oddity::Import,
            Oddity::Flap,
            Oddity::Delete,
            Oddity::Delete,
            Oddity::FileAfterwards,
            Oddity::Contradict,
            Oddity::ComponentAlone,
            Oddity::Indicator,
            Oddity::Offer,
            Oddity::Disagree,
            Oddity::HalfRead,
            Oddity::Correct,
        ][self.rng.usize(..17)]
    }

    /// Hours either way, or right again.
    fn clock(&mut self) -> i64 {
        match self.rng.u8(..4) {
            0 => -self.rng.i64(60..400),
            1 => self.rng.i64(60..400),
            _ => 0,
        }
    }
}
