//! Too much, too slow, and packed wrongly.

use std::time::Duration;

use signalbook_double::{Document, Fault, Reply};
use signalbook_outbound::Limits;

use crate::scene::Scene;

#[tokio::test]
async fn a_document_that_is_packed_is_read_like_any_other() {
    let mut scene = Scene::begin().await;
    let body = scene.render(Document::Summary).to_string();
    scene.serve(Document::Summary, Reply::json(body).gzip());
    assert!(scene.poll().await.is_empty());
    assert_eq!(scene.page().await["health"], "readable");
}

#[tokio::test]
async fn a_small_answer_that_unpacks_to_a_huge_one_is_given_up() {
    let mut scene = Scene::begin().await;
    let bomb = Reply::json(vec![b' '; 64 * 1024 * 1024]).gzip();
    let said = scene.expect_unreadable(Fault::Reply(bomb)).await;
    assert!(said.starts_with("its answer is too large ("), "{said}");
    assert!(said.contains("expected a growth by decompression of at most 200"), "{said}");
}

#[tokio::test]
async fn an_answer_without_an_end_is_given_up() {
    let mut scene = Scene::begin().await;
    let endless = Reply::json(vec![b' '; 64 * 1024]).endless();
    let said = scene.expect_unreadable(Fault::Reply(endless)).await;
    assert!(said.starts_with("its answer is too large ("), "{said}");
    assert!(said.contains("of at most 4194304"), "{said}");
}

#[tokio::test]
async fn an_error_without_an_end_is_an_error_all_the_same() {
    let mut scene = Scene::begin().await;
    let endless = Reply::new(500, "<p>No.</p>".repeat(100)).endless();
    let said = scene.expect_unreadable(Fault::Reply(endless)).await;
    assert!(said.contains("answered with status 500"), "{said}");
}

#[tokio::test]
async fn an_answer_that_comes_byte_by_byte_is_given_up_in_time() {
    let total = Duration::from_millis(300);
    let mut scene = Scene::within(Limits { total, ..Limits::default() }).await;
    let body = scene.render(Document::Summary).to_string();
    let slow = Reply::json(body).trickling(Duration::from_millis(20));
    let said = scene.expect_unreadable(Fault::Reply(slow)).await;
    assert!(said.starts_with("it does not answer ("), "{said}");
    assert!(said.contains("expected a whole answer within 300ms"), "{said}");
}

#[tokio::test]
async fn an_answer_that_is_not_packed_as_it_says_is_told_as_that() {
    for (reply, words) in [
        (Reply::json("{}").header("content-encoding", "gzip"), "one whole gzip member"),
        (
            Reply::json("{}").header("content-encoding", "br"),
            "encoded with gzip or not at all: the content encoding is `br`",
        ),
    ] {
        let mut scene = Scene::begin().await;
        let said = scene.expect_unreadable(Fault::Reply(reply)).await;
        assert!(said.contains(words), "{said}");
    }
}

#[tokio::test]
async fn a_head_without_measure_is_given_up() {
    let mut scene = Scene::begin().await;
    let reply = Reply::json("{}").header("x-padding", &"x".repeat(100_000));
    let said = scene.expect_unreadable(Fault::Reply(reply)).await;
    assert!(said.contains("expected a head in bytes of at most 32768"), "{said}");
}
