//! The process and its file descriptors: it asks for enough, and blames nobody if it has none.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;

use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use serde_json::Value;
use signalbook::descriptors::DESCRIPTORS;
use signalbook_double::random::newborn;
use signalbook_double::{Document, render};

use crate::support::{PROGRAM, Program, config, wait_for};

/// What the program logs each time that it cannot connect, if it is asked to.
const UNCONNECTED: &str = "address did not answer";

/// A vendor that keeps no connection, so that each request needs a new one.
struct Vendor {
    url: String,
}

impl Vendor {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let base = url.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &base);
            }
        });
        Self { url }
    }
}

/// Answers one request, unless whoever asks has hung up.
fn answer(stream: TcpStream, base: &str) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).is_ok_and(|bytes| bytes > 0) {
            continue;
        }
        return;
    }
    let document = if head.contains("/summary.json") {
        Document::Summary
    } else if head.contains("/incidents.json") {
        Document::Incidents
    } else {
        Document::ScheduledMaintenances
    };
    let born_at = "2026-01-01T00:00:00Z".parse().unwrap();
    let body = render::document(document, &newborn(5, born_at), born_at, base).unwrap().to_string();
    let length = body.len();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
    let _ = write!(reader.get_mut(), "{head}\r\nContent-Length: {length}\r\n\r\n{body}");
}

/// A connection to the program that stays open.
struct Visit(BufReader<TcpStream>);

impl Visit {
    #[expect(clippy::disallowed_methods, reason = "it asks the program that it started")]
    fn begin(program: &Program) -> Self {
        Self(BufReader::new(TcpStream::connect(program.address().unwrap()).unwrap()))
    }

    /// What `/readyz` says of polling.
    fn polling(&mut self) -> Value {
        let request = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n";
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(self.0.read_line(&mut head).unwrap() > 0, "it hung up");
        }
        let head = head.to_ascii_lowercase();
        let length = head.split_once("content-length: ").unwrap().1;
        let mut body = vec![0; length.split_once("\r\n").unwrap().0.parse().unwrap()];
        self.0.read_exact(&mut body).unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        let mut checks = body["checks"].as_array().unwrap().iter();
        checks.find(|check| check["name"] == "polling").unwrap().clone()
    }
}

/// Sets how many files the program may have open, and answers how many that were.
fn limit(program: &Program, files: u64) -> u64 {
    let process = Pid::from_raw(program.id().try_into().unwrap());
    // It has the upper limit of who started it.
    let limit = Rlimit { current: Some(files), ..getrlimit(Resource::Nofile) };
    prlimit(process, Resource::Nofile, limit).unwrap().current.unwrap()
}

#[test]
fn a_low_limit_of_open_files_is_raised_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = config(folder.path(), []);
    let script = "ulimit -S -n 256; exec \"$0\" \"$@\"";
    let mut limited = Command::new("sh");
    limited.args(["-c", script, PROGRAM, "serve", "--config"]).arg(file);
    let program = Program::spawn(&mut limited);
    let may_have = getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX);
    assert_eq!(limit(&program, 256), DESCRIPTORS.min(may_have));
}

#[test]
fn a_process_without_descriptors_blames_no_vendor_and_is_not_ready_until_it_has_some() {
    let vendor = Vendor::start();
    let folder = tempfile::tempdir().unwrap();
    let file = config(folder.path(), [("acme".to_owned(), vendor.url)]);
    let log = folder.path().join("log");
    let mut command = Command::new(PROGRAM);
    command
        .args(["serve", "--config"])
        .arg(file)
        .env("SIGNALBOOK_LOG", "signalbook_outbound=debug");
    let program = Program::spawn(command.stderr(File::create(&log).unwrap()));
    let failures = || fs::read_to_string(&log).unwrap().matches(UNCONNECTED).count();
    let mut visit = Visit::begin(&program);
    wait_for("it is ready", || visit.polling()["ready"] == true);
    wait_for("the page is read", || program.get("/v1/providers/acme").contains("readable"));
    // What is open stays open.
    let before = limit(&program, 3);
    wait_for("it is not ready", || visit.polling()["ready"] == false);
    let reason = visit.polling()["reason"].to_string();
    let missing = "cannot poll a page: fetch from `127.0.0.1`, expected a free file descriptor: ";
    assert!(reason.contains(missing), "{reason}");
    // Two failures in a row of the vendor's own would tell that the page is unreadable.
    let so_far = failures();
    wait_for("four more polls fail", || failures() >= so_far + 4);
    limit(&program, before);
    wait_for("it is ready again", || visit.polling()["ready"] == true);
    assert!(!program.get("/v1/events").contains("page.unreadable"));
    assert!(program.stop().success());
}
