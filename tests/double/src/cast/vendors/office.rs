//! Vendors that an office stands on: parcels, payments, mail and calls.

use super::{Story, Vendor};
use crate::Impact;

pub(super) const PARCELWING: Vendor = Vendor {
    slug: "parcelwing",
    name: "Parcelwing",
    groups: &[
        ("Labels", &["Label printing", "Rate quotes"]),
        ("Tracking", &["Tracking events", "Tracking pages"]),
        ("Platform", &["Parcel API", "Warehouse console"]),
    ],
    work: "Move of the label store to new disks",
    stories: &[
        Story {
            title: "Labels take minutes to print",
            impact: Impact::Minor,
            components: &["Label printing"],
            seen: "Some of you wait several minutes for a label. We are looking into it.",
            cause: "A queue of label jobs is stuck behind one very large batch.",
            repair: "The large batch now runs on its own and labels print within seconds.",
            postmortem: "## What happened\n\nOne customer asked for 90,000 labels at once, and \
                everybody else stood in line behind them.\n\n## What we changed\n\n- Large \
                batches have a queue of their own.\n- A batch waits its turn after 500 \
                labels.\n",
        },
        Story {
            title: "Rate quotes fail for two carriers",
            impact: Impact::Major,
            components: &["Rate quotes", "Parcel API"],
            seen: "Quotes for two of our carriers come back empty.",
            cause: "Both carriers have changed the certificate of their quote service.",
            repair: "We trust the new certificates and quotes are complete again.",
            postmortem: "Two carriers renewed their certificates on the same morning.\n\nWe now \
                check carriers' certificates **a month ahead**.\n",
        },
        Story {
            title: "Tracking events arrive late",
            impact: Impact::Minor,
            components: &["Tracking events"],
            seen: "Scans from the last hour are missing on tracking pages.",
            cause: "A worker that reads carriers' files stopped without telling anyone.",
            repair: "The worker is back and is catching up with the last two hours.",
            postmortem: "### Late scans\n\nThe worker waited for a file that was never finished. It \
                now gives up after ten minutes and *says so*.\n",
        },
        Story {
            title: "The warehouse console does not load",
            impact: Impact::Critical,
            components: &["Warehouse console"],
            seen: "Nobody can open the warehouse console at the moment.",
            cause: "The last release points the console at an address that does not exist.",
            repair: "We took the release back. Please reload the console.",
            postmortem: "The release was tested against an address that exists only in our \
                office.\n\n1. Taken back after eleven minutes.\n2. Tests now run from \
                *outside*.\n",
        },
    ],
};

pub(super) const LEDGERLOFT: Vendor = Vendor {
    slug: "ledgerloft",
    name: "Ledgerloft",
    groups: &[
        ("Payments", &["Card payments", "Bank transfers", "Payouts"]),
        ("Books", &["Invoices", "Reports"]),
        ("Developers", &["Payments API", "Event delivery"]),
    ],
    work: "Renewal of the bank gateways",
    stories: &[
        Story {
            title: "Card payments are declined more often",
            impact: Impact::Major,
            components: &["Card payments"],
            seen: "More card payments than usual are declined. Customers may try again with success.",
            cause: "One of our three acquirers refuses payments from our second site.",
            repair: "All card payments go through the other two acquirers now.",
            postmortem: "<p>An acquirer took one of our addresses off its list by \
                mistake.</p><ul><li>Payments now move to another acquirer <b>by \
                themselves</b>.</li></ul>",
        },
        Story {
            title: "Payouts of this morning are late",
            impact: Impact::Minor,
            components: &["Payouts"],
            seen: "Payouts planned for this morning have not left yet.",
            cause: "The bank's file server did not accept our file before the cut-off.",
            repair: "The file was accepted at the second cut-off. Payouts arrive this afternoon.",
            postmortem: "## Late payouts\n\nThe bank changed its cut-off by an hour and told us by \
                *letter*. We now read its calendar each night.\n",
        },
        Story {
            title: "Reports show the wrong month",
            impact: Impact::Minor,
            components: &["Reports"],
            seen: "Reports opened today show last month's figures under this month's name.",
            cause: "A cache kept its pages over the end of the month.",
            repair: "The cache was emptied. Please open your reports again.",
            postmortem: "The key of the cache held the day but not the month.\n\nNo figure was wrong \
                in the books themselves.\n",
        },
        Story {
            title: "Events are delivered twice",
            impact: Impact::Minor,
            components: &["Event delivery"],
            seen: "Some of you receive the same event two times.",
            cause: "Two workers believe that they are the only one.",
            repair: "One of the two was stopped. Each event goes out once again.",
            postmortem: "A lease expired while its holder was still at work. Leases are now *renewed \
                halfway*.\n",
        },
    ],
};

pub(super) const MAILFINCH: Vendor = Vendor {
    slug: "mailfinch",
    name: "Mailfinch",
    groups: &[
        ("Sending", &["Outgoing mail", "Campaigns"]),
        ("Receiving", &["Incoming mail", "Bounces"]),
        ("Console", &["Templates", "Statistics"]),
    ],
    work: "New addresses for outgoing mail",
    stories: &[
        Story {
            title: "Outgoing mail is delayed",
            impact: Impact::Major,
            components: &["Outgoing mail"],
            seen: "Messages wait for up to twenty minutes before they leave.",
            cause: "A large mailbox provider slows down mail from one of our address ranges.",
            repair: "Mail to that provider leaves from another range and the queue is shrinking.",
            postmortem: "## Summary\n\nA single campaign was reported as spam and took a whole range \
                with it.\n\n> Senders of that size now have ranges of their own.\n",
        },
        Story {
            title: "Open rates are missing",
            impact: Impact::Minor,
            components: &["Statistics"],
            seen: "Statistics show no opens since early this morning.",
            cause: "The counter writes to a table that was moved yesterday.",
            repair: "Opens are counted again, and the missing hours are being filled in.",
            postmortem: "The move of the table was announced to everybody but the counter. All opens \
                were recovered from the logs.\n",
        },
        Story {
            title: "Incoming mail is refused",
            impact: Impact::Critical,
            components: &["Incoming mail", "Bounces"],
            seen: "Our servers answer incoming mail with a temporary error. Senders will try again.",
            cause: "The disks of the incoming servers are full of a log that nobody rotates.",
            repair: "The log is gone and mail is accepted. Senders' retries are arriving.",
            postmortem: "1. A log was made more talkative to find a fault.\n2. The fault was found, \
                the log was forgotten.\n3. Disks over **80 %** now ring a bell.\n",
        },
        Story {
            title: "Templates lose their pictures",
            impact: Impact::Minor,
            components: &["Templates"],
            seen: "Pictures in some templates are shown as empty frames.",
            cause: "Links to pictures carry a signature that ends too early.",
            repair: "Links are signed for long enough again; templates need not be saved anew.",
            postmortem: "Signatures were meant to last a *year* and lasted a *day*: a unit was \
                missing in the setting's name. It has one now.\n",
        },
    ],
};

pub(super) const VOXLANE: Vendor = Vendor {
    slug: "voxlane",
    name: "Voxlane",
    groups: &[
        ("Calls", &["Inbound calls", "Outbound calls", "Recordings"]),
        ("Messages", &["Text messages"]),
        ("Desk", &["Agent desk", "Call reports"]),
    ],
    work: "Exchange of a voice gateway",
    stories: &[
        Story {
            title: "Inbound calls drop after ten seconds",
            impact: Impact::Critical,
            components: &["Inbound calls"],
            seen: "Inbound calls connect and end after about ten seconds.",
            cause: "A gateway does not confirm calls that come in over one carrier.",
            repair: "Calls of that carrier take another gateway and stay connected.",
            postmortem: "## Ten seconds\n\nA rule of a firewall counted confirmations as a \
                flood.\n\n| Measure | State |\n|---|---|\n| Rule removed | done |\n| Test \
                calls each minute | done |\n",
        },
        Story {
            title: "Recordings cannot be played",
            impact: Impact::Minor,
            components: &["Recordings"],
            seen: "The player stays silent for recordings of today.",
            cause: "Recordings are written, but their index is not.",
            repair: "The index is being rebuilt and the newest recordings play already.",
            postmortem: "The indexer met a call of length zero and refused to go on. It now skips \
                such calls and *counts* them.\n",
        },
        Story {
            title: "Text messages to some networks fail",
            impact: Impact::Major,
            components: &["Text messages"],
            seen: "Text messages to two mobile networks are not delivered.",
            cause: "Our partner for these networks has trouble in its own house.",
            repair: "Messages to these networks take another route.",
            postmortem: "We waited for our partner for too long. The second route is now taken after \
                **five minutes**.\n",
        },
        Story {
            title: "The agent desk is slow",
            impact: Impact::Minor,
            components: &["Agent desk", "Call reports"],
            seen: "Agents wait several seconds for each click.",
            cause: "A report over a whole year is holding the desk's database.",
            repair: "The report was stopped and the desk answers quickly.",
            postmortem: "Reports of more than a month now run on a copy of the database.\n",
        },
    ],
};
