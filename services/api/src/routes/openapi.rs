//! `GET /openapi.json`: the `OpenAPI` 3.1 document, generated from the routes and their shapes.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;
use utoipa::OpenApi;

use crate::body::event::EventBody;
use crate::routes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Signalbook",
        description = "Outage histories of the products that yours depends on, from their status \
            pages. Times are RFC 3339 in UTC, durations are in seconds, with a text beside them \
            that is rounded down to the minute. Errors are problem documents (RFC 9457). Lists \
            continue with the `next_cursor` or `next_after` of the previous answer; give its `epoch` \
            with `after`, and a place that a restore of the log made void is refused with status \
            410. Answers that are read from the views carry an `ETag`; ask again with \
            `If-None-Match`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(),
    ),
    paths(
        routes::providers::handler,
        routes::provider::handler,
        routes::outages::handler,
        routes::incident::handler,
        routes::incident_events::handler,
        routes::maintenances::handler,
        routes::events::handler,
        routes::observation::handler,
        routes::document::handler,
        routes::healthz::handler,
        routes::readyz::handler,
        routes::openapi::handler,
    ),
    components(schemas(EventBody))
)]
struct Document;

static JSON: LazyLock<String> = LazyLock::new(|| {
    Document::openapi().to_pretty_json().expect("a document of strings and numbers is JSON")
});

/// Describes this interface.
#[utoipa::path(get, path = "/openapi.json", operation_id = "get_openapi", tag = "process",
    responses((status = 200, description = "The `OpenAPI` 3.1 document.", body = Object)))]
pub(crate) async fn handler() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
    (headers, json())
}

fn json() -> &'static str {
    &JSON
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::support::World;

    fn document() -> Value {
        serde_json::from_str(json()).unwrap()
    }

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let document = document();
        let described: BTreeSet<&str> =
            document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
        let routed: BTreeSet<&str> = routes::table().into_iter().map(|(path, _)| path).collect();
        assert_eq!(described, routed);
    }

    #[test]
    fn operations_have_names_of_their_own() {
        let document = document();
        let paths = document["paths"].as_object().unwrap();
        let names: BTreeSet<&str> =
            paths.values().map(|path| path["get"]["operationId"].as_str().unwrap()).collect();
        assert_eq!(names.len(), paths.len());
        for (path, method) in paths {
            for (status, response) in method["get"]["responses"].as_object().unwrap() {
                assert!(response["description"].is_string(), "{path} {status}");
            }
        }
        assert_eq!(document["openapi"], "3.1.0");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let mut references = Vec::new();
        collect(&document, &mut references);
        assert!(references.len() > 20, "{}", references.len());
        for reference in references {
            let pointer = reference.trim_start_matches('#');
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    #[test]
    fn the_vocabularies_are_the_domains() {
        let document = document();
        let schemas = &document["components"]["schemas"];
        let words = &schemas["StatusWord"]["enum"];
        assert_eq!(
            words,
            &json!(["up", "maintenance", "degraded", "unknown", "minor", "major", "critical"])
        );
        let health = &schemas["HealthWord"]["enum"];
        let words = ["unread", "readable", "partly_readable", "unreadable", "stale"];
        assert_eq!(health, &json!(words));
        for (schema, field) in [("PageBody", "health"), ("ProviderBody", "status")] {
            let described = &schemas[schema]["properties"][field];
            assert!(described.to_string().contains("Word\""), "{schema}: {described}");
        }
        for word in ["degraded", "partly_readable"] {
            let described = |schema: &str| schemas[schema]["description"].to_string();
            let described = [described("StatusWord"), described("HealthWord")].concat();
            assert!(described.contains(&format!("`{word}`: ")), "{word}");
        }
        assert!(schemas["InferredBody"]["description"].as_str().is_some());
        let required = schemas["OutageBody"]["required"].as_array().unwrap();
        assert!(required.contains(&"duration".into()), "what may be null is always there");
        let limit = &document["paths"]["/v1/events"]["get"]["parameters"][2]["schema"];
        assert_eq!((&limit["maximum"], &limit["default"]), (&500.into(), &100.into()));
    }

    #[tokio::test]
    async fn the_shape_of_an_event_is_the_described_one() {
        let world = World::new();
        world.retitled("acme", 1, 1, "Slow");
        let json = world.get("/v1/events").await.json();
        let document = document();
        let schema = &document["components"]["schemas"]["EventBody"];
        let told: BTreeSet<&str> =
            json["events"][0].as_object().unwrap().keys().map(String::as_str).collect();
        let required = schema["required"].as_array().unwrap().iter();
        assert_eq!(told, required.map(|name| name.as_str().unwrap()).collect());
        let mut described: BTreeSet<&str> =
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert!(described.remove("payload"), "a later version's event has it");
        assert_eq!(told, described);
    }

    #[tokio::test]
    async fn the_document_is_served() {
        let answer = World::new().get("/openapi.json").await;
        assert_eq!((answer.status, answer.text.as_str()), (200, json()));
    }

    fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
        match value {
            Value::Object(object) => {
                references.extend(object.get("$ref").and_then(Value::as_str));
                object.values().for_each(|value| collect(value, references));
            }
            Value::Array(values) => values.iter().for_each(|value| collect(value, references)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
