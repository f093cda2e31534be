//! From a host to its addresses, whatever they are.

use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::Semaphore;

/// How many names are looked up at once. A lookup occupies a thread until the operating system
/// gives up on it, even when nobody waits for it any longer, so a list of names whose servers
/// never answer must not be able to occupy them all.
const LOOKUPS_MAX: usize = 32;

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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
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
