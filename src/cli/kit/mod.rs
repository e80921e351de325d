//! `clientcheck rules`: the rule author's kit. Rules are listed, checked, tested, begun and exported; records are only
//! read to count which rules fire.

pub mod args;
mod check;
mod export;
mod files;
mod list;
mod new;
mod test;

use args::{RulesArgs, RulesCommand};

/// Runs one of the commands of the kit; the exit code.
///
/// # Errors
/// If the answer cannot be written.
pub fn run(args: &RulesArgs) -> anyhow::Result<u8> {
    match &args.command {
        RulesCommand::List(args) => list::run(args),
        RulesCommand::Check(args) => check::run(args),
        RulesCommand::Test(args) => test::run(args),
        RulesCommand::New(args) => new::run(args),
        RulesCommand::Export(args) => export::run(args),
    }
}
