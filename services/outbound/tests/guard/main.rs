//! Every way in that we know of, with decoys that count who comes.
//!
//! A case is an address to fetch, what the names in it lead to, and what has to come of it. The
//! decoys never answer, so whoever reaches one is seen twice: it is counted, and it fails in the
//! wrong way.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod addresses;
mod case;
mod literals;
mod names;
mod ordinary;
mod proxies;
mod redirects;
mod world;

use std::collections::BTreeMap;

use case::Case;
use world::World;

/// How many cases there are. Whoever adds some or takes some away has to say so here, so that none
/// is lost unseen.
const CASES: usize = 1551;

#[tokio::test(flavor = "multi_thread")]
async fn no_refused_address_is_ever_connected_to_and_no_ordinary_one_is_refused() {
    let world = World::start().await;
    let cases: Vec<Case> = [
        literals::cases(&world),
        names::cases(&world),
        redirects::cases(&world),
        addresses::cases(&world),
    ]
    .concat();
    let mut counts = BTreeMap::new();
    for case in &cases {
        world.judge(case).await;
        *counts.entry(case.group).or_insert(0) += 1;
    }
    counts.insert("ordinary addresses", ordinary::judge());
    counts.insert("proxies in the environment", proxies::judge(&world));
    let total: usize = counts.values().sum();
    println!("{total} cases: {counts:?}");
    assert_eq!(total, CASES, "{counts:?}");
}

#[tokio::test]
async fn a_decoy_that_is_reached_is_counted() {
    let world = World::start().await;
    for address in world.decoys() {
        let everything = world::client(&["0.0.0.0/0", "::/0"], &world.resolver);
        let url = format!("http://{address}/").parse().unwrap();
        let error = everything.get(world::request(url)).await.unwrap_err();
        assert_eq!(error.kind(), "timed_out", "{address}: {error}");
        assert_eq!(world.visits(), 1, "{address}");
    }
}
