//! Which addresses may be dialled. Pure: addresses in, verdicts out.
//!
//! The policy judges addresses and never the text of a name or URL, because one address can be
//! written in too many ways (`0x7f.1`, `2130706433`, a name that resolves to it) to list them.
//!
//! It is a list of what is allowed: global unicast. Everything that IANA's registries of special
//! addresses set aside is refused by default, and an operator can open chosen networks again with
//! [`Policy::allow_private`]. Addresses where clouds hand out credentials stay shut whatever the
//! operator says, since nobody publishes a status page there.
//!
//! An IPv6 address can carry an IPv4 address inside ([`embedding`]). IPv4-mapped and NAT64 addresses
//! end up at the inner address and are judged by it; the other forms are refused as they are, since
//! no public service lives there any more. Only the translator of a network of one's own can have
//! any prefix, which no list knows: there, the address that it makes of a private one looks public.

mod embedding;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

pub(crate) use embedding::find_end;

/// Where connections may go.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Networks that the operator opens although they are not public: for requests, and for
    /// redirects of pages that are in the same network.
    pub allow_private: Vec<IpNet>,
}

/// Why an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Clouds answer there with credentials. It cannot be allowed.
    #[error("a metadata address of a cloud, which is never allowed, expected a public address")]
    Metadata,
    /// It belongs to a range that is not public.
    #[error("a {range} address, expected a public one or one in a network that is allowed")]
    Special {
        /// What the range is for, such as `loopback`.
        range: &'static str,
    },
    /// It is an address of this machine.
    #[error("an address of this machine, expected another one's or a network that is allowed")]
    Own,
    /// It is in a network that the operator opened, and a page outside of it redirects there.
    #[error(
        "in a network that is allowed to pages inside of it only, expected a redirect to a public \
         address or within one network"
    )]
    Steered,
}

impl Policy {
    /// Says whether `address` may be dialled.
    pub fn judge(&self, address: IpAddr) -> Result<(), Refusal> {
        let address = address.to_canonical();
        if is_metadata(address)
            || embedding::carried(address).any(|inner| is_metadata(inner.into()))
        {
            return Err(Refusal::Metadata);
        }
        if self.is_opened(address) {
            return Ok(());
        }
        let end = find_end(address);
        if end != address {
            return self.judge(end);
        }
        match address {
            IpAddr::V4(address) => judge_v4(address),
            IpAddr::V6(address) => {
                judge_v6(address)?;
                embedding::isatap(address).map_or(Ok(()), |inner| self.judge(inner.into()))
            }
        }
    }

    /// Says whether the operator opened a network with this address.
    pub(crate) fn is_opened(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.allow_private.iter().any(|network| network.contains(&address))
    }
}

fn judge_v4(address: Ipv4Addr) -> Result<(), Refusal> {
    match SPECIAL_V4.iter().find(|(network, _)| network.contains(&address)) {
        Some((_, range)) => Err(Refusal::Special { range }),
        None => Ok(()),
    }
}

fn judge_v6(address: Ipv6Addr) -> Result<(), Refusal> {
    match SPECIAL_V6.iter().find(|(network, _)| network.contains(&address)) {
        Some((_, range)) => Err(Refusal::Special { range }),
        None if GLOBAL_V6.contains(&address) => Ok(()),
        None => Err(Refusal::Special { range: "reserved" }),
    }
}

fn is_metadata(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => METADATA_V4.iter().any(|network| network.contains(&address)),
        IpAddr::V6(address) => METADATA_V6.iter().any(|network| network.contains(&address)),
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(a: u16, b: u16, c: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), length)
}

/// The one address whose first and last groups these are.
const fn one_v6(first: [u16; 2], last: [u16; 2]) -> Ipv6Net {
    let address = Ipv6Addr::new(first[0], first[1], 0, 0, 0, 0, last[0], last[1]);
    Ipv6Net::new_assert(address, 128)
}

const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 0, 3);

/// IANA's registry of special IPv4 addresses, without those that are globally reachable, and the
/// blocks for multicast and for the future.
const SPECIAL_V4: [(Ipv4Net, &str); 15] = [
    (v4(0, 0, 0, 0, 8), "this-network"),
    (v4(10, 0, 0, 0, 8), "private"),
    (v4(100, 64, 0, 0, 10), "carrier-internal"),
    (v4(127, 0, 0, 0, 8), "loopback"),
    (v4(169, 254, 0, 0, 16), "link-local"),
    (v4(172, 16, 0, 0, 12), "private"),
    (v4(192, 0, 0, 0, 24), "protocol-assignment"),
    (v4(192, 0, 2, 0, 24), "documentation"),
    (v4(192, 88, 99, 0, 24), "6to4-relay"),
    (v4(192, 168, 0, 0, 16), "private"),
    (v4(198, 18, 0, 0, 15), "benchmarking"),
    (v4(198, 51, 100, 0, 24), "documentation"),
    (v4(203, 0, 113, 0, 24), "documentation"),
    (v4(224, 0, 0, 0, 4), "multicast"),
    (v4(240, 0, 0, 0, 4), "reserved"),
];

/// The special ranges of IPv6. Those outside of [`GLOBAL_V6`] are listed for their names only.
const SPECIAL_V6: [(Ipv6Net, &str); 13] = [
    (v6(0x2001, 0, 0, 23), "protocol-assignment"),
    (v6(0x2001, 0xdb8, 0, 32), "documentation"),
    (embedding::SIX_TO_FOUR, "6to4"),
    (v6(0x3fff, 0, 0, 20), "documentation"),
    (Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 128), "unspecified"),
    (Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128), "loopback"),
    (embedding::COMPATIBLE, "IPv4-compatible"),
    (embedding::TRANSLATED, "IPv4-translated"),
    (embedding::NAT64_LOCAL, "local-translation"),
    (v6(0x100, 0, 0, 64), "discard"),
    (v6(0xfc00, 0, 0, 7), "private"),
    (v6(0xfe80, 0, 0, 10), "link-local"),
    (v6(0xff00, 0, 0, 8), "multicast"),
];

/// The link-local range as a whole (AWS, GCP, Azure and others), Azure's host agent, Alibaba Cloud
/// and Oracle Cloud.
const METADATA_V4: [Ipv4Net; 4] = [
    v4(169, 254, 0, 0, 16),
    v4(168, 63, 129, 16, 32),
    v4(100, 100, 100, 200, 32),
    v4(192, 0, 0, 192, 32),
];

/// AWS with its helpers beside it, GCP, Oracle Cloud, Scaleway, `OpenStack`.
const METADATA_V6: [Ipv6Net; 5] = [
    v6(0xfd00, 0xec2, 0, 32),
    one_v6([0xfd20, 0xce], [0, 0x254]),
    one_v6([0xfd00, 0xc1], [0xa9fe, 0xa9fe]),
    one_v6([0xfd00, 0x42], [0, 0x42]),
    one_v6([0xfe80, 0], [0xa9fe, 0xa9fe]),
];

#[cfg(test)]
mod tests;
