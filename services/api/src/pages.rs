//! The pages: made on the server from the same views as `/v1`, without a script.
//!
//! A page's file prepares what its template shows; templates only arrange. Everything is escaped
//! by the template engine, except [`crate::markdown`]'s result, which is the only `safe` value.

pub(crate) mod assets;
pub(crate) mod dashboard;
mod format;
pub(crate) mod incident;
mod parts;
pub(crate) mod problem;
pub(crate) mod provider;

use askama::Template;
use axum::http::{HeaderValue, header};
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
    let mut response = Html(template.render()?).into_response();
    let no_cache = HeaderValue::from_static("no-cache");
    response.headers_mut().insert(header::CACHE_CONTROL, no_cache);
    Ok(response)
}
