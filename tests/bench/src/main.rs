//! Measures what the store and the projector promise, each figure beside the bare engine that
//! does the same work in the same run.
//!
//! `cargo run --release -p signalbook-bench` prints the table. What is said of speed depends on
//! the disk, so the time of an `fdatasync` stands above the table, and goals in events per second
//! are judged only where the disk is quick enough; ratios to the bare engine are always judged.

mod bare;
mod bench;
mod child;
mod data;
mod figure;
mod machine;
mod table;
mod usage;
mod vendor;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use bench::Bench;
use machine::Machine;
use table::Table;

/// The one that the executable has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures what the store and the projector promise.
#[derive(Parser)]
struct Arguments {
    /// Only figures whose name contains this.
    filter: Option<String>,
    /// A tenth of the events: to see that it runs, not how fast.
    #[arg(long)]
    quick: bool,
    /// Fail if a goal that is judged does not hold.
    #[arg(long)]
    check: bool,
    /// Where the database files are written and removed again: a folder on the disk that counts.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target"))]
    folder: PathBuf,
    /// Work of a process that this program starts itself.
    #[arg(long, hide = true, value_parser = |text: &str| serde_json::from_str::<child::Task>(text))]
    child: Option<child::Task>,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let Arguments { filter, quick, check, folder, child } = Arguments::parse();
    if let Some(task) = child {
        task.run().await?;
        return Ok(ExitCode::SUCCESS);
    }
    let bench = Bench::new(&folder, quick)?;
    let mut table = Table::start(&Machine::probe(&bench)?);
    for (name, goal) in figure::ALL {
        if filter.as_ref().is_none_or(|part| name.contains(part.as_str())) {
            table.add(name, goal, &figure::measure(name, &bench).await?);
        }
    }
    Ok(if check && !table.holds() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
