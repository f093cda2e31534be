//! Whether an address belongs to this machine.
//!
//! A machine with a public address can be asked to fetch from itself, past the firewall that
//! keeps others out, and no list of ranges knows that address. The operating system does: it lets
//! a socket be bound to its own addresses only. Nothing is sent for this.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

/// For documentation only, so no machine has it.
const NOBODYS_V4: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const NOBODYS_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1));

/// Says whether `address` is one of this machine's, as far as can be known: a system that lets
/// sockets be bound to anything (`ip_nonlocal_bind`) cannot tell, and then nothing counts as own.
pub(crate) fn is_local(address: IpAddr) -> bool {
    let nobodys = if address.is_ipv4() { NOBODYS_V4 } else { NOBODYS_V6 };
    can_bind(address) && !can_bind(nobodys)
}

fn can_bind(address: IpAddr) -> bool {
    UdpSocket::bind((address, 0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loopback_is_own_and_a_strangers_address_is_not() {
        assert!(is_local(Ipv4Addr::LOCALHOST.into()));
        assert!(!is_local(Ipv4Addr::new(1, 1, 1, 1).into()));
        assert!(!is_local("2606:4700::1111".parse().unwrap()));
    }
}
