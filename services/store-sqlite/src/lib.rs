//! The SQLite adapter of the storage ports.
