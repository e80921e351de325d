//! The command line: it alone reads files, asks the clock and prints. Standard output is the answer and nothing else;
//! everything that is said beside it goes to standard error.

mod args;
mod explained;
mod import;
mod kit;
mod output;
mod packs;
mod records;
mod score;
mod setup;
mod show;
mod stream;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

/// It ran to the end.
const DONE: u8 = 0;
/// A gate that the user set was crossed.
const GATE: u8 = 1;
/// It could not be done.
const FAILED: u8 = 2;

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match &cli.command {
        Command::Score(args) => score::run(args),
        Command::Explain(args) => show::run_explain(args),
        Command::Facts(args) => show::run_facts(args),
        Command::Rules(args) => kit::run(args),
        Command::Config(args) => setup::run_config(args),
        Command::Init(args) => setup::run_init(args),
        Command::Schema(args) => setup::run_schema(args),
        Command::Completions(args) => setup::run_completions(args),
        Command::Man(args) => setup::run_man(args),
        Command::Import(args) => import::run(args),
    };
    ExitCode::from(outcome.unwrap_or_else(|error| {
        output::tell(&format!("error: {error:#}"));
        FAILED
    }))
}
