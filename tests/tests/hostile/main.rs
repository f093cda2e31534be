//! A vendor's page at its worst, through the whole of the system and over real HTTP: nothing
//! crashes or hangs, no incident changes that should not, the page says what is wrong and since
//! when, and what is almost right yields what is right with a list of what was left out.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

mod answers;
mod bytes;
mod floods;
mod lists;
mod redirects;
mod scene;
mod times;
mod words;
