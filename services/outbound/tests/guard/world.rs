//! A site that answers, decoys that count, and a resolver that says what a case wants.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use signalbook_outbound::{Client, Found, Limits, Policy, Request, Resolve, public_trust};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;

use crate::case::{Case, Open};

/// Where the site is.
pub(crate) const SITE: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// Where decoys listen at the port of the site.
pub(crate) const BESIDE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// Long enough for the loopback of a loaded machine, and waited for only where a guard fails.
const PATIENCE: Duration = Duration::from_millis(500);

pub(crate) struct World {
    site: SocketAddr,
    decoys: Vec<TcpListener>,
    pub(crate) resolver: Arc<Script>,
    shut: Client,
    site_open: Client,
    both_open: Client,
}

impl World {
    pub(crate) async fn start() -> Self {
        let site = tokio::net::TcpListener::bind((SITE, 0)).await.unwrap();
        let address = site.local_addr().unwrap();
        tokio::spawn(serve(site));
        let port = address.port();
        // With IPv6, one socket listens for both families.
        let everywhere = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0))
            .or_else(|_| TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)));
        // Without IPv6 there is nothing to be reached by it.
        let beside = [TcpListener::bind((BESIDE, port)).ok(), listen_v6(port)];
        let decoys: Vec<_> = [everywhere.ok()].into_iter().chain(beside).flatten().collect();
        for decoy in &decoys {
            decoy.set_nonblocking(true).unwrap();
        }
        let resolver = Arc::new(Script::default());
        let shut = client(&[], &resolver);
        let site_open = client(&["127.0.0.1/32"], &resolver);
        let both_open = client(&["127.0.0.1/32", "127.0.0.2/32"], &resolver);
        Self { site: address, decoys, resolver, shut, site_open, both_open }
    }

    /// The port of the site and of the decoys beside it.
    pub(crate) fn port(&self) -> u16 {
        self.site.port()
    }

    /// The port of the decoy that listens at every address of this machine.
    pub(crate) fn decoy_port(&self) -> u16 {
        self.decoys[0].local_addr().unwrap().port()
    }

    /// Where the decoys are, each at an address that can be connected to.
    pub(crate) fn decoys(&self) -> Vec<SocketAddr> {
        let mut addresses: Vec<_> =
            self.decoys.iter().map(|decoy| decoy.local_addr().unwrap()).collect();
        for address in &mut addresses {
            if address.ip().is_unspecified() {
                address.set_ip(SITE.into());
            }
        }
        addresses
    }

    /// How often the decoys were connected to since the last time.
    pub(crate) fn visits(&self) -> usize {
        let visits = |decoy: &TcpListener| {
            let accepted = std::iter::from_fn(|| match decoy.accept() {
                Ok(_) => Some(()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => None,
                Err(error) => panic!("a decoy cannot listen: {error}"),
            });
            accepted.count()
        };
        self.decoys.iter().map(visits).sum()
    }

    /// Carries out a case and fails if anything else comes of it than has to.
    pub(crate) async fn judge(&self, case: &Case) {
        self.resolver.say(&case.answers);
        let client = match case.open {
            Open::Nothing => &self.shut,
            Open::Site => &self.site_open,
            Open::SiteAndBeside => &self.both_open,
        };
        for expected in &case.expected {
            let (kind, words) = fetch(client, &case.url).await;
            assert_eq!(kind, *expected, "{case:?} {words}");
            assert_eq!(self.visits(), 0, "{case:?} reached a decoy");
        }
        assert!(self.resolver.is_done(), "{case:?} looked up too little");
    }
}

/// A client for which these networks are open.
pub(crate) fn client(open: &[&str], resolver: &Arc<Script>) -> Client {
    let allow_private = open.iter().map(|network| network.parse().unwrap()).collect();
    let limits =
        Limits { connect: PATIENCE, tls: PATIENCE, first_byte: PATIENCE, ..Limits::default() };
    Client::build(Policy { allow_private }, limits, Arc::clone(resolver) as _, public_trust())
}

pub(crate) fn request(url: Url) -> Request {
    Request { url, etag: None, last_modified: None, accept: "application/json" }
}

/// What comes of an address, in one word and in the client's own.
pub(crate) async fn fetch(client: &Client, url: &str) -> (&'static str, String) {
    let Ok(url) = Url::parse(url) else { return ("unparsable", String::new()) };
    match client.get(request(url)).await {
        Ok(response) => ("reached", format!("{} of {}", response.status, response.final_url)),
        Err(error) => (error.kind(), error.to_string()),
    }
}

/// Says to each lookup what comes next, whatever the name.
#[derive(Default)]
pub(crate) struct Script {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
}

impl Script {
    fn say(&self, answers: &[Vec<IpAddr>]) {
        *self.answers.lock().unwrap() = answers.iter().cloned().collect();
    }

    fn is_done(&self) -> bool {
        self.answers.lock().unwrap().is_empty()
    }
}

impl Resolve for Script {
    fn resolve(&self, name: &str) -> Found {
        let answer = self.answers.lock().unwrap().pop_front();
        let answer = answer.unwrap_or_else(|| panic!("`{name}` is looked up once too often"));
        Box::pin(std::future::ready(Ok(answer)))
    }
}

fn listen_v6(port: u16) -> Option<TcpListener> {
    TcpListener::bind((Ipv6Addr::LOCALHOST, port)).ok()
}

/// Answers each connection once. A path like `/302/TEXT` redirects to TEXT, which is written in
/// hexadecimal digits, so that it can be anything.
async fn serve(listener: tokio::net::TcpListener) {
    while let Ok((mut stream, _)) = listener.accept().await {
        tokio::spawn(async move {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.ok()?);
            }
            let head = String::from_utf8(head).unwrap();
            let path = head.split(' ').nth(1).unwrap();
            let redirect = path.trim_start_matches('/').split_once('/');
            let redirect = redirect.filter(|(status, _)| status.parse::<u16>().is_ok());
            let (status, hex) = redirect.unwrap_or(("200", ""));
            let location = unhex(hex).unwrap();
            let start =
                format!("HTTP/1.1 {status} So\r\nConnection: close\r\nContent-Length: 0\r\n");
            let answer = [start.as_bytes(), b"Location: ", &location, b"\r\n\r\n"].concat();
            stream.write_all(&answer).await.ok()
        });
    }
}

/// The path at the site that redirects to `location` with `status`.
pub(crate) fn redirecting(status: u16, location: &str) -> String {
    let digits: Vec<String> = location.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("/{status}/{}", digits.concat())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (0..text.len()).step_by(2).map(byte).collect()
}
