use super::*;

fn parse(text: &str) -> Result<HumanDuration, DurationError> {
    text.parse()
}

#[test]
fn text_is_read_as_people_write_it_and_printed_in_its_normal_form() {
    let cases = [
        ("500ms", 500, "500ms"),
        ("60s", 60_000, "1m"),
        ("1m 30s", 90_000, "1m 30s"),
        ("1m30s", 90_000, "1m 30s"),
        ("90 s", 90_000, "1m 30s"),
        (" 2h ", 7_200_000, "2h"),
        ("36h", 129_600_000, "1d 12h"),
        ("1d 2h 3m 4s 5ms", 93_784_005, "1d 2h 3m 4s 5ms"),
        ("0s", 0, "0s"),
        ("0ms", 0, "0s"),
        ("1000ms", 1_000, "1s"),
    ];
    for (text, milliseconds, printed) in cases {
        let duration = parse(text).unwrap();
        assert_eq!(duration.get(), Duration::from_millis(milliseconds), "{text}");
        assert_eq!(duration.to_string(), printed, "{text}");
        assert_eq!(parse(printed), Ok(duration), "{text}");
    }
}

#[test]
fn what_is_not_a_duration_is_refused_with_the_reason() {
    let text = |text: &str| text.to_owned();
    let unknown = |text: &str, unit: &str| DurationError::UnknownUnit {
        text: text.into(),
        unit: unit.into(),
    };
    assert_eq!(parse("  "), Err(DurationError::Empty));
    assert_eq!(parse("60"), Err(DurationError::NoUnit(text("60"))));
    assert_eq!(parse("1m 30"), Err(DurationError::NoUnit(text("1m 30"))));
    assert_eq!(parse("s"), Err(DurationError::NoNumber(text("s"))));
    assert_eq!(parse("-5s"), Err(DurationError::NoNumber(text("-5s"))));
    assert_eq!(parse("1.5h"), Err(unknown("1.5h", ".")));
    assert_eq!(parse("2 weeks"), Err(unknown("2 weeks", "weeks")));
    assert_eq!(parse("1M"), Err(unknown("1M", "M")));
    assert_eq!(parse("30s 1m"), Err(DurationError::OutOfOrder(text("30s 1m"))));
    assert_eq!(parse("1s 1s"), Err(DurationError::OutOfOrder(text("1s 1s"))));
    for long in ["18446744073709551615s", "99999999999999999999ms"] {
        assert_eq!(parse(long), Err(DurationError::TooLong(text(long))));
    }
}

#[test]
fn a_refusal_says_what_was_expected() {
    assert_eq!(
        parse("60").unwrap_err().to_string(),
        "duration `60` has a number without a unit, expected one such as `60s` or `1m 30s`"
    );
    assert_eq!(
        parse("2 weeks").unwrap_err().to_string(),
        "duration `2 weeks` has the unit `weeks`, expected `d`, `h`, `m`, `s` or `ms`"
    );
}

#[test]
fn serde_carries_it_as_text_both_ways() {
    let duration: HumanDuration = serde_json::from_str("\"1m 30s\"").unwrap();
    assert_eq!(serde_json::to_string(&duration).unwrap(), "\"1m 30s\"");
}

#[test]
fn a_bare_number_in_a_document_is_refused_with_what_is_expected() {
    let error = serde_json::from_str::<HumanDuration>("60").unwrap_err().to_string();
    assert!(error.contains("expected a duration as text with its unit"), "{error}");
}

#[test]
fn parts_of_a_millisecond_are_dropped_so_that_printing_loses_nothing() {
    let duration = HumanDuration::new(Duration::from_micros(1_500_999));
    assert_eq!(duration.get(), Duration::from_millis(1_500));
    assert_eq!(duration.to_string(), "1s 500ms");
}
