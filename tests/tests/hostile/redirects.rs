//! Redirects: to where the page has moved, to where nobody may be sent, and around in circles.

use signalbook_double::{Document, Fault, Reply};

use crate::scene::{SLUG, Scene};

const DOCUMENTS: [(Document, &str); 3] = [
    (Document::Summary, "/api/v2/summary.json"),
    (Document::Incidents, "/api/v2/incidents.json"),
    (Document::ScheduledMaintenances, "/api/v2/scheduled-maintenances.json"),
];

fn to(address: &str) -> Fault {
    Fault::Redirect { to: address.to_owned() }
}

#[tokio::test]
async fn a_page_that_moved_is_read_where_it_is_and_its_move_is_told_once() {
    let mut scene = Scene::begin().await;
    let life = scene.world.double.script(SLUG);
    let base = scene.world.double.add("elsewhere", life);
    let elsewhere = base.replace("127.0.0.1", "localhost");
    for (document, path) in DOCUMENTS {
        let fault = to(&format!("{elsewhere}{path}"));
        scene.world.double.set_document_fault(SLUG, document, Some(fault));
    }
    assert_eq!(scene.poll().await, ["page.moved"]);
    assert!(scene.poll().await.is_empty());
    assert_eq!(scene.page().await["health"], "readable");
    for (document, _) in DOCUMENTS {
        scene.world.double.set_document_fault(SLUG, document, None);
    }
    assert_eq!(scene.poll().await, ["page.moved"], "it moved back");
    assert!(scene.poll().await.is_empty());
}

#[tokio::test]
async fn a_redirect_to_another_host_that_drops_the_path_is_no_document() {
    let mut scene = Scene::begin().await;
    let home = scene.world.double.base(SLUG).replace("127.0.0.1", "localhost");
    scene.world.double.set_document_fault(SLUG, Document::Summary, Some(to(&home)));
    let said = scene.expect_unreadable_now().await;
    assert!(said.contains("found an HTML page titled `"), "{said}");
    scene.world.double.set_document_fault(SLUG, Document::Summary, None);
    scene.expect_readable_again().await;
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused_by_name() {
    for (target, kind) in [
        ("http://10.0.0.1/api/v2/summary.json", "10.0.0.1"),
        ("http://169.254.169.254/latest/meta-data", "169.254.169.254"),
        ("http://[::1]/", "::1"),
        ("http://[::ffff:10.0.0.1]/", "10.0.0.1"),
        ("http://0x0a000001/", "10.0.0.1"),
    ] {
        let mut scene = Scene::begin().await;
        let said = scene.expect_unreadable(to(target)).await;
        assert!(said.starts_with("its address is one that we refuse to connect to ("), "{said}");
        assert!(said.contains(kind), "{target}: {said}");
    }
}

#[tokio::test]
async fn redirects_in_a_circle_are_followed_no_further_than_three_times() {
    let mut scene = Scene::begin().await;
    let own = format!("{}/api/v2/summary.json", scene.world.double.base(SLUG));
    let before = scene.world.double.counts(SLUG).summary;
    scene.world.double.set_fault(SLUG, Some(to(&own)));
    scene.poll().await;
    assert_eq!(scene.world.double.counts(SLUG).summary - before, 4);
    scene.poll().await;
    let page = scene.page().await;
    let said = page["detail"].as_str().unwrap();
    assert!(said.starts_with("it answers from somewhere else ("), "{said}");
    assert!(said.contains("expected at most 3"), "{said}");
}

#[tokio::test]
async fn a_redirect_to_nowhere_or_to_no_web_page_says_so() {
    for (fault, words) in [
        (to("ftp://status.example.com/x"), "to `ftp://status.example.com`, expected "),
        (to("file:///etc/passwd"), "to `file:`, expected "),
        (to("https://me:secret@status.example.com/"), "to `https://status.example.com`, expected "),
        (Fault::Reply(Reply::new(302, "")), "to `nowhere`, expected a location"),
    ] {
        let mut scene = Scene::begin().await;
        let said = scene.expect_unreadable(fault).await;
        assert!(said.contains(words) && !said.contains("secret"), "{said}");
    }
}
