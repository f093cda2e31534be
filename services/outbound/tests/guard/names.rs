//! Names: what one or more lookups say, alone, mixed, and changing between two fetches.

use std::net::IpAddr;

use crate::case::{Case, Open, REFUSED_V4, carrying, refused_v6};
use crate::world::{BESIDE, SITE, World};

pub(crate) fn cases(world: &World) -> Vec<Case> {
    let url = format!("http://page.test:{}/", world.port());
    let site = IpAddr::from(SITE);
    let case = |group, answers: &[&[IpAddr]], expected: &[&'static str]| Case {
        group,
        url: url.clone(),
        answers: answers.iter().map(|answer| answer.to_vec()).collect(),
        expected: expected.to_vec(),
        open: Open::Site,
    };
    let mut cases = Vec::new();
    for bad in refused(site) {
        cases.extend([
            case("names that lead inside", &[&[bad]], &["refused_address"]),
            case("names that lead both ways", &[&[bad, site]], &["reached"]),
            case("names that lead both ways", &[&[site, bad]], &["reached"]),
            // Had a name that was judged been looked up again to be dialled, the second answer
            // would have been used up by the first fetch.
            case("names that change", &[&[site], &[bad]], &["reached", "refused_address"]),
            case("names that change", &[&[bad], &[site]], &["refused_address", "reached"]),
        ]);
    }
    let all = refused(site);
    cases.push(case("names that lead inside", &[&all], &["refused_address"]));
    cases.push(case("names that lead inside", &[&[]], &["name_not_found"]));
    let beside = [&[BESIDE.into(); 50][..], &[site]].concat();
    cases.push(case("names that lead both ways", &[&beside], &["reached"]));
    cases
}

/// Everything refused but the site.
pub(crate) fn refused(site: IpAddr) -> Vec<IpAddr> {
    let v4 = REFUSED_V4.map(IpAddr::from);
    let v6 = refused_v6().into_iter().chain(carrying(BESIDE)).map(IpAddr::from);
    v4.into_iter().chain(v6).filter(|address| *address != site).collect()
}
