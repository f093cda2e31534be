//! Which ports a fetch may ask.
//!
//! An address in a redirect can name the port of a mail server or a database, and what such a
//! service makes of the lines of a request is anybody's guess. A list of the few ports where the
//! web usually is would refuse honest pages; so these are lists of where it is not. The first is
//! the one that browsers have: a page at one of these ports is one that nobody can open. Browsers
//! do open the ports of databases, queues and whatever runs containers, of which many speak HTTP
//! and do as they are told by whoever is near; those are the second.

/// Says whether pages can be expected at `port`.
pub(crate) fn is_web_port(port: u16) -> bool {
    !BLOCKED_BY_BROWSERS.contains(&port) && !OPERATED.contains(&port)
}

/// The "bad ports" of the Fetch standard.
const BLOCKED_BY_BROWSERS: [u16; 83] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667,
    6668, 6669, 6679, 6697, 10080,
];

/// Where those who run services keep what is not for visitors, and where nobody puts a page.
const OPERATED: [u16; 27] = [
    // SQL Server, Oracle, MySQL, PostgreSQL, CouchDB, Redis, Cassandra, Elasticsearch, memcached
    // and MongoDB.
    1433, 1521, 3306, 5432, 5984, 6379, 26_379, 9042, 9200, 9300, 11_211, 27_017, 27_018, 27_019,
    // ZooKeeper, NATS, RabbitMQ and Kafka.
    2181, 4222, 5672, 9092,
    // File shares, Docker, etcd, remote desktops, VNC and Kubernetes.
    445, 2375, 2376, 2379, 2380, 3389, 5900, 6443, 10_250,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_of_mail_databases_and_containers_are_refused() {
        for port in [0, 22, 25, 143, 587, 6667, 10_080] {
            assert!(!is_web_port(port), "{port}");
        }
        for port in [1433, 2375, 3306, 5432, 6379, 9200, 11_211, 27_017] {
            assert!(!is_web_port(port), "{port}");
        }
    }

    #[test]
    fn pages_are_found_at_usual_and_at_high_ports() {
        for port in [80, 443, 3000, 3001, 5000, 8000, 8080, 8443, 9000, 32_768, 65_535] {
            assert!(is_web_port(port), "{port}");
        }
    }
}
