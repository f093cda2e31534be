//! From a host to the addresses that may be dialled.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::error::{FetchError, Told};
use crate::own::is_own;
use crate::policy::{Policy, Refusal};

/// How many names are looked up at once. A lookup occupies a thread until the operating system
/// gives up on it, even when nobody waits for it any longer, so a list of names whose servers
/// never answer must not be able to occupy them all.
const LOOKUPS_MAX: usize = 32;

/// How many addresses of one host are tried.
pub(crate) const ADDRESSES_MAX: usize = 4;

/// Looks up names with the operating system's resolver.
#[derive(Debug, Clone)]
pub(crate) struct Resolver {
    permits: Arc<Semaphore>,
}

impl Resolver {
    pub(crate) fn new() -> Self {
        Self { permits: Arc::new(Semaphore::new(LOOKUPS_MAX)) }
    }

    /// Returns every address of `host`, which may itself be one, in brackets if it is IPv6.
    pub(crate) async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let literal =
            host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        if let Ok(address) = literal.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, port)]);
        }
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(io::Error::other)?;
        let name = host.to_owned();
        let lookup = move || {
            let _held_until_the_lookup_ends = permit;
            (name.as_str(), port).to_socket_addrs().map(Vec::from_iter)
        };
        tokio::task::spawn_blocking(lookup).await.map_err(io::Error::other)?
    }
}

/// Keeps the addresses that may be dialled, in the order in which to try them.
///
/// A host with both public and private addresses is reached at its public ones.
pub(crate) fn permitted(
    policy: &Policy,
    host: &str,
    found: &[SocketAddr],
) -> Result<Vec<SocketAddr>, FetchError> {
    let mut allowed = Vec::new();
    let mut refused = None;
    for address in found {
        // What is dialled is what was judged, so a mapped address is dialled as what it maps to.
        let address = SocketAddr::new(address.ip().to_canonical(), address.port());
        match judge(policy, address.ip()) {
            Ok(()) => allowed.push(address),
            Err(refusal) => refused = refused.or(Some((address.ip(), refusal))),
        }
    }
    if !allowed.is_empty() {
        return Ok(alternating(&allowed));
    }
    Err(match refused {
        Some((address, refusal)) => {
            FetchError::RefusedAddress { host: host.to_owned(), address, refusal }
        }
        None => FetchError::NameNotFound {
            host: host.to_owned(),
            source: Arc::new(Told::new("the name has no address")),
        },
    })
}

fn judge(policy: &Policy, address: IpAddr) -> Result<(), Refusal> {
    policy.judge(address)?;
    if !policy.is_opened(address) && is_own(address) {
        return Err(Refusal::Own);
    }
    Ok(())
}

/// Takes turns between the two families, beginning with the resolver's favourite, so that a
/// machine on which one of them leads nowhere still reaches the other within few tries.
fn alternating(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let first_is_v4 = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let family = |wanted: bool| addresses.iter().filter(move |a| a.is_ipv4() == wanted);
    let mut other = family(!first_is_v4);
    let mut ordered = Vec::new();
    for address in family(first_is_v4) {
        ordered.push(*address);
        ordered.extend(other.next());
    }
    ordered.extend(other);
    ordered.truncate(ADDRESSES_MAX);
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn only_permitted_addresses_of_a_host_are_dialled() {
        let found = addresses(&["10.0.0.1:443", "1.1.1.1:443", "[::ffff:8.8.8.8]:443"]);
        let chosen = permitted(&Policy::default(), "example.com", &found).unwrap();
        assert_eq!(chosen, addresses(&["1.1.1.1:443", "8.8.8.8:443"]));
    }

    #[test]
    fn a_host_without_a_permitted_address_is_refused_with_the_first_reason() {
        let found = addresses(&["10.0.0.1:443", "169.254.169.254:443"]);
        let error = permitted(&Policy::default(), "example.com", &found).unwrap_err();
        assert_eq!(
            error.to_string(),
            "connect to `example.com`, its address `10.0.0.1` is a private address, expected a \
             public one or one in a network that is allowed"
        );
    }

    #[test]
    fn a_name_without_any_address_is_not_found() {
        let error = permitted(&Policy::default(), "example.com", &[]).unwrap_err();
        assert_eq!(error.kind(), "name_not_found");
    }

    #[test]
    fn families_take_turns_and_few_addresses_are_tried() {
        let v6 = ["[2606::1]:1", "[2606::2]:1", "[2606::3]:1", "[2606::4]:1", "[2606::5]:1"];
        let found = addresses(&[v6.as_slice(), &["1.1.1.1:1"]].concat());
        let chosen = permitted(&Policy::default(), "example.com", &found).unwrap();
        assert_eq!(chosen, addresses(&["[2606::1]:1", "1.1.1.1:1", "[2606::2]:1", "[2606::3]:1"]));
    }

    #[tokio::test]
    async fn a_literal_is_its_own_address_in_either_family() {
        let resolver = Resolver::new();
        assert_eq!(resolver.resolve("[::1]", 80).await.unwrap(), addresses(&["[::1]:80"]));
        assert_eq!(resolver.resolve("1.2.3.4", 80).await.unwrap(), addresses(&["1.2.3.4:80"]));
    }
}
