//! Folds observations into the log.
