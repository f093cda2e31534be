use std::net::TcpListener;

use signalbook_outbound::{Client, FetchError, Limits, Policy, Refusal};

use crate::server::{Server, answer};
use crate::{client, loopback, request};

#[tokio::test]
async fn a_refused_address_never_gets_a_connection_however_it_is_written() {
    let decoy = Server::saying(answer("200 OK", &[], b"secret")).await;
    let client = Client::new(Policy::default(), Limits::default());
    let port = decoy.port();
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "017700000001",
        "2130706433",
        "127.0.0.1.",
        "0.0.0.0",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "localhost",
    ] {
        let url = format!("http://{host}:{port}/").parse().unwrap();
        let error = client.get(request(url)).await.unwrap_err();
        assert_eq!(error.kind(), "refused_address", "{host}: {error}");
    }
    assert_eq!(decoy.accepted(), 0);
}

#[tokio::test]
async fn a_metadata_address_is_refused_though_everything_is_opened() {
    let everything = Policy { allow_private: vec!["0.0.0.0/0".parse().unwrap()] };
    let client = Client::new(everything, Limits::default());
    let url = "http://169.254.169.254/latest/meta-data/".parse().unwrap();
    let error = client.get(request(url)).await.unwrap_err();
    assert!(
        matches!(error, FetchError::RefusedAddress { refusal: Refusal::Metadata, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn an_address_that_cannot_be_fetched_is_refused_before_anything_is_looked_up() {
    let decoy = Server::saying(answer("200 OK", &[], b"")).await;
    let port = decoy.port();
    for url in [format!("ftp://127.0.0.1:{port}/"), format!("http://me:secret@127.0.0.1:{port}/")] {
        let error = client(Limits::default()).get(request(url.parse().unwrap())).await.unwrap_err();
        assert_eq!(error.kind(), "invalid_address");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    assert_eq!(decoy.accepted(), 0);
}

#[tokio::test]
async fn a_name_is_dialled_at_its_permitted_addresses() {
    let server = Server::saying(answer("200 OK", &[], b"hello")).await;
    let url = format!("http://localhost:{}/", server.port()).parse().unwrap();
    let response = Client::new(loopback(), Limits::default()).get(request(url)).await.unwrap();
    assert_eq!(&response.body[..], b"hello");
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_a_failed_connect() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/").parse().unwrap();
    let error = client(Limits::default()).get(request(url)).await.unwrap_err();
    assert_eq!(error.kind(), "connect_failed");
    assert_eq!(
        error.to_string(),
        format!(
            "connect to `127.0.0.1` at `127.0.0.1:{port}`, expected a web server to listen there"
        )
    );
}
