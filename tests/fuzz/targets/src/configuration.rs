//! The configuration file.

use std::time::Duration;

use signalbook::config::Config;
use signalbook_runtime::config::parse;

/// A configuration that passes its check can be used: its pages are ones that can be polled. One
/// that does not says so in words, with the name of the file.
pub fn configuration(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    match parse::<Config>("fuzz.toml", text) {
        Ok(config) => check(&config),
        Err(error) => {
            let error = error.to_string();
            assert!(error.contains("`fuzz.toml`"), "{error}");
            assert!(error.len() <= 4 * text.len() + 1_000, "{} bytes", error.len());
        }
    }
}

fn check(config: &Config) {
    if let Err(unusable) = config.check() {
        assert!(!unusable.to_string().is_empty());
        return;
    }
    for page in config.watched_pages() {
        assert!(page.interval >= Duration::from_secs(1));
        assert!(page.url.starts_with("http://") || page.url.starts_with("https://"));
        assert!(!page.url.ends_with('/'), "{}", page.url);
    }
}
