//! Vendors that software stands on: machines, databases, pictures and sign-in.

use super::{Story, Vendor};
use crate::Impact;

pub(super) const STACKMOOR: Vendor = Vendor {
    slug: "stackmoor",
    name: "Stackmoor",
    groups: &[
        ("North", &["Machines North", "Volumes North"]),
        ("South", &["Machines South", "Volumes South"]),
        ("Control", &["Control panel", "Control API", "Image registry"]),
    ],
    work: "Exchange of power supplies in North",
    stories: &[
        Story {
            title: "Machines in North cannot be started",
            impact: Impact::Major,
            components: &["Machines North"],
            seen: "New machines in North stay in the state *starting*. Running ones are fine.",
            cause: "The service that hands out addresses has none left.",
            repair: "Unused addresses were returned and machines start again.",
            postmortem: "## Out of addresses\n\nDeleted machines kept their address for a week \
                instead of an hour.\n\n- The pool is now watched.\n- An address is free \
                again after `60` minutes.\n",
        },
        Story {
            title: "Volumes in South are slow",
            impact: Impact::Minor,
            components: &["Volumes South"],
            seen: "Writing to volumes in South takes longer than it should.",
            cause: "A storage node is copying itself anew after the loss of a disk.",
            repair: "We slowed the copying down in favour of your writes.",
            postmortem: "The copying had no limit. It has one now, which *shrinks when you are \
                busy*.\n",
        },
        Story {
            title: "The image registry refuses uploads",
            impact: Impact::Minor,
            components: &["Image registry"],
            seen: "Uploads of images end with an error. Downloads work.",
            cause: "The registry may not write to its bucket since a key was changed.",
            repair: "The registry has the new key and takes uploads.",
            postmortem: "A key was changed in nine of ten places. The ten places are now **one**.\n",
        },
        Story {
            title: "The control panel is unreachable",
            impact: Impact::Critical,
            components: &["Control panel", "Control API"],
            seen: "Neither the panel nor the API answers. Running machines are not affected.",
            cause: "A change of name servers was published with a typing error.",
            repair: "The right name servers are published; resolvers follow within minutes.",
            postmortem: "<h3>A typing error</h3><p>Zones are now compared with the <em>running</em> \
                ones before they are published.</p>",
        },
    ],
};

pub(super) const QUERYGROVE: Vendor = Vendor {
    slug: "querygrove",
    name: "Querygrove",
    groups: &[
        ("Databases", &["Primary databases", "Read replicas", "Backups"]),
        ("Access", &["Connection pool", "Query console"]),
        ("Metering", &["Usage figures"]),
    ],
    work: "Minor upgrade of all databases",
    stories: &[
        Story {
            title: "Read replicas lag behind",
            impact: Impact::Minor,
            components: &["Read replicas"],
            seen: "Replicas show data that is up to ten minutes old.",
            cause: "A long transaction on one host holds up the copying for its neighbours.",
            repair: "The transaction has ended and replicas are catching up.",
            postmortem: "### Lag\n\nHosts now copy each database *on its own*, so that one cannot \
                hold up the rest.\n",
        },
        Story {
            title: "Connections are refused",
            impact: Impact::Critical,
            components: &["Connection pool", "Primary databases"],
            seen: "Many of you cannot open new connections.",
            cause: "The pool counts closed connections as open ones after its last update.",
            repair: "The update was taken back on all hosts; connections open at once.",
            postmortem: "The counter was lowered in one of two paths.\n\n1. Taken back within 25 \
                minutes.\n2. A test closes connections in **both** ways.\n",
        },
        Story {
            title: "Backups of last night are incomplete",
            impact: Impact::Minor,
            components: &["Backups"],
            seen: "Backups of some databases were not finished last night. Older ones are whole.",
            cause: "The backup store ran into its limit of requests.",
            repair: "Missing backups are being made now, a few at a time.",
            postmortem: "All backups began at midnight sharp. They now begin *whenever the id says*, \
                spread over four hours.\n",
        },
        Story {
            title: "The query console shows no results",
            impact: Impact::Minor,
            components: &["Query console"],
            seen: "Queries in the console run but their results stay empty.",
            cause: "The console asks for results in a format that the servers no longer speak.",
            repair: "The console speaks the new format. Please reload it.",
            postmortem: "Old and new format now live side by side for a month at each change.\n",
        },
    ],
};

pub(super) const PIXELBARN: Vendor = Vendor {
    slug: "pixelbarn",
    name: "Pixelbarn",
    groups: &[
        ("Delivery", &["Edge Europe", "Edge Americas", "Edge Asia"]),
        ("Processing", &["Resizing", "Video"]),
        ("Account", &["Upload API", "Dashboard"]),
    ],
    work: "New software on the edge servers",
    stories: &[
        Story {
            title: "Pictures load slowly in Asia",
            impact: Impact::Minor,
            components: &["Edge Asia"],
            seen: "Visitors in Asia wait longer for pictures than usual.",
            cause: "A cable between two of our sites is out of order.",
            repair: "Traffic takes another way, a little longer but free.",
            postmortem: "A ship's anchor found our cable.\n\n- The second way existed but was **not \
                tried** by itself. It is now.\n",
        },
        Story {
            title: "Resized pictures have wrong colours",
            impact: Impact::Minor,
            components: &["Resizing"],
            seen: "Some freshly resized pictures are too dark.",
            cause: "A new version of a library treats one colour profile differently.",
            repair: "The old version is back and dark pictures are being made again.",
            postmortem: "## Dark pictures\n\nOur test pictures all had *the same* colour profile. \
                There are now forty of them.\n",
        },
        Story {
            title: "Uploads end with an error",
            impact: Impact::Major,
            components: &["Upload API", "Dashboard"],
            seen: "About every third upload fails.",
            cause: "One of three upload servers has lost its connection to the store.",
            repair: "That server was taken out and uploads succeed.",
            postmortem: "The server said that it was healthy, for it was never asked about the \
                store. It is **asked** now.\n",
        },
        Story {
            title: "Videos wait for their conversion",
            impact: Impact::Minor,
            components: &["Video"],
            seen: "New videos stay in the state waiting for more than half an hour.",
            cause: "There are not enough converters for today's number of videos.",
            repair: "Twice as many converters are at work and the queue is shrinking.",
            postmortem: "Converters are now added by the length of the queue, not by the time of the \
                day.\n",
        },
    ],
};

pub(super) const KEYHARBOR: Vendor = Vendor {
    slug: "keyharbor",
    name: "Keyharbor",
    groups: &[
        ("Sign-in", &["Passwords", "One-time codes", "Company sign-in"]),
        ("Administration", &["Admin console", "Directory sync"]),
        ("Records", &["Audit trail"]),
    ],
    work: "Renewal of signing keys",
    stories: &[
        Story {
            title: "One-time codes arrive late",
            impact: Impact::Major,
            components: &["One-time codes"],
            seen: "Codes by text message take several minutes and may arrive after they have ended.",
            cause: "The provider of text messages is working through a backlog.",
            repair: "Codes leave through a second provider and arrive at once.",
            postmortem: "## Late codes\n\nWe measured when codes were *sent*, not when they \
                *arrived*.\n\n- We now send codes to ourselves each minute.\n",
        },
        Story {
            title: "Company sign-in ends in a loop",
            impact: Impact::Critical,
            components: &["Company sign-in"],
            seen: "Users of some companies are sent back and forth and never get in.",
            cause: "A cookie is dropped by browsers that were updated this week.",
            repair: "The cookie has the attribute these browsers ask for, and sign-in ends where it should.",
            postmortem: "The browser's change was announced a year ago. We now run the *next* \
                version of each browser every night.\n",
        },
        Story {
            title: "Directory sync stands still",
            impact: Impact::Minor,
            components: &["Directory sync"],
            seen: "People added since this morning are missing in their companies' apps.",
            cause: "The sync waits for a directory that does not answer, and everybody waits behind it.",
            repair: "That directory is skipped for now, and all others are in step.",
            postmortem: "One line for all is now one line for **each** company.\n",
        },
        Story {
            title: "The audit trail has gaps",
            impact: Impact::Minor,
            components: &["Audit trail", "Admin console"],
            seen: "Entries of the last hours are not shown.",
            cause: "Entries are written, but the search does not see the newest part.",
            repair: "The search sees all entries; none was lost.",
            postmortem: "A part of the index was closed too early. Closing now waits for a *count* \
                that matches.\n",
        },
    ],
};
