use super::*;

fn address(text: &str) -> IpAddr {
    text.parse().expect(text)
}

fn open(networks: &[&str]) -> Policy {
    Policy { allow_private: networks.iter().map(|network| network.parse().unwrap()).collect() }
}

#[test]
fn special_addresses_are_refused_with_the_name_of_their_range() {
    let policy = Policy::default();
    for (text, range) in [
        ("0.0.0.0", "this-network"),
        ("0.255.255.255", "this-network"),
        ("10.0.0.1", "private"),
        ("10.255.255.255", "private"),
        ("100.64.0.0", "carrier-internal"),
        ("100.127.255.255", "carrier-internal"),
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("172.16.0.0", "private"),
        ("172.31.255.255", "private"),
        ("192.0.0.8", "protocol-assignment"),
        ("192.0.2.1", "documentation"),
        ("192.88.99.1", "6to4-relay"),
        ("192.168.0.1", "private"),
        ("192.168.255.255", "private"),
        ("198.18.0.1", "benchmarking"),
        ("198.19.255.255", "benchmarking"),
        ("198.51.100.7", "documentation"),
        ("203.0.113.7", "documentation"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.255", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("2001::1", "protocol-assignment"),
        ("2001:1ff:ffff::1", "protocol-assignment"),
        ("2001:db8::1", "documentation"),
        ("3fff:fff::1", "documentation"),
        ("100::1", "discard"),
        ("fc00::1", "private"),
        ("fdff:ffff::1", "private"),
        ("fe80::1", "link-local"),
        ("fec0::1", "reserved"),
        ("ff02::1", "multicast"),
        ("4000::1", "reserved"),
        ("5f00::1", "reserved"),
        ("e000::1", "reserved"),
    ] {
        assert_eq!(policy.judge(address(text)), Err(Refusal::Special { range }), "{text}");
    }
}

#[test]
fn an_address_inside_an_address_is_judged_too() {
    let policy = Policy::default();
    for (text, range) in [
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:10.0.0.1", "private"),
        ("::127.0.0.1", "IPv4-compatible"),
        ("::8.8.8.8", "IPv4-compatible"),
        ("::ffff:0:8.8.8.8", "IPv4-translated"),
        ("64:ff9b::192.168.0.1", "private"),
        ("64:ff9b:1::8.8.8.8", "local-translation"),
        ("2002:7f00:1::", "6to4"),
        ("2002:808:808::1", "6to4"),
        ("2001:0:808:808::f7f7:f7f7", "protocol-assignment"),
        ("2a00:1450:4001::5efe:10.0.0.1", "private"),
        ("2a00:1450:4001::200:5efe:127.0.0.1", "loopback"),
    ] {
        assert_eq!(policy.judge(address(text)), Err(Refusal::Special { range }), "{text}");
    }
    assert_eq!(policy.judge(address("2a00:1450:4001::200:5efe:8.8.8.8")), Ok(()));
}

#[test]
fn metadata_addresses_stay_shut_whatever_the_operator_opens() {
    let everything = open(&["0.0.0.0/0", "::/0"]);
    for text in [
        "169.254.169.254",
        "169.254.170.2",
        "169.254.0.1",
        "168.63.129.16",
        "100.100.100.200",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd20:ce::254",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::169.254.169.254",
        "64:ff9b:1:a9fe:a9:fe00::",
        "64:ff9b:1:a9:fe:a9fe::",
        "64:ff9b:1:0:a9:fea9:fe00:0",
        "2002:a9fe:a9fe::1",
        "2001:0:a9fe:a9fe::1",
        "2001:0:808:808:0:0:5601:5601",
        "2a00:1450:4001::5efe:169.254.169.254",
        "::ffff:0:169.254.169.254",
        "fd00:ec2::23",
        "fd00:c1::a9fe:a9fe",
        "fd00:42::42",
        "fe80::a9fe:a9fe",
    ] {
        assert_eq!(everything.judge(address(text)), Err(Refusal::Metadata), "{text}");
        assert_eq!(Policy::default().judge(address(text)), Err(Refusal::Metadata), "{text}");
    }
}

#[test]
fn the_operator_opens_exactly_the_networks_that_are_named() {
    let policy = open(&["10.1.0.0/16", "fd12:3456::/32", "::1/128"]);
    for text in ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::10.1.2.3", "fd12:3456::7", "::1"] {
        assert_eq!(policy.judge(address(text)), Ok(()), "{text}");
    }
    for text in ["10.2.0.1", "::ffff:10.2.0.1", "64:ff9b::10.2.0.1", "fd12:3457::7", "127.0.0.1"] {
        assert!(policy.judge(address(text)).is_err(), "{text}");
    }
}

#[test]
fn a_refusal_says_what_was_expected() {
    let refusal = Policy::default().judge(address("10.0.0.1")).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "a private address, expected a public one or one in a network that is allowed"
    );
}
