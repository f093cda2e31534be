//! Words that no identifier, file or table bears any more: the trade has a better one.

use super::house::{self, File};

/// Each with the word that took its place.
const RETIRED: &[(&str, &str)] = &[
    ("AffectedFacts", "ObservedAffected"),
    ("Book", "PageState"),
    ("ComponentFacts", "ObservedComponent"),
    ("Directory", "ProviderList"),
    ("DocumentMemo", "DocumentState"),
    ("Facts", "EventRecorder"),
    ("Gate", "AddressGuard"),
    ("GroupFacts", "ObservedGroup"),
    ("Holds", "Recoverability"),
    ("Kept", "StoredDocument"),
    ("Memo", "PollState"),
    ("Pace", "PollPolicy"),
    ("PageMark", "RowVersion"),
    ("PagePut", "ConditionalPut"),
    ("ReportFacts", "ObservedReport"),
    ("Room", "BodyBudget"),
    ("Said", "Parsed"),
    ("Segment", "PathParam"),
    ("Settle", "Acker"),
    ("Shelf", "PageCache"),
    ("Shelved", "PageState"),
    ("Telling", "ReportDiff"),
    ("Unsaved", "PendingRows"),
    ("Unusable", "InvalidConfig"),
    ("UpdateFacts", "ObservedUpdate"),
    ("adopt", "promote"),
    ("believable", "plausible"),
    ("bury_unused", "evict_unused"),
    ("doubts", "pending"),
    ("is_believed", "stale_run_is_accepted"),
    ("is_moving", "is_time_dependent"),
    ("memo", "poll_state"),
    ("mended", "repaired"),
    ("move_kept", "update_usage"),
    ("unsaved", "write_behind"),
];

/// The code of a line: without what it only says, in a comment or a text.
fn code(line: &str) -> String {
    let code = line.trim_start();
    if code.starts_with("//") || code.starts_with("--") {
        return String::new();
    }
    code.split('"').step_by(2).collect::<Vec<_>>().join("\"")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !char.is_alphanumeric() && char != '_')
}

fn retired(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    let own = |path: &str| path.ends_with("tidy/retired.rs");
    let is_code = |file: &&File| file.is_rust() || file.is_sql();
    for file in files.iter().filter(is_code).filter(|file| !own(&file.path)) {
        let name = file.path.rsplit('/').next().and_then(|name| name.split('.').next());
        let lines = file.text.lines().enumerate();
        let said = lines.flat_map(|(at, line)| {
            let code = code(line);
            words(&code).map(|word| (at + 1, word.to_owned())).collect::<Vec<_>>()
        });
        let named = name.map(|name| (0, name.to_owned()));
        for (at, word) in named.into_iter().chain(said) {
            if let Some((_, now)) = RETIRED.iter().find(|(was, _)| *was == word) {
                found.push(format!("{}:{at}: `{word}` is now `{now}`", file.path));
            }
        }
    }
    found
}

/// Rows of the guide's table whose file does not exist, or says nothing of the word.
fn lost(guide: &str, text_of: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let rows = guide.lines().skip_while(|line| !line.starts_with("| what |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let is_lost = |row: &&str| {
        let mut cells = row.split('|').map(str::trim).filter(|cell| !cell.is_empty());
        let (Some(word), Some(path)) = (cells.next(), cells.next()) else { return true };
        let text = text_of(path.trim_matches('`')).map(|text| text.to_lowercase());
        let name = path.to_lowercase();
        let stem = word.to_lowercase();
        !text.is_some_and(|text| text.contains(&stem) || name.contains(&stem))
    };
    rows.filter(is_lost).map(str::to_owned).collect()
}

#[test]
fn the_guide_leads_to_files_that_speak_of_the_word() {
    let guide = std::fs::read_to_string(house::root().join("CONTRIBUTING.md")).unwrap();
    assert!(guide.matches("| `services/").count() >= 10, "the table is there");
    let text_of = |path: &str| std::fs::read_to_string(house::root().join(path)).ok();
    house::expect_none(&lost(&guide, text_of), "Name the file that speaks of it.");
}

#[test]
fn a_row_of_the_guide_that_leads_nowhere_is_found() {
    let guide =
        "| what | where |\n|---|---|\n| cache | `a.rs` |\n| lock | `b.rs` |\n| x | `c.rs` |\n\n";
    let text_of = |path: &str| match path {
        "a.rs" => Some("//! A Cache.".to_owned()),
        "b.rs" => Some("//! Nothing.".to_owned()),
        _ => None,
    };
    assert_eq!(lost(guide, text_of), ["| lock | `b.rs` |", "| x | `c.rs` |"]);
}

#[test]
fn nothing_bears_a_retired_word() {
    house::expect_none(&retired(&house::files()), "Use the word that took its place.");
}

#[test]
fn a_retired_word_is_found_where_it_names_something() {
    let text = "// A Book.\nlet text = \"the Book\";\nstruct Book;\nstruct Booklet;\n";
    let files = [File::sample("a.rs", text), File::sample("b/memo.sql", "-- a memo\n")];
    let expected =
        ["a.rs:3: `Book` is now `PageState`", "b/memo.sql:0: `memo` is now `poll_state`"];
    assert_eq!(retired(&files), expected);
}
