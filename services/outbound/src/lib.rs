//! The guarded HTTP client, the only crate that may open a connection to an address from outside.
//!
//! Signalbook fetches addresses that users typed and that vendors redirect, and reads answers that
//! anybody may have written. This crate makes both harmless. It promises:
//!
//! - no connection is opened to an address that the [`Policy`] refuses: names are resolved here,
//!   each address is judged, and exactly the judged address is dialled, for the first request and
//!   for each redirect, so that neither a redirect nor a name that changes its mind leads inside,
//!   nor a redirect from elsewhere into a network that the policy opens;
//! - no answer costs more than the [`Limits`] say, in time, in bytes on the wire, and in bytes
//!   after decompression, which are counted while they stream and not afterwards;
//! - many answers at once cost little more: only few bodies may be large while they are received,
//!   and none of them may dawdle while others wait; what was received is the caller's to bound;
//! - no failure is vague: a [`FetchError`] tells a refused address from a missing name, a slow
//!   handshake from a slow body, what the host did from what we lack ([`Means`]), and says what was
//!   expected.
//!
//! It deliberately has no proxies from the environment, no cookies, no credentials, no referrer,
//! no retries and no clock of its own beyond the deadlines: what an answer means and when to ask
//! again is for the caller.
//!
//! Start reading at [`Client::get`], then `policy.rs`, which is pure, then `address_guard.rs` and
//! `connector.rs`.

mod address_guard;
mod blocked_ports;
mod body;
mod body_budget;
mod client;
mod connector;
mod error;
mod limits;
mod local_address;
mod means;
mod message;
mod policy;
mod redirect;
mod resolve;

pub use client::{Client, USER_AGENT, public_trust};
pub use error::{Cause, FetchError, Part, Phase};
pub use limits::Limits;
pub use means::Means;
pub use message::{Request, Response, RetryAfter};
pub use policy::{Policy, Refusal};
pub use resolve::{Found, Resolve, SystemResolver};
