use signalbook_domain::{ComponentStatus, Document, Failure, Impact, Phase};

use crate::support::{World, id_of, incident, maintenance};

fn world() -> World {
    let world = World::new();
    world.provider("acme");
    world
}

#[tokio::test]
async fn it_reads_like_a_good_status_history() {
    let world = world();
    world.component("acme", "Channel - Email", Some("Prod 1"));
    world.report(
        incident("acme", 1)
            .impact(Impact::Major)
            .started("2026-02-12T15:11:05Z")
            .resolved("2026-02-12T15:49:46Z")
            .titled("Mail is slow")
            .affecting("Channel - Email", Some("Prod 1"))
            .backfilled()
            .update("u1", "2026-02-12T15:11:05Z", "We **look** into it.")
            .update("u2", "2026-02-12T15:49:46Z", "Over.")
            .edited("u2"),
    );
    world.report(incident("acme", 2).started("2026-03-01T23:46:00Z").titled("No chat"));
    world.report(maintenance("acme", 3).started("2026-03-09T10:00:00Z").titled("Upgrade"));
    let page = world.browse("/providers/acme").await;
    assert_eq!(page.status, 200);
    page.is_valid_page();
    page.shows_in_order(&[
        "<h1>Acme",
        "Minor outage",
        "There were 2 Acme outages since February 12, 2026 totaling 52m of downtime.",
        "https://acme.example",
        "No chat",
        "Upgrade",
        "ongoing, 14m so far",
        "Major",
        "February 12, 2026",
        "Mail is slow",
        "February 12, 2026, 15:11 UTC",
        "resolved",
        "February 12, 2026, 15:49 UTC",
        "38m",
        "learned from the page&#39;s history",
        "Channel - Email (Prod 1)",
        "<details",
        "2 updates",
        "We <strong>look</strong> into it.",
        "edited",
        "Components",
        "Prod 1",
    ]);
    assert!(page.text.contains("<time datetime=\"2026-02-12T15:11:05Z\">"));
}

#[tokio::test]
async fn a_notice_is_shown_as_one_and_a_withdrawn_outage_is_marked() {
    let world = world();
    world.report(
        incident("acme", 1)
            .impact(Impact::None)
            .started("2026-02-01T00:00:00Z")
            .resolved("2026-02-01T01:00:00Z")
            .titled("New terms"),
    );
    world.report(
        incident("acme", 2).started("2026-01-01T00:00:00Z").withdrawn("2026-01-01T00:30:00Z"),
    );
    let page = world.browse("/providers/acme").await;
    page.is_valid_page();
    page.shows_in_order(&["Notice", "New terms", "withdrawn", "withdrawn by the vendor"]);
}

#[tokio::test]
async fn older_outages_are_a_link_away() {
    let world = world();
    for number in 0..60_i64 {
        let id = number.try_into().unwrap();
        world.report(incident("acme", id).lasting(1_760_000_000 + number * 86_400, 60));
    }
    let page = world.browse("/providers/acme?since=2025-01-01").await;
    let href = page.text.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let href = href.replace("&amp;", "&").replace("&#38;", "&");
    assert!(href.contains("since=2025-01-01T00%3A00%3A00Z"), "{href}");
    let older = world.browse(&href).await;
    assert_eq!(older.status, 200);
    older.is_valid_page();
    assert_eq!(older.text.matches("<article").count(), 10);
    assert!(older.text.contains("There were 60 Acme outages"), "{}", older.text);
    assert!(older.text.contains("rel=\"first\""));
}

#[tokio::test]
async fn a_page_that_cannot_be_read_is_said_so_in_words() {
    let world = world();
    world.report(incident("acme", 1));
    world.unreadable("acme", "timed out");
    let page = world.browse("/providers/acme").await;
    page.is_valid_page();
    page.shows_in_order(&[
        "Unknown",
        "it does not answer (timed out)",
        "Open when it was last read",
    ]);
}

#[tokio::test]
async fn what_shows_trouble_is_listed_with_what_degraded_means() {
    let world = world();
    world.unwell("acme", "Mail", ComponentStatus::PartialOutage, "2026-03-01T23:00:00Z");
    let page = world.browse("/providers/acme").await;
    page.is_valid_page();
    page.shows_in_order(&[
        "Acme <span class=\"badge degraded\">Degraded</span>",
        "Degraded since",
        "March 1, 2026, 23:00 UTC",
        "There were no Acme outages",
        "Signs of trouble",
        "Degraded means that no incident that counts as an outage is open, but the vendor shows",
        "It counts towards no total.",
        "Mail (Prod 1)",
        "partial_outage",
    ]);
    assert!(!page.text.contains("unchanged for a week"), "{}", page.text);
    world.advance(8 * 86_400);
    world.read_now("acme");
    let page = world.browse("/providers/acme").await;
    page.shows_in_order(&["Degraded since", "unchanged for a week or more"]);
}

#[tokio::test]
async fn signs_are_listed_below_the_incident_that_decides() {
    for (impact, status) in [(Impact::Unknown, "Unknown"), (Impact::Minor, "Minor outage")] {
        let world = world();
        let (since, words) = ("2026-03-01T23:00:00Z", "Partial System Outage");
        world.indicator("acme", Impact::Minor, words, since);
        world.unwell("acme", "Mail", ComponentStatus::PartialOutage, since);
        world.report(incident("acme", 1).impact(impact).titled("No mail"));
        let page = world.browse("/providers/acme").await;
        page.is_valid_page();
        page.shows_in_order(&[
            &format!("{status}</span></h1>"),
            "Open now",
            "No mail",
            "Signs of trouble",
            "Mail (Prod 1) <span class=\"mark\">partial_outage</span>",
            "The vendor&#39;s indicator <span class=\"mark\">minor: Partial System Outage</span>",
        ]);
        assert!(!page.text.contains("Degraded means"), "{}", page.text);
        let json = world.get("/v1/providers/acme").await.json();
        let signs = json["signs"].as_array().unwrap();
        let words = |name: &str| signs.iter().map(|sign| sign[name].clone()).collect::<Vec<_>>();
        assert_eq!(words("word"), ["partial_outage", "minor"]);
        assert_eq!(words("name"), ["Mail", "Partial System Outage"]);
    }
}

#[tokio::test]
async fn an_indicator_without_a_description_says_its_word() {
    let world = world();
    world.indicator("acme", Impact::Major, " ", "2026-03-01T23:00:00Z");
    let page = world.browse("/providers/acme").await;
    page.shows_in_order(&["The vendor&#39;s indicator <span class=\"mark\">major</span>"]);
}

#[tokio::test]
async fn what_is_not_degraded_yet_is_said_so() {
    let world = world();
    world.unwell("acme", "Mail", ComponentStatus::Degraded, "2026-03-01T23:59:30Z");
    let page = world.browse("/providers/acme").await;
    page.shows_in_order(&[
        "Up</span>",
        "Signs of trouble",
        "If the next polls still show these signs, the",
    ]);
}

#[tokio::test]
async fn what_a_page_lacks_is_said_in_words_beside_it() {
    let world = world();
    world.report(incident("acme", 7).titled("Slow").resolved("2026-03-01T20:00:00Z"));
    world.unread("acme", Document::Incidents, "2026-03-01T22:00:00Z");
    world.not_offered("acme", Document::Maintenances, "2026-01-01T00:00:00Z");
    world.held("acme", "2026-03-01T23:50:00Z", "2026-03-02T00:05:00Z");
    world.disagrees("acme", id_of(7), "<Slow>", "2026-03-01T21:00:00Z");
    world.unobserved("acme", "2026-02-20T00:00:00Z", "2026-02-21T00:00:00Z");
    let page = world.browse("/providers/acme").await;
    page.is_valid_page();
    page.shows_in_order(&[
        "partly readable since",
        "March 1, 2026, 22:00 UTC",
        "The list of incidents has been unreadable since",
        "March 1, 2026, 22:00 UTC",
        ": it answers with an error (HTTP 500)",
        "Partly readable means that some of its documents cannot be read, but what the others say",
        "It does not offer the list of planned work; we have asked for it since",
        "January 1, 2026, 00:00 UTC",
        "HTTP 404",
        "It asks us to stay away until",
        "March 2, 2026, 00:05 UTC",
        "(it first did so on",
        "March 1, 2026, 23:50 UTC",
        "HTTP 429",
        "Its documents have contradicted each other about",
        "&#60;Slow&#62;",
        "</a> since",
        "`incidents` says `monitoring`",
        "It was not read between",
        "February 20, 2026, 00:00 UTC",
        "and",
        "February 21, 2026, 00:00 UTC",
        "so nothing is known of that time",
    ]);
    let link = format!("<a href=\"/incidents/{}\">", id_of(7));
    assert!(page.text.contains(&link), "{}", page.text);
    world.unread("acme", Document::Summary, "2026-03-01T23:00:00Z");
    let page = world.browse("/providers/acme").await;
    page.shows_in_order(&[
        "Unknown</span>",
        "The current status has not been readable in full since",
        "at best unknown",
    ]);
}

#[tokio::test]
async fn a_page_that_has_not_been_read_for_too_long_is_said_to_be_stale() {
    let world = world();
    world.advance(3_600);
    let page = world.browse("/providers/acme").await;
    page.is_valid_page();
    page.shows_in_order(&[
        "Unknown since",
        "stale since",
        "March 2, 2026, 00:03 UTC",
        ": it has not been read for too long",
    ]);
}

#[tokio::test]
async fn another_page_at_the_address_is_said_in_words() {
    let world = world();
    world.fails("acme", Failure::AnotherPage, "");
    let page = world.browse("/providers/acme").await;
    page.shows_in_order(&["Unknown</span>", "unreadable since", "another page answers here"]);
}

#[tokio::test]
async fn the_history_of_a_provider_that_is_no_longer_watched_stays() {
    let world = world();
    world.report(
        incident("acme", 1).started("2026-02-01T00:00:00Z").resolved("2026-02-01T01:00:00Z"),
    );
    world.forget("acme");
    let page = world.browse("/providers/acme").await;
    assert_eq!(page.status, 200);
    page.shows_in_order(&["Unknown", "No page of Acme is watched", "There was 1 Acme outage"]);
}

#[tokio::test]
async fn whatever_a_vendor_writes_is_escaped() {
    let world = world();
    let hostile = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>";
    world.named("acme", hostile);
    world.component("acme", hostile, Some(hostile));
    world.report(incident("acme", 1).titled(hostile).affecting(hostile, Some(hostile)).update(
        "u1",
        "2026-02-12T15:11:05Z",
        hostile,
    ));
    world.report(maintenance("acme", 2).titled(hostile).phase(Phase::InProgress));
    world.browse("/providers/acme").await.is_valid_page();
}

#[tokio::test]
async fn a_bad_parameter_is_explained_on_a_page() {
    let page = world().browse("/providers/acme?since=soon").await;
    assert_eq!(page.status, 400);
    page.is_valid_page();
    assert!(page.text.contains("since"), "{}", page.text);
}
