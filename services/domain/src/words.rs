//! The closed vocabularies of the project. Each word has one spelling, used in code, SQL, subjects,
//! metrics and documents.

use crate::id::ReportKind;

/// An enumeration whose values have one spelling each.
pub trait Worded: Copy + PartialEq + 'static {
    /// Every value.
    const ALL: &'static [Self];

    /// Returns the spelling.
    fn word(self) -> &'static str;

    /// Returns the value with this spelling.
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.word() == word)
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, derive_more::Display)]
        #[display("{}", $crate::words::Worded::word(*self))]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $crate::words::Worded for $name {
            const ALL: &'static [Self] = &[$(Self::$variant,)*];

            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::words::Worded::word(*self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                <Self as $crate::words::Worded>::from_word(&word).ok_or_else(|| {
                    serde::de::Error::unknown_variant(&word, &[$($word,)*])
                })
            }
        }
    };
}

pub(crate) use words;

words! {
    /// The impact that the vendor states, ordered by [`Impact::severity`].
    Impact {
        /// A notice: the vendor says that nothing is affected.
        None = "none",
        /// Planned work.
        Maintenance = "maintenance",
        /// A word that is not known.
        Unknown = "unknown",
        /// Minor.
        Minor = "minor",
        /// Major.
        Major = "major",
        /// Critical.
        Critical = "critical",
    }
}

impl Impact {
    /// Returns the rank; views show the impact with the greatest one. An unknown impact is worse
    /// than none and less than any that the vendor calls an outage. The gaps leave room for new
    /// impacts.
    pub fn severity(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Maintenance => 10,
            Self::Unknown => 20,
            Self::Minor => 30,
            Self::Major => 40,
            Self::Critical => 50,
        }
    }
}

impl Ord for Impact {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.severity().cmp(&other.severity())
    }
}

impl PartialOrd for Impact {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

words! {
    /// The phase of an incident or maintenance.
    #[derive(PartialOrd, Ord)]
    Phase {
        /// A word that is not known.
        Unknown = "unknown",
        /// The source says only that it is open.
        Open = "open",
        /// It is being investigated.
        Investigating = "investigating",
        /// The cause is known.
        Identified = "identified",
        /// A remedy is in place and being monitored.
        Monitoring = "monitoring",
        /// Over.
        Resolved = "resolved",
        /// Over and explained.
        Postmortem = "postmortem",
        /// Planned work that has not begun.
        Scheduled = "scheduled",
        /// Planned work under way.
        InProgress = "in_progress",
        /// Planned work done and being checked.
        Verifying = "verifying",
        /// Planned work that is over.
        Completed = "completed",
        /// Planned work that was cancelled.
        Cancelled = "cancelled",
    }
}

impl Phase {
    /// Whether an incident or maintenance in this phase is over.
    pub fn is_over(self) -> bool {
        match self {
            Self::Resolved | Self::Postmortem | Self::Completed | Self::Cancelled => true,
            Self::Unknown
            | Self::Open
            | Self::Investigating
            | Self::Identified
            | Self::Monitoring
            | Self::Scheduled
            | Self::InProgress
            | Self::Verifying => false,
        }
    }

    /// Whether planned work in this phase is under way.
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::InProgress | Self::Verifying)
    }
}

words! {
    /// The status of a component, as the vendor states it.
    #[derive(PartialOrd, Ord)]
    ComponentStatus {
        /// A word that is not known.
        Unknown = "unknown",
        /// Working.
        Operational = "operational",
        /// Slow or faulty.
        Degraded = "degraded",
        /// Down for some users.
        PartialOutage = "partial_outage",
        /// Down.
        MajorOutage = "major_outage",
        /// Under planned work.
        Maintenance = "maintenance",
    }
}

words! {
    /// The software behind a page.
    #[derive(PartialOrd, Ord)]
    Platform {
        /// Atlassian Statuspage, and pages that answer in its shape.
        Statuspage = "statuspage",
    }
}

words! {
    /// The kinds of document that a platform serves.
    #[derive(PartialOrd, Ord)]
    Document {
        /// Statuspage `summary.json`: components, unresolved incidents, current maintenances.
        Summary = "summary",
        /// Statuspage `incidents.json`: the newest incidents in any state.
        Incidents = "incidents",
        /// Statuspage `scheduled-maintenances.json`: the newest maintenances in any state.
        Maintenances = "maintenances",
    }
}

/// The purpose of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Lists what is open now, and decides whether the page can be read.
    Current,
    /// Lists what is over, and adds to the statements of the current document.
    History,
}

impl Document {
    /// Returns its purpose.
    pub fn role(self) -> Role {
        match self {
            Self::Summary => Role::Current,
            Self::Incidents | Self::Maintenances => Role::History,
        }
    }

    /// Whether it lists reports of `kind`.
    pub fn lists(self, kind: ReportKind) -> bool {
        match self {
            Self::Summary => matches!(kind, ReportKind::Incident | ReportKind::Maintenance),
            Self::Incidents => kind == ReportKind::Incident,
            Self::Maintenances => kind == ReportKind::Maintenance,
        }
    }
}

words! {
    /// Why a page could not be read.
    #[derive(PartialOrd, Ord)]
    Failure {
        /// No answer: name resolution, connection, TLS or timeout.
        Unreachable = "unreachable",
        /// The address is one that we refuse to connect to.
        Refused = "refused",
        /// The vendor denied access (401, 403, 429 or a challenge page).
        Blocked = "blocked",
        /// The vendor answered with an error.
        HttpError = "http_error",
        /// The page answers from another address.
        Redirected = "redirected",
        /// The answer is larger than we accept.
        TooLarge = "too_large",
        /// The answer is not the expected document.
        WrongShape = "wrong_shape",
        /// No known platform was found at the address.
        UnknownPlatform = "unknown_platform",
        /// A page other than the configured one answers at the address.
        AnotherPage = "another_page",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back_as_itself() {
        fn check<T: Worded + std::fmt::Debug>() {
            for &value in T::ALL {
                assert_eq!(T::from_word(value.word()), Some(value));
            }
            assert_eq!(T::from_word("never heard of"), None);
        }
        check::<Impact>();
        check::<Phase>();
        check::<ComponentStatus>();
        check::<Platform>();
        check::<Document>();
        check::<Failure>();
    }

    #[test]
    fn an_unknown_impact_is_worse_than_none() {
        assert!(Impact::Unknown > Impact::None && Impact::Unknown < Impact::Minor);
    }
}
