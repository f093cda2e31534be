//! `GET /incidents/{id}`: all that is known of one incident, at a permanent address.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use signalbook_domain::{Phase, Timestamp};
use signalbook_store::views::ReportView;

use super::format;
use super::parts::{Outage, is_cut};
use super::{assets, moments, page};
use crate::cause::{Cause, find_causes};
use crate::parameters::PathParam;
use crate::problem::Problem;
use crate::routes::incident::find_report;
use crate::state::Shared;

#[derive(Template)]
#[template(path = "incident.html")]
struct Page {
    id: String,
    slug: String,
    provider: String,
    kind: &'static str,
    outage: Outage,
    times: Vec<(&'static str, Option<Timestamp>)>,
    facts: Vec<(&'static str, String)>,
    causes: Vec<Cause>,
    now: Timestamp,
}

pub(crate) async fn handler(
    State(app): State<Shared>,
    PathParam(id): PathParam,
) -> Result<Response, Problem> {
    let now = app.now();
    let report = find_report(&app, &id).await?;
    let provider = app.api.views.provider(&report.provider).await?;
    page(&Page {
        id: report.id.to_string(),
        slug: report.provider.to_string(),
        provider: provider.map_or_else(|| report.provider.to_string(), |provider| provider.name),
        kind: if report.kind.is_maintenance() { "Maintenance" } else { "Incident" },
        outage: Outage::new(&report, now),
        times: times(&report),
        facts: facts(&report),
        causes: find_causes(&app, &report).await?,
        now,
    })
}

/// The times of a report; those that every report has come first.
fn times(report: &ReportView) -> Vec<(&'static str, Option<Timestamp>)> {
    // Planned work that has not begun, or was cancelled, has a plan but no beginning.
    let is_only_planned =
        report.kind.is_maintenance() && matches!(report.phase, Phase::Scheduled | Phase::Cancelled);
    let mut times = Vec::new();
    if !is_only_planned {
        times.push(("Began", Some(report.started_at())));
    }
    times.push(("Announced by the vendor", report.announced_at()));
    times.push(("First seen by us", Some(report.detected_at)));
    if !is_cut(report) {
        let word = match (report.kind.is_maintenance(), report.phase == Phase::Cancelled) {
            (false, _) => "Resolved",
            (true, false) => "Completed",
            (true, true) => "Cancelled",
        };
        times.push((word, report.resolved_at));
    }
    let others = [
        ("Planned from", report.planned_from),
        ("Planned until", report.planned_until),
        ("Withdrawn", report.withdrawn_at),
        ("Watched until", report.page_removed_at.filter(|_| is_cut(report))),
    ];
    times.extend(others.into_iter().filter(|(_, at)| at.is_some()));
    times
}

fn facts(report: &ReportView) -> Vec<(&'static str, String)> {
    // The phase of an unannounced end is inferred, not the vendor's word.
    let words = match report.inferred {
        Some(_) => report.impact_raw.clone(),
        None => format!("{} / {}", report.impact_raw, report.phase_raw),
    };
    vec![
        ("The vendor's words", words),
        ("The vendor's id", report.external_id.clone()),
        ("Our id", report.id.to_string()),
    ]
}

#[cfg(test)]
mod tests {
    use signalbook_domain::Phase;

    use crate::support::{World, id_of, incident, maintenance};

    #[tokio::test]
    async fn an_incident_has_a_page_with_its_times_and_links() {
        let world = World::new();
        world.provider("acme");
        world.report(
            incident("acme", 1)
                .started("2026-02-12T15:11:05Z")
                .resolved("2026-02-12T15:49:46Z")
                .titled("Mail is slow")
                .affecting("Channel - Email", Some("Prod 1"))
                .linked("https://status.other.example/1")
                .update("u1", "2026-02-12T15:11:05Z", "We **look** into it."),
        );
        let page = world.browse(&format!("/incidents/{}", id_of(1))).await;
        assert_eq!(page.status, 200);
        page.is_valid_page();
        page.shows_in_order(&[
            "Mail is slow",
            "Began",
            "February 12, 2026, 15:11 UTC",
            "Announced by the vendor",
            "First seen by us",
            "Resolved",
            "February 12, 2026, 15:49 UTC",
            "Channel - Email (Prod 1)",
            "https://status.other.example/1",
            "We <strong>look</strong> into it.",
        ]);
        for path in
            [format!("/v1/incidents/{}", id_of(1)), format!("/v1/incidents/{}/events", id_of(1))]
        {
            assert!(page.text.contains(&format!("href=\"{path}\"")), "{path}");
            assert_eq!(world.get(&path).await.status, 200);
        }
    }

    #[tokio::test]
    async fn an_incident_that_was_open_when_its_page_was_removed_does_not_go_on() {
        let world = World::new();
        world.provider("acme");
        let open = incident("acme", 1).started("2026-03-01T10:00:00Z");
        world.report(open.page_removed("2026-03-01T12:00:00Z"));
        world.forget("acme");
        let page = world.browse(&format!("/incidents/{}", id_of(1))).await;
        page.is_valid_page();
        page.shows_in_order(&[
            "at least 2h",
            "its page is no longer watched, so its end is not known",
            "Began",
            "Watched until",
            "March 1, 2026, 12:00 UTC",
        ]);
        assert!(!page.text.contains("not yet"), "{}", page.text);
        let page = world.browse("/providers/acme").await;
        page.shows_in_order(&["totaling 2h of downtime", "watched until", "at least 2h"]);
        assert!(!page.text.contains("ongoing"), "{}", page.text);
        let json = world.get(&format!("/v1/incidents/{}", id_of(1))).await.json();
        assert_eq!(json["page_removed_at"], "2026-03-01T12:00:00Z");
        assert_eq!(json["duration"], "2h");
    }

    #[tokio::test]
    async fn an_end_that_nobody_announced_is_said_to_be_inferred_and_how() {
        let world = World::new();
        world.provider("acme");
        let ended = incident("acme", 1).inferred("2026-03-01T10:05:00Z", "2026-03-01T10:06:00Z");
        let ended = ended.affecting("API", None).formerly_affecting("Mail", Some("Prod 1"));
        world.report(ended);
        let page = world.browse(&format!("/incidents/{}", id_of(1))).await;
        page.is_valid_page();
        page.shows_in_order(&[
            "its end was not announced but inferred",
            "The vendor did not announce the end. It was last listed as open at",
            "March 1, 2026, 10:05:00 UTC",
            "It was missing from the poll at",
            "March 1, 2026, 10:06:00 UTC",
            "and from the next one, so the first of the two is taken for its end.",
            "Affected components",
            "API",
            "Formerly affected",
            "Mail (Prod 1)",
            "The vendor&#39;s words",
            "<dd>minor</dd>",
        ]);
        let page = world.browse("/providers/acme").await;
        page.is_valid_page();
        page.shows_in_order(&["but inferred", "API", "Mail (Prod 1), formerly affected"]);
    }

    #[tokio::test]
    async fn planned_work_that_was_called_off_never_began() {
        let world = World::new();
        world.provider("acme");
        let work = maintenance("acme", 1).started("2026-03-09T10:00:00Z");
        world.report(work.resolved("2026-03-01T10:00:00Z").phase(Phase::Cancelled));
        let page = world.browse(&format!("/incidents/{}", id_of(1))).await;
        page.shows_in_order(&["Announced by the vendor", "Cancelled", "Planned from"]);
        assert!(!page.text.contains("Began"), "{}", page.text);
    }

    #[tokio::test]
    async fn an_address_that_is_not_of_the_web_is_text_and_no_link() {
        let world = World::new();
        world.provider("acme");
        world.report(
            incident("acme", 1).url("javascript:alert(1)").linked("javascript:alert(2)").update(
                "u1",
                "2026-02-12T15:11:05Z",
                "<script>alert(3)</script>[x](javascript:alert(4))",
            ),
        );
        let page = world.browse(&format!("/incidents/{}", id_of(1))).await;
        page.is_valid_page();
        assert!(!page.text.contains("href=\"javascript:"), "{}", page.text);
        assert!(!page.text.contains("alert(3)"), "{}", page.text);
    }
}
