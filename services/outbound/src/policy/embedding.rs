//! IPv6 addresses that carry an IPv4 address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::Ipv6Net;

use super::v6;

/// The well-known prefix of translators (RFC 6052).
const NAT64: Ipv6Net = v6(0x64, 0xff9b, 0, 96);
/// The prefix of translators inside of a network, which choose the place of the IPv4 address
/// themselves (RFC 8215).
pub(super) const NAT64_LOCAL: Ipv6Net = v6(0x64, 0xff9b, 1, 48);
pub(super) const SIX_TO_FOUR: Ipv6Net = v6(0x2002, 0, 0, 16);
pub(super) const COMPATIBLE: Ipv6Net = v6(0, 0, 0, 96);
/// Stateless translation (RFC 2765): `::ffff:0:a.b.c.d`.
pub(super) const TRANSLATED: Ipv6Net =
    Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, 0, 0), 96);
const TEREDO: Ipv6Net = v6(0x2001, 0, 0, 32);

/// The last four bytes, where most forms have it.
const LAST: [usize; 4] = [12, 13, 14, 15];

/// Where the bytes of an IPv4 address stand in addresses of a network.
const SIZES: [(Ipv6Net, [usize; 4]); 9] = [
    (NAT64, LAST),
    (NAT64_LOCAL, [6, 7, 9, 10]),
    (NAT64_LOCAL, [7, 9, 10, 11]),
    (NAT64_LOCAL, [9, 10, 11, 12]),
    (NAT64_LOCAL, LAST),
    (SIX_TO_FOUR, [2, 3, 4, 5]),
    (COMPATIBLE, LAST),
    (TRANSLATED, LAST),
    (TEREDO, [4, 5, 6, 7]),
];

/// Returns where a packet to `address` ends: at the inner address of a NAT64 address or of an
/// IPv4-mapped one, which is a way of writing it only, and otherwise at the address itself.
pub(crate) fn find_end(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if NAT64.contains(&address) => inner(address, LAST).into(),
        address @ (IpAddr::V4(_) | IpAddr::V6(_)) => address,
    }
}

/// Returns every IPv4 address that `address` carries in any known form, but for IPv4-mapped ones,
/// which are canonicalised before.
pub(super) fn carried(address: IpAddr) -> impl Iterator<Item = Ipv4Addr> {
    let address = match address {
        IpAddr::V6(address) => Some(address),
        IpAddr::V4(_) => None,
    };
    address.into_iter().flat_map(|address| {
        let placed = SIZES.iter().filter(move |(network, _)| network.contains(&address));
        placed
            .map(move |(_, place)| inner(address, *place))
            .chain(teredo(address))
            .chain(isatap(address))
    })
}

/// Returns the inner address of an ISATAP address, which can have any prefix (RFC 5214): its
/// router hands the packet on to a machine of its own site.
pub(super) fn isatap(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., four, five, _, _] = address.segments();
    (matches!(four, 0 | 0x200) && five == 0x5efe).then(|| inner(address, LAST))
}

/// Returns the client of a Teredo address (RFC 4380), whose bits are turned over.
fn teredo(address: Ipv6Addr) -> Option<Ipv4Addr> {
    TEREDO.contains(&address).then(|| !inner(address, LAST))
}

fn inner(address: Ipv6Addr, place: [usize; 4]) -> Ipv4Addr {
    let octets = address.octets();
    place.map(|at| octets[at]).into()
}
