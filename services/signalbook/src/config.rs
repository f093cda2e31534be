//! The configuration file. Every key has a default; an unknown key is an error that names its line.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;
use signalbook_aggregator::WatchedPage;
use signalbook_domain::Slug;
use signalbook_runtime::{ConfigError, HumanDuration, LogFormat, load};
use url::Url;

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub store: StoreConfig,
    pub bus: BusConfig,
    pub api: ApiConfig,
    pub network: NetworkConfig,
    pub poll: PollConfig,
    pub log: LogConfig,
    #[serde(rename = "page")]
    pub pages: Vec<PageConfig>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreConfig {
    /// `sqlite:FILE`; the views and the evidence have their own files beside it.
    pub url: String,
    /// The limit of compressed bytes of raw documents; the oldest documents are evicted first.
    pub evidence_bytes_max: u64,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self { url: "sqlite:signalbook.db".to_owned(), evidence_bytes_max: 10_000_000_000 }
    }
}

/// The transport between roles.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BusConfig {
    /// `memory:`, within this process.
    pub url: String,
}

impl Default for BusConfig {
    fn default() -> Self {
        Self { url: "memory:".to_owned() }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Read {
    /// Only this machine.
    #[default]
    Local,
    /// Everybody who can reach the address.
    Open,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApiConfig {
    pub listen: SocketAddr,
    /// Who may read; must be `open` to listen on an address other than loopback.
    pub read: Read,
}

impl Default for ApiConfig {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 8080)), read: Read::Local }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkConfig {
    /// Non-public networks that may be polled.
    pub allow_private: Vec<IpNet>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PollConfig {
    /// The time between two polls of a page in good health.
    pub interval: HumanDuration,
}

impl Default for PollConfig {
    fn default() -> Self {
        Self { interval: HumanDuration::new(Duration::from_mins(1)) }
    }
}

/// The output to standard error.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// Text for people or JSON for machines.
    pub format: LogFormat,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageConfig {
    pub provider: Slug,
    /// The provider's name; defaults to the name given at another page of the provider, else the
    /// slug.
    pub name: Option<String>,
    pub url: Url,
    /// Overrides [`PollConfig::interval`] for this page.
    pub interval: Option<HumanDuration>,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum InvalidConfig {
    #[error("interval `{0}` of page `{1}` is below the least, `1s`")]
    Interval(HumanDuration, Url),
    #[error("address `{0}` of a page is not one of `http://…` or `https://…`")]
    Address(Url),
    /// Without the address: the log would keep the credentials permanently.
    #[error(
        "the address of a page of provider `{0}` has a user name or password in it; status pages \
         are read without, so leave it out"
    )]
    Credentials(Slug),
    #[error("page `{0}` of provider `{1}` is given twice")]
    Twice(Url, Slug),
    /// The API is reachable from other machines without [`Read::Open`].
    #[error(
        "listening on `{0}` lets everybody who can reach it read; set `read = \"open\"` in `[api]` \
         if that is what you want, or listen on `127.0.0.1`"
    )]
    Open(SocketAddr),
}

impl Config {
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        load(path)
    }

    /// Checks what a single key cannot: combinations, and limits of values.
    pub fn check(&self) -> Result<(), InvalidConfig> {
        if !self.api.listen.ip().is_loopback() && self.api.read != Read::Open {
            return Err(InvalidConfig::Open(self.api.listen));
        }
        let mut seen = HashSet::new();
        for page in &self.pages {
            // First, since the other errors contain the address.
            if !page.url.username().is_empty() || page.url.password().is_some() {
                return Err(InvalidConfig::Credentials(page.provider.clone()));
            }
            let interval = page.interval.unwrap_or(self.poll.interval);
            if interval.get() < Duration::from_secs(1) {
                return Err(InvalidConfig::Interval(interval, page.url.clone()));
            }
            if !matches!(page.url.scheme(), "http" | "https") {
                return Err(InvalidConfig::Address(page.url.clone()));
            }
            if !seen.insert((page.provider.clone(), address(&page.url))) {
                return Err(InvalidConfig::Twice(page.url.clone(), page.provider.clone()));
            }
        }
        Ok(())
    }

    pub fn watched_pages(&self) -> Vec<WatchedPage> {
        let names: HashMap<&Slug, &String> = self
            .pages
            .iter()
            .filter_map(|page| Some((&page.provider, page.name.as_ref()?)))
            .collect();
        let watch = |page: &PageConfig| {
            let name = page.name.as_ref().or_else(|| names.get(&page.provider).copied());
            WatchedPage {
                provider: page.provider.clone(),
                name: name.cloned().unwrap_or_else(|| page.provider.to_string()),
                url: address(&page.url),
                interval: page.interval.unwrap_or(self.poll.interval).get(),
            }
        };
        self.pages.iter().map(watch).collect()
    }
}

/// The address that identifies a page: without trailing slashes, and without the query and the
/// fragment, which its documents' addresses do not contain.
fn address(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.as_str().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = include_str!("../../../deploy/signalbook.toml");

    fn parsed(text: &str) -> Config {
        signalbook_runtime::config::parse("test.toml", text).unwrap()
    }

    #[test]
    fn the_sample_file_says_what_the_defaults_are() {
        let mut sample = parsed(SAMPLE);
        sample.pages.clear();
        assert_eq!(sample, Config::default());
        // The commented-out settings are valid, too.
        let uncommented: Vec<&str> =
            SAMPLE.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line)).collect();
        parsed(&uncommented.join("\n")).check().unwrap();
    }

    #[test]
    fn an_empty_file_is_a_configuration() {
        assert_eq!(parsed(""), Config::default());
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error =
            signalbook_runtime::config::parse::<Config>("x.toml", "[poll]\nintervall = \"1s\"");
        assert!(error.unwrap_err().to_string().contains("intervall"));
    }

    #[test]
    fn listening_beyond_this_machine_has_to_be_asked_for() {
        let mut config = parsed("[api]\nlisten = \"0.0.0.0:8080\"");
        assert!(config.check().unwrap_err().to_string().contains("read = \"open\""));
        config.api.read = Read::Open;
        assert_eq!(config.check(), Ok(()));
    }

    #[test]
    fn pages_that_cannot_be_watched_are_refused() {
        let page = |rest: &str| parsed(&format!("[[page]]\nprovider = \"a\"\n{rest}"));
        assert!(page("url = \"ftp://a.example\"").check().is_err());
        assert!(page("url = \"https://a.example\"\ninterval = \"500ms\"").check().is_err());
        let twice =
            "url = \"https://a.example\"\n[[page]]\nprovider = \"a\"\nurl = \"https://a.example/\"";
        assert!(page(twice).check().is_err());
        for rest in [
            "url = \"https://jo:secret@a.example\"",
            "url = \"ftp://jo:secret@a.example\"",
            "url = \"https://jo:secret@a.example\"\ninterval = \"500ms\"",
        ] {
            let error = page(rest).check().unwrap_err().to_string();
            assert!(error.contains("of provider `a` has a user name or password"), "{error}");
            assert!(!error.contains("secret"), "it may be read by anybody");
        }
    }

    #[test]
    fn a_page_is_known_by_its_address_without_query_and_by_its_providers_name() {
        let config = parsed(
            "[[page]]\nprovider = \"a\"\nurl = \"https://eu.a.example/?lang=en#history\"\n\
             [[page]]\nprovider = \"a\"\nname = \"Acme\"\nurl = \"https://us.a.example\"",
        );
        let pages = config.watched_pages();
        assert_eq!(pages[0].url, "https://eu.a.example");
        assert!(pages.iter().all(|page| page.name == "Acme"));
    }
}
