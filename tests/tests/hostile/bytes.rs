//! Bytes that are not quite UTF-8, and characters that nobody should see.

use serde_json::json;
use signalbook_double::{Act, Document, Fault, Reply};

use crate::scene::{INCIDENT, SLUG, Scene, listed};

/// `text` with each `x` of `xxx` replaced by a byte that is no UTF-8.
fn broken(text: &str) -> Vec<u8> {
    let (before, after) = text.split_once("xxx").unwrap();
    [before.as_bytes(), b"\xff\xfe\xff", after.as_bytes()].concat()
}

#[tokio::test]
async fn bytes_that_are_no_utf8_inside_of_a_text_cost_that_text_alone() {
    let mut scene = Scene::begin().await;
    let mut document = scene.render(Document::Summary);
    listed(&mut document)[0]["name"] = json!("Searches fail xxx");
    scene.serve(Document::Summary, Reply::json(broken(&document.to_string())));
    assert_eq!(scene.poll().await, ["incident.retitled"]);
    assert_eq!(scene.incident(INCIDENT).await["title"], "Searches fail \u{fffd}\u{fffd}\u{fffd}");
    let skipped = scene.skipped().await;
    assert_eq!(skipped.len(), 1);
    assert!(skipped[0].starts_with("bytes that are no UTF-8 were replaced, from byte "));
    scene.world.double.set_document_fault(SLUG, Document::Summary, None);
    scene.poll().await;
    assert!(scene.skipped().await.is_empty(), "it is all there again");
}

#[tokio::test]
async fn bytes_that_are_no_utf8_anywhere_else_are_no_document() {
    let mut scene = Scene::begin().await;
    let said = scene.expect_unreadable(Fault::Reply(Reply::json(b"{\xff\xff}".to_vec()))).await;
    assert!(said.contains("to be a JSON object, found no JSON: "), "{said}");
}

#[tokio::test]
async fn another_encoding_is_named() {
    let mut scene = Scene::begin().await;
    let reply = Reply::json(b"\xff\xfe{\0}\0".to_vec());
    let said = scene.expect_unreadable(Fault::Reply(reply)).await;
    assert!(said.contains("expected `summary.json` to be UTF-8, found UTF-16"), "{said}");
}

#[tokio::test]
async fn a_byte_order_mark_is_no_part_of_a_document() {
    let mut scene = Scene::begin().await;
    let marked = format!("\u{feff}{}", scene.render(Document::Summary));
    scene.serve(Document::Summary, Reply::json(marked));
    assert!(scene.poll().await.is_empty());
    assert!(scene.skipped().await.is_empty());
}

#[tokio::test]
async fn a_title_of_a_megabyte_is_cut_and_the_cut_is_told() {
    let mut scene = Scene::begin().await;
    let title = "x".repeat(1024 * 1024);
    scene.world.double.act(SLUG, Act::Retitle { incident: INCIDENT.to_owned(), title });
    assert_eq!(scene.poll().await, ["incident.retitled"]);
    assert_eq!(scene.incident(INCIDENT).await["title"], "x".repeat(500));
    let skipped = scene.skipped().await;
    assert_eq!(skipped, vec![format!("incident `{INCIDENT}`: `name` cut to 500 characters"); 2]);
    assert!(scene.poll().await.is_empty(), "a title that was cut is no new one");
}

#[tokio::test]
async fn an_update_of_a_megabyte_is_cut_and_the_cut_is_told() {
    let mut scene = Scene::begin().await;
    let edit = Act::EditUpdate {
        incident: INCIDENT.to_owned(),
        update: "upd000000001".to_owned(),
        body: Some("é".repeat(1024 * 1024)),
        display_at: None,
    };
    scene.world.double.act(SLUG, edit);
    assert_eq!(scene.poll().await, ["incident.update_edited"]);
    let body = scene.incident(INCIDENT).await["updates"][0]["body"].to_string();
    assert_eq!(body.chars().count(), 32 * 1024 + 2);
    assert!(scene.skipped().await[0].contains("`body` cut to 65536 bytes"));
}

#[tokio::test]
async fn characters_that_nobody_can_see_reach_nobody() {
    let mut scene = Scene::begin().await;
    let title = "\u{202e}liaf\u{202c} \u{7}\u{1b}[31mSearches\u{0} fail\u{2066}!".to_owned();
    scene.world.double.act(SLUG, Act::Retitle { incident: INCIDENT.to_owned(), title });
    assert_eq!(scene.poll().await, ["incident.retitled"]);
    let hidden = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{2069}').contains(&c);
    assert_eq!(scene.incident(INCIDENT).await["title"], "liaf [31mSearches fail!");
    for path in ["/", "/providers/acme", "/v1/providers/acme/outages", "/v1/events?limit=500"] {
        let (_, text) = scene.world.get(path).await.unwrap();
        assert!(!text.contains(hidden), "{path}: {text}");
    }
}

#[tokio::test]
async fn a_title_that_is_a_script_is_shown_as_a_text() {
    let mut scene = Scene::begin().await;
    let title = "<script>alert(1)</script> \"><img src=x onerror=alert(1)>".to_owned();
    scene.world.double.act(SLUG, Act::Retitle { incident: INCIDENT.to_owned(), title });
    scene.poll().await;
    for path in ["/", "/providers/acme"] {
        let (_, html) = scene.world.get(path).await.unwrap();
        assert!(!html.contains("<script>") && !html.contains("<img src=x"), "{path}: {html}");
    }
}

#[tokio::test]
async fn a_document_that_is_nested_without_end_is_no_document() {
    let mut scene = Scene::begin().await;
    let deep = format!("{}{}", "{\"page\":".repeat(100_000), "}".repeat(100_000));
    let said = scene.expect_unreadable(Fault::Reply(Reply::json(deep))).await;
    assert!(said.contains("recursion limit"), "{said}");
}
