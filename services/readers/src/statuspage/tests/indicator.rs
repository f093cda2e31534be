use serde_json::{Value, json};
use signalbook_domain::snapshot::{Indicator, Parsed};
use signalbook_domain::{Document, Impact};

use super::{incidents, read, summary, with};

fn said(status: impl Into<Option<Value>>) -> (Option<Indicator>, Vec<String>) {
    let snapshot = read(Document::Summary, &with(summary(), "status", status));
    (snapshot.indicator, snapshot.skipped)
}

fn indicator(value: Impact, raw: &str, description: &str) -> Indicator {
    let level = Parsed { value, raw: raw.to_owned() };
    Indicator { level, description: description.to_owned() }
}

#[test]
fn the_vendors_word_for_the_page_is_understood() {
    for (word, value) in [
        ("none", Impact::None),
        ("maintenance", Impact::Maintenance),
        ("minor", Impact::Minor),
        ("major", Impact::Major),
        ("critical", Impact::Critical),
        ("Critical", Impact::Critical),
        ("on fire", Impact::Unknown),
    ] {
        let (found, skipped) = said(json!({"indicator": word, "description": "So it is"}));
        assert_eq!((found, skipped), (Some(indicator(value, word, "So it is")), vec![]));
    }
}

#[test]
fn a_page_that_gives_no_word_is_not_summed_up() {
    for nothing in [
        None,
        Some(Value::Null),
        Some(json!("none")),
        Some(json!({"description": "fine"})),
        Some(json!({"indicator": null})),
        Some(json!({"indicator": " \u{200b}"})),
    ] {
        assert_eq!(said(nothing), (None, vec![]));
    }
    assert_eq!(read(Document::Incidents, &incidents(&[])).indicator, None);
}

#[test]
fn what_is_no_word_is_not_taken_for_a_good_one() {
    let (found, skipped) = said(json!({"indicator": {"level": "none"}, "description": 5}));
    assert_eq!(found, Some(indicator(Impact::Unknown, "", "")));
    assert_eq!(skipped, ["status: expected `indicator` to be a text, found an object"]);
}

#[test]
fn the_vendors_words_are_one_clean_line_each_and_bounded() {
    let description = format!("\u{feff} Some\rtrouble\u{202e}\n{}", "é".repeat(600));
    let (found, skipped) = said(json!({"indicator": "x".repeat(65), "description": description}));
    let found = found.unwrap();
    assert_eq!((found.level.value, found.level.raw), (Impact::Unknown, "x".repeat(64)));
    assert_eq!(found.description, format!("Some trouble {}", "é".repeat(487)));
    assert_eq!(
        skipped,
        ["status: `indicator` cut to 64 characters", "status: `description` cut to 500 characters"]
    );
}
