//! Carries out polls: fetches documents and emits observations.
