//! Builds views from the log.
