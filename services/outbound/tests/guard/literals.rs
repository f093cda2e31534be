//! Addresses as they can be written: in other bases, cut short, in odd characters, inside others.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::case::{Case, REFUSED_V4, carrying, refused_v6};
use crate::world::World;

pub(crate) fn cases(world: &World) -> Vec<Case> {
    let port = world.decoy_port();
    let case = |group, host| Case::of(group, format!("http://{host}:{port}/"), "refused_address");
    let mut cases = Vec::new();
    for address in REFUSED_V4 {
        cases.extend(ways_to_write(address).into_iter().map(|host| case("IPv4 literals", host)));
        for carrier in carrying(address) {
            cases.push(case("IPv4 in IPv6 literals", format!("[{carrier}]")));
        }
    }
    for address in refused_v6() {
        for host in ways_to_write_v6(address) {
            cases.push(case("IPv6 literals", host));
        }
    }
    for host in
        ["256.0.0.1", "127.0.0.0.1.1", "0x1ffffffff", "1.2.3.08", "[::1", "[::1%25lo]", "[1]"]
    {
        cases.push(Case::of(
            "literals that are none",
            format!("http://{host}:{port}/"),
            "unparsable",
        ));
    }
    cases
}

/// Everything that is understood as `address` by one program or another.
pub(crate) fn ways_to_write(address: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = address.octets();
    let number = address.to_bits();
    let dotted = address.to_string();
    let percent =
        |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    let digits = |zero: char| {
        let other = |c: char| match c.to_digit(10) {
            Some(digit) => char::from_u32(u32::from(zero) + digit).unwrap(),
            None => c,
        };
        dotted.chars().map(other).collect::<String>()
    };
    vec![
        dotted.clone(),
        format!("{dotted}."),
        number.to_string(),
        format!("{number:#o}").replace("0o", "0"),
        format!("{number:#x}"),
        format!("0X{number:08X}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"),
        format!("000{a:o}.0x{b:x}.{c}.0{d:o}"),
        format!("{a}.{b}.{}", number & 0xffff),
        format!("{a}.{}", number & 0xff_ffff),
        format!("0x{a:x}.{}.", number & 0xff_ffff),
        digits('\u{ff10}'),
        digits('\u{1d7d8}'),
        dotted.replace('.', "\u{3002}"),
        dotted.replace('.', "\u{ff0e}"),
        dotted.replace('.', "%2e"),
        percent(&dotted),
        percent(&digits('\u{ff10}')),
        dotted.replace('.', "\u{ad}."),
    ]
}

pub(crate) fn ways_to_write_v6(address: Ipv6Addr) -> [String; 4] {
    let groups = address.segments().map(|group| format!("{group:04x}")).join(":");
    let short = address.segments().map(|group| format!("{group:x}"));
    let [.., last] = address.segments();
    let [high, low] = last.to_be_bytes();
    let [.., seventh, _] = address.segments();
    let [first, second] = seventh.to_be_bytes();
    let dotted = format!("{}:{first}.{second}.{high}.{low}", short[..6].join(":"));
    [
        format!("[{address}]"),
        format!("[{groups}]"),
        format!("[{}]", groups.to_uppercase()),
        format!("[{dotted}]"),
    ]
}
