//! Pure rules of Signalbook: words, snapshots, events, the fold and outage arithmetic.
