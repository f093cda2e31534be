//! Conversion between domain events and protobuf.
//!
//! Decoding is lenient about words: an unknown one becomes `unknown` and keeps its raw form. It is
//! strict about everything else: a payload that is not valid for its kind is an error, never a
//! guess.

mod read;
mod write;

pub(crate) use read::{Reason, decode};
pub(crate) use write::encode;

use signalbook_domain::{ComponentStatus, Failure, Impact, Phase};

use crate::generated as pb;

/// A word that is encoded as its number in the schema.
trait Numbered: Sized {
    fn number(self) -> i32;

    /// The word with this number, if this version knows it.
    fn from_number(number: i32) -> Option<Self>;
}

macro_rules! numbered {
    ($name:ident: $($variant:ident)*) => {
        impl Numbered for $name {
            fn number(self) -> i32 {
                i32::from(match self { $(Self::$variant => pb::$name::$variant,)* })
            }

            fn from_number(number: i32) -> Option<Self> {
                match pb::$name::try_from(number).ok()? {
                    pb::$name::Unspecified => None,
                    $(pb::$name::$variant => Some(Self::$variant),)*
                }
            }
        }
    };
}

numbered!(Impact: None Maintenance Unknown Minor Major Critical);
numbered!(Phase: Unknown Open Investigating Identified Monitoring Resolved Postmortem
    Scheduled InProgress Verifying Completed Cancelled);
numbered!(ComponentStatus: Unknown Operational Degraded PartialOutage MajorOutage Maintenance);
numbered!(Failure: Unreachable Refused Blocked HttpError Redirected TooLarge WrongShape
    UnknownPlatform AnotherPage);

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;
    use signalbook_domain::Worded;
    use signalbook_domain::event::{Event, EventKind, PageEvent, ReportChange, ReportEvent};

    #[test]
    fn the_numbers_of_words_are_those_of_the_schema() {
        fn check<T: Numbered + Worded + std::fmt::Debug>(
            prefix: &str,
            names: fn(i32) -> &'static str,
        ) {
            for &value in T::ALL {
                assert_eq!(
                    names(value.number()),
                    format!("{prefix}_{}", value.word().to_uppercase())
                );
                assert_eq!(T::from_number(value.number()), Some(value));
            }
            assert_eq!((T::from_number(0), T::from_number(99)), (None, None));
        }
        check::<Impact>("IMPACT", |number| pb::Impact::try_from(number).unwrap().as_str_name());
        check::<Phase>("PHASE", |number| pb::Phase::try_from(number).unwrap().as_str_name());
        check::<ComponentStatus>("COMPONENT_STATUS", |number| {
            pb::ComponentStatus::try_from(number).unwrap().as_str_name()
        });
        check::<Failure>("FAILURE", |number| pb::Failure::try_from(number).unwrap().as_str_name());
    }

    #[test]
    fn a_word_of_a_later_version_is_unknown_and_keeps_its_raw_form() {
        let later =
            pb::ImpactChanged { impact: 99, impact_raw: "dire".to_owned(), ..<_>::default() };
        let event = decode(EventKind::IncidentImpactChanged, 1, &later.encode_to_vec()).unwrap();
        let Event::Incident(ReportEvent { change: ReportChange::ImpactChanged { impact }, .. }) =
            event
        else {
            panic!("{event:?} is of another kind")
        };
        assert_eq!((impact.value, impact.raw.as_str()), (Impact::Unknown, "dire"));
    }

    #[test]
    fn a_field_of_a_later_version_is_passed_over() {
        let mut bytes =
            encode(&Event::Page(PageEvent::Moved { url: "https://a.example".to_owned() }));
        bytes.extend([0xfa, 0x07, 0x01, b'x']);
        let event = decode(EventKind::PageMoved, 1, &bytes).unwrap();
        assert_eq!(event, Event::Page(PageEvent::Moved { url: "https://a.example".to_owned() }));
    }

    #[test]
    fn a_payload_that_is_not_what_its_kind_says_is_refused_with_a_reason() {
        let short_id = pb::Opened { page: vec![1, 2, 3], ..pb::Opened::default() };
        for (kind, bytes, reason) in [
            (EventKind::IncidentOpened, short_id.encode_to_vec(), "3 bytes instead of 16"),
            (EventKind::PageReadable, vec![0xff], "varint"),
        ] {
            let refused = decode(kind, 1, &bytes).unwrap_err();
            assert!(
                matches!(&refused, Reason::Invalid(why) if why.contains(reason)),
                "{refused:?}"
            );
        }
    }

    #[test]
    fn a_platform_of_a_later_version_keeps_its_word() {
        let detected = |platform: &str| {
            let from = Some("instatus".to_owned());
            let wire = pb::PlatformDetected { platform: platform.to_owned(), from };
            decode(EventKind::PagePlatformDetected, 1, &wire.encode_to_vec())
        };
        let event = detected("smoke-signals").unwrap();
        let Event::Page(PageEvent::PlatformDetected { from: Some(from), platform }) = event else {
            panic!("{event:?} is of another kind")
        };
        assert_eq!((from.word(), platform.word()), ("instatus", "smoke-signals"));
        assert!(matches!(detected("smoke signals"), Err(Reason::Invalid(_))));
    }

    #[test]
    fn a_schema_of_a_later_version_is_unknown_and_not_invalid() {
        let refused = decode(EventKind::PageMoved, 2, &[0xff]).unwrap_err();
        assert_eq!(refused, Reason::Unknown("schema 2 is not known".to_owned()));
    }
}
