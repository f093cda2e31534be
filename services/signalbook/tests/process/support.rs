//! A running program, its configuration, and a vendor for it to watch.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::Value;
use signalbook_double::Double;
use signalbook_double::random::newborn;
use signalbook_runtime::{Clock as _, SystemClock};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_signalbook");

/// A real process is waited for at most this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two looks, so that they leave the machine to whom they wait for.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Waits until `done`, looking again and again.
pub(crate) fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    wait_while(PATIENCE, || (!done()).then(|| format!("waited too long until {what}")));
}

/// Waits for a real process while something is `wrong`, looking again and again.
pub(crate) fn wait_while(at_most: Duration, mut wrong: impl FnMut() -> Option<String>) {
    let clock = SystemClock::new();
    while let Some(found) = wrong() {
        assert!(clock.monotonic() < at_most, "{found}");
        pause(LOOK_EVERY);
    }
}

/// Lets real time pass.
#[expect(clippy::disallowed_methods, reason = "a process of its own is on no clock that steps")]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// A pretended vendor with one page.
pub(crate) struct Vendor {
    pub(crate) double: Double,
    slug: String,
}

impl Vendor {
    pub(crate) async fn start(slug: &str) -> Self {
        let clock = SystemClock::new();
        let now = move || jiff::Timestamp::try_from(clock.now()).unwrap();
        let born_at = now() - Duration::from_hours(48);
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let double = Double::start(listen, Arc::new(now)).await.unwrap();
        double.add(slug, newborn(5, born_at));
        Self { double, slug: slug.to_owned() }
    }

    /// Writes a configuration that watches the vendor every second.
    pub(crate) fn config(&self, folder: &Path) -> PathBuf {
        config(folder, [(self.slug.clone(), self.double.base(&self.slug))])
    }
}

/// Writes a configuration that watches pages, each named by its provider and its address, every
/// second.
pub(crate) fn config(folder: &Path, pages: impl IntoIterator<Item = (String, String)>) -> PathBuf {
    use std::fmt::Write as _;
    let store = folder.join("signalbook.db");
    let mut text = format!(
        "[store]\nurl = \"sqlite:{}\"\n[api]\nlisten = \"127.0.0.1:0\"\n\
         [network]\nallow_private = [\"127.0.0.0/8\"]\n[poll]\ninterval = \"1s\"\n",
        store.display(),
    );
    for (provider, url) in pages {
        write!(text, "[[page]]\nprovider = \"{provider}\"\nurl = \"{url}\"\n").unwrap();
    }
    let path = folder.join("signalbook.toml");
    std::fs::write(&path, text).unwrap();
    path
}

/// Checks the log of a store in `folder` that nobody uses, and builds its views anew.
pub(crate) fn verify_and_rebuild(folder: &Path) {
    let store = format!("sqlite:{}", folder.join("signalbook.db").display());
    let verified = signalbook(&["log", "verify", "--store", &store]);
    assert!(verified.contains("events checked, none was changed"), "{verified}");
    signalbook(&["views", "rebuild", "--store", &store]);
}

/// Runs a command of the program to its end, which has to be a good one. Answers what it printed.
pub(crate) fn signalbook(arguments: &[&str]) -> String {
    let output = Command::new(PROGRAM).args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A running program.
pub(crate) struct Program {
    child: Child,
    first_line: Arc<OnceLock<String>>,
}

impl Program {
    pub(crate) fn serve(config: &Path) -> Self {
        Self::start(&["serve", "--config", config.to_str().unwrap()])
    }

    /// Starts it.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(arguments);
        Self::spawn(&mut command)
    }

    /// Starts it by a command that becomes it, and waits until it listens.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let program = Self::begin(command);
        let first_line = program.first_line();
        assert!(program.address().is_some(), "no address in {first_line:?}");
        program
    }

    /// Starts it and does not wait for anything. It tells of errors alone.
    pub(crate) fn launch(config: &Path) -> Self {
        let mut command = Command::new(PROGRAM);
        Self::begin(command.args(["serve", "--config"]).arg(config).env("SIGNALBOOK_LOG", "error"))
    }

    /// Starts it and does not wait for anything.
    pub(crate) fn begin(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let first_line = Arc::new(OnceLock::new());
        let printed = first_line.clone();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = lines.read_line(&mut line);
            printed.set(line).unwrap();
            // The rest is read away, so that the program never waits for us.
            std::io::copy(&mut lines, &mut std::io::sink())
        });
        Self { child, first_line }
    }

    /// What it logs, if that is piped.
    pub(crate) fn logged(&mut self) -> impl Iterator<Item = String> + use<> {
        let lines = BufReader::new(self.child.stderr.take().unwrap()).lines();
        lines.map_while(Result::ok)
    }

    /// What it prints first, waited for; nothing if it ends before.
    pub(crate) fn first_line(&self) -> &str {
        self.first_line.wait().trim()
    }

    /// Where it listens, if it said so.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.first_line.get()?.trim().rsplit("http://").next()?.parse().ok()
    }

    /// What a path answers, if it listens and answers.
    #[expect(clippy::disallowed_methods, reason = "it asks the program that it started")]
    pub(crate) fn try_get(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.address()?).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        write!(stream, "GET {path} HTTP/1.0\r\nhost: localhost\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer.split_once("\r\n\r\n")?.1.to_owned())
    }

    /// What a path answers.
    pub(crate) fn get(&self, path: &str) -> String {
        self.try_get(path).unwrap_or_else(|| panic!("{path} was not answered"))
    }

    pub(crate) fn json(&self, path: &str) -> Value {
        let body = self.get(path);
        serde_json::from_str(&body).unwrap_or_else(|_| panic!("{path} answered {body}"))
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, and waits for that.
    pub(crate) fn stop(self) -> ExitStatus {
        self.signal("TERM")
    }

    /// The same; answers also what it printed first until then.
    pub(crate) fn stop_early(self) -> (ExitStatus, String) {
        let first_line = self.first_line.clone();
        (self.stop(), first_line.wait().clone())
    }

    /// What Ctrl-C does.
    pub(crate) fn interrupt(self) -> ExitStatus {
        self.signal("INT")
    }

    /// Ends it without asking.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn signal(mut self, signal: &str) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([format!("-{signal}"), id]).status().unwrap().success());
        let mut ended = None;
        wait_for("the program ends", || {
            ended = self.child.try_wait().unwrap();
            ended.is_some()
        });
        ended.unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // A failed test leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
