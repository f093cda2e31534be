//! Names that lead nowhere soon, and addresses of which only some answer.

use std::future::{pending, ready};
use std::io;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Arc;

use signalbook_outbound::{Client, FetchError, Found, Limits, Means, Phase, Resolve, public_trust};
use tokio::net::TcpSocket;
use tokio::task::JoinSet;

use crate::deadlines::assert_timed_out;
use crate::server::{Server, answer};
use crate::{HASTE, client, loopback, request};

/// Fails each lookup in the same way.
struct Fails(io::ErrorKind);

impl Resolve for Fails {
    fn resolve(&self, _: &str) -> Found {
        Box::pin(ready(Err(self.0.into())))
    }
}

/// Knows the addresses of every name, or nothing ever.
struct Names(Option<Vec<IpAddr>>);

impl Resolve for Names {
    fn resolve(&self, _: &str) -> Found {
        match self.0.clone() {
            Some(addresses) => Box::pin(ready(Ok(addresses))),
            None => Box::pin(pending()),
        }
    }
}

fn client_with(names: Names, limits: Limits) -> Client {
    Client::build(loopback(), limits, Arc::new(names), public_trust())
}

#[tokio::test]
async fn a_name_that_nobody_answers_for_is_given_up() {
    let client = client_with(Names(None), Limits { dns: HASTE, ..Limits::default() });
    let result = client.get(request("http://page.test/".parse().unwrap())).await;
    let error = result.as_ref().unwrap_err();
    assert_eq!(error.lacks(), Some(Means::Resolver));
    let text = error.to_string();
    assert_timed_out(result, Phase::Dns);
    assert_eq!(text, "fetch from `page.test`, expected an address for its name within 200ms");
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_not_found() {
    let resolver = Arc::new(Fails(io::ErrorKind::NotFound));
    let client = Client::build(loopback(), Limits::default(), resolver, public_trust());
    let error = client.get(request("http://nowhere.test/".parse().unwrap())).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "look up `nowhere.test`, expected its name to lead to an address"
    );
}

#[tokio::test]
async fn only_a_resolver_that_answers_knows_that_there_is_no_such_name() {
    for (says, kind, lacks) in [
        (io::ErrorKind::NotFound, "name_not_found", None),
        (io::ErrorKind::Other, "lacking", Some(Means::Resolver)),
        (io::ErrorKind::ConnectionRefused, "lacking", Some(Means::Resolver)),
    ] {
        let resolver = Arc::new(Fails(says));
        let client = Client::build(loopback(), Limits::default(), resolver, public_trust());
        let error = client.get(request("http://page.test/".parse().unwrap())).await.unwrap_err();
        assert_eq!((error.kind(), error.lacks()), (kind, lacks), "{error}");
    }
}

#[tokio::test]
async fn a_connection_that_is_never_made_is_given_up() {
    // A listener that accepts nobody has connections for as many as may wait, and leaves all
    // others without any answer. How many may wait is the system's to say, but not ten.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let listener = socket.listen(1).unwrap();
    let url: url::Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let client = client(Limits { connect: HASTE, first_byte: HASTE, ..Limits::default() });
    let mut fetching = JoinSet::new();
    for _ in 0..10 {
        let (client, request) = (client.clone(), request(url.clone()));
        fetching.spawn(async move { client.get(request).await });
    }
    let results = fetching.join_all().await;
    let is_unconnected = |result: &Result<_, FetchError>| {
        matches!(result, Err(FetchError::TimedOut { phase: Phase::Connect, .. }))
    };
    let (unconnected, unanswered): (Vec<_>, Vec<_>) = results.into_iter().partition(is_unconnected);
    assert!(!unconnected.is_empty());
    for result in unconnected {
        let text = result.as_ref().unwrap_err().to_string();
        assert_timed_out(result, Phase::Connect);
        assert_eq!(text, "fetch from `127.0.0.1`, expected a connection within 200ms");
    }
    for result in unanswered {
        assert_timed_out(result, Phase::FirstByte);
    }
}

#[tokio::test]
async fn a_host_is_reached_at_the_first_of_its_addresses_that_answers() {
    let server = Server::saying(answer("200 OK", &[], b"hello")).await;
    // At the other addresses of the loopback nobody listens at the server's port.
    let [dead, worse] = [2, 3].map(|last| IpAddr::from([127, 0, 0, last]));
    let alive = IpAddr::from(Ipv4Addr::LOCALHOST);
    for addresses in [vec![dead, alive], vec![dead, worse, alive], vec![alive, dead]] {
        let client = client_with(Names(Some(addresses)), Limits::default());
        let url = format!("http://page.test:{}/", server.port()).parse().unwrap();
        assert_eq!(&client.get(request(url)).await.unwrap().body[..], b"hello");
    }
    assert_eq!(server.accepted(), 3);
}

#[tokio::test]
async fn a_host_of_which_no_address_answers_is_named_with_the_last_one() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let addresses = [1, 2].map(|last| IpAddr::from([127, 0, 0, last])).to_vec();
    let client = client_with(Names(Some(addresses)), Limits::default());
    let url = format!("http://page.test:{port}/").parse().unwrap();
    assert_eq!(
        client.get(request(url)).await.unwrap_err().to_string(),
        format!(
            "connect to `page.test` at `127.0.0.2:{port}`, expected a web server to listen there"
        )
    );
}
