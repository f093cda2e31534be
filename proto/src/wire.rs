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
    use crate::generated as pb;
    use signalbook_domain::{ComponentStatus, Failure, Impact, Phase};

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
}
