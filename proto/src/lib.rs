//! The formats that are kept: what is written to the log, how it is hashed, and how it is shown.
//!
//! - [`record`]: an event before and after it has a place in the log. Its payload is encoded once
//!   and from then on stored, hashed and relayed as those bytes, never decoded and encoded again.
//! - [`chain`]: the hash that makes the log tamper-evident, field by field.
//! - [`manifest`]: what an observation brought; events are hashed with its hash.
//! - [`json`]: the one JSON shape of an event, for NATS, REST, SSE and exports alike.
//!
//! `golden/v1` holds recorded messages that never change; the tests read them for ever.
//! The feature `golden` offers its log, `chain.json`, to the tests of other crates.

#![warn(missing_docs)]

pub mod anchor;
pub mod chain;
#[cfg(any(test, feature = "golden"))]
pub mod golden;
pub mod json;
pub mod manifest;
pub mod record;
mod wire;

pub use manifest::{EncodedManifest, Manifest, ObservationRef};
pub use record::{DecodeError, Draft, Record};

/// Generated from `signalbook/v1/*.proto`.
#[expect(unreachable_pub, clippy::pedantic, reason = "generated code")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/signalbook.v1.rs"));
}
