//! The opaque text of a [`Cursor`] in a list of reports: the epoch of the log, and the moment and
//! id of the last row.

use signalbook_domain::Timestamp;
use signalbook_proto::chain::EpochId;
use signalbook_store::views::{Cursor, ReportView};
use uuid::Uuid;

use crate::parameters::Query;
use crate::problem::Problem;
use crate::state::Reached;

const MOMENT_DIGITS: usize = 16;
const DIGITS: usize = MOMENT_DIGITS + 32;

/// Reads the cursor, which must be of the epoch of `reached`.
pub(crate) fn parse(query: &Query, reached: &Reached) -> Result<Option<Cursor>, Problem> {
    let given = query.get("cursor", "the `next_cursor` of an earlier answer", decode)?;
    let Some((epoch, cursor)) = given else { return Ok(None) };
    reached.expect_epoch(epoch)?;
    Ok(Some(cursor))
}

/// Cuts `rows` to `limit` and returns the cursor of the next page, if there are more rows.
pub(crate) fn cut(rows: &mut Vec<ReportView>, limit: u32, epoch: EpochId) -> Option<String> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| more)?;
    Some(encode(epoch, Cursor { started_at: last.started_at(), id: last.id }))
}

fn encode(epoch: EpochId, cursor: Cursor) -> String {
    let micros = cursor.started_at.micros().cast_unsigned();
    format!("{epoch}.{micros:016x}{}", cursor.id.simple())
}

/// Returns none if `text` is not a cursor.
fn decode(text: &str) -> Option<(EpochId, Cursor)> {
    let (epoch, text) = text.split_once('.')?;
    if text.len() != DIGITS || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let (moment, id) = text.split_at(MOMENT_DIGITS);
    let micros = u64::from_str_radix(moment, 16).ok()?.cast_signed();
    let started_at = Timestamp::from_micros(micros);
    let shown = started_at.micros() == micros;
    let id = Uuid::try_parse(id).ok()?;
    shown.then_some((epoch.parse().ok()?, Cursor { started_at, id }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch() -> EpochId {
        EpochId::new(2, &[7; 32])
    }

    #[test]
    fn a_cursor_is_read_back_also_before_1970() {
        for seconds in [0, 1_772_000_000, -5] {
            let cursor =
                Cursor { started_at: Timestamp::from_seconds(seconds), id: Uuid::from_u128(7) };
            assert_eq!(decode(&encode(epoch(), cursor)), Some((epoch(), cursor)));
        }
    }

    #[test]
    fn any_other_text_is_refused() {
        let cursor = Cursor { started_at: Timestamp::default(), id: Uuid::nil() };
        let good = encode(epoch(), cursor);
        let digits = good.split_once('.').unwrap().1;
        let with = |digits: &str| format!("{}.{digits}", epoch());
        let beyond_time = with(&format!("7{}", &digits[1..]));
        for text in [
            "",
            "x",
            digits,
            &good[1..],
            &with(&digits[1..]),
            &with(&digits.replace('0', "+")),
            &beyond_time,
            &with(&"é".repeat(24)),
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
