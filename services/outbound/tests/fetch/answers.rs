use std::error::Error;
use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use signalbook_outbound::{Limits, Request, RetryAfter, USER_AGENT};

use crate::server::{Act, Server, answer};
use crate::{client, fetch, request};

#[tokio::test]
async fn an_answer_comes_with_its_facts() {
    let fields = [
        "Content-Type: application/json; charset=utf-8",
        "ETag: W/\"abc\"",
        "Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT",
        "Age: 17",
    ];
    let server = Server::saying(answer("200 OK", &fields, b"{}")).await;
    let url = server.url("/api/v2/summary.json?x=1#part");
    let response = client(Limits::default()).get(request(url)).await.unwrap();
    assert_eq!(response.status, 200);
    assert_eq!(response.final_url, server.url("/api/v2/summary.json?x=1"));
    assert_eq!(response.content_type.as_deref(), Some("application/json; charset=utf-8"));
    assert_eq!(response.etag.as_deref(), Some("W/\"abc\""));
    assert_eq!(response.last_modified.as_deref(), Some("Wed, 21 Oct 2015 07:28:00 GMT"));
    assert_eq!(&response.body[..], b"{}");
    assert_eq!(response.retry_after, None);
}

#[tokio::test]
async fn a_request_says_who_asks_and_for_what_and_nothing_else() {
    let server = Server::saying(answer("200 OK", &[], b"")).await;
    client(Limits::default()).get(request(server.url("/a?b"))).await.unwrap();
    let mut lines: Vec<String> = server.requests()[0].lines().map(str::to_lowercase).collect();
    lines[1..].sort();
    let host = format!("host: 127.0.0.1:{}", server.port());
    let agent = format!("user-agent: {USER_AGENT}");
    let expected = [
        "get /a?b http/1.1",
        "",
        "accept-encoding: gzip",
        "accept: application/json",
        &host,
        &agent,
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn fetches_in_a_row_share_one_connection() {
    let server = Server::saying(answer("200 OK", &[], b"hello")).await;
    let client = client(Limits::default());
    for _ in 0..5 {
        let response = client.get(request(server.url("/"))).await.unwrap();
        assert_eq!(&response.body[..], b"hello");
    }
    assert_eq!((server.requests().len(), server.accepted()), (5, 1));
}

#[tokio::test]
async fn a_server_that_hung_up_in_between_is_connected_to_again() {
    let server =
        Server::start(|_| vec![Act::Send(answer("200 OK", &[], b"hello")), Act::Close]).await;
    let client = client(Limits::default());
    for _ in 0..3 {
        client.get(request(server.url("/"))).await.unwrap();
    }
    assert_eq!(server.accepted(), 3);
}

#[tokio::test]
async fn validators_are_sent_and_an_unchanged_document_has_no_body() {
    let server = Server::start(|head| {
        let head = head.to_lowercase();
        let known = head.contains("if-none-match: \"abc\"\r\n")
            && head.contains("if-modified-since: wed, 21 oct 2015 07:28:00 gmt\r\n");
        let bytes: &[u8] = b"HTTP/1.1 304 Not Modified\r\nETag: \"abc\"\r\n\r\n";
        vec![Act::Send(if known { bytes.to_vec() } else { answer("200 OK", &[], b"full") })]
    })
    .await;
    let conditional = Request {
        etag: Some("\"abc\"".to_owned()),
        last_modified: Some("Wed, 21 Oct 2015 07:28:00 GMT".to_owned()),
        ..request(server.url("/"))
    };
    let client = client(Limits::default());
    let response = client.get(conditional.clone()).await.unwrap();
    assert_eq!((response.status, response.body.len()), (304, 0));
    assert_eq!(response.etag.as_deref(), Some("\"abc\""));
    client.get(conditional).await.unwrap();
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn a_gzip_body_is_decompressed() {
    let text = b"all systems operational ".repeat(20);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&text).unwrap();
    let wire = encoder.finish().unwrap();
    let server = Server::saying(answer("200 OK", &["Content-Encoding: gzip"], &wire)).await;
    let response = fetch(&server, Limits::default()).await.unwrap();
    assert_eq!(&response.body[..], text);
}

#[tokio::test]
async fn a_body_in_an_encoding_that_was_not_asked_for_is_refused() {
    let server = Server::saying(answer("200 OK", &["Content-Encoding: br"], b"x")).await;
    let error = fetch(&server, Limits::default()).await.unwrap_err();
    assert_eq!(error.kind(), "malformed_response");
    assert_eq!(error.source().unwrap().to_string(), "the content encoding is `br`");
}

#[tokio::test]
async fn a_status_other_than_success_is_an_answer_too() {
    let server =
        Server::saying(answer("429 Too Many Requests", &["Retry-After: 30"], b"slow down")).await;
    let response = fetch(&server, Limits::default()).await.unwrap();
    assert_eq!(response.status, 429);
    assert_eq!(response.retry_after, Some(RetryAfter::Delay(Duration::from_secs(30))));
    assert_eq!(&response.body[..], b"slow down");
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_malformed() {
    for answer in ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 200 OK\r\nbad field\r\n\r\n"] {
        let error = fetch(&Server::saying(answer).await, Limits::default()).await.unwrap_err();
        assert_eq!(error.kind(), "malformed_response", "{answer}");
    }
}

#[tokio::test]
async fn a_chunk_without_a_size_is_malformed() {
    let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n";
    let error = fetch(&Server::saying(answer).await, Limits::default()).await.unwrap_err();
    assert_eq!(error.kind(), "malformed_response");
}

#[tokio::test]
async fn a_connection_that_ends_too_early_is_lost() {
    for sent in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"] {
        let server =
            Server::start(move |_| vec![Act::Send(sent.as_bytes().to_vec()), Act::Close]).await;
        let error = fetch(&server, Limits::default()).await.unwrap_err();
        assert_eq!(error.kind(), "connection_lost", "{sent}");
    }
}
