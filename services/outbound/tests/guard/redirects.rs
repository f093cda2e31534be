//! Redirects: from a site that may be asked to addresses that may not.

use std::net::IpAddr;

use crate::case::{Case, Open, carrying};
use crate::literals::ways_to_write;
use crate::names::refused;
use crate::world::{BESIDE, SITE, World, redirecting};

const STATUSES: [u16; 5] = [301, 302, 303, 307, 308];

pub(crate) fn cases(world: &World) -> Vec<Case> {
    let port = world.port();
    let mut cases = Vec::new();
    let mut to = |group, hops: usize, location: String, expected| {
        let status = STATUSES[cases.len() % STATUSES.len()];
        let mut path = redirecting(status, &location);
        for _ in 1..hops {
            path = redirecting(status, &path);
        }
        let url = format!("http://{SITE}:{port}{path}");
        cases.push(Case::of(group, url, expected).beside_the_site());
    };
    for address in refused(SITE.into()) {
        let host = bracketed(address);
        to("redirects inside", 1, format!("http://{host}:{port}/"), "refused_address");
        to("redirects inside", 3, format!("http://{host}:{port}/"), "refused_address");
    }
    for host in ways_to_write(BESIDE) {
        to("redirects inside", 1, format!("http://{host}:{port}/"), "refused_address");
        to("redirects inside", 2, format!("//{host}:{port}/"), "refused_address");
    }
    for address in carrying(BESIDE) {
        to("redirects inside", 2, format!("https://[{address}]:{port}/"), "refused_address");
    }
    for location in [
        format!("http://me@{SITE}:{port}/"),
        format!("http://me:secret@{BESIDE}:{port}/"),
        format!("ftp://{BESIDE}:{port}/"),
        format!("ws://{BESIDE}:{port}/"),
        format!("gopher://{BESIDE}:{port}/"),
        format!("http://{BESIDE}:25/"),
        format!("http://{SITE}:6667/"),
        format!("http://{SITE}:6379/"),
        "file:///etc/passwd".to_owned(),
        "javascript:alert(1)".to_owned(),
        "http://".to_owned(),
        "http://[::1".to_owned(),
    ] {
        to("redirects to what is no page", 1, location, "bad_redirect");
    }
    to("redirects that are fine", 1, format!("http://{SITE}:{port}/end"), "reached");
    to("redirects that are fine", 3, "/end".to_owned(), "reached");
    to("redirects that are fine", 3, "/end#http://127.0.0.2/".to_owned(), "reached");
    to("redirects that never end", 4, "/end".to_owned(), "too_many_redirects");
    cases.extend(by_name(world));
    cases.extend(between_networks(world));
    cases
}

/// Redirects from a network that is opened to another one, which only pages in it may do.
fn between_networks(world: &World) -> Vec<Case> {
    let port = world.port();
    let carrying = carrying(BESIDE).into_iter().map(|address| format!("[{address}]"));
    let mut cases = Vec::new();
    for (at, host) in ways_to_write(BESIDE).into_iter().chain(carrying).enumerate() {
        let to = redirecting(STATUSES[at % STATUSES.len()], &format!("http://{host}:{port}/"));
        // In between it stays where it may be, which opens nothing.
        let by_way_of_the_site = redirecting(302, &to);
        for path in [to, by_way_of_the_site] {
            let url = format!("http://{SITE}:{port}{path}");
            let case = Case::of("redirects to another opened network", url, "refused_address");
            cases.push(case.beside_another_network());
        }
    }
    let absolute = format!("http://{SITE}:{port}/end");
    for path in [redirecting(302, "/end"), redirecting(302, &redirecting(307, &absolute))] {
        let url = format!("http://{SITE}:{port}{path}");
        cases.push(Case::of("redirects that are fine", url, "reached").beside_another_network());
    }
    for address in [IpAddr::from(BESIDE), IpAddr::from(BESIDE.to_ipv6_mapped())] {
        let path = redirecting(302, &format!("http://hop.test:{port}/"));
        cases.push(Case {
            group: "redirects to another opened network",
            url: format!("http://{SITE}:{port}{path}"),
            answers: vec![vec![address]],
            expected: vec!["refused_address"],
            open: Open::SiteAndBeside,
        });
    }
    cases
}

/// Redirects to a name that leads inside, or does so from the second lookup on.
fn by_name(world: &World) -> Vec<Case> {
    let port = world.port();
    let (site, beside) = (IpAddr::from(SITE), IpAddr::from(BESIDE));
    let case = |from: String, location: &str, answers: &[IpAddr], expected| Case {
        group: "redirects to names",
        url: format!("http://{from}:{port}{}", redirecting(302, location)),
        answers: answers.iter().map(|answer| vec![*answer]).collect(),
        expected: vec![expected],
        open: Open::Site,
    };
    let hop = format!("http://hop.test:{port}/");
    let mut cases: Vec<Case> = refused(site)
        .into_iter()
        .map(|address| case(SITE.to_string(), &hop, &[address], "refused_address"))
        .collect();
    cases.extend([
        case(SITE.to_string(), &hop, &[site], "reached"),
        // The name of the page itself, which has changed its mind between the hops.
        case("page.test".to_owned(), "/again", &[site, beside], "refused_address"),
        case("page.test".to_owned(), "/again", &[site, site], "reached"),
    ]);
    cases
}

fn bracketed(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}
