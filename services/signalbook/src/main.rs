//! `signalbook`: follows your vendors' outages. See `signalbook --help`.

use std::process::ExitCode;

use clap::Parser as _;
use signalbook::command::{Cli, report_failure};

/// Rows are allocated on the database's thread and freed on others, which this allocator does
/// without contention.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return report_failure(&anyhow::Error::from(error).context("cannot start")),
    };
    match runtime.block_on(command.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report_failure(&error),
    }
}
