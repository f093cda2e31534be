//! The executable as a library, so that tests start the same thing that users start.
//!
//! - [`config`]: the file and its defaults.
//! - [`adapters`]: addresses (`sqlite:…`, `memory:`) to ports; the only place that names adapters.
//! - [`backup`]: copies of a store, and whether they are whole.
//! - [`clock_guard`]: nothing is recorded while our own clock cannot be right.
//! - [`descriptors`]: how many files and connections may be open at once.
//! - [`node`]: every role in one process, `build` and then `run`.
//! - [`verify`]: whether a record is what was recorded.
//! - [`command`]: what each subcommand does.

pub mod adapters;
pub mod backup;
pub mod clock_guard;
pub mod command;
pub mod config;
pub mod descriptors;
pub mod node;
mod restore;
pub mod verify;
