//! The vendor's words, as they stand in its documents.
//!
//! Each enumeration has an `Other`, because a reader must also meet words nobody told it about.

/// The status of an incident, a maintenance or one of their updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Trouble is known, its cause is not.
    Investigating,
    /// The cause is known.
    Identified,
    /// A fix is in place and watched.
    Monitoring,
    /// It is over.
    Resolved,
    /// It is over and explained.
    Postmortem,
    /// Work is planned.
    Scheduled,
    /// Work is being done.
    InProgress,
    /// Work is done and checked.
    Verifying,
    /// Work is over.
    Completed,
    /// A word no document of the platform lists.
    Other(&'static str),
}

impl Status {
    /// The word in the document.
    pub fn word(self) -> &'static str {
        match self {
            Self::Investigating => "investigating",
            Self::Identified => "identified",
            Self::Monitoring => "monitoring",
            Self::Resolved => "resolved",
            Self::Postmortem => "postmortem",
            Self::Scheduled => "scheduled",
            Self::InProgress => "in_progress",
            Self::Verifying => "verifying",
            Self::Completed => "completed",
            Self::Other(word) => word,
        }
    }

    /// Whether the vendor considers the matter closed, so that its summary leaves it out.
    pub fn is_closed(self) -> bool {
        match self {
            Self::Resolved | Self::Postmortem | Self::Completed => true,
            Self::Investigating
            | Self::Identified
            | Self::Monitoring
            | Self::Scheduled
            | Self::InProgress
            | Self::Verifying
            | Self::Other(_) => false,
        }
    }
}

/// How bad the vendor says an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Impact {
    /// A notice.
    None,
    /// Some are disturbed.
    Minor,
    /// Many are disturbed.
    Major,
    /// All are disturbed.
    Critical,
    /// Planned work.
    Maintenance,
    /// A word no document of the platform lists.
    Other(&'static str),
}

impl Impact {
    /// The word in the document.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
            Self::Maintenance => "maintenance",
            Self::Other(word) => word,
        }
    }
}

/// What the vendor says of one component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ComponentStatus {
    /// All well.
    Operational,
    /// Planned work.
    UnderMaintenance,
    /// Slow, or failing now and then.
    DegradedPerformance,
    /// Down for some.
    PartialOutage,
    /// Down for all.
    MajorOutage,
    /// A word no document of the platform lists.
    Other(&'static str),
}

impl ComponentStatus {
    /// The word in the document.
    pub fn word(self) -> &'static str {
        match self {
            Self::Operational => "operational",
            Self::UnderMaintenance => "under_maintenance",
            Self::DegradedPerformance => "degraded_performance",
            Self::PartialOutage => "partial_outage",
            Self::MajorOutage => "major_outage",
            Self::Other(word) => word,
        }
    }

    /// How bad it is, to find the worst of several.
    pub(crate) fn rank(self) -> u8 {
        match self {
            Self::Operational => 0,
            Self::Other(_) => 1,
            Self::UnderMaintenance => 2,
            Self::DegradedPerformance => 3,
            Self::PartialOutage => 4,
            Self::MajorOutage => 5,
        }
    }
}
