//! The persistent formats: how events are written to the log, hashed and shown.
//!
//! - [`record`]: an event before and after it has a place in the log. Its payload is encoded once;
//!   those bytes are stored, hashed and relayed, never decoded and encoded again.
//! - [`chain`]: the hash that makes the log tamper-evident, field by field.
//! - [`manifest`]: what an observation brought; the hash of an event covers the manifest's hash.
//! - [`json`]: the only JSON representation of an event, for NATS, REST, SSE and exports.
//!
//! `golden/v1` holds recorded messages that never change; the tests always read them. The feature
//! `golden` provides its log, `chain.json`, to the tests of other crates.

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
