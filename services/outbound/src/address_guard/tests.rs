use super::*;

/// The guard of a machine that has no address but 1.1.1.1.
fn open(networks: &[&str]) -> AddressGuard {
    let allow_private = networks.iter().map(|network| network.parse().unwrap()).collect();
    AddressGuard { policy: Policy { allow_private }, is_local: |address| address == ip("1.1.1.1") }
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn judge(guard: &AddressGuard, address: &str) -> Result<(), Refusal> {
    guard.judge(ip(address))
}

fn allowed(answer: &[&str], port: u16) -> Result<Vec<SocketAddr>, FetchError> {
    let found: Vec<IpAddr> = answer.iter().map(|text| ip(text)).collect();
    open(&[]).allowed("example.com", port, &found)
}

fn sockets(texts: &[&str]) -> Vec<SocketAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn only_permitted_addresses_of_a_host_are_dialled() {
    let chosen = allowed(&["10.0.0.1", "9.9.9.9", "::ffff:8.8.8.8"], 443).unwrap();
    assert_eq!(chosen, sockets(&["9.9.9.9:443", "8.8.8.8:443"]));
}

#[test]
fn a_host_without_a_permitted_address_is_refused_with_the_first_reason() {
    let error = allowed(&["10.0.0.1", "169.254.169.254"], 443).unwrap_err();
    assert_eq!(
        error.to_string(),
        "connect to `example.com`, its address `10.0.0.1` is a private address, expected a \
         public one or one in a network that is allowed"
    );
}

#[test]
fn a_name_without_any_address_is_not_found() {
    assert_eq!(allowed(&[], 443).unwrap_err().kind(), "name_not_found");
}

#[test]
fn families_take_turns_and_few_addresses_are_tried() {
    let v6 = ["2606::1", "2606::2", "2606::3", "2606::4", "2606::5"];
    let chosen = allowed(&[v6.as_slice(), &["9.9.9.9"]].concat(), 1).unwrap();
    assert_eq!(chosen, sockets(&["[2606::1]:1", "9.9.9.9:1", "[2606::2]:1", "[2606::3]:1"]));
}

#[test]
fn a_public_address_of_this_machine_is_refused_through_a_translator_too() {
    for address in ["1.1.1.1", "64:ff9b::101:101"] {
        assert_eq!(judge(&open(&[]), address), Err(Refusal::Own), "{address}");
        assert_eq!(judge(&open(&["10.0.0.0/8"]), address), Err(Refusal::Own), "{address}");
        assert_eq!(judge(&open(&["1.1.1.1/32"]), address), Ok(()), "{address}");
    }
    assert_eq!(judge(&open(&["64:ff9b::/96"]), "64:ff9b::101:101"), Ok(()));
    for address in ["1.1.1.2", "64:ff9b::101:102"] {
        assert_eq!(judge(&open(&[]), address), Ok(()), "{address}");
    }
    assert_eq!(
        allowed(&["1.1.1.1"], 443).unwrap_err().to_string(),
        "connect to `example.com`, its address `1.1.1.1` is an address of this machine, expected \
         another one's or a network that is allowed"
    );
}

#[test]
fn the_machine_that_is_asked_about_is_this_one() {
    let guard = AddressGuard::new(Policy::default());
    assert!((guard.is_local)(ip("127.0.0.1")) && !(guard.is_local)(ip("1.1.1.1")));
}

#[test]
fn a_public_page_cannot_redirect_into_a_network_that_is_opened() {
    let guard = open(&["10.0.0.0/8", "fd12:3456::/32"]);
    for page in ["9.9.9.9", "2606:4700::1111", "64:ff9b::909:909"] {
        let after = guard.for_redirect_from(Some(ip(page))).unwrap();
        for address in ["10.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "fd12:3456::7"] {
            assert_eq!(judge(&guard, address), Ok(()), "{address}");
            assert!(judge(&after, address).is_err(), "{page} to {address}");
        }
        assert_eq!(judge(&after, "8.8.8.8"), Ok(()));
        // Nothing opens again on the way.
        assert!(after.for_redirect_from(Some(ip("10.0.0.1"))).is_none());
    }
    assert!(
        judge(&guard.for_redirect_from(None).unwrap(), "10.0.0.1").is_err(),
        "nobody knows from where"
    );
}

#[test]
fn a_public_page_cannot_redirect_inside_though_everything_is_opened() {
    let guard = open(&["0.0.0.0/0", "::/0"]);
    assert!(judge(&guard.for_redirect_from(Some(ip("9.9.9.9"))).unwrap(), "10.0.0.1").is_err());
}

#[test]
fn a_page_in_a_network_that_is_opened_can_redirect_within_it_and_outside() {
    assert!(
        open(&["10.0.0.0/8"]).for_redirect_from(Some(ip("10.0.0.1"))).is_none(),
        "nothing changes"
    );
    let guard = open(&["10.1.0.0/16", "10.2.0.0/16"]);
    for page in ["10.1.0.1", "::ffff:10.1.0.1", "64:ff9b::a01:1"] {
        let after = guard.for_redirect_from(Some(ip(page))).unwrap();
        for address in ["10.1.0.2", "64:ff9b::a01:2", "9.9.9.9"] {
            assert_eq!(judge(&after, address), Ok(()), "{page} to {address}");
        }
        assert!(judge(&after, "10.2.0.1").is_err(), "{page}");
    }
}

#[test]
fn a_page_at_an_address_of_this_machine_that_is_opened_can_redirect_within_it() {
    let guard = open(&["1.1.1.1/32", "10.0.0.0/8"]);
    let after = guard.for_redirect_from(Some(ip("1.1.1.1"))).unwrap();
    assert_eq!(judge(&after, "1.1.1.1"), Ok(()));
    assert!(judge(&after, "10.0.0.1").is_err());
}

#[test]
fn a_redirect_that_is_refused_for_where_it_came_from_says_so() {
    let guard = open(&["10.0.0.0/8"]);
    let refused = |address: &str| {
        let after = guard.for_redirect_from(Some(ip("9.9.9.9"))).unwrap();
        guard
            .blame_redirect(after.allowed("example.com", 80, &[ip(address)]).unwrap_err())
            .to_string()
    };
    assert_eq!(
        refused("10.0.0.1"),
        "connect to `example.com`, its address `10.0.0.1` is in a network that is allowed to pages \
         inside of it only, expected a redirect to a public address or within one network"
    );
    assert!(refused("192.168.0.1").contains("is a private address"));
    assert!(refused("169.254.169.254").contains("never allowed"));
    assert!(refused("1.1.1.1").contains("of this machine"));
}
