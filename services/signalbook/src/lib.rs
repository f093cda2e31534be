//! The executable as a library, so that tests start what users start.
//!
//! - [`config`]: the configuration file and its defaults.
//! - [`adapters`]: maps addresses (`sqlite:…`, `memory:`) to ports; the only place that names
//!   adapters.
//! - [`backup`]: makes and checks copies of a store.
//! - [`clock_guard`]: refuses to record while the local clock cannot be right.
//! - [`descriptors`]: raises the limit of open files and connections.
//! - [`node`]: every role in one process, `build` and then `run`.
//! - [`verify`]: checks that a record is unchanged.
//! - [`command`]: the subcommands.

pub mod adapters;
pub mod backup;
pub mod clock_guard;
pub mod command;
pub mod config;
pub mod descriptors;
pub mod node;
mod restore;
pub mod verify;
