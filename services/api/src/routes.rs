//! The routes of `/v1` and their companions, a file per route.

pub(crate) mod document;
pub(crate) mod events;
pub(crate) mod healthz;
pub(crate) mod incident;
pub(crate) mod incident_events;
pub(crate) mod maintenances;
pub(crate) mod observation;
pub(crate) mod openapi;
pub(crate) mod outages;
pub(crate) mod provider;
pub(crate) mod providers;
pub(crate) mod readyz;

use axum::routing::{MethodRouter, get};

use crate::state::Shared;

pub(crate) fn table() -> Vec<(&'static str, MethodRouter<Shared>)> {
    vec![
        ("/v1/providers", get(providers::handler)),
        ("/v1/providers/{slug}", get(provider::handler)),
        ("/v1/providers/{slug}/outages", get(outages::handler)),
        ("/v1/incidents/{id}", get(incident::handler)),
        ("/v1/incidents/{id}/events", get(incident_events::handler)),
        ("/v1/maintenances", get(maintenances::handler)),
        ("/v1/events", get(events::handler)),
        ("/v1/observations/{id}", get(observation::handler)),
        ("/v1/documents/{hash}", get(document::handler)),
        ("/healthz", get(healthz::handler)),
        ("/readyz", get(readyz::handler)),
        ("/openapi.json", get(openapi::handler)),
    ]
}
