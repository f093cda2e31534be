//! The port between the roles, its in-process adapter and its contract suite.
