//! The command line.

mod backup;
mod demo;
mod log;
mod serve;
mod tell;
mod views;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use signalbook_runtime::{LogFormat, telemetry};

/// Follows your vendors' outages: reads their status pages and keeps everything they say, when
/// they say it.
#[derive(Debug, Parser)]
#[command(name = "signalbook", version, after_help = EXAMPLES)]
pub struct Command {
    #[command(subcommand)]
    role: Role,
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
enum Role {
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

impl Command {
    /// Does what the command line says.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.role {
            Role::Demo(demo) => demo.run().await,
            Role::Serve(serve) => serve.run().await,
            Role::Backup(backup) => backup.run().await,
            Role::Log(log) => log.run().await,
            Role::Views(views) => views.run().await,
        }
    }
}

/// Tells on standard error why the command failed, with what led to it.
pub fn report_failure(error: &anyhow::Error) -> ExitCode {
    tell::error(&format!("signalbook: {error:#}"));
    ExitCode::FAILURE
}

fn start_telemetry(format: LogFormat, filter: &str) -> anyhow::Result<()> {
    Ok(telemetry::init(format, filter)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        <Command as clap::CommandFactory>::command().debug_assert();
    }
}
