//! Mutations: of bytes, of JSON and of lines.

use std::ops::Range;

/// Mutations of one input at most.
const STEPS_MAX: usize = 6;
/// Inputs do not grow beyond this, or a run takes too long.
const BYTES_MAX: usize = 16 * 1024;

/// What breaks parsers.
const TOKENS: &[&str] = &[
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "-1",
    "0",
    "1e999",
    "1e-999",
    "18446744073709551616",
    "NaN",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\\u202e\"",
    "\"\\u200b \"",
    "\"a\\rb\"",
    "\"\u{feff}\"",
    "[[[[[[[[[[[[[[[[",
    "{\"a\":",
    "\"2026-02-30T00:00:00Z\"",
    "\"9999-12-31T23:59:60+25:00\"",
    "\"-0001-01-01T00:00:00Z\"",
    "\"1969-12-31T23:59:59.999999999Z\"",
    "\"resolved\"",
    "\"postmortem\"",
    "\"critical\"",
    ",",
    ":",
    "}",
    "]",
    "\\",
    "\"",
    "\n",
    "<script>",
    "</p>",
    "<a href=\"javascript:x\">",
    "[x](",
    "![",
    "> ",
    "- ",
    "1. ",
    "```",
    "|",
    "&#106;",
    "<!--",
    "-->",
    "<![CDATA[",
    "<b",
    "<WHAT IS",
    "<x-y>",
    "</x>",
    "<?",
    "\u{fdd0}",
    " onclick=x",
    "\u{0}",
    "\u{1b}[31m",
    "\u{2028}",
    "[page]\n",
    "[[page]]\n",
    "url = ",
    "\"0s\"",
    "\"9999999999h\"",
    "= \"\"\"",
    "'''",
    "nan",
    "inf",
    "0x",
    "::1/129",
];

/// Makes one input after the other out of a corpus.
pub(crate) struct Mutator {
    random: fastrand::Rng,
    corpus: Vec<Vec<u8>>,
}

impl Mutator {
    pub(crate) fn new(corpus: Vec<Vec<u8>>) -> Self {
        Self { random: fastrand::Rng::with_seed(7), corpus }
    }

    pub(crate) fn next(&mut self) -> Vec<u8> {
        let mut bytes = self.any().clone();
        for _ in 0..self.random.usize(1..=STEPS_MAX) {
            self.step(&mut bytes);
        }
        bytes.truncate(BYTES_MAX);
        bytes
    }

    fn any(&mut self) -> &Vec<u8> {
        let at = self.random.usize(..self.corpus.len());
        &self.corpus[at]
    }

    fn step(&mut self, bytes: &mut Vec<u8>) {
        let range = self.range(bytes.len());
        match self.random.u8(..14) {
            0 => bytes.iter_mut().skip(range.start).take(1).for_each(|byte| {
                *byte ^= 1 << self.random.u8(..8);
            }),
            1 => bytes.iter_mut().skip(range.start).take(1).for_each(|byte| {
                *byte = self.random.u8(..);
            }),
            2 => drop(bytes.drain(range)),
            3 => {
                let copied = bytes[range].to_vec();
                let at = self.random.usize(..=bytes.len());
                bytes.splice(at..at, copied.repeat(self.random.usize(1..4)));
            }
            4 => {
                let other = self.any().clone();
                let from = self.range(other.len());
                bytes.splice(range, other[from].iter().copied());
            }
            5 => {
                let token = TOKENS[self.random.usize(..TOKENS.len())];
                bytes.splice(range.start..range.start, token.bytes());
            }
            6 => bytes.truncate(range.end),
            7..=10 => self.replace_value(bytes),
            _ => self.swap_values(bytes),
        }
    }

    /// A part, mostly a short one.
    fn range(&mut self, len: usize) -> Range<usize> {
        let start = self.random.usize(..=len);
        let most = if self.random.bool() { 8 } else { len };
        start..self.random.usize(start..=(start + most).min(len))
    }

    fn replace_value(&mut self, bytes: &mut Vec<u8>) {
        let values = values(bytes);
        if let Some(value) = self.random.choice(values) {
            let token = TOKENS[self.random.usize(..TOKENS.len())];
            bytes.splice(value, token.bytes());
        }
    }

    fn swap_values(&mut self, bytes: &mut Vec<u8>) {
        let values = values(bytes);
        let (Some(one), Some(other)) =
            (self.random.choice(values.clone()), self.random.choice(values))
        else {
            return;
        };
        let (first, last) = if one.start < other.start { (one, other) } else { (other, one) };
        if first.end <= last.start {
            let (early, late) = (bytes[first.clone()].to_vec(), bytes[last.clone()].to_vec());
            bytes.splice(last, early);
            bytes.splice(first, late);
        }
    }
}

/// Where the texts, numbers and words of JSON or TOML stand.
fn values(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut values = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-._".contains(byte);
        let rest = &bytes[at..];
        let len = match rest[0] {
            b'"' => {
                let mut escaped = false;
                let ends = |byte: &u8| {
                    let ends = *byte == b'"' && !escaped;
                    escaped = *byte == b'\\' && !escaped;
                    ends
                };
                rest[1..].iter().position(ends).map_or(rest.len(), |end| end + 2)
            }
            byte if is_word(&byte) => rest.iter().take_while(|byte| is_word(byte)).count(),
            _ => {
                at += 1;
                continue;
            }
        };
        values.push(at..at + len);
        at += len;
    }
    values
}
