//! The command line.

mod backup;
mod console;
mod demo;
mod log;
mod serve;
mod views;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use signalbook_proto::chain::hex;
use signalbook_runtime::{Stop, signals};
use signalbook_store::Head;

/// Follows your vendors' outages: reads their status pages and keeps everything they say, when
/// they say it.
#[derive(Debug, Parser)]
#[command(name = "signalbook", version, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  signalbook demo                                          pretended vendors, no network needed
  signalbook serve --page github=https://www.githubstatus.com
  signalbook serve --config signalbook.toml
  signalbook backup --to backup-2026-11-26                 copies the store while it is in use
  signalbook log verify --store sqlite:signalbook.db       checks that no event was changed, also
                                                           while the store is in use
";

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows Signalbook at work on pretended vendors, without a network.
    Demo(demo::Demo),
    /// Watches status pages and serves what they say.
    Serve(serve::Serve),
    Backup(backup::Backup),
    /// Looks after the event log.
    #[command(subcommand)]
    Log(log::Log),
    /// Looks after the views.
    #[command(subcommand)]
    Views(views::Views),
}

impl Cli {
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Demo(demo) => demo.run().await,
            Command::Serve(serve) => serve.run().await,
            Command::Backup(backup) => backup.run().await,
            Command::Log(log) => log.run().await,
            Command::Views(views) => views.run().await,
        }
    }
}

/// Prints the failure and its causes to standard error.
pub fn report_failure(error: &anyhow::Error) -> ExitCode {
    console::error(&format!("signalbook: {error:#}"));
    ExitCode::FAILURE
}

/// The identity of a log's end.
fn describe_end(Head { log_id, epoch, hash, .. }: &Head) -> String {
    format!("log   {log_id}\nepoch {epoch}\nhash  {}", hex(hash))
}

/// Returns a [`Stop`] that signals trigger from now on.
fn stop_on_signals() -> anyhow::Result<Stop> {
    let stop = Stop::new();
    tokio::spawn(signals(stop.clone()).context("cannot listen for signals")?);
    Ok(stop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
