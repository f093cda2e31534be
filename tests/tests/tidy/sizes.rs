//! A function fits a screen, a file a sitting.
//!
//! Functions are measured by their indentation, which is reliable because the sources are
//! formatted: the body ends at the first line that is a brace as far in as the `fn` line.

use super::house::{self, File};

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;

struct Function<'a> {
    name: &'a str,
    line: usize,
    lines: usize,
}

fn long_files(files: &[File]) -> Vec<String> {
    let long = |file: &File| {
        let lines = production_lines(&file.text);
        (lines > FILE_LINES_MAX).then(|| format!("{}: {lines} lines", file.path))
    };
    files.iter().filter(|file| is_production(file)).filter_map(long).collect()
}

fn is_production(file: &File) -> bool {
    let tests = file.path.ends_with("/tests.rs") || file.path.contains("/tests/");
    file.is_rust() && file.path.contains("/src/") && !tests
}

/// Lines without the test modules that are written in the same file.
fn production_lines(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let (mut at, mut count) = (0, 0);
    while at < lines.len() {
        let tests = inline_tests(&lines[at..]);
        count += usize::from(tests.is_none());
        at += tests.unwrap_or(1);
    }
    count
}

/// How many lines the test module has that begins on the first line, if one does.
fn inline_tests(lines: &[&str]) -> Option<usize> {
    lines.first().filter(|line| **line == "#[cfg(test)]")?;
    let module = lines.iter().find(|line| !line.starts_with("#["))?;
    let inline = module.starts_with("mod ") && module.ends_with('{');
    inline.then(|| lines.iter().position(|line| *line == "}").map_or(lines.len(), |end| end + 1))
}

fn long_functions(files: &[File]) -> Vec<String> {
    let long = |file: &File| {
        let functions = functions(&file.text).into_iter();
        let long = functions.filter(|function| function.lines > FUNCTION_LINES_MAX);
        let words = |long: Function<'_>| {
            format!("{}:{}: `{}` has {} lines", file.path, long.line, long.name, long.lines)
        };
        long.map(words).collect::<Vec<_>>()
    };
    files.iter().filter(|file| file.is_rust()).flat_map(long).collect()
}

fn functions(text: &str) -> Vec<Function<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    let begun = lines.iter().enumerate().filter_map(|(at, line)| Some((at, function_name(line)?)));
    begun
        .filter_map(|(at, name)| {
            let lines = body_end(&lines[at..])? + 1;
            Some(Function { name, line: at + 1, lines })
        })
        .collect()
}

/// The name, if a function begins on this line.
fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.trim_start().split_once("fn ")?;
    let qualifier = |word: &str| {
        matches!(word, "pub" | "const" | "async" | "unsafe" | "extern" | "\"C\"")
            || word.starts_with("pub(")
            || word.ends_with(')')
    };
    let name = after.split(['(', '<']).next()?;
    (before.split_whitespace().all(qualifier) && !name.is_empty()).then_some(name)
}

/// Where the function that begins on the first line ends; a declaration has no body.
fn body_end(lines: &[&str]) -> Option<usize> {
    let indentation = lines.first()?.len() - lines.first()?.trim_start().len();
    let head = lines.iter().position(|line| line.ends_with(['{', '}', ';']))?;
    if !lines[head].ends_with('{') {
        return lines[head].ends_with('}').then_some(head);
    }
    let end = |line: &&str| line.len() == indentation + 1 && line.trim_start() == "}";
    lines.iter().skip(head).position(end).map(|after| head + after)
}

#[test]
fn a_file_fits_a_sitting() {
    house::expect_none(
        &long_files(&house::files()),
        "At most 400 lines outside tests: move what belongs together into a module of its own.",
    );
}

#[test]
fn a_function_fits_a_screen() {
    house::expect_none(
        &long_functions(&house::files()),
        "At most 70 lines: keep the branches in the function and move the steps below it.",
    );
}

#[test]
fn a_long_file_is_found() {
    let line = "fn a() {}\n";
    let tests = format!("#[cfg(test)]\n#[expect(x)]\nmod tests {{\n{}}}\n", line.repeat(300));
    let files = [
        File::sample("a/src/lib.rs", &line.repeat(FILE_LINES_MAX + 1)),
        File::sample("a/src/b.rs", &(tests.clone() + &line.repeat(FILE_LINES_MAX))),
        File::sample("a/src/c.rs", &(line.repeat(FILE_LINES_MAX) + &tests + line)),
        File::sample("a/src/b/tests.rs", &line.repeat(FILE_LINES_MAX + 1)),
        File::sample("a/tests/d.rs", &line.repeat(FILE_LINES_MAX + 1)),
    ];
    assert_eq!(long_files(&files), ["a/src/lib.rs: 401 lines", "a/src/c.rs: 401 lines"]);
}

#[test]
fn a_long_function_is_found() {
    let body = |lines: usize| "        let a = { 1 };\n".repeat(lines);
    let text = format!(
        "trait A {{\n    fn declared(\n        a: u8,\n    ) -> u8;\n\n    fn short() {{\n{}    }}\n}}\n\
         impl A for B {{\n    pub(crate) async fn long<T>(\n        a: T,\n    ) {{\n{}    }}\n    fn one() {{}}\n}}\n",
        body(68),
        body(67),
    );
    let broken = long_functions(&[File::sample("a/src/lib.rs", &text)]);
    assert_eq!(broken, ["a/src/lib.rs:78: `long` has 71 lines"]);
}

#[test]
fn every_kind_of_function_is_seen_and_nothing_else() {
    for (line, name) in [
        ("fn a() {", Some("a")),
        ("    pub(in crate::x) const unsafe extern \"C\" fn b<T>() {", Some("b")),
        ("pub async fn c(", Some("c")),
        ("// what a fn does", None),
        ("let f: fn (u8) = g;", None),
        ("type F = Box<dyn Fn (u8)>;", None),
    ] {
        assert_eq!(function_name(line), name, "{line}");
    }
}
