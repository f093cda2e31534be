//! The rules of the fold, each with a test: given what was known, when a poll shows something,
//! then these events happened. The properties that hold for any history stand beside them.

#[cfg(test)]
mod support;

mod baseline;
mod component;
mod disagreement;
mod ends;
mod incident;
mod maintenance;
mod page;
mod partly;
mod phase;
mod properties;
mod removal;
mod replaced;
mod stale;
mod timeline;
mod times;
