//! What every role needs to run: configuration, telemetry, health, lifecycle, clock, backoff.
//!
//! Every role of Signalbook is started, watched and stopped in the same way, and none of that
//! knows what a status page is. It promises:
//!
//! - time and randomness are arguments: a role takes a [`Clock`] and [`Ids`], never the real ones,
//!   so that a test can move through a day without waiting and repeat it to the byte;
//! - a stop is polite first and final second ([`Stop`], [`signals`]), and a role that dies takes
//!   the process with it in an orderly way and is named in the error ([`Tasks`]);
//! - a wrong line in a configuration file is answered with the file, the line, the key and what
//!   was expected there ([`load`]).
//!
//! It deliberately holds no domain knowledge and depends on no other crate of the workspace.
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
pub use clock::{Clock, ManualClock, Sleep, SystemClock};
pub use config::{ConfigError, load};
pub use duration::{DurationError, HumanDuration};
pub use health::{Check, Health, Readiness};
pub use ids::{Ids, SeededIds, SystemIds};
pub use lifecycle::{BoxError, DRAIN_MAX, Stop, TaskError, Tasks, signals};
pub use telemetry::{LogFormat, TelemetryError};
