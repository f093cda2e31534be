//! The six outages, newest first: their facts, and texts of our own.

use crate::Status;
use Status::{Identified, Investigating, Monitoring, Postmortem, Resolved};

/// One outage of the case.
#[derive(Clone, Copy, Debug)]
pub struct Story {
    /// Its id in the case; [`super::external_id`] gives the one on the page.
    pub fact_id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The keys of the affected components; [`super::component_id`] gives their ids on the page.
    pub components: &'static [&'static str],
    /// When it began.
    pub started_at: &'static str,
    /// When it ended.
    pub resolved_at: &'static str,
    /// Its length as it is shown.
    pub shown_duration: &'static str,
    /// Its length.
    pub duration_seconds: i64,
    /// Its updates, oldest first: status, time and text.
    pub updates: &'static [(Status, &'static str, &'static str)],
}

/// All outages of the case, newest first.
pub const STORIES: &[Story] = &[
    Story {
        fact_id: "kb-2026-05-01",
        title: "Email connectivity, send and receive (Prod 1 and Prod 2)",
        components: &["p1-email", "p2-email"],
        started_at: "2026-05-01T13:39:10Z",
        resolved_at: "2026-05-01T14:17:51Z",
        shown_duration: "38m",
        duration_seconds: 2321,
        updates: &[
            (Identified, "2026-05-01T13:39:10Z", MAIL_FOUND),
            (Identified, "2026-05-01T13:39:10Z", MAIL_FOUND),
            (
                Monitoring,
                "2026-05-01T14:02:30Z",
                "Traffic runs over the second mail gateway now. Queued messages are leaving, oldest first.",
            ),
            (
                Resolved,
                "2026-05-01T14:17:51Z",
                "The queues are empty and new messages arrive within seconds. No message was lost.",
            ),
        ],
    },
    Story {
        fact_id: "kb-2026-04-24",
        title: "Internal API errors (Prod 1)",
        components: &["p1-chat", "p1-email"],
        started_at: "2026-04-24T20:03:12Z",
        resolved_at: "2026-04-24T21:47:45Z",
        shown_duration: "1h 44m",
        duration_seconds: 6273,
        updates: &[
            (
                Monitoring,
                "2026-04-24T20:03:12Z",
                "An internal service answered some calls with errors. It was restarted and we watch it recover.",
            ),
            (Monitoring, "2026-04-24T20:32:00Z", API_WATCHED),
            (Monitoring, "2026-04-24T21:02:00Z", API_WATCHED),
            (Monitoring, "2026-04-24T21:31:00Z", API_WATCHED),
            (
                Resolved,
                "2026-04-24T21:47:45Z",
                "Error rates have been at their usual level for an hour. This is over.",
            ),
            (Postmortem, "2026-04-30T18:21:00Z", API_EXPLAINED),
        ],
    },
    Story {
        fact_id: "kb-2026-04-14",
        title: "Knowledge base: custom domains answer 500",
        components: &["p1-knowledge", "p2-knowledge", "p3-knowledge"],
        started_at: "2026-04-14T14:44:30Z",
        resolved_at: "2026-04-14T15:01:22Z",
        shown_duration: "16m",
        duration_seconds: 1012,
        updates: &[
            (
                Investigating,
                "2026-04-14T14:44:30Z",
                "Help centers on customers' own domains answer with an error page. Those on our domain are fine.",
            ),
            (
                Resolved,
                "2026-04-14T15:01:22Z",
                "A faulty certificate bundle was taken back. All custom domains answer again.",
            ),
            (Postmortem, "2026-04-24T17:14:00Z", DOMAINS_EXPLAINED),
        ],
    },
    Story {
        fact_id: "kb-2026-03-19",
        title: "AI for customers and reps may not respond (Prod 1)",
        components: &["p1-chat"],
        started_at: "2026-03-19T15:14:40Z",
        resolved_at: "2026-03-19T18:29:09Z",
        shown_duration: "3h 14m",
        duration_seconds: 11669,
        updates: &[
            (
                Investigating,
                "2026-03-19T14:42:00Z",
                "Some AI answers never arrive in chat. We are looking for the cause.",
            ),
            (
                Identified,
                "2026-03-19T15:44:00Z",
                "A pool of workers has run out of connections. We are adding more.",
            ),
            (
                Identified,
                "2026-03-19T16:16:00Z",
                "The added workers help for a while, then stall as well. The next word follows within 30 minutes.",
            ),
            (
                Identified,
                "2026-03-19T16:58:00Z",
                "One kind of conversation holds its connection for ever. We are preparing a change that lets go of it.",
            ),
            (
                Identified,
                "2026-03-19T17:34:00Z",
                "The change is being rolled out, one zone after the other.",
            ),
            (
                Monitoring,
                "2026-03-19T17:52:00Z",
                "The change is everywhere and AI answers arrive again. We keep watching.",
            ),
            (Resolved, "2026-03-19T18:29:09Z", "AI answers have been arriving at the usual speed."),
            (Postmortem, "2026-03-27T15:38:00Z", ANSWERS_EXPLAINED),
        ],
    },
    Story {
        fact_id: "kb-2026-02-20",
        title: "Trouble accepting inbound voice calls (Prod 1)",
        components: &["p1-voice"],
        started_at: "2026-02-20T22:01:20Z",
        resolved_at: "2026-02-21T00:01:38Z",
        shown_duration: "2h",
        duration_seconds: 7218,
        updates: &[
            (
                Monitoring,
                "2026-02-20T22:01:20Z",
                "Inbound calls were dropped for some minutes. They connect again and we are watching.",
            ),
            (
                Investigating,
                "2026-02-20T22:21:00Z",
                "Calls are being dropped again. We are back at the search for the cause.",
            ),
            (
                Investigating,
                "2026-02-20T22:53:00Z",
                "About one inbound call in five cannot be accepted. Outbound calls work.",
            ),
            (
                Identified,
                "2026-02-20T23:08:00Z",
                "A registrar keeps stale addresses of agents' phones. We are clearing them.",
            ),
            (
                Monitoring,
                "2026-02-20T23:33:00Z",
                "The stale addresses are gone. Calls are accepted and we are watching.",
            ),
            (Resolved, "2026-02-21T00:01:38Z", "No call was dropped during the last half hour."),
            (Postmortem, "2026-03-02T16:53:00Z", CALLS_EXPLAINED),
        ],
    },
    Story {
        fact_id: "kb-2026-02-12",
        title: "Third-party event reported: OpenAI",
        components: &["openai"],
        started_at: "2026-02-12T15:11:05Z",
        resolved_at: "2026-02-12T18:07:25Z",
        shown_duration: "2h 56m",
        duration_seconds: 10580,
        updates: &[
            (
                Monitoring,
                "2026-02-12T15:11:05Z",
                "Our AI features are slow because of trouble at OpenAI, which reports it at \
                 https://status.openai.com/incidents/01KH94NGSXNH9H4WBPXB3RFZWX and we follow it there.",
            ),
            (
                Resolved,
                "2026-02-12T18:07:25Z",
                "OpenAI has ended its incident and our AI features answer as usual.",
            ),
        ],
    },
];

const MAIL_FOUND: &str = "Email is neither sent nor received for customers in Prod 1 and Prod 2. \
     A mail gateway refuses connections and is being replaced.";

const API_WATCHED: &str = "The service is stable. We keep watching before we call this over.";

const API_EXPLAINED: &str = "## What happened\n\nOn April 24 an internal API answered *some* calls \
     with errors. Chat and email showed conversations late.\n\n## Why\n\nA configuration change \
     halved the memory of one service. It ran well until the evening peak.\n\n## What we changed\n\n\
     1. The setting is back and covered by a test.\n2. Memory below **20 %** now raises an alarm.\n\
     3. Such changes go to one zone first.\n";

const DOMAINS_EXPLAINED: &str = "## Summary\n\nHelp centers on custom domains answered `500` for \
     customers of all three environments.\n\n| Step | UTC |\n|---|---|\n| New certificates rolled \
     out | 14:38 |\n| First report | 14:44 |\n| Rolled back | 15:01 |\n\n## Lesson\n\nA bundle with \
     an empty chain passed our check. The check now *opens a connection* instead of counting files.\n";

const ANSWERS_EXPLAINED: &str = "# AI answers on March 19\n\n**Impact.** Customers and reps waited \
     for answers that never came.\n\n**Cause.** Conversations with an attachment kept their \
     connection after the answer.\n\n**Repair.** Connections are returned by a guard \\(not by the \
     last line of the code\\), and a pool that is 80 % used is reported.\n\n> We promised a word \
     within 30 minutes and took longer. A clock on the wall of the room now counts down.\n";

const CALLS_EXPLAINED: &str = "## Inbound calls on February 20\n\nPhones that had changed their \
     network were called at their old address.\n\n- The first repair restarted a registrar, which \
     helped until its cache was full again.\n- The second repair emptied the cache and set a limit \
     to the age of its entries.\n\nMore in our [guide to call routing](https://help.example.com/calls).\n";
