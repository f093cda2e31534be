//! What every role needs to run: configuration, telemetry, health, lifecycle, clock, backoff.
