//! Many hostile answers at once through one client: what they cost, when they end, and what
//! becomes of the honest ones meanwhile.
//!
//! This is a program of its own with one test, because it measures the memory of its process. The
//! servers are in that process too, and send what they have built beforehand.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod memory;
mod server;

use std::time::Duration;

use signalbook_outbound::{Client, FetchError, Limits, Part, Phase, Policy, Request};
use tokio::task::JoinSet;
use tokio::time::Instant;

use server::{BIG_BYTES, Server, Trick};

/// How many fetches of each family of tricks are under way at once.
const EACH: usize = 64;
/// How much memory the client may need for all of them.
const GROWTH_MAX: usize = 64 * 1024 * 1024;
/// When each of them has to be over.
const END_MAX: Duration = Duration::from_secs(15);
/// When an honest answer has to be there, on a machine that has enough to do.
const HONEST_MAX: Duration = Duration::from_secs(5);
/// How often honest pages are fetched meanwhile.
const ROUNDS: usize = 10;

const BOMBS: [Trick; 3] = [Trick::Bomb, Trick::SlyBomb, Trick::EmptyBlocks];
const ENDLESS: [Trick; 3] = [Trick::EndlessChunks, Trick::EndlessStream, Trick::EndlessName];
const SLOW: [Trick; 3] = [Trick::SlowBody, Trick::SlowGzip, Trick::SlowHead];
const LARGE: [Trick; 1] = [Trick::LargeThenSlow];
const FAMILIES: [&[Trick]; 4] = [&BOMBS, &ENDLESS, &SLOW, &LARGE];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bombs_endless_and_slow_answers_at_once_cost_little_and_keep_nobody_waiting() {
    let server = Server::start().await;
    let client = client();
    // What is set up once is no cost of the bombs.
    assert_eq!(fetch(&client, &server, Trick::Honest).await.unwrap(), server::HONEST_BYTES);
    let before = memory::resident();
    let start = Instant::now();

    let mut hostile = JoinSet::new();
    for at in 0..EACH {
        for family in FAMILIES {
            let trick = family[at % family.len()];
            let (client, server) = (client.clone(), server.clone());
            hostile.spawn(async move {
                let error = fetch(&client, &server, trick).await.unwrap_err();
                (trick, error, start.elapsed())
            });
        }
    }
    let honest = tokio::spawn(keep_fetching(client, server));
    while let Some(ended) = hostile.join_next().await {
        let (trick, error, after) = ended.unwrap();
        assert!(is_right(trick, &error), "{trick:?}: {error:?}");
        assert!(after < END_MAX, "{trick:?} ended after {after:?}");
    }
    let all = start.elapsed();
    let slowest = honest.await.unwrap();
    println!("{} hostile answers were over after {all:.1?}", FAMILIES.len() * EACH);
    println!("{} honest ones took {slowest:.1?} at most", 2 * ROUNDS);
    match (before, memory::peak()) {
        (Some(before), Some(peak)) => {
            let growth = peak.saturating_sub(before);
            println!("the memory grew by {} KiB at most", growth / 1024);
            assert!(growth <= GROWTH_MAX, "{growth} bytes, from {before}");
        }
        _ => println!("left out on this system: how much the memory grew"),
    }
}

/// Fetches honest pages, small and big, while the others are under way. Returns how long the
/// slowest took.
async fn keep_fetching(client: Client, server: Server) -> Duration {
    let mut pace = tokio::time::interval(Duration::from_millis(200));
    let mut slowest = Duration::ZERO;
    for _ in 0..ROUNDS {
        for (trick, bytes) in
            [(Trick::Honest, server::HONEST_BYTES), (Trick::HonestAndBig, BIG_BYTES)]
        {
            let start = Instant::now();
            assert_eq!(fetch(&client, &server, trick).await.unwrap(), bytes);
            slowest = slowest.max(start.elapsed());
        }
        pace.tick().await;
    }
    assert!(slowest < HONEST_MAX, "{slowest:?}");
    slowest
}

/// Says whether `error` is what has to come of `trick`.
fn is_right(trick: Trick, error: &FetchError) -> bool {
    match (trick, error) {
        (Trick::Bomb, FetchError::TooLarge { part, .. }) => *part == Part::Ratio,
        (Trick::SlyBomb, FetchError::TooLarge { part, .. }) => *part == Part::Body,
        (Trick::EndlessChunks | Trick::EndlessStream, FetchError::TooLarge { part, .. }) => {
            *part == Part::WireBody
        }
        (Trick::EmptyBlocks | Trick::EndlessName, error) => error.kind() == "malformed_response",
        (Trick::SlowBody | Trick::SlowGzip, FetchError::TimedOut { phase, .. }) => {
            *phase == Phase::Total
        }
        // Who comes when there is room for all keeps its place.
        (Trick::LargeThenSlow, FetchError::TimedOut { phase, .. }) => {
            matches!(phase, Phase::Growth | Phase::Total)
        }
        (Trick::SlowHead, FetchError::TimedOut { phase, .. }) => *phase == Phase::FirstByte,
        _ => false,
    }
}

fn client() -> Client {
    let allow_private = vec!["127.0.0.0/8".parse().unwrap()];
    Client::new(Policy { allow_private }, Limits::default())
}

/// Returns how many bytes came.
async fn fetch(client: &Client, server: &Server, trick: Trick) -> Result<usize, FetchError> {
    let url = server.url(trick);
    let request = Request { url, etag: None, last_modified: None, accept: "application/json" };
    client.get(request).await.map(|response| response.body.len())
}
