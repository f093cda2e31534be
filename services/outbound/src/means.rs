//! What a fetch needs of our own side, and how it shows that it is missing.
//!
//! A server that cannot be reached because this process has no descriptor left, or this machine no
//! port, no memory or no resolver that answers, has not failed. The errors of the operating system
//! tell the two apart, with two limits. A network that cannot be reached may be anybody's, ours or
//! the host's, so it counts as the host's. A resolver that gives no answer and one that tells of a
//! failure further on look the same, so both count as ours: nothing is said about the host.

use std::error::Error;
use std::io;
use std::net::SocketAddr;

use rustix::io::Errno;

/// What a fetch needs of our own side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, derive_more::Display)]
pub enum Means {
    /// A free file descriptor.
    #[display("a free file descriptor")]
    Descriptors,
    /// A free port of this machine.
    #[display("a free port of this machine")]
    Ports,
    /// Memory of the operating system.
    #[display("free memory of this machine")]
    Memory,
    /// A resolver that answers, be it that there is no such name.
    #[display("a resolver that answers")]
    Resolver,
}

impl Means {
    /// Returns what was missing when a connection to `address` failed with `error`.
    pub(crate) fn missing_to_connect(error: &io::Error, address: SocketAddr) -> Option<Self> {
        // Without IPv6 there is no address of ours to connect from, which is no lack of ports.
        let is_without_port = address.is_ipv4() && error.kind() == io::ErrorKind::AddrNotAvailable;
        Self::missing_by(error).or(is_without_port.then_some(Self::Ports))
    }

    /// Returns what was missing if that is the cause of `error`, or the cause of its cause.
    pub(crate) fn missing(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            let failed = error.downcast_ref::<io::Error>();
            let missing = failed.and_then(Self::missing_by);
            if missing.is_some() {
                return missing;
            }
            // An error that an `io::Error` only carries is not among its sources.
            let carried = failed.and_then(io::Error::get_ref).map(|inner| inner as _);
            next = carried.or_else(|| error.source());
        }
        None
    }

    fn missing_by(error: &io::Error) -> Option<Self> {
        match Errno::from_io_error(error)? {
            Errno::MFILE | Errno::NFILE => Some(Self::Descriptors),
            Errno::NOBUFS | Errno::NOMEM => Some(Self::Memory),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(errno: Errno) -> io::Error {
        io::Error::from_raw_os_error(errno.raw_os_error())
    }

    #[test]
    fn what_we_lack_is_told_from_what_the_other_side_does() {
        for (errno, expected) in [
            (Errno::MFILE, Some(Means::Descriptors)),
            (Errno::NFILE, Some(Means::Descriptors)),
            (Errno::NOBUFS, Some(Means::Memory)),
            (Errno::NOMEM, Some(Means::Memory)),
            (Errno::ADDRNOTAVAIL, Some(Means::Ports)),
            (Errno::CONNREFUSED, None),
            (Errno::HOSTUNREACH, None),
            (Errno::NETUNREACH, None),
            (Errno::TIMEDOUT, None),
        ] {
            let address = "192.0.2.1:443".parse().unwrap();
            assert_eq!(Means::missing_to_connect(&failed(errno), address), expected, "{errno}");
        }
    }

    #[test]
    fn a_machine_without_ipv6_lacks_no_ports() {
        let address = "[2001:db8::1]:443".parse().unwrap();
        assert_eq!(Means::missing_to_connect(&failed(Errno::ADDRNOTAVAIL), address), None);
    }

    #[test]
    fn the_cause_of_a_cause_is_found() {
        let wrapped = io::Error::other(io::Error::other(failed(Errno::NOBUFS)));
        assert_eq!(Means::missing(&wrapped), Some(Means::Memory));
        assert_eq!(Means::missing(&io::Error::other("gone")), None);
    }
}
