//! The program, from its start to its violent end.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_signalbook");

/// An answer takes at most this long.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs a command of the program to its end.
pub(crate) fn signalbook(arguments: &[&str]) -> String {
    let output = Command::new(PROGRAM).args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A running program.
pub(crate) struct Program {
    child: Child,
    address: Arc<OnceLock<SocketAddr>>,
}

/// An event that the program showed: its place and its hash.
pub(crate) type Shown = (u64, String);

impl Program {
    /// Starts it and does not wait for anything.
    pub(crate) fn start(config: &Path) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--config"]).arg(config).env("SIGNALBOOK_LOG", "error");
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let address = Arc::new(OnceLock::new());
        let found = address.clone();
        std::thread::spawn(move || {
            let mut line = String::new();
            while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
                if let Some(Ok(address)) = line.trim().rsplit("http://").next().map(str::parse) {
                    // Only the first line has one.
                    let _ = found.set(address);
                }
                line.clear();
            }
        });
        Self { child, address }
    }

    /// Kills it. Answers with the events that it showed just before, if it got so far.
    pub(crate) fn kill_and_say_what_was_shown(mut self, last: Option<&Shown>) -> Vec<Shown> {
        let after = last.map_or(0, |(position, _)| *position);
        let asked = format!("/v1/events?after={after}&limit=500");
        let answer = self.address.get().and_then(|address| try_get(*address, &asked));
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let answer = answer.and_then(|body| serde_json::from_str::<Value>(&body).ok());
        let events = answer.and_then(|answer| answer["events"].as_array().cloned());
        events.unwrap_or_default().iter().map(shown).collect()
    }

    /// What a path of its API answers.
    pub(crate) fn json(&self, path: &str) -> Value {
        let body = try_get(*self.address.wait(), path).unwrap_or_else(|| panic!("no {path}"));
        serde_json::from_str(&body).unwrap_or_else(|_| panic!("{path} answered {body}"))
    }

    /// Asks it to end; whether it ended well.
    pub(crate) fn stop(mut self) -> bool {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().success()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // A failed test leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The place and the hash of an event.
pub(crate) fn shown(event: &Value) -> Shown {
    (event["position"].as_u64().unwrap(), event["hash"].as_str().unwrap().to_owned())
}

#[expect(clippy::disallowed_methods, reason = "it asks the program that it started")]
fn try_get(address: SocketAddr, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nhost: localhost\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    head.contains(" 200 ").then(|| body.to_owned())
}
