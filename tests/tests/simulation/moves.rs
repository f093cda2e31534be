//! What can happen in a simulated run, one thing after the other.
//!
//! A list of moves and a seed are a whole run: whatever else is drawn on the way (what a vendor
//! feels like doing, which report of a document is damaged) is drawn from the seed.

use signalbook_domain::Failure;

/// A whole run.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// What the vendors are drawn from.
    pub(crate) seed: u64,
    /// How many there are.
    pub(crate) pages: usize,
    /// Whether the first of them begins with as many incidents as its list can hold.
    pub(crate) crowded: bool,
    /// Whether polls go through the network.
    pub(crate) over_http: bool,
    /// What happens.
    pub(crate) moves: Vec<Move>,
}

/// One thing that happens. Each names all that it needs, so a list of them can be written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    /// Time passes.
    Pass { seconds: u32 },
    /// A vendor does what it feels like.
    Act { page: usize },
    /// A vendor does what hardly one does.
    Odd { page: usize, oddity: Oddity },
    /// A page is polled, and what that brought is folded.
    Poll { page: usize, weather: Weather, mishap: Mishap },
    /// A page is polled; what that brought is under way until [`Move::Release`].
    Hold { page: usize, weather: Weather },
    /// What is under way arrives.
    Release { newest_first: bool },
    /// An observation arrives once more.
    Repeat { back: usize },
    /// The views catch up with the log.
    Project { mishap: Saving },
    /// Every role ends between two steps, and begins anew from the stores.
    Crash,
    /// Our clock is set so many minutes beside the true time.
    Clock { minutes: i64 },
    /// A page is watched no more.
    Remove { page: usize },
    /// A page is watched again.
    Return { page: usize },
    /// The views catch up and are compared with what the vendors showed.
    Compare,
}

/// What hardly a vendor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Oddity {
    /// A status that nobody told us about.
    UnknownPhase,
    /// An impact that nobody told us about.
    UnknownImpact,
    /// A component's status that nobody told us about.
    UnknownStatus,
    /// An update that links to another vendor's incident.
    Link,
    /// Two updates with one text at one moment.
    Twins,
    /// Many incidents of the past, filed at once.
    Import,
    /// A title that is changed and changed back.
    Flap,
    /// A maintenance or incident that is deleted.
    Delete,
    /// An incident that is filed when it is over, as if it began then.
    FileAfterwards,
    /// An update that the vendor's own status contradicts.
    Contradict,
    /// A component that fails while nothing is told of it.
    ComponentAlone,
    /// The word at the top of the page, set by hand.
    Indicator,
    /// Another page in the place of this one, with the same past under other ids.
    Rebuild,
    /// A document that the page did not have before.
    Offer,
    /// Many incidents of the past that are filed now, and so push others out of a full list.
    FileMany,
    /// An incident that a full list shows as its last.
    OpenAtTheEdge,
    /// The end of that incident, once others have pushed it out of the list.
    CloseUnlisted,
    /// A document that shows a report otherwise than the other one.
    Disagree,
    /// A document that shows what is open so that it cannot be read whole.
    HalfRead,
    /// Documents that show again what is.
    Correct,
}

/// How a poll goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    /// The vendor shows what it shows.
    Fine,
    /// The document at this place of the poll fails.
    Fails { how: Failing, place: usize },
    /// A cache answers with what the page was, for all documents or for the one at this place.
    Stale { minutes: u32, only: Option<usize> },
    /// A part of the document at this place is no longer what it should be.
    Damaged { damage: Damage, place: usize },
}

/// How a document fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failing {
    TimedOut,
    Lost,
    TooLarge,
    Refused,
    Redirected,
    Blocked,
    RateLimited,
    ServerError,
    NotFound,
    Html,
    Truncated,
    OtherShape,
    Empty,
}

impl Failing {
    /// All of them.
    pub(crate) const ALL: [Self; 13] = [
        Self::TimedOut,
        Self::Lost,
        Self::TooLarge,
        Self::Refused,
        Self::Redirected,
        Self::Blocked,
        Self::RateLimited,
        Self::ServerError,
        Self::NotFound,
        Self::Html,
        Self::Truncated,
        Self::OtherShape,
        Self::Empty,
    ];

    /// What the page's health has to say of it; of the document by which a platform is detected,
    /// if `detecting`.
    pub(crate) fn failure(self, detecting: bool) -> Failure {
        match self {
            Self::TimedOut | Self::Lost => Failure::Unreachable,
            Self::TooLarge => Failure::TooLarge,
            Self::Refused => Failure::Refused,
            Self::Redirected => Failure::Redirected,
            Self::Blocked | Self::RateLimited => Failure::Blocked,
            Self::ServerError | Self::NotFound => Failure::HttpError,
            Self::Html | Self::Truncated | Self::OtherShape | Self::Empty if detecting => {
                Failure::UnknownPlatform
            }
            Self::Html | Self::Truncated | Self::OtherShape | Self::Empty => Failure::WrongShape,
        }
    }
}

/// What is wrong with one part of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// A report is a text.
    Report,
    /// A report has no title.
    Title,
    /// A component is a number.
    Component,
    /// An update is a text.
    Update,
    /// A component of a report is nothing.
    Affected,
}

/// What goes wrong on our side while an observation is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// Nothing.
    None,
    /// The process ends before the observation is looked at.
    BeforeFold { redelivered: bool },
    /// The evidence is not kept, or is kept and the answer is lost: events go on without it.
    Evidence { kept: bool },
    /// The append is not committed, or is committed and the answer is lost.
    Append { committed: bool, then: Aftermath },
    /// The process ends before it can say that the observation is dealt with.
    BeforeAcknowledge { redelivered: bool },
}

/// What follows on a mishap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aftermath {
    /// The same process tries again.
    Retry,
    /// Another process begins and gets the observation again.
    Redelivered,
    /// Another process begins, and the observation is lost with the bus.
    Lost,
}

/// What goes wrong while views are saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Saving {
    /// Nothing.
    Works,
    /// They are not saved.
    Fails,
    /// They are saved, and the answer is lost.
    AnswerLost,
    /// They are saved, the answer is lost, and the process ends.
    Crashes,
}
