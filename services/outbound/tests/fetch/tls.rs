//! The certificate in `certificates/` is for `localhost`, signed by an authority that exists
//! nowhere else and whose key was thrown away.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use signalbook_outbound::{Client, FetchError, Limits, SystemResolver};
use url::Url;

use crate::server::{Server, answer};
use crate::{client, loopback, request};

const AUTHORITY: &[u8] = include_bytes!("certificates/authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("certificates/server.pem");
const KEY: &[u8] = include_bytes!("certificates/server.key.pem");

/// Starts a server that gives `answer` to each connection, and returns its port.
fn start(answer: Vec<u8>) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()],
            PrivateKeyDer::from_pem_slice(KEY).unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            // A client that does not trust us hangs up here, which is its right.
            if stream.read(&mut [0; 4096]).is_ok() {
                let _ = stream.write_all(&answer);
            }
        }
    });
    port
}

fn trusting() -> Client {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(AUTHORITY).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::build(loopback(), Limits::default(), Arc::new(SystemResolver), tls)
}

fn url(host: &str, port: u16) -> Url {
    format!("https://{host}:{port}/").parse().unwrap()
}

#[tokio::test]
async fn a_server_with_a_certificate_for_its_name_is_believed() {
    let port = start(answer("200 OK", &[], b"hello"));
    let response = trusting().get(request(url("localhost", port))).await.unwrap();
    assert_eq!(&response.body[..], b"hello");
}

#[tokio::test]
async fn a_server_with_a_certificate_for_another_name_is_not_believed() {
    let port = start(answer("200 OK", &[], b"hello"));
    let error = trusting().get(request(url("127.0.0.1", port))).await.unwrap_err();
    assert_eq!(error.kind(), "tls_failed");
}

#[tokio::test]
async fn a_server_whose_authority_nobody_knows_is_not_believed() {
    let port = start(answer("200 OK", &[], b"hello"));
    let error = client(Limits::default()).get(request(url("localhost", port))).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "secure the connection to `localhost`, expected TLS with a valid certificate for it"
    );
    assert!(matches!(&error, FetchError::TlsFailed { source, .. }
        if source.to_string().contains("UnknownIssuer")));
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_told_apart_from_one_that_is_down() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(&answer("400 Bad Request", &[], b"")).unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let error = client(Limits::default()).get(request(url("127.0.0.1", port))).await.unwrap_err();
    assert_eq!(error.kind(), "tls_failed", "{error}");
}

#[tokio::test]
async fn a_redirect_from_https_to_http_is_refused() {
    let decoy = Server::saying(answer("200 OK", &[], b"hello")).await;
    let location = format!("Location: {}", decoy.url("/"));
    let port = start(answer("302 Found", &[&location], b""));
    let error = trusting().get(request(url("localhost", port))).await.unwrap_err();
    assert_eq!(error.kind(), "bad_redirect", "{error}");
    assert_eq!(decoy.accepted(), 0);
}
