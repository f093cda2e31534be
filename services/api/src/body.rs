//! JSON shapes that several routes share. A shape of a single route is in that route's file.

pub(crate) mod event;
pub(crate) mod page;
pub(crate) mod provider;
pub(crate) mod report;
pub(crate) mod words;
