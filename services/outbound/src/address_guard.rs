//! The guard against server-side request forgery (SSRF): from the addresses of a host to those that
//! may be dialled.
//!
//! The policy knows ranges; the guard also knows this machine, and how a request has come about. A
//! network is opened for the pages in it, and not for whoever can write the word `Location`: a
//! vendor who could redirect into it would reach, from inside, what the operator never meant to
//! show. So a redirect may stay in an opened network that the page before it is in, and a page that
//! is public may redirect to what is public only. What was shut on the way stays shut.
//!
//! Accepted: a page in one opened network that redirects into another one is refused, also where
//! the two are the families of one site. A network that holds both can be opened instead.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use crate::error::{FetchError, Told};
use crate::local_address::is_local;
use crate::policy::{Policy, Refusal, find_end};

/// How many addresses of one host are tried.
const ADDRESSES_MAX: usize = 4;

/// What decides which addresses may be dialled.
#[derive(Debug, Clone)]
pub(crate) struct AddressGuard {
    policy: Policy,
    is_local: fn(IpAddr) -> bool,
}

impl AddressGuard {
    pub(crate) fn new(policy: Policy) -> Self {
        Self { policy, is_local }
    }

    /// Keeps the addresses that may be dialled, in the order in which to try them.
    ///
    /// A host with both public and private addresses is reached at its public ones.
    pub(crate) fn allowed(
        &self,
        host: &str,
        port: u16,
        found: &[IpAddr],
    ) -> Result<Vec<SocketAddr>, FetchError> {
        let mut allowed = Vec::new();
        let mut refused = None;
        for address in found {
            // What is dialled is what was judged, so a mapped address is dialled as what it maps
            // to.
            let address = address.to_canonical();
            match self.judge(address) {
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

    /// Returns the guard for where a page at `address` redirects to, or nothing if it is this one.
    /// A page whose address cannot be told counts as public.
    pub(crate) fn for_redirect_from(&self, address: Option<IpAddr>) -> Option<Self> {
        if self.policy.allow_private.is_empty() {
            return None;
        }
        let with =
            |allow_private| Self { policy: Policy { allow_private }, is_local: self.is_local };
        let shut = with(Vec::new());
        let Some(address) = address.filter(|address| shut.judge(*address).is_err()) else {
            return Some(shut);
        };
        let mut around = self.policy.allow_private.clone();
        around.retain(|network| with(vec![*network]).judge(address).is_ok());
        (around.len() < self.policy.allow_private.len()).then(|| with(around))
    }

    /// Says what is wrong with an address to which a redirect was refused: if it would have been
    /// allowed to others, it is where the redirect came from.
    pub(crate) fn blame_redirect(&self, mut error: FetchError) -> FetchError {
        if let FetchError::RefusedAddress { address, refusal, .. } = &mut error
            && self.judge(*address).is_ok()
        {
            *refusal = Refusal::Steered;
        }
        error
    }

    fn judge(&self, address: IpAddr) -> Result<(), Refusal> {
        self.policy.judge(address)?;
        if self.policy.is_opened(address) {
            return Ok(());
        }
        // A translator may lead back to this machine.
        let ends = [address, find_end(address)];
        if ends.into_iter().any(|end| !self.policy.is_opened(end) && (self.is_local)(end)) {
            return Err(Refusal::Own);
        }
        Ok(())
    }
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
mod tests;
