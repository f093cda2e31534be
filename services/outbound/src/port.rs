//! Which ports a fetch may ask.
//!
//! An address in a redirect can name the port of a mail server or a database, and what such a
//! service makes of the lines of a request is anybody's guess. A list of the few ports where the
//! web usually is would refuse honest pages; so this is the list that browsers have: a page at one
//! of these ports is one that nobody can open.

/// Says whether browsers would connect to `port`.
pub(crate) fn is_for_the_web(port: u16) -> bool {
    OTHERS.binary_search(&port).is_err()
}

/// The "bad ports" of the Fetch standard, in order.
const OTHERS: [u16; 83] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667,
    6668, 6669, 6679, 6697, 10080,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ports_are_in_order_so_that_each_is_found() {
        assert!(OTHERS.is_sorted());
        assert!(OTHERS.iter().all(|port| !is_for_the_web(*port)));
    }

    #[test]
    fn pages_are_found_at_usual_and_at_high_ports() {
        for port in [80, 443, 3000, 3001, 5000, 8000, 8080, 8443, 9000, 32_768, 65_535] {
            assert!(is_for_the_web(port), "{port}");
        }
    }
}
