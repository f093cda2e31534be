//! Configuration files: TOML parsed into a type, or an error that an operator can act on.
//!
//! The type defines the allowed content; its `serde` attributes refuse unknown keys and set
//! defaults. This module adds the location to errors: file, line and full key.

use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("read configuration `{}`, expected a file of UTF-8 text", path.display())]
    Unreadable {
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file is not TOML or has invalid content.
    #[error("read configuration `{}`{}: {message}", path.display(), place(*line, key.as_deref()))]
    Invalid {
        path: PathBuf,
        /// The line, counted from one, if the error has one.
        line: Option<usize>,
        /// The full key, such as `poll.interval`, if the error is about a key or its value.
        key: Option<String>,
        /// What is wrong and what was expected.
        message: String,
    },
}

pub fn load<T: DeserializeOwned>(path: impl AsRef<Path>) -> Result<T, ConfigError> {
    let path = path.as_ref();
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    parse(path, &text)
}

/// Parses `text` as the content of the file at `path`. The path only appears in errors.
pub fn parse<T: DeserializeOwned>(path: impl AsRef<Path>, text: &str) -> Result<T, ConfigError> {
    let invalid = |key: Option<String>, error: &toml::de::Error| ConfigError::Invalid {
        path: path.as_ref().to_owned(),
        line: error.span().map(|span| text[..span.start].split('\n').count()),
        key,
        message: error.message().trim().replace('\n', ", "),
    };
    let document = toml::Deserializer::parse(text).map_err(|error| invalid(None, &error))?;
    serde_path_to_error::deserialize(document).map_err(|error| {
        let key = Some(error.path().to_string()).filter(|path| path != ".");
        invalid(key, error.inner())
    })
}

fn place(line: Option<usize>, key: Option<&str>) -> String {
    let line = line.map(|line| format!(", line {line}")).unwrap_or_default();
    let key = key.map(|key| format!(", key `{key}`")).unwrap_or_default();
    line + &key
}

#[cfg(test)]
mod tests {
    use super::*;

    use serde::Deserialize;

    use crate::HumanDuration;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Config {
        listen: String,
        #[serde(default)]
        poll: Poll,
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Poll {
        interval: HumanDuration,
        pages: Vec<Page>,
    }

    #[derive(Debug, Deserialize)]
    struct Page {
        #[expect(dead_code, reason = "only its presence matters here")]
        url: String,
    }

    fn refusal(text: &str) -> String {
        parse::<Config>("signalbook.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn a_good_file_is_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "listen = \"[::1]:80\"\n[poll]\ninterval = \"1m 30s\"\n")
            .unwrap();
        let config: Config = load(file.path()).unwrap();
        assert_eq!(config.listen, "[::1]:80");
        assert_eq!(config.poll.interval.get().as_secs(), 90);
        assert!(config.poll.pages.is_empty());
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = load::<Config>("/nowhere/signalbook.toml").unwrap_err();
        assert_eq!(
            error.to_string(),
            "read configuration `/nowhere/signalbook.toml`, expected a file of UTF-8 text"
        );
        assert!(std::error::Error::source(&error).is_some());
    }

    #[test]
    fn a_wrong_value_is_named_with_file_line_key_and_what_was_expected() {
        assert_eq!(
            refusal("listen = \"a\"\n\n[poll]\ninterval = 60\n"),
            "read configuration `signalbook.toml`, line 4, key `poll.interval`: invalid type: \
             integer `60`, expected a duration as text with its unit, such as \"60s\" or \"1m 30s\""
        );
        assert_eq!(
            refusal("listen = \"a\"\npoll = { interval = \"60\" }"),
            "read configuration `signalbook.toml`, line 2, key `poll.interval`: duration `60` is \
             not a number with a unit (`d`, `h`, `m`, `s` or `ms`), such as `60s` or `1m 30s`"
        );
    }

    #[test]
    fn an_unknown_key_is_named_with_those_that_exist() {
        assert_eq!(
            refusal("listen = \"a\"\n[poll]\nintervall = \"60s\"\n"),
            "read configuration `signalbook.toml`, line 3, key `poll.intervall`: unknown field \
             `intervall`, expected `interval` or `pages`"
        );
    }

    #[test]
    fn a_missing_key_is_named() {
        let error = refusal("[poll]\ninterval = \"60s\"\n");
        assert!(error.ends_with(": missing field `listen`"), "{error}");
    }

    #[test]
    fn a_key_inside_a_list_is_named_with_its_index() {
        assert_eq!(
            refusal("listen = \"a\"\n[[poll.pages]]\nurl = \"x\"\n[[poll.pages]]\nurl = 3\n"),
            "read configuration `signalbook.toml`, line 5, key `poll.pages[1].url`: invalid type: \
             integer `3`, expected a string"
        );
    }

    #[test]
    fn text_that_is_not_toml_is_refused_with_its_line() {
        let error = refusal("listen = \"a\"\npoll = [\n");
        assert!(error.starts_with("read configuration `signalbook.toml`, line "), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}
