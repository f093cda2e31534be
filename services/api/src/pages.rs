//! The pages: made on the server from the same views as `/v1`, without a script.
//!
//! A page's file prepares what its template shows; templates only arrange, and choose the form of a
//! moment. Everything is escaped by the template engine, except [`crate::markdown`]'s result, which is the only `safe` value.

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

/// Every route that answers with a page, or with what a page needs.
pub(crate) fn table() -> Vec<(&'static str, MethodRouter<Shared>)> {
    vec![
        ("/", get(dashboard::handler)),
        ("/providers/{slug}", get(provider::handler)),
        ("/incidents/{id}", get(incident::handler)),
        (assets::STYLE_PATH, get(assets::style)),
        (assets::ICON_PATH, get(assets::icon)),
    ]
}

/// The page that `template` makes. It is asked for again each time it is looked at.
fn page(template: &impl Template) -> Result<Response, Problem> {
    let html = Html(template.render().map_err(Problem::internal)?);
    Ok(([(header::CACHE_CONTROL, "no-cache")], html).into_response())
}
