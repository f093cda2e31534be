//! Proxies that the environment names, in a process of its own for each.

use std::env;
use std::process::Command;

use crate::world::{BESIDE, SITE, World, client, fetch};

/// Says in the child what it has to fetch.
const URLS: &str = "SIGNALBOOK_GUARD_URLS";

const VARIABLES: [&str; 6] =
    ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// Starts a child for each variable that can name a proxy, and returns how many cases that were.
pub(crate) fn judge(world: &World) -> usize {
    let port = world.port();
    let urls = format!("http://{SITE}:{port}/ http://{BESIDE}:{port}/ https://{BESIDE}:{port}/");
    let expected = ["reached", "refused_address", "refused_address"];
    for variable in VARIABLES {
        for scheme in ["http", "socks5"] {
            let proxy = format!("{scheme}://{SITE}:{}", world.decoy_port());
            let said = said_by_a_child(variable, &proxy, &urls);
            assert_eq!(said, expected, "{variable}={proxy}");
            assert_eq!(world.visits(), 0, "{variable}={proxy}");
        }
    }
    VARIABLES.len() * 2 * expected.len()
}

fn said_by_a_child(variable: &str, proxy: &str, urls: &str) -> Vec<String> {
    let mut child = Command::new(env::current_exe().unwrap());
    for variable in VARIABLES.iter().chain(&["no_proxy", "NO_PROXY"]) {
        child.env_remove(variable);
    }
    let output = child
        .args(["--exact", "--nocapture", "proxies::a_child_fetches_what_it_is_told"])
        .env(URLS, urls)
        .env(variable, proxy)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines().filter_map(|line| Some(line.split_once("came to: ")?.1.to_owned())).collect()
}

#[tokio::test]
async fn a_child_fetches_what_it_is_told() {
    let Ok(urls) = env::var(URLS) else { return };
    let client = client(&["127.0.0.1/32"], &std::sync::Arc::default());
    for url in urls.split(' ') {
        println!("\n{url} came to: {}", fetch(&client, url).await.0);
    }
}
