use std::net::Ipv4Addr;

use signalbook_outbound::{Client, FetchError, Limits, Policy, Refusal};

use crate::server::{Act, Server, answer};
use crate::{client, fetch, loopback, request};

fn to(location: &str) -> Vec<u8> {
    answer("301 Moved Permanently", &[&format!("Location: {location}")], b"over there")
}

#[tokio::test]
async fn redirects_are_followed_to_their_end() {
    let server = Server::start(|head| {
        vec![Act::Send(match head.split(' ').nth(1) {
            Some("/") => to("/one"),
            Some("/one") => to("two?three"),
            Some("/two?three") => to("/end#part"),
            _ => answer("200 OK", &[], b"here"),
        })]
    })
    .await;
    let response = fetch(&server, Limits::default()).await.unwrap();
    assert_eq!((response.status, &response.body[..]), (200, &b"here"[..]));
    assert_eq!(response.final_url, server.url("/end"));
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_redirect_to_another_host_is_followed_without_telling_it_where_from() {
    let end = Server::start_at(Ipv4Addr::new(127, 0, 0, 2), |_| {
        vec![Act::Send(answer("200 OK", &[], b"here"))]
    })
    .await;
    let start = Server::saying(to(end.url("/x").as_str())).await;
    let response = fetch(&start, Limits::default()).await.unwrap();
    assert_eq!(response.final_url, end.url("/x"));
    assert!(!end.requests()[0].to_lowercase().contains("referer"));
}

#[tokio::test]
async fn redirects_in_a_circle_are_given_up() {
    let server = Server::saying(to("/")).await;
    let error = fetch(&server, Limits::default()).await.unwrap_err();
    assert_eq!(error.kind(), "too_many_redirects");
    assert_eq!(error.to_string(), "follow the redirects of `127.0.0.1`, expected at most 3");
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn no_redirect_is_followed_where_none_is_allowed() {
    let server = Server::saying(to("/other")).await;
    let limits = Limits { redirects_max: 0, ..Limits::default() };
    assert_eq!(fetch(&server, limits).await.unwrap_err().kind(), "too_many_redirects");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_to_a_refused_address_opens_no_connection() {
    let decoy = Server::start_at(Ipv4Addr::new(127, 0, 0, 2), |_| {
        vec![Act::Send(answer("200 OK", &[], b"secret"))]
    })
    .await;
    let server = Server::saying(to(decoy.url("/").as_str())).await;
    let only_the_first = Policy { allow_private: vec!["127.0.0.1/32".parse().unwrap()] };
    let client = Client::new(only_the_first, Limits::default());
    let error = client.get(request(server.url("/"))).await.unwrap_err();
    assert!(
        matches!(&error, FetchError::RefusedAddress { host, .. } if host == "127.0.0.2"),
        "{error}"
    );
    assert_eq!((server.accepted(), decoy.accepted()), (1, 0));
}

#[tokio::test]
async fn a_redirect_into_another_opened_network_is_refused_though_a_connection_there_is_kept() {
    let decoy = Server::start_at(Ipv4Addr::new(127, 0, 0, 2), |_| {
        vec![Act::Send(answer("200 OK", &[], b"secret"))]
    })
    .await;
    let server = Server::saying(to(decoy.url("/").as_str())).await;
    let two = ["127.0.0.1/32", "127.0.0.2/32"].map(|network| network.parse().unwrap());
    let client = Client::new(Policy { allow_private: two.to_vec() }, Limits::default());
    // A page in that network can be fetched, and leaves its connection behind.
    client.get(request(decoy.url("/"))).await.unwrap();
    let error = client.get(request(server.url("/"))).await.unwrap_err();
    assert!(
        matches!(error, FetchError::RefusedAddress { refusal: Refusal::Steered, .. }),
        "{error}"
    );
    assert_eq!((decoy.accepted(), decoy.requests().len()), (1, 1));
}

#[tokio::test]
async fn a_redirect_to_what_cannot_be_fetched_is_refused() {
    for location in ["ftp://127.0.0.1/", "file:///etc/passwd", "http://me:secret@127.0.0.1/", "//"]
    {
        let server = Server::saying(to(location)).await;
        let error = fetch(&server, Limits::default()).await.unwrap_err();
        assert_eq!(error.kind(), "bad_redirect", "{location}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    let nowhere = Server::saying(answer("302 Found", &[], b"")).await;
    assert_eq!(fetch(&nowhere, Limits::default()).await.unwrap_err().kind(), "bad_redirect");
}

#[tokio::test]
async fn validators_reach_the_end_of_a_redirect() {
    let server = Server::start(|head| {
        let known = head.to_lowercase().contains("if-none-match: \"abc\"");
        vec![Act::Send(match (head.starts_with("GET / "), known) {
            (true, _) => to("/end"),
            (false, true) => b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec(),
            (false, false) => answer("200 OK", &[], b"full"),
        })]
    })
    .await;
    let mut conditional = request(server.url("/"));
    conditional.etag = Some("\"abc\"".to_owned());
    let response = client(Limits::default()).get(conditional).await.unwrap();
    assert_eq!(response.status, 304);
}

#[tokio::test]
async fn hops_to_the_same_host_share_its_connection() {
    let server = Server::start(|head| {
        let first = head.starts_with("GET / ");
        vec![Act::Send(if first { to("/end") } else { answer("200 OK", &[], b"here") })]
    })
    .await;
    let client = Client::new(loopback(), Limits::default());
    for _ in 0..3 {
        client.get(request(server.url("/"))).await.unwrap();
    }
    assert_eq!(server.requests().len(), 6);
    assert!(server.accepted() <= 2, "{} connections", server.accepted());
}
