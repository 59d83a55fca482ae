//! Tillit: the program. Reads the command line, builds the house, runs one command.
//!
//! Exit status: 0 done, 1 it failed (why, in one line on standard error), 2 wrong usage.
#![forbid(unsafe_code)]

mod cli;
mod commands;
mod config;
#[cfg(test)]
mod fence;
mod house;
mod keys;
mod logging;
mod metrics;
mod private;
#[cfg(test)]
mod retention;
mod say;
mod wiring;

use std::process::ExitCode;

use clap::Parser as _;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr().lock(), "tillit: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: cli::Cli) -> anyhow::Result<()> {
    // A worker confines itself before there is a second thread.
    if matches!(&cli.command, cli::Command::Analyze(options) if options.worker) {
        return commands::worker();
    }
    // One more than the machine has: on SQLite, whoever commits keeps a thread while the disk writes.
    let threads = std::thread::available_parallelism().map_or(2, |cores| cores.get() + 1);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    runtime.block_on(commands::run(cli))
}
