//! What every role needs to run: configuration, telemetry, health, lifecycle, clock, backoff.
//!
//! All roles of Signalbook are started, monitored and stopped in the same way. The promises:
//!
//! - Time and randomness are arguments: a role takes a [`Clock`] and [`Ids`], never the real ones,
//!   so that a test can simulate a day without waiting and repeat it exactly.
//! - A stop is graceful first and forced second ([`Stop`], [`signals`]). A role that fails stops
//!   the whole process in an orderly way and is named in the error ([`Tasks`]).
//! - An error in a configuration file names the file, the line, the key and what was expected there
//!   ([`load`]).
//!
//! The crate holds no domain knowledge and depends on no other crate of the workspace.
//!
//! Start reading at [`clock`], then [`lifecycle`].

pub mod backoff;
mod chain;
pub mod clock;
pub mod config;
pub mod duration;
pub mod health;
pub mod ids;
pub mod lifecycle;
pub mod telemetry;

pub use backoff::Backoff;
pub use chain::chain;
#[cfg(any(test, feature = "manual"))]
pub use clock::ManualClock;
pub use clock::{Clock, Sleep, SystemClock};
pub use config::{ConfigError, load};
pub use duration::{DurationError, HumanDuration};
pub use health::{Check, Health, Readiness};
pub use ids::{Ids, SeededIds, SystemIds};
pub use lifecycle::{BoxError, DRAIN_MAX, Stop, TaskError, Tasks, signals};
pub use telemetry::{LogFormat, TelemetryError};
