//! Work in a process of its own, so that what it uses is its own and not the server's that it
//! asks. The program starts itself again and reads what the child writes, a line a measurement.

#![expect(clippy::print_stdout, reason = "the parent reads it")]

mod get;
mod watch;

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::usage::Usage;

/// What a child is to do.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) enum Task {
    /// Watches pages as the executable does, and measures once all were read and once more
    /// `during` later.
    Watch {
        /// Where the double listens, on every loopback address.
        port: u16,
        /// The pages, each on an address of its own.
        pages: u16,
        /// The time between two polls of a page.
        interval: Duration,
        /// The time between the two measurements.
        during: Duration,
        /// The log's file.
        store: PathBuf,
    },
    /// Gets one document again and again, and measures before and after.
    Get {
        /// The document.
        url: String,
        /// How often.
        times: u32,
    },
}

impl Task {
    /// Does it; this is the child.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Watch { port, pages, interval, during, store } => {
                watch::watch(port, pages, interval, during, &store).await
            }
            Self::Get { url, times } => get::get(&url, times).await,
        }
    }

    /// Starts a child that does it; this is the parent.
    pub(crate) fn start(&self) -> anyhow::Result<Started> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--child")
            .arg(serde_json::to_string(self)?)
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start a child")?;
        let lines = child.stdout.take().map(BufReader::new).context("a child has no output")?;
        Ok(Started { child, lines })
    }
}

/// A child at work. It is stopped when this is dropped.
pub(crate) struct Started {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Started {
    /// Waits for its next measurement.
    pub(crate) fn next(&mut self) -> anyhow::Result<Usage> {
        let mut line = String::new();
        tokio::task::block_in_place(|| self.lines.read_line(&mut line))?;
        serde_json::from_str(&line).context("a child ended before it had measured")
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Tells the parent what this process used so far.
fn tell() -> anyhow::Result<()> {
    println!("{}", serde_json::to_string(&Usage::of_this_process()?)?);
    Ok(())
}
