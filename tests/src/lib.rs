//! Harness, end-to-end tests, benches and house rules.
