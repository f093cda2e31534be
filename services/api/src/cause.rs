//! Assigns the links in an incident's updates to providers when they are read, by the pages that
//! the log knows then.

use std::collections::HashMap;

use serde::Serialize;
use signalbook_domain::Slug;
use signalbook_domain::page::host_of;
use signalbook_store::views::ReportView;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::AppState;

/// Another provider's report.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Cause {
    /// The link.
    #[schema(example = "https://status.openai.com/incidents/01KH94")]
    pub(crate) url: String,
    /// The provider whose page it leads to, if that is known.
    #[schema(value_type = Option<String>)]
    pub(crate) provider: Option<Slug>,
}

/// The links of `report`, without those to its own provider's pages.
pub(crate) async fn find_causes(
    app: &AppState,
    report: &ReportView,
) -> Result<Vec<Cause>, Problem> {
    if report.links.is_empty() {
        return Ok(Vec::new());
    }
    let rows = app.api.log.pages().await?;
    let hosts: HashMap<String, Slug> =
        rows.into_iter().filter_map(|row| Some((host_of(&row.url)?, row.provider))).collect();
    let links = report.links.iter().map(|url| Cause {
        url: url.clone(),
        provider: host_of(url).and_then(|host| hosts.get(&host).cloned()),
    });
    Ok(links.filter(|cause| cause.provider.as_ref() != Some(&report.provider)).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::support::{World, id_of, incident};

    #[tokio::test]
    async fn a_link_leads_to_the_provider_whose_page_is_known_when_it_is_read() {
        let world = World::new();
        world.provider("acme");
        let links = ["https://other.example/incidents/1", "https://acme.example/incidents/2"];
        let [other, own] = links;
        world.report(incident("acme", 1).linked(other).linked(own));
        let path = format!("/v1/incidents/{}", id_of(1));
        let unknown = json!([{ "url": other, "provider": null }]);
        assert_eq!(world.get(&path).await.json()["caused_by"], unknown);
        world.provider("other");
        let known = json!([{ "url": other, "provider": "other" }]);
        assert_eq!(world.get(&path).await.json()["caused_by"], known);
    }
}
