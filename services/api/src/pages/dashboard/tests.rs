use signalbook_domain::Phase;

use crate::support::{World, incident, maintenance};

#[tokio::test]
async fn what_is_wrong_right_now_stands_first() {
    let world = World::new();
    for name in ["alpha", "mute", "worked-on", "down"] {
        world.provider(name);
    }
    world.unreadable("mute", "timed out");
    world.report(incident("down", 1).started("2026-03-01T23:46:00Z").titled("No mail"));
    world.report(
        maintenance("worked-on", 2).started("2026-03-01T23:00:00Z").phase(Phase::InProgress),
    );
    let page = world.browse("/").await;
    assert_eq!(page.status, 200);
    page.is_valid_page();
    page.shows_in_order(&[
        "4 providers: 1 in trouble, 1 unknown, 1 in maintenance, 1 up.",
        "Down",
        "No mail",
        "since",
        "Mar 1, 23:46 UTC",
        "14m",
        "Mute",
        "cannot be read since",
        "it does not answer (timed out)",
        "Worked-on",
        "Alpha",
        "March 2, 2026, 00:00 UTC",
    ]);
    assert!(page.text.contains(r#"<meta http-equiv="refresh" content="15">"#));
}

#[tokio::test]
async fn without_providers_it_says_what_to_do() {
    let page = World::new().browse("/").await;
    page.is_valid_page();
    assert!(page.text.contains("[[page]]"), "{}", page.text);
}

#[tokio::test]
async fn titles_are_escaped_everywhere() {
    let world = World::new();
    world.provider("acme");
    world.named("acme", "<script>alert('name')</script>");
    world.unreadable("acme", "<script>alert('detail')</script>");
    world.report(incident("acme", 1).titled("<script>alert('title')</script>\"><img src=x>"));
    let page = world.browse("/").await;
    page.is_valid_page();
    for text in ["alert(&#39;name&#39;)", "alert(&#39;detail&#39;)", "alert(&#39;title&#39;)"] {
        assert!(page.text.contains(text), "{text} in {}", page.text);
    }
}

#[tokio::test]
async fn if_all_is_well_it_says_so() {
    let world = World::new();
    world.provider("alpha");
    world.provider("beta");
    assert!(world.browse("/").await.text.contains("All 2 providers are up."));
}
