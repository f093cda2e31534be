//! Pure readers: a platform's documents become snapshots.
