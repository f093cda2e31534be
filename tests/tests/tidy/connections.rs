//! Only `outbound` opens connections, so that one place guards whom we speak to. Who serves
//! pages does so by `axum`, which can only answer.

use super::house::{self, Graph};

const GUARD: &str = "signalbook-outbound";

/// It compares the guarded client with the bare one, and nobody depends on it.
const BENCH: &str = "signalbook-bench";

const CLIENTS: &[&str] = &["h2", "hyper", "hyper-rustls", "hyper-util", "rustls", "tokio-rustls"];

fn unguarded(graph: &Graph) -> Vec<String> {
    let mut broken = Vec::new();
    for package in
        graph.members.iter().filter(|package| ![GUARD, BENCH].contains(&package.as_str()))
    {
        let named = graph.direct(package).filter(|name| CLIENTS.contains(name));
        broken.extend(named.map(|name| format!("`{package}` depends on `{name}`")));
    }
    broken
}

#[test]
fn only_outbound_opens_connections() {
    house::expect_none(
        &unguarded(&Graph::of_the_house()),
        "Fetch through `signalbook-outbound`, which refuses addresses that nobody may be sent to.",
    );
}

#[test]
fn a_client_beside_the_guard_is_found() {
    let graph = Graph::sample(&[
        (GUARD, "hyper"),
        ("signalbook-api", "axum"),
        ("axum", "hyper"),
        ("signalbook-poller", "hyper-util"),
    ]);
    assert_eq!(unguarded(&graph), ["`signalbook-poller` depends on `hyper-util`"]);
}
