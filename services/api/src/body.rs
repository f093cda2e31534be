//! The JSON shapes that several routes share. A route's own shape stands in its file.

pub(crate) mod event;
pub(crate) mod page;
pub(crate) mod provider;
pub(crate) mod report;
pub(crate) mod words;
