//! Domain events to protobuf and back.
//!
//! Decoding is lenient about words (one that this code does not know becomes `unknown`, its raw
//! form stays) and strict about everything else: a payload that is not what its kind says is an
//! error, never a guess.

mod read;
mod write;

pub(crate) use read::decode;
pub(crate) use write::encode;

use signalbook_domain::Worded;

/// A word's number on the wire: its place in its list, from 1. The golden files hold it fast.
fn number<T: Worded>(value: T) -> i32 {
    let index = T::ALL.iter().position(|word| *word == value).unwrap_or_default();
    i32::try_from(index).unwrap_or_default() + 1
}

/// The word with this number.
fn word<T: Worded>(number: i32) -> Option<T> {
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    T::ALL.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;
    use signalbook_domain::event::{Event, EventKind, PageEvent, ReportChange, ReportEvent};
    use signalbook_domain::{ComponentStatus, Failure, Impact, Phase};

    use crate::generated as pb;

    #[test]
    fn the_numbers_of_words_are_those_of_the_schema() {
        fn name<T: Worded>(prefix: &str, value: T) -> String {
            format!("{prefix}_{}", value.word().to_uppercase())
        }
        for &value in Impact::ALL {
            let wire = pb::Impact::try_from(number(value)).unwrap();
            assert_eq!(wire.as_str_name(), name("IMPACT", value));
        }
        for &value in Phase::ALL {
            let wire = pb::Phase::try_from(number(value)).unwrap();
            assert_eq!(wire.as_str_name(), name("PHASE", value));
        }
        for &value in ComponentStatus::ALL {
            let wire = pb::ComponentStatus::try_from(number(value)).unwrap();
            assert_eq!(wire.as_str_name(), name("COMPONENT_STATUS", value));
        }
        for &value in Failure::ALL {
            let wire = pb::Failure::try_from(number(value)).unwrap();
            assert_eq!(wire.as_str_name(), name("FAILURE", value));
        }
    }

    #[test]
    fn a_word_of_a_later_version_is_unknown_and_keeps_its_raw_form() {
        let later =
            pb::ImpactChanged { impact: 99, impact_raw: "dire".to_owned(), ..<_>::default() };
        let event = decode(EventKind::IncidentImpactChanged, &later.encode_to_vec()).unwrap();
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
        let event = decode(EventKind::PageMoved, &bytes).unwrap();
        assert_eq!(event, Event::Page(PageEvent::Moved { url: "https://a.example".to_owned() }));
    }

    #[test]
    fn a_payload_that_is_not_what_its_kind_says_is_refused_with_a_reason() {
        let short_id = pb::Opened { page: vec![1, 2, 3], ..pb::Opened::default() };
        let platform = pb::PlatformDetected { platform: "smoke signals".to_owned() };
        for (kind, bytes, reason) in [
            (EventKind::IncidentOpened, short_id.encode_to_vec(), "3 bytes instead of 16"),
            (EventKind::PagePlatformDetected, platform.encode_to_vec(), "`smoke signals`"),
            (EventKind::PageReadable, vec![0xff], "varint"),
        ] {
            let refused = decode(kind, &bytes).unwrap_err();
            assert!(refused.contains(reason), "{refused}");
        }
    }
}
