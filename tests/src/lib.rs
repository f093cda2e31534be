//! The harness of the whole-system tests: every role on one stepped clock, a status-page double
//! for the vendors, and the API without a socket.

pub mod world;

pub use world::{World, at};
