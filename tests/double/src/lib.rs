//! A status-page double: plays scripted and random vendor lives over HTTP.
//!
//! A test of a system that reads status pages needs a vendor it can steer and question:
//! one that says something at a known moment, takes it back later, goes silent, answers nonsense,
//! and can afterwards be asked what it really said.
//! One double serves the tests, the benches and the demo, so all three meet the same vendor.
//!
//! It promises:
//! - a [`Life`] is a pure value: the page it shows at a moment depends on the script and that moment
//!   alone;
//! - the documents have the shapes of Atlassian Statuspage, with its traps: null display times on
//!   postmortems, joined names in affected components, group components among the others, current
//!   component states on old incidents;
//! - time is given: the double asks the clock it was started with and never sleeps, but for the
//!   body of a [`Reply`] that is asked to trickle;
//! - the same seed gives the same life.
//!
//! It shares no code with the system it is read by, since it is the oracle of its tests.
//! It deliberately does not speak `TLS`, page through results or serve feeds, and compresses only
//! what a [`Reply`] is asked to.
//!
//! Start reading at [`Act`], which lists all a vendor can do, then [`Life`], [`render`] and
//! [`Double`].

mod act;
pub mod cast;
mod fault;
mod fold;
mod ids;
mod life;
mod line;
mod page;
pub mod random;
pub mod reference;
pub mod render;
mod reply;
mod server;
mod words;

pub use act::{Act, Opening, Posting, Scheduling};
pub use cast::Cast;
pub use fault::Fault;
pub use fold::Misstep;
pub use ids::{derived_id, is_vendor_id, random_id};
pub use life::{Entry, Life, Zone};
pub use page::{Affected, Component, Incident, Misprint, NewComponent, Page, Update, Window};
pub use reply::Reply;
pub use server::{Clock, Counts, Document, Double};
pub use words::{ComponentStatus, Impact, Status};
