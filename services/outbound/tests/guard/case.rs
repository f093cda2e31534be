//! A case, and the addresses that cases are made of.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address to fetch, and what has to come of it.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// What the case is counted as.
    pub(crate) group: &'static str,
    /// The address as somebody may have written it.
    pub(crate) url: String,
    /// What one lookup after the other says, for the name in the address and for the name `hop`
    /// that a redirect may lead to.
    pub(crate) answers: Vec<Vec<IpAddr>>,
    /// What one fetch after the other has to come to: `reached`, `unparsable`, or the kind of an
    /// error.
    pub(crate) expected: Vec<&'static str>,
    /// What is opened, as an operator may do.
    pub(crate) open: Open,
}

/// Which networks are open.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Open {
    Nothing,
    /// The address of the site.
    Site,
    /// The address of the site, and as another network that of the decoys beside it.
    SiteAndBeside,
}

impl Case {
    /// A case that needs no names, where nothing is open.
    pub(crate) fn of(group: &'static str, url: String, expected: &'static str) -> Self {
        Self { group, url, answers: Vec::new(), expected: vec![expected], open: Open::Nothing }
    }

    /// The same where the site is open.
    pub(crate) fn beside_the_site(self) -> Self {
        Self { open: Open::Site, ..self }
    }

    /// The same where the site is open, and beside it another network.
    pub(crate) fn beside_another_network(self) -> Self {
        Self { open: Open::SiteAndBeside, ..self }
    }
}

/// One or more addresses of each IPv4 range that is refused.
pub(crate) const REFUSED_V4: [Ipv4Addr; 21] = [
    Ipv4Addr::LOCALHOST,
    Ipv4Addr::new(127, 0, 0, 2),
    Ipv4Addr::new(127, 255, 255, 254),
    Ipv4Addr::UNSPECIFIED,
    Ipv4Addr::new(10, 0, 0, 1),
    Ipv4Addr::new(172, 16, 0, 1),
    Ipv4Addr::new(192, 168, 0, 1),
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(100, 64, 0, 1),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(192, 0, 0, 192),
    Ipv4Addr::new(192, 0, 2, 1),
    Ipv4Addr::new(192, 88, 99, 1),
    Ipv4Addr::new(198, 18, 0, 1),
    Ipv4Addr::new(198, 51, 100, 1),
    Ipv4Addr::new(203, 0, 113, 1),
    Ipv4Addr::new(224, 0, 0, 1),
    Ipv4Addr::new(240, 0, 0, 1),
    Ipv4Addr::BROADCAST,
];

/// One or more addresses of each IPv6 range that is refused, beside those that carry an IPv4
/// address.
pub(crate) fn refused_v6() -> Vec<Ipv6Addr> {
    [
        "::",
        "::1",
        "fc00::1",
        "fd12:3456:789a::1",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",
        "fe80::1",
        "fe80::a9fe:a9fe",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "100::1",
        "2001::1",
        "2001:10::1",
        "2001:db8::1",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "e000::1",
    ]
    .map(|text| text.parse().unwrap())
    .to_vec()
}

/// All forms in which an IPv6 address carries `inner`.
pub(crate) fn carrying(inner: Ipv4Addr) -> Vec<Ipv6Addr> {
    let [a, b, c, d] = inner.octets();
    let [na, nb, nc, nd] = (!inner).octets();
    let translated = [0x00, 0x64, 0xff, 0x9b, 0x00, 0x01];
    let at = |prefix: &[u8], start: usize, bytes: &[u8]| {
        let mut octets = [0; 16];
        octets[..prefix.len()].copy_from_slice(prefix);
        octets[start..start + bytes.len()].copy_from_slice(bytes);
        Ipv6Addr::from(octets)
    };
    vec![
        // Mapped, compatible, translated.
        inner.to_ipv6_mapped(),
        at(&[], 12, &[a, b, c, d]),
        at(&[], 8, &[0xff, 0xff, 0, 0, a, b, c, d]),
        // NAT64, well known, and of a network of one's own with prefixes of 48, 56, 64 and 96 bits.
        at(&[0x00, 0x64, 0xff, 0x9b], 12, &[a, b, c, d]),
        at(&translated, 6, &[a, b, 0, c, d]),
        at(&translated, 7, &[a, 0, b, c, d]),
        at(&translated, 9, &[a, b, c, d]),
        at(&translated, 12, &[a, b, c, d]),
        // 6to4; Teredo, as its server and as its client; ISATAP, local and global.
        at(&[0x20, 0x02], 2, &[a, b, c, d]),
        at(&[0x20, 0x01, 0, 0], 4, &[a, b, c, d]),
        at(&[0x20, 0x01, 0, 0, 8, 8, 8, 8], 12, &[na, nb, nc, nd]),
        at(&[0x2a, 0x00, 0x14, 0x50], 8, &[0, 0, 0x5e, 0xfe, a, b, c, d]),
        at(&[0x2a, 0x00, 0x14, 0x50], 8, &[2, 0, 0x5e, 0xfe, a, b, c, d]),
    ]
}
