//! A server that says exactly what a test wants it to say, byte by byte.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// One thing that a server does after it has read a request.
pub(crate) enum Act {
    /// Sends these bytes and is ready for the next request.
    Send(Vec<u8>),
    /// Sends these bytes again and again.
    Repeat(Vec<u8>),
    /// Sends these bytes again and again, with pauses.
    Drip(Vec<u8>),
    /// Says nothing more.
    Hang,
    /// Hangs up.
    Close,
}

/// A running server. It ends with the test.
pub(crate) struct Server {
    address: SocketAddr,
    accepted: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a server that answers each request as `script` says. Requests are given with their
    /// whole head.
    pub(crate) async fn start<F>(script: F) -> Self
    where
        F: Fn(&str) -> Vec<Act> + Send + Sync + 'static,
    {
        Self::start_at(Ipv4Addr::LOCALHOST, script).await
    }

    /// Does the same at another address of the loopback.
    pub(crate) async fn start_at<F>(address: Ipv4Addr, script: F) -> Self
    where
        F: Fn(&str) -> Vec<Act> + Send + Sync + 'static,
    {
        let listener = TcpListener::bind((address, 0)).await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            accepted: Arc::default(),
            requests: Arc::default(),
        };
        let (accepted, requests) = (Arc::clone(&server.accepted), Arc::clone(&server.requests));
        let script = Arc::new(script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                accepted.fetch_add(1, Ordering::SeqCst);
                let (script, requests) = (Arc::clone(&script), Arc::clone(&requests));
                tokio::spawn(async move { serve(stream, &*script, &requests).await });
            }
        });
        server
    }

    /// Starts a server that sends `answer` to every request.
    pub(crate) async fn saying(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |_| vec![Act::Send(answer.clone())]).await
    }

    /// Returns the address of `path` on this server.
    pub(crate) fn url(&self, path: &str) -> Url {
        format!("http://{}{path}", self.address).parse().unwrap()
    }

    /// Returns the port that the server listens on.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns how many connections were opened to the server.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// Returns the heads of the requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// Returns an answer with a body of the given length announced.
pub(crate) fn answer(status: &str, fields: &[&str], body: &[u8]) -> Vec<u8> {
    let length = format!("Content-Length: {}", body.len());
    let status = format!("HTTP/1.1 {status}");
    let lines = [&[status.as_str()], fields, &[length.as_str(), "", ""]].concat();
    let head = lines.join("\r\n");
    [head.as_bytes(), body].concat()
}

async fn serve<F>(mut stream: TcpStream, script: &F, requests: &Mutex<Vec<String>>)
where
    F: Fn(&str) -> Vec<Act>,
{
    while let Some(head) = read_head(&mut stream).await {
        requests.lock().unwrap().push(head.clone());
        for act in script(&head) {
            if !perform(&mut stream, act).await {
                return;
            }
        }
    }
}

/// Says whether the connection can go on.
async fn perform(stream: &mut TcpStream, act: Act) -> bool {
    match act {
        Act::Send(bytes) => stream.write_all(&bytes).await.is_ok(),
        Act::Repeat(bytes) => {
            while stream.write_all(&bytes).await.is_ok() {}
            false
        }
        Act::Drip(bytes) => {
            let mut pace = tokio::time::interval(Duration::from_millis(20));
            while stream.write_all(&bytes).await.is_ok() {
                pace.tick().await;
            }
            false
        }
        Act::Hang => std::future::pending().await,
        Act::Close => false,
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}
