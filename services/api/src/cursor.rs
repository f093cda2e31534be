//! The opaque text of a [`Cursor`]: the moment and the id of the last row, in hexadecimal.

use signalbook_domain::Timestamp;
use signalbook_store::views::Cursor;
use uuid::Uuid;

const MOMENT_DIGITS: usize = 16;
const DIGITS: usize = MOMENT_DIGITS + 32;

/// The text of `cursor`.
pub(crate) fn encode(cursor: Cursor) -> String {
    format!("{:016x}{}", cursor.started_at.micros().cast_unsigned(), cursor.id.simple())
}

/// The cursor of `text`, if it is one.
pub(crate) fn decode(text: &str) -> Option<Cursor> {
    if text.len() != DIGITS || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let (moment, id) = text.split_at(MOMENT_DIGITS);
    let micros = u64::from_str_radix(moment, 16).ok()?.cast_signed();
    let started_at = Timestamp::from_micros(micros);
    let shown = started_at.micros() == micros;
    shown.then_some(Cursor { started_at, id: Uuid::try_parse(id).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_also_before_1970() {
        for seconds in [0, 1_772_000_000, -5] {
            let cursor =
                Cursor { started_at: Timestamp::from_seconds(seconds), id: Uuid::from_u128(7) };
            assert_eq!(decode(&encode(cursor)), Some(cursor));
        }
    }

    #[test]
    fn any_other_text_is_refused() {
        let good = encode(Cursor { started_at: Timestamp::default(), id: Uuid::nil() });
        let beyond_time = format!("7{}", &good[1..]);
        for text in ["", "x", &good[1..], &good.replace('0', "+"), &beyond_time, &"é".repeat(24)] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
