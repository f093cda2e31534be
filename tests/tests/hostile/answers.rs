//! Answers that are no document: errors, refusals, pages for people, nothing at all.

use serde_json::json;
use signalbook_double::{Document, Fault, Reply};
use signalbook_outbound::Limits;
use std::time::Duration;

use crate::scene::Scene;

#[tokio::test]
async fn every_status_other_than_good_says_what_it_means_and_what_to_do() {
    for (code, plain, meaning) in [
        (204, "it answers with an error", "not an answer to a request for a document"),
        (206, "it answers with an error", "not an answer to a request for a document"),
        (300, "it answers from somewhere else", "give its new address in the configuration"),
        (400, "it answers with an error", "not an answer to a request for a document"),
        (401, "it turns us away", "ask it to let this address in, or poll less often"),
        (403, "it turns us away", "ask it to let this address in, or poll less often"),
        (404, "it answers with an error", "is this the address of a status page?"),
        (410, "it answers with an error", "is this the address of a status page?"),
        (429, "it turns us away", "poll less often"),
        (451, "it turns us away", "the vendor turned us away"),
        (500, "it answers with an error", "the status page itself has a problem"),
        (503, "it answers with an error", "the status page itself has a problem"),
        (599, "it answers with an error", "the status page itself has a problem"),
    ] {
        let mut scene = Scene::begin().await;
        let said = scene.expect_unreadable(Fault::status(code, "<h1>No</h1>")).await;
        assert!(said.starts_with(plain), "{code}: {said}");
        assert!(said.contains(&format!("answered with status {code}: ")), "{code}: {said}");
        assert!(said.contains(meaning), "{code}: {said}");
        assert!(said.contains("/p/acme/api/v2/summary.json"), "{code}: {said}");
    }
}

#[tokio::test]
async fn a_page_for_people_where_a_document_belongs_is_named_by_its_title() {
    let mut scene = Scene::begin().await;
    let said = scene.expect_unreadable(Fault::Html).await;
    assert!(said.starts_with("its answer is not the document it should be ("), "{said}");
    let found = "expected `summary.json` to be a JSON object, found an HTML page titled `Something is amiss`";
    assert!(said.contains(found), "{said}");
}

#[tokio::test]
async fn a_page_for_people_that_claims_to_be_json_is_not_believed() {
    let mut scene = Scene::begin().await;
    let lying = Reply::json("<!doctype html><title>Log in</title>");
    let said = scene.expect_unreadable(Fault::Reply(lying)).await;
    assert!(said.contains("found an HTML page titled `Log in`"), "{said}");
}

#[tokio::test]
async fn a_document_that_breaks_off_says_where() {
    let mut scene = Scene::begin().await;
    let said = scene.expect_unreadable(Fault::Truncated).await;
    assert!(said.contains("found JSON that breaks off at line 1 column "), "{said}");
}

#[tokio::test]
async fn json_of_another_shape_says_what_is_missing_and_what_is_there() {
    let mut scene = Scene::begin().await;
    let said = scene.expect_unreadable(Fault::other_shape()).await;
    assert!(
        said.contains("expected `summary.json` to have `page`, found only `services`"),
        "{said}"
    );
    for (value, found) in [
        (json!({}), "to have `page`, found nothing"),
        (json!([]), "to be a JSON object, found a list"),
        (json!(null), "to be a JSON object, found null"),
        (json!("ok"), "to be a JSON object, found a text"),
        (json!({"page": "up"}), "expected `page` of `summary.json` to be an object, found a text"),
        (json!({"page": {"id": "x"}}), "to have `components`, found only `page`"),
        (
            json!({"page": {}, "components": {}}),
            "expected `components` of `summary.json` to be a list",
        ),
    ] {
        let mut scene = Scene::begin().await;
        let said = scene.expect_unreadable(Fault::OtherShape(value)).await;
        assert!(said.contains(found), "{said}");
    }
}

#[tokio::test]
async fn an_empty_answer_is_not_an_empty_page() {
    let mut scene = Scene::begin().await;
    let said = scene.expect_unreadable(Fault::Empty).await;
    assert!(said.contains("found an empty body"), "{said}");
}

#[tokio::test]
async fn a_wrong_or_missing_content_type_does_no_harm_to_a_good_document() {
    let mut scene = Scene::begin().await;
    let mut document = scene.render(Document::Summary);
    for (kind, came) in [
        (Some("text/html; charset=utf-8"), "came as `text/html`"),
        (Some("nonsense"), "came as `nonsense`"),
        (None, "came without a content type"),
    ] {
        document["another"] = came.into();
        let reply = Reply::new(200, document.to_string());
        let typed = kind.into_iter().fold(reply, |reply, kind| reply.header("content-type", kind));
        scene.serve(Document::Summary, typed);
        assert!(scene.poll().await.is_empty());
        let skipped = scene.skipped().await;
        assert_eq!(skipped.len(), 1);
        assert!(
            skipped[0].contains(&format!("summary.json` {came}, expected JSON")),
            "{skipped:?}"
        );
    }
    scene.serve(Document::Summary, Reply::json(document.to_string() + " "));
    assert!(scene.poll().await.is_empty() && scene.skipped().await.is_empty());
}

#[tokio::test]
async fn a_list_that_fails_fails_alone_and_names_itself() {
    let mut scene = Scene::begin().await;
    scene.world.double.set_document_fault("acme", Document::Incidents, Some(Fault::Html));
    let said = scene.expect_partly_readable_now(Document::Incidents).await;
    assert!(said.contains("expected `incidents.json` to be a JSON object"), "{said}");
}

#[tokio::test]
async fn a_connection_that_ends_without_an_answer_is_told_as_that() {
    let mut scene = Scene::begin().await;
    let said = scene.expect_unreadable(Fault::Closed).await;
    assert!(said.starts_with("it does not answer ("), "{said}");
    assert!(said.contains("expected its connection to last until the end"), "{said}");
}

#[tokio::test]
async fn a_page_that_takes_the_request_and_says_nothing_is_given_up() {
    let first_byte = Duration::from_millis(100);
    let mut scene = Scene::within(Limits { first_byte, ..Limits::default() }).await;
    let said = scene.expect_unreadable(Fault::Hang).await;
    assert!(said.contains("expected the head of an answer within 100ms"), "{said}");
}

#[tokio::test]
async fn a_reason_that_is_not_the_same_any_more_is_told_when_it_lasts() {
    let mut scene = Scene::begin().await;
    scene.world.double.set_fault("acme", Some(Fault::unavailable()));
    scene.expect_unreadable_now().await;
    scene.world.double.set_fault("acme", Some(Fault::blocked()));
    scene.wait_long();
    assert!(scene.poll().await.is_empty());
    scene.wait_long();
    assert_eq!(scene.poll().await, ["page.unreadable"]);
    let page = scene.page().await;
    assert!(page["detail"].as_str().unwrap().starts_with("it turns us away"), "{page}");
}
