//! Runs that once went wrong, as short as they could be made.

use crate::moves::Aftermath::Redelivered;
use crate::moves::Move::{
    Act, Clock, Crash, Hold, Odd, Pass, Poll, Release, Remove, Repeat, Return,
};
use crate::moves::Weather::{Damaged, Fails, Fine, Stale};
use crate::moves::{Damage, Failing, Mishap, Move, Oddity, Plan};
use crate::runner;

#[track_caller]
fn goes_well(seed: u64, pages: usize, moves: &[Move]) {
    let plan = Plan { seed, pages, crowded: false, over_http: false, moves: moves.to_vec() };
    if let Err(failure) = runner::run(&plan, None) {
        panic!("{}", runner::explain(&failure));
    }
}

const fn fine(page: usize) -> Move {
    Poll { page, weather: Fine, mishap: Mishap::None }
}

/// A cache answered with the list that was known, so that it was thought to be read just now, by a
/// clock that was then set back by hours: for so long it was not read again.
#[test]
fn deep_documents_are_read_again_soon_after_our_clock_went_back() {
    goes_well(
        267,
        3,
        &[
            Clock { minutes: 140 },
            Poll {
                page: 2,
                weather: Damaged { damage: Damage::Report, place: 0 },
                mishap: Mishap::None,
            },
            Act { page: 2 },
            Act { page: 2 },
            Hold { page: 2, weather: Stale { minutes: 14, only: Some(1) } },
        ],
    );
}

/// Our clock jumped ahead by hours between two stale answers, and the second was believed, as one
/// of a page that had stayed behind for so long.
#[test]
fn a_stale_answer_is_not_believed_because_our_clock_went_ahead() {
    goes_well(
        712,
        4,
        &[
            Act { page: 0 },
            fine(0),
            Poll { page: 0, weather: Stale { minutes: 28, only: None }, mishap: Mishap::None },
            Act { page: 0 },
            Clock { minutes: 143 },
            Odd { page: 0, oddity: Oddity::Delete },
            Poll { page: 0, weather: Stale { minutes: 34, only: Some(1) }, mishap: Mishap::None },
        ],
    );
}

/// An observation that came while the page was not watched left that in the aggregator's memory,
/// and everything that came after the page's return was ignored.
#[test]
fn a_page_that_returns_is_heard_again() {
    goes_well(
        423,
        2,
        &[
            fine(0),
            Remove { page: 0 },
            Crash,
            Repeat { back: 0 },
            Return { page: 0 },
            Act { page: 0 },
            fine(0),
        ],
    );
}

/// An update that could not be read named a component that nothing else named, and the component
/// was told as taken out of the incident.
#[test]
fn a_broken_update_takes_no_component_out_of_an_incident() {
    let moves = [Act { page: 1 }; 5];
    let broken = Poll {
        page: 1,
        weather: Damaged { damage: Damage::Update, place: 0 },
        mishap: Mishap::None,
    };
    goes_well(748, 4, &[moves.as_slice(), &[fine(1), broken]].concat());
}

/// The vendor took an update away, and the first document without it had another one broken: the
/// next is the first that says so, and is newer than the last that showed it.
#[test]
fn an_update_that_went_unseen_behind_a_broken_one_is_told_as_removed() {
    let moves = [Act { page: 3 }; 4];
    let broken = Poll {
        page: 3,
        weather: Damaged { damage: Damage::Update, place: 1 },
        mishap: Mishap::None,
    };
    goes_well(5_402, 4, &[moves.as_slice(), &[fine(3), Act { page: 3 }, broken]].concat());
}

/// A poll that failed before the page was taken out counted as one in a row with the first that
/// failed after its return.
#[test]
fn polls_that_failed_before_a_page_was_taken_out_are_not_in_a_row_with_those_after() {
    goes_well(
        1_488,
        2,
        &[
            fine(1),
            Poll {
                page: 1,
                weather: Fails { how: Failing::Redirected, place: 0 },
                mishap: Mishap::None,
            },
            Remove { page: 1 },
            Pass { seconds: 3_600 },
            Return { page: 1 },
            Poll {
                page: 1,
                weather: Fails { how: Failing::Html, place: 0 },
                mishap: Mishap::Append { committed: false, then: Redelivered },
            },
            Release { newest_first: true },
        ],
    );
}

/// An incident was filed when it was over, so that it began before it was filed; on the rebuilt
/// page it was looked for by the time of its filing, and opened a second time.
#[test]
fn what_was_filed_afterwards_goes_on_on_a_rebuilt_page() {
    goes_well(
        26,
        4,
        &[
            Odd { page: 1, oddity: Oddity::FileAfterwards },
            fine(1),
            Odd { page: 1, oddity: Oddity::Rebuild },
        ],
    );
}

/// Two polls in a row were answered with copies from before a rebuild, and put the old page back.
#[test]
fn copies_from_before_a_rebuild_put_nothing_back() {
    let stale = Poll { page: 0, weather: Stale { minutes: 48, only: None }, mishap: Mishap::None };
    let rebuilt = Odd { page: 0, oddity: Oddity::Rebuild };
    goes_well(115, 2, &[fine(0), rebuilt, fine(0), fine(0), stale, stale, fine(0), fine(0)]);
}

/// Planned work of one title was announced twice within a moment, and each was taken for the other
/// on the rebuilt page.
#[test]
fn planned_work_of_one_title_is_told_apart_on_a_rebuilt_page() {
    let announced = [Act { page: 3 }, Act { page: 3 }, fine(3)];
    let rebuilt = Odd { page: 3, oddity: Oddity::Rebuild };
    goes_well(238, 4, &[announced.as_slice(), &[rebuilt]].concat());
}
