//! A server that plays tricks.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// What the server does, as the path says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trick {
    /// None: a page like most.
    Honest,
    /// None: a page that is larger than nearly all.
    HonestAndBig,
    /// A thousand times larger than it comes.
    Bomb,
    /// Larger than it comes by less than is noticed, for as long as it can.
    SlyBomb,
    /// Compressed blocks with nothing in them, without end.
    EmptyBlocks,
    /// Chunks without end.
    EndlessChunks,
    /// Bytes without end and without an announced length.
    EndlessStream,
    /// A compressed file whose name has no end.
    EndlessName,
    /// A byte of body a second.
    SlowBody,
    /// A byte of compressed body a second.
    SlowGzip,
    /// A byte of head a second.
    SlowHead,
    /// Large enough to take up room, then a byte a second.
    LargeThenSlow,
}

const TRICKS: [Trick; 12] = [
    Trick::Honest,
    Trick::HonestAndBig,
    Trick::Bomb,
    Trick::SlyBomb,
    Trick::EmptyBlocks,
    Trick::EndlessChunks,
    Trick::EndlessStream,
    Trick::EndlessName,
    Trick::SlowBody,
    Trick::SlowGzip,
    Trick::SlowHead,
    Trick::LargeThenSlow,
];

pub(crate) const HONEST_BYTES: usize = 20 * 1024;
pub(crate) const BIG_BYTES: usize = 600 * 1024;

/// How much is sent at once of what has no end.
const CHUNK: [u8; 0x2000] = [b'x'; 0x2000];

/// How many such chunks are more than what a body may be without asking for room.
const LARGE_CHUNKS: usize = 9;

#[derive(Clone)]
pub(crate) struct Server {
    address: SocketAddr,
}

/// What is sent whole, built once.
struct Stock {
    honest: Vec<u8>,
    big: Vec<u8>,
    bomb: Vec<u8>,
    sly_bomb: Vec<u8>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stock = Arc::new(Stock::build());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&stock)));
            }
        });
        Self { address }
    }

    pub(crate) fn url(&self, trick: Trick) -> Url {
        format!("http://{}/{trick:?}", self.address).parse().unwrap()
    }
}

impl Stock {
    fn build() -> Self {
        let text = |at: usize| b'a' + u8::try_from(at * at % 97 % 26).unwrap();
        // Every now and then a stretch that does not compress holds the ratio down.
        let mut noise = 1_u32;
        let sly = |at: usize| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if at % 0x4000 < 128 { noise.to_be_bytes()[0] } else { 0 }
        };
        Self {
            honest: gzip(HONEST_BYTES, text),
            big: gzip(BIG_BYTES, text),
            bomb: gzip(4 * 1024 * 1024, |_| 0),
            sly_bomb: gzip(5 * 1024 * 1024, sly),
        }
    }
}

async fn serve(mut stream: TcpStream, stock: Arc<Stock>) -> Option<()> {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).unwrap();
        let name = head.split(['/', ' ']).nth(2).unwrap();
        let trick = TRICKS.into_iter().find(|trick| format!("{trick:?}") == name).unwrap();
        play(&mut stream, trick, &stock).await?;
    }
}

async fn play(stream: &mut TcpStream, trick: Trick, stock: &Stock) -> Option<()> {
    let gzip = "Content-Encoding: gzip\r\n";
    let long = "Content-Encoding: gzip\r\nContent-Length: 4000000\r\n";
    match trick {
        Trick::Honest => whole(stream, &stock.honest).await,
        Trick::HonestAndBig => whole(stream, &stock.big).await,
        Trick::Bomb => whole(stream, &stock.bomb).await,
        Trick::SlyBomb => whole(stream, &stock.sly_bomb).await,
        Trick::EmptyBlocks => {
            send(stream, &head(gzip)).await?;
            send(stream, &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]).await?;
            forever(stream, &[0, 0, 0, 0xff, 0xff].repeat(1000)).await
        }
        Trick::EndlessChunks => {
            send(stream, &head("Transfer-Encoding: chunked\r\n")).await?;
            loop {
                send(stream, b"2000\r\n").await?;
                send(stream, &CHUNK).await?;
                send(stream, b"\r\n").await?;
            }
        }
        Trick::EndlessStream => {
            send(stream, b"HTTP/1.0 200 OK\r\n\r\n").await?;
            forever(stream, &CHUNK).await
        }
        Trick::EndlessName => {
            send(stream, &head(gzip)).await?;
            send(stream, &[0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]).await?;
            forever(stream, &CHUNK).await
        }
        Trick::SlowBody => {
            send(stream, &head("Content-Length: 1000000\r\n")).await?;
            drip(stream, &[b' '; 60]).await
        }
        Trick::SlowGzip => {
            send(stream, &head(long)).await?;
            drip(stream, &stock.big).await
        }
        Trick::SlowHead => {
            drip(stream, b"HTTP/1.1 200 OK\r\nX-Slow: yes\r\nX-Slower: yes\r\n").await
        }
        Trick::LargeThenSlow => {
            send(stream, &head("Content-Length: 1000000\r\n")).await?;
            send(stream, &CHUNK.repeat(LARGE_CHUNKS)).await?;
            drip(stream, &[b' '; 60]).await
        }
    }
}

fn head(fields: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{fields}\r\n").into_bytes()
}

async fn whole(stream: &mut TcpStream, body: &[u8]) -> Option<()> {
    let fields = format!("Content-Encoding: gzip\r\nContent-Length: {}\r\n", body.len());
    send(stream, &head(&fields)).await?;
    send(stream, body).await
}

async fn send(stream: &mut TcpStream, bytes: &[u8]) -> Option<()> {
    stream.write_all(bytes).await.ok()
}

async fn forever(stream: &mut TcpStream, bytes: &[u8]) -> Option<()> {
    loop {
        send(stream, bytes).await?;
    }
}

async fn drip(stream: &mut TcpStream, bytes: &[u8]) -> Option<()> {
    let mut pace = tokio::time::interval(Duration::from_secs(1));
    for byte in bytes {
        pace.tick().await;
        send(stream, &[*byte]).await?;
    }
    None
}

/// Compresses what `byte` says, never holding all of it.
fn gzip(bytes: usize, mut byte: impl FnMut(usize) -> u8) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let mut part = Vec::new();
    for at in 0..bytes {
        part.push(byte(at));
        if part.len() == 0x4000 || at + 1 == bytes {
            encoder.write_all(&part).unwrap();
            part.clear();
        }
    }
    encoder.finish().unwrap()
}
