use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use signalbook_outbound::{FetchError, Limits, Part, Response};

use crate::fetch;
use crate::server::{Act, Server, answer};

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

#[track_caller]
fn assert_too_large(result: Result<Response, FetchError>, expected: Part) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), "too_large", "{error}");
    assert!(matches!(error, FetchError::TooLarge { part, .. } if part == expected), "{error}");
}

fn zeros(mebibytes: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let mebibyte = vec![0; 1024 * 1024];
    for _ in 0..mebibytes {
        encoder.write_all(&mebibyte).unwrap();
    }
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_gzip_bomb_is_stopped_by_its_ratio() {
    let server = Server::saying(answer("200 OK", &["Content-Encoding: gzip"], &zeros(64))).await;
    assert_too_large(fetch(&server, Limits::default()).await, Part::Ratio);
}

#[tokio::test]
async fn a_gzip_bomb_is_stopped_by_its_size_where_any_ratio_is_allowed() {
    let server = Server::saying(answer("200 OK", &["Content-Encoding: gzip"], &zeros(64))).await;
    let limits = Limits { ratio_max: usize::MAX, ..Limits::default() };
    assert_too_large(fetch(&server, limits).await, Part::Body);
}

#[tokio::test]
async fn an_endless_chunked_body_is_stopped() {
    let server = Server::start(|_| {
        let chunk = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
        vec![Act::Send(CHUNKED.into()), Act::Repeat(chunk.into())]
    })
    .await;
    assert_too_large(fetch(&server, Limits::default()).await, Part::WireBody);
}

#[tokio::test]
async fn a_body_without_a_length_is_stopped() {
    let server = Server::start(|_| {
        vec![Act::Send(b"HTTP/1.0 200 OK\r\n\r\n".to_vec()), Act::Repeat(vec![b'x'; 4096])]
    })
    .await;
    assert_too_large(fetch(&server, Limits::default()).await, Part::WireBody);
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_not_even_read() {
    let server = Server::start(|_| {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 4194305\r\n\r\n";
        vec![Act::Send(head.into()), Act::Hang]
    })
    .await;
    assert_too_large(fetch(&server, Limits::default()).await, Part::WireBody);
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read() {
    let limits = Limits { body_bytes_max: 5, body_wire_bytes_max: 5, ..Limits::default() };
    let server = Server::saying(answer("200 OK", &[], b"hello")).await;
    assert_eq!(fetch(&server, limits).await.unwrap().body.len(), 5);
}

#[tokio::test]
async fn a_head_that_never_ends_is_stopped() {
    let server = Server::start(|_| {
        let field = format!("X-Long: {}\r\n", "x".repeat(1024));
        vec![Act::Send(b"HTTP/1.1 200 OK\r\n".to_vec()), Act::Repeat(field.into())]
    })
    .await;
    assert_too_large(fetch(&server, Limits::default()).await, Part::Head);
}

#[tokio::test]
async fn a_head_with_one_enormous_field_is_refused() {
    let field = format!("X-Long: {}", "x".repeat(64 * 1024));
    let server = Server::saying(answer("200 OK", &[&field], b"")).await;
    assert_too_large(fetch(&server, Limits::default()).await, Part::Head);
}

#[tokio::test]
async fn a_head_with_too_many_fields_is_refused() {
    let fields = vec!["X: y"; 101];
    let server = Server::saying(answer("200 OK", &fields, b"")).await;
    assert_too_large(fetch(&server, Limits::default()).await, Part::Head);
    let server = Server::saying(answer("200 OK", &fields[..99], b"")).await;
    assert_eq!(fetch(&server, Limits::default()).await.unwrap().status, 200);
}

#[tokio::test]
async fn only_the_beginning_is_kept_of_a_body_that_explains_a_failure() {
    let limits = Limits { error_body_bytes_max: 10, ..Limits::default() };
    let server = Server::start(|_| {
        let head = "HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\n\r\n";
        vec![Act::Send(head.into()), Act::Repeat(b"3\r\nabc\r\n".to_vec())]
    })
    .await;
    let response = fetch(&server, limits.clone()).await.unwrap();
    assert_eq!((response.status, &response.body[..]), (503, &b"abcabcabca"[..]));

    let fields = ["Content-Encoding: gzip"];
    let server = Server::saying(answer("500 Internal Server Error", &fields, &zeros(1))).await;
    let response = fetch(&server, limits).await.unwrap();
    assert_eq!((response.status, &response.body[..]), (500, &[0; 10][..]));
}
