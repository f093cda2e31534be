use signalbook_outbound::{FetchError, Limits, Phase, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::server::{Act, Server, answer};
use crate::{HASTE, PATIENCE, client, fetch, request};

/// How many bodies can be larger than 64 KiB at once.
const PLACES: usize = 48;

#[track_caller]
pub(crate) fn assert_timed_out(result: Result<Response, FetchError>, expected: Phase) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), "timed_out", "{error}");
    assert!(matches!(error, FetchError::TimedOut { phase, .. } if phase == expected), "{error}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let server = Server::start(|_| vec![Act::Hang]).await;
    let limits = Limits { first_byte: HASTE, ..Limits::default() };
    assert_timed_out(fetch(&server, limits).await, Phase::FirstByte);
}

#[tokio::test]
async fn a_head_that_drips_is_given_up() {
    let server = Server::start(|_| {
        vec![Act::Send(b"HTTP/1.1 200 OK\r\n".to_vec()), Act::Drip(b"X: y\r\n".to_vec())]
    })
    .await;
    let limits = Limits { first_byte: HASTE, ..Limits::default() };
    assert_timed_out(fetch(&server, limits).await, Phase::FirstByte);
}

#[tokio::test]
async fn an_answer_that_is_always_about_to_come_is_given_up() {
    let server = Server::start(|_| {
        let hint = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
        vec![Act::Repeat(hint.into())]
    })
    .await;
    let limits = Limits { first_byte: HASTE, ..Limits::default() };
    assert_timed_out(fetch(&server, limits).await, Phase::FirstByte);
}

#[tokio::test]
async fn a_connection_that_is_given_up_is_closed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: url::Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let client = client(Limits { first_byte: HASTE, total: 2 * HASTE, ..Limits::default() });
    for (said, phase) in [
        ("", Phase::FirstByte),
        ("HTTP/1.1 200 OK\r\n", Phase::FirstByte),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx", Phase::Total),
    ] {
        let serve = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = vec![0; 4096];
            assert!(stream.read(&mut asked).await.unwrap() > 0);
            stream.write_all(said.as_bytes()).await.unwrap();
            timeout(PATIENCE, stream.read_to_end(&mut asked)).await.expect("it hangs up").unwrap();
        };
        let (answer, ()) = tokio::join!(client.get(request(url.clone())), serve);
        assert_timed_out(answer, phase);
    }
}

#[tokio::test]
async fn a_body_that_drips_is_ended_by_the_deadline_of_the_whole() {
    let server = Server::start(|_| {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
        vec![Act::Send(head.into()), Act::Drip(b"x".to_vec())]
    })
    .await;
    let limits = Limits { total: HASTE, ..Limits::default() };
    assert_timed_out(fetch(&server, limits).await, Phase::Total);
}

#[tokio::test]
async fn a_large_body_that_dawdles_is_ended_when_others_wait_for_its_place() {
    let server = Server::start(|head| {
        let large = answer("200 OK", &[], &b" ".repeat(80 * 1024));
        let honest = head.starts_with("GET /honest");
        let unfinished = large.len() - usize::from(!honest);
        vec![Act::Send(large[..unfinished].to_vec()), Act::Hang]
    })
    .await;
    let client = client(Limits { growth: HASTE, ..Limits::default() });
    let mut dawdling = JoinSet::new();
    for _ in 0..PLACES {
        let (client, request) = (client.clone(), request(server.url("/")));
        dawdling.spawn(async move { client.get(request).await });
    }
    // Only when all places are taken is anybody hurried.
    let first = dawdling.join_next().await.unwrap().unwrap();
    let error = first.as_ref().unwrap_err().to_string();
    assert_timed_out(first, Phase::Growth);
    assert_eq!(
        error,
        "fetch from `127.0.0.1`, expected another 16 KiB of a body that keeps others waiting \
         within 200ms"
    );
    let honest = timeout(PATIENCE, client.get(request(server.url("/honest")))).await;
    assert_eq!(honest.unwrap().unwrap().body.len(), 80 * 1024);
}

#[tokio::test]
async fn a_large_body_that_dawdles_is_left_alone_when_nobody_waits() {
    let server = Server::start(|_| {
        let large = answer("200 OK", &[], &b" ".repeat(80 * 1024));
        vec![Act::Send(large[..large.len() - 1].to_vec()), Act::Hang]
    })
    .await;
    let limits = Limits { growth: HASTE, total: 4 * HASTE, ..Limits::default() };
    assert_timed_out(fetch(&server, limits).await, Phase::Total);
}

#[tokio::test]
async fn the_deadline_of_the_whole_covers_all_redirects() {
    let server = Server::start(|_| {
        let head = "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n";
        vec![Act::Send(head.into())]
    })
    .await;
    let limits = Limits { total: HASTE, redirects_max: usize::MAX, ..Limits::default() };
    assert_timed_out(fetch(&server, limits).await, Phase::Total);
}

#[tokio::test]
async fn a_kept_connection_has_the_same_deadline_as_a_new_one() {
    let server = Server::start(|head| {
        if head.starts_with("GET /hang") {
            return vec![Act::Hang];
        }
        vec![Act::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec())]
    })
    .await;
    let client = client(Limits { first_byte: HASTE, ..Limits::default() });
    client.get(request(server.url("/"))).await.unwrap();
    assert_timed_out(client.get(request(server.url("/hang"))).await, Phase::FirstByte);
    client.get(request(server.url("/"))).await.unwrap();
    assert_eq!(server.accepted(), 2);
}

#[tokio::test]
async fn a_handshake_that_is_never_answered_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let limits = Limits { tls: HASTE, ..Limits::default() };
    assert_timed_out(client(limits).get(request(url)).await, Phase::Tls);
}

#[tokio::test]
async fn a_timeout_says_what_was_expected_and_by_when() {
    let server = Server::start(|_| vec![Act::Hang]).await;
    let limits = Limits { first_byte: HASTE, ..Limits::default() };
    let error = fetch(&server, limits).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "fetch from `127.0.0.1`, expected the head of an answer within 200ms"
    );
}
