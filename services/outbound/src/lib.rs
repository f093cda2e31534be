//! The guarded HTTP client, the only crate that may open a connection to an address from outside.
