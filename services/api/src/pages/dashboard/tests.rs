use signalbook_domain::{ComponentStatus, Document, Impact, Phase};

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
        "4 providers: 1 in trouble, 1 unknown, 1 under maintenance, 1 up.",
        "Down",
        "No mail",
        "since",
        "Mar 1, 23:46 UTC",
        "14m",
        "Mute",
        "unreadable since",
        "it does not answer (timed out)",
        "Worked-on",
        "Alpha",
        "March 2, 2026, 00:00 UTC",
    ]);
    assert!(page.text.contains(r#"<meta http-equiv="refresh" content="15">"#));
}

#[tokio::test]
async fn what_signalbook_itself_cannot_do_stands_above_all() {
    let world = World::new();
    world.provider("alpha");
    world.health().check("not heard of yet");
    world.health().check("clock").remark("a little behind");
    assert!(!world.browse("/").await.text.contains("Signalbook itself"));
    for part in ["recording 1", "recording 2"] {
        world.health().check(part).not_ready("the disk <is> full");
    }
    world.health().check("restore").not_ready("the log was restored from a copy");
    let page = world.browse("/").await;
    page.is_valid_page();
    page.shows_in_order(&[
        "Signalbook itself cannot do all of its work:",
        "the disk &#60;is&#62; full.",
        "the log was restored from a copy.",
        "The only provider is up.",
    ]);
    assert_eq!(page.text.matches("is&#62; full").count(), 1, "each reason once");
}

#[tokio::test]
async fn trouble_without_an_incident_stands_between_the_unknown_and_planned_work() {
    let world = World::new();
    for name in ["always", "broken", "mute", "worked-on", "zeta"] {
        world.provider(name);
    }
    world.unreadable("mute", "timed out");
    world.unwell("always", "Edge", ComponentStatus::Degraded, "2026-02-20T00:00:00Z");
    world.indicator("broken", Impact::Critical, "Major Outage", "2026-03-01T23:00:00Z");
    for name in ["API", "Mail", "Chat"] {
        world.unwell("broken", name, ComponentStatus::MajorOutage, "2026-03-01T23:30:00Z");
    }
    world.report(maintenance("worked-on", 2).phase(Phase::InProgress));
    world.not_offered("zeta", Document::Maintenances, "2026-01-01T00:00:00Z");
    world.unread("zeta", Document::Incidents, "2026-03-01T22:00:00Z");
    let page = world.browse("/").await;
    page.is_valid_page();
    page.shows_in_order(&[
        "5 providers: 1 unknown, 1 degraded, 1 under maintenance, 1 degraded for a week or more, 1 up.",
        "Mute",
        "<h2 id=\"degraded\">Degraded",
        "No incident that counts as an outage is open, but the vendor shows signs of trouble.",
        "card degraded",
        "Broken",
        "since",
        "Mar 1, 23:00 UTC",
        "1h",
        "The vendor&#39;s indicator <span class=\"mark\">critical: Major Outage</span>",
        "API (Prod 1) <span class=\"mark\">major_outage</span>",
        "and 1 more",
        "Worked-on",
        "unchanged for a week or more",
        "tile degraded",
        "Always",
        "Zeta",
        "partly readable: the list of incidents cannot be read</span>",
    ]);
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

#[tokio::test]
async fn a_damaged_provider_is_unknown_in_words_beside_all_others() {
    let world = World::new();
    world.provider("acme");
    world.provider("fine");
    world.damage("acme");
    let page = world.browse("/").await;
    assert_eq!(page.status, 200);
    page.is_valid_page();
    assert!(page.text.contains("2 providers: 1 unknown, 1 up."), "{}", page.text);
    let said = "What is known of it was damaged on disk, and is being built again from the log.";
    assert!(page.text.contains(said), "{}", page.text);
    let own = world.browse("/providers/acme").await;
    assert_eq!(own.status, 503);
    own.is_valid_page();
    assert!(own.text.contains("is being built again from the log"), "{}", own.text);
}
