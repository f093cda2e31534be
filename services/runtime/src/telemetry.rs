//! Logs: to standard error, as text for people or as JSON for collectors.
//!
//! Standard output is reserved for the output of commands, so that it can be piped.

use std::env;
use std::io::{self, IsTerminal};

use serde::{Deserialize, Serialize};
use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

/// The environment variable with the log filter, such as `info,signalbook_poller=debug`.
pub const LOG_VARIABLE: &str = "SIGNALBOOK_LOG";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One line per message, for people.
    #[default]
    Text,
    /// One JSON object per line, for collectors.
    Json,
}

#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is invalid.
    #[error("read log filter `{filter}`, expected levels such as `info,signalbook_poller=debug`")]
    Filter {
        /// The filter as given.
        filter: String,
        source: ParseError,
    },
    /// The process already has a log subscriber.
    #[error("start logging, expected to be the first in this process to do so")]
    AlreadyStarted(#[source] tracing_subscriber::util::TryInitError),
}

/// Starts logging for the whole process, once.
///
/// `SIGNALBOOK_LOG` overrides `default_filter`.
pub fn init(format: LogFormat, default_filter: &str) -> Result<(), TelemetryError> {
    let filter = choose_filter(env::var(LOG_VARIABLE).ok().as_deref(), default_filter)?;
    let colours = io::stderr().is_terminal();
    subscriber(format, filter, colours, io::stderr)
        .try_init()
        .map_err(TelemetryError::AlreadyStarted)
}

fn choose_filter(variable: Option<&str>, default: &str) -> Result<EnvFilter, TelemetryError> {
    let filter = variable.filter(|text| !text.trim().is_empty()).unwrap_or(default);
    EnvFilter::try_new(filter)
        .map_err(|source| TelemetryError::Filter { filter: filter.to_owned(), source })
}

fn subscriber<W>(
    format: LogFormat,
    filter: EnvFilter,
    colours: bool,
    writer: W,
) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(writer);
    match format {
        LogFormat::Text => Box::new(builder.finish()),
        LogFormat::Json => Box::new(builder.json().flatten_event(true).finish()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex, PoisonError};

    use super::*;

    #[derive(Clone, Default)]
    struct Captured(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, variable: Option<&str>) -> String {
        let captured = Captured::default();
        let writer = captured.clone();
        let filter = choose_filter(variable, "info").unwrap();
        let subscriber = subscriber(format, filter, false, move || writer.clone());
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(page.id = 7, "page is readable again");
            tracing::debug!("only when asked for");
        });
        String::from_utf8(captured.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn text_is_one_plain_line_a_message() {
        let text = logged(LogFormat::Text, None);
        assert_eq!(text.lines().count(), 1);
        assert!(text.contains("page is readable again") && text.contains("page.id=7"), "{text}");
    }

    #[test]
    fn json_is_one_object_a_line_with_the_fields_at_its_top() {
        let line: serde_json::Value =
            serde_json::from_str(&logged(LogFormat::Json, None)).expect("one JSON object");
        assert_eq!(line["message"], "page is readable again");
        assert_eq!(line["page.id"], 7);
        assert_eq!(line["level"], "INFO");
    }

    #[test]
    fn the_variable_wins_over_the_default_unless_it_is_empty() {
        assert_eq!(logged(LogFormat::Text, Some("debug")).lines().count(), 2);
        assert_eq!(logged(LogFormat::Text, Some("off")), "");
        assert_eq!(logged(LogFormat::Text, Some("")).lines().count(), 1);
    }

    #[test]
    fn a_filter_that_is_not_understood_is_named() {
        let error = choose_filter(Some("a=b=c"), "info").unwrap_err();
        assert_eq!(
            error.to_string(),
            "read log filter `a=b=c`, expected levels such as `info,signalbook_poller=debug`"
        );
    }

    #[test]
    fn logging_starts_once() {
        init(LogFormat::Json, "off").unwrap();
        let error = init(LogFormat::Json, "off").unwrap_err();
        assert!(matches!(error, TelemetryError::AlreadyStarted(_)));
    }
}
