//! From a host to its addresses, whatever they are.

use std::io;
use std::net::{IpAddr, Ipv4Addr, ToSocketAddrs, UdpSocket};
use std::pin::Pin;

use tokio::sync::Semaphore;

use crate::means::Means;

/// How many names are looked up at once. A lookup occupies a thread until the operating system
/// gives up on it, even when nobody waits for it any longer, so a list of names whose servers
/// never answer must not be able to occupy them all.
static LOOKUPS: Semaphore = Semaphore::const_new(32);

/// What C libraries say of a name that has no address, which is all that the standard library tells
/// of a failed lookup: glibc, musl, and those of BSD and macOS. Whatever else they say is no answer.
const NO_SUCH_NAME: [&str; 6] = [
    "Name or service not known",
    "No address associated with hostname",
    "Address family for hostname not supported",
    "Name does not resolve",
    "Name has no usable address",
    "nodename nor servname provided, or not known",
];

/// What a lookup found, still to come. An error of the kind `NotFound` says that there is no such
/// name, any other that nobody could say.
pub type Found = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Looks up names.
///
/// Nobody has to trust it: it is asked once for each connection, and whatever it says is judged
/// and then dialled as it was judged. Hosts that are written as addresses never get here.
pub trait Resolve: Send + Sync + 'static {
    /// Returns every address of `name`.
    fn resolve(&self, name: &str) -> Found;
}

/// Looks up names with the operating system's resolver.
#[derive(Debug, Clone, Copy)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: &str) -> Found {
        let name = name.to_owned();
        Box::pin(async move {
            let permit = LOOKUPS.acquire().await.map_err(io::Error::other)?;
            let lookup = move || {
                let _held_until_the_lookup_ends = permit;
                look_up(&name)
            };
            tokio::task::spawn_blocking(lookup).await.map_err(io::Error::other)?
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where names become addresses")]
fn look_up(name: &str) -> io::Result<Vec<IpAddr>> {
    match (name, 0).to_socket_addrs() {
        Ok(found) => Ok(found.map(|address| address.ip()).collect()),
        Err(error) if says_no_such_name(&error) => Err(doubted(error)),
        Err(error) => Err(error),
    }
}

fn says_no_such_name(error: &io::Error) -> bool {
    let text = error.to_string();
    error.raw_os_error().is_none() && NO_SUCH_NAME.iter().any(|words| text.contains(words))
}

/// A C library that could not even open its own configuration says likewise that there is no such
/// name, so that is only believed while a socket can be had.
fn doubted(error: io::Error) -> io::Error {
    match UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)) {
        Err(lack) if Means::missing(&lack).is_some() => lack,
        Ok(_) | Err(_) => io::Error::new(io::ErrorKind::NotFound, error),
    }
}

/// Returns every address of `host`, which may itself be one, in brackets if it is IPv6.
pub(crate) async fn addresses(resolver: &dyn Resolve, host: &str) -> io::Result<Vec<IpAddr>> {
    let literal = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match literal.parse() {
        Ok(address) => Ok(vec![address]),
        Err(_) => resolver.resolve(host).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_resolver_that_gives_no_answer_is_told_from_a_name_that_does_not_exist() {
        let failed =
            |text| io::Error::other(format!("failed to lookup address information: {text}"));
        for text in ["Name or service not known", "No address associated with hostname"] {
            assert!(says_no_such_name(&failed(text)), "{text}");
            assert_eq!(doubted(failed(text)).kind(), io::ErrorKind::NotFound);
        }
        for text in [
            "Temporary failure in name resolution",
            "Non-recoverable failure in name resolution",
            "Memory allocation failure",
            "Try again",
        ] {
            assert!(!says_no_such_name(&failed(text)), "{text}");
        }
        assert!(!says_no_such_name(&io::Error::from_raw_os_error(24)));
    }

    #[tokio::test]
    async fn a_literal_is_its_own_address_in_either_family_and_nobody_is_asked() {
        struct Nobody;
        impl Resolve for Nobody {
            fn resolve(&self, name: &str) -> Found {
                panic!("`{name}` is an address")
            }
        }
        assert_eq!(addresses(&Nobody, "[::1]").await.unwrap(), found(&["::1"]));
        assert_eq!(addresses(&Nobody, "1.2.3.4").await.unwrap(), found(&["1.2.3.4"]));
    }
}
