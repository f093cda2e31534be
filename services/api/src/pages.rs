//! The HTML pages: rendered on the server from the same views as `/v1`, without scripts.
//!
//! Each page's module prepares what its template shows; templates only arrange, and choose the form
//! of a moment. The template engine escapes everything except the result of [`crate::markdown`],
//! the only `safe` value.

pub(crate) mod assets;
pub(crate) mod dashboard;
mod format;
pub(crate) mod incident;
mod moments;
mod parts;
pub(crate) mod problem;
pub(crate) mod provider;

use askama::Template;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodRouter, get};

use crate::problem::Problem;
use crate::state::Shared;

/// The routes of pages and of their assets.
pub(crate) fn table() -> Vec<(&'static str, MethodRouter<Shared>)> {
    vec![
        ("/", get(dashboard::handler)),
        ("/providers/{slug}", get(provider::handler)),
        ("/incidents/{id}", get(incident::handler)),
        (assets::STYLE_PATH, get(assets::style)),
        (assets::ICON_PATH, get(assets::icon)),
    ]
}

/// Renders `template`. Browsers request the page again on each visit.
fn page(template: &impl Template) -> Result<Response, Problem> {
    let html = Html(template.render().map_err(Problem::internal)?);
    Ok(([(header::CACHE_CONTROL, "no-cache")], html).into_response())
}
