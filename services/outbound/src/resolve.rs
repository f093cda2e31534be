//! From a host to the addresses that may be dialled.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::error::{FetchError, Told};
use crate::own::is_own;
use crate::policy::{Policy, Refusal, end};

/// How many names are looked up at once. A lookup occupies a thread until the operating system
/// gives up on it, even when nobody waits for it any longer, so a list of names whose servers
/// never answer must not be able to occupy them all.
const LOOKUPS_MAX: usize = 32;

/// How many addresses of one host are tried.
pub(crate) const ADDRESSES_MAX: usize = 4;

/// What a lookup found, still to come.
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
#[derive(Debug, Clone)]
pub struct SystemResolver {
    permits: Arc<Semaphore>,
}

impl Default for SystemResolver {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(LOOKUPS_MAX)) }
    }
}

impl Resolve for SystemResolver {
    fn resolve(&self, name: &str) -> Found {
        let (name, permits) = (name.to_owned(), Arc::clone(&self.permits));
        Box::pin(async move {
            let permit = permits.acquire_owned().await.map_err(io::Error::other)?;
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
    Ok((name, 0).to_socket_addrs()?.map(|address| address.ip()).collect())
}

/// Returns every address of `host`, which may itself be one, in brackets if it is IPv6.
pub(crate) async fn addresses(resolver: &dyn Resolve, host: &str) -> io::Result<Vec<IpAddr>> {
    let literal = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match literal.parse() {
        Ok(address) => Ok(vec![address]),
        Err(_) => resolver.resolve(host).await,
    }
}

/// Keeps the addresses that may be dialled, in the order in which to try them.
///
/// A host with both public and private addresses is reached at its public ones.
pub(crate) fn permitted(
    policy: &Policy,
    host: &str,
    port: u16,
    found: &[IpAddr],
) -> Result<Vec<SocketAddr>, FetchError> {
    let mut allowed = Vec::new();
    let mut refused = None;
    for address in found {
        // What is dialled is what was judged, so a mapped address is dialled as what it maps to.
        let address = address.to_canonical();
        match judge(policy, address) {
            Ok(()) => allowed.push(SocketAddr::new(address, port)),
            Err(refusal) => refused = refused.or(Some((address, refusal))),
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
    // A translator may lead back to this machine.
    let own = |address| !policy.is_opened(address) && is_own(address);
    if !policy.is_opened(address) && (own(address) || own(end(address))) {
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

    fn sockets(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn found(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn only_permitted_addresses_of_a_host_are_dialled() {
        let answer = found(&["10.0.0.1", "1.1.1.1", "::ffff:8.8.8.8"]);
        let chosen = permitted(&Policy::default(), "example.com", 443, &answer).unwrap();
        assert_eq!(chosen, sockets(&["1.1.1.1:443", "8.8.8.8:443"]));
    }

    #[test]
    fn a_host_without_a_permitted_address_is_refused_with_the_first_reason() {
        let answer = found(&["10.0.0.1", "169.254.169.254"]);
        let error = permitted(&Policy::default(), "example.com", 443, &answer).unwrap_err();
        assert_eq!(
            error.to_string(),
            "connect to `example.com`, its address `10.0.0.1` is a private address, expected a \
             public one or one in a network that is allowed"
        );
    }

    #[test]
    fn a_name_without_any_address_is_not_found() {
        let error = permitted(&Policy::default(), "example.com", 443, &[]).unwrap_err();
        assert_eq!(error.kind(), "name_not_found");
    }

    #[test]
    fn families_take_turns_and_few_addresses_are_tried() {
        let v6 = ["2606::1", "2606::2", "2606::3", "2606::4", "2606::5"];
        let answer = found(&[v6.as_slice(), &["1.1.1.1"]].concat());
        let chosen = permitted(&Policy::default(), "example.com", 1, &answer).unwrap();
        assert_eq!(chosen, sockets(&["[2606::1]:1", "1.1.1.1:1", "[2606::2]:1", "[2606::3]:1"]));
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
