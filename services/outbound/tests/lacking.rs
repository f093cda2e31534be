//! A fetch that fails for want of a descriptor. The test takes all of its process, so it is alone.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use std::net::{Ipv4Addr, TcpListener};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use signalbook_outbound::{Client, FetchError, Limits, Means, Policy, Request};

async fn fetch(client: &Client, url: &str) -> FetchError {
    let url = url.parse().unwrap();
    let request = Request { url, etag: None, last_modified: None, accept: "application/json" };
    client.get(request).await.unwrap_err()
}

#[tokio::test]
async fn a_process_without_descriptors_says_nothing_about_a_host() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let at = listener.local_addr().unwrap();
    let policy = Policy { allow_private: vec!["127.0.0.0/8".parse().unwrap()] };
    let client = Client::new(policy, Limits::default());
    let before = getrlimit(Resource::Nofile);
    // What is open stays open.
    setrlimit(Resource::Nofile, Rlimit { current: Some(3), ..before }).unwrap();
    let by_address = fetch(&client, &format!("http://{at}/")).await;
    // Nor does a resolver that cannot even read its configuration know that a name is not there.
    let by_name = fetch(&client, "http://nowhere.invalid/").await;
    setrlimit(Resource::Nofile, before).unwrap();
    for error in [by_address, by_name] {
        assert_eq!(error.lacks(), Some(Means::Descriptors), "{error}");
        assert!(error.to_string().contains("expected a free file descriptor"), "{error}");
    }
    let error = fetch(&client, "http://127.0.0.1:1/").await;
    assert_eq!(error.lacks(), None, "{error}");
}
