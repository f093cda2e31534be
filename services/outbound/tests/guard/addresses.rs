//! Ports, user names, schemes, and addresses that two programs may read differently.

use crate::case::Case;
use crate::world::{BESIDE, SITE, World};

pub(crate) fn cases(world: &World) -> Vec<Case> {
    let port = world.port();
    let mut cases = ports(world);
    for user in ["me", "me:secret", ":secret", "127.0.0.1", "page.test", "%40", "page.test%23"] {
        for host in [format!("{SITE}:{port}"), format!("{BESIDE}:{port}")] {
            let url = format!("http://{user}@{host}/");
            cases.push(Case::of("user names", url, "invalid_address").beside_the_site());
        }
    }
    for scheme in ["ftp", "ws", "wss", "gopher", "ldap", "dict", "unix", "tftp", "jar", "git+http"]
    {
        let url = format!("{scheme}://{SITE}:{port}/");
        cases.push(Case::of("schemes", url, "invalid_address").beside_the_site());
    }
    for url in
        ["file:///etc/passwd", "data:text/plain,x", "javascript:x", "about:blank", "mailto:x@y"]
    {
        cases.push(Case::of("schemes", url.to_owned(), "invalid_address"));
    }
    cases.extend(misread(port));
    cases
}

fn ports(world: &World) -> Vec<Case> {
    let mut cases = Vec::new();
    let old = [0, 1, 21, 22, 23, 25, 53, 110, 111, 143, 389, 465, 587, 636, 993, 2049, 6000, 6667];
    let operated = [1433, 2375, 3306, 5432, 6379, 9200, 11_211, 27_017];
    for port in old.into_iter().chain(operated) {
        let url = format!("http://{SITE}:{port}/");
        cases.push(Case::of("ports of other services", url, "invalid_address").beside_the_site());
    }
    for port in [80, 443, 3000, 8000, 8080, 8443, 9000, 65_535, world.port(), world.decoy_port()] {
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{BESIDE}:{port}/");
            cases.push(Case::of("ports", url, "refused_address").beside_the_site());
        }
    }
    for port in ["65536", "-1", "8o", "0x50", "99999999999"] {
        cases.push(Case::of("ports", format!("http://{SITE}:{port}/"), "unparsable"));
    }
    cases
}

/// Addresses in which one program sees one host and another program another.
fn misread(port: u16) -> Vec<Case> {
    let case = |url: String, expected| Case::of("misreadings", url, expected).beside_the_site();
    let mut cases: Vec<Case> = [
        format!("http:{BESIDE}:{port}/"),
        format!("http:/{BESIDE}:{port}/"),
        format!("http:////{BESIDE}:{port}/"),
        format!("http:\\\\{BESIDE}:{port}\\"),
        format!("HTTP://{BESIDE}:{port}/"),
        format!(" \u{1}http://{BESIDE}:{port}/ "),
        format!("ht\ntp://127.0\t.0.\r2:{port}/"),
        format!("http://{BESIDE}:{port}\\@{SITE}:{port}/"),
        format!("http://{BESIDE}:{port}?@{SITE}:{port}/"),
        format!("http://{BESIDE}:{port}#@{SITE}:{port}/"),
        format!("http://{BESIDE}:00{port}/"),
    ]
    .map(|url| case(url, "refused_address"))
    .to_vec();
    for url in [format!("http://127.0.0%00.2:{port}/"), format!("http://{BESIDE}%20:{port}/")] {
        cases.push(case(url, "unparsable"));
    }
    for url in [
        format!("http://{SITE}:{port}\\@{BESIDE}:{port}/"),
        format!("http://{SITE}:{port}/@{BESIDE}:{port}/"),
        format!("http://{SITE}:{port}?@{BESIDE}:{port}/"),
        format!("http://{SITE}:{port}#@{BESIDE}:{port}/"),
        format!("http://{SITE}:{port}/?url=http://{BESIDE}:{port}/"),
    ] {
        cases.push(case(url, "reached"));
    }
    cases
}
