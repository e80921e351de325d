//! What may be typed behind `clientcheck rules`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use crate::cli::args::{RuleArgs, Shown, day};

const AFTER_HELP: &str = "\
Examples:
  clientcheck rules new friday-calls -o rules/friday-calls.yml
  clientcheck rules check rules/
  clientcheck rules test rules/
  clientcheck rules list --fired-in clients/
  clientcheck rules export rules/

Exit codes:
  0 done   1 mistakes in a file, or a test that failed   2 it could not be done";

/// Arguments of `rules`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP, disable_help_subcommand = true)]
pub struct RulesArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: RulesCommand,
}

/// The commands of the rule author's kit.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List the rules in force, and which of them ever fired
    List(ListArgs),
    /// Tell every mistake in rules, actions, lexicons, scoring and settings
    Check(CheckArgs),
    /// Run the tests inside the rules
    Test(TestArgs),
    /// Begin a rule: a file with comments and a test that fails
    New(NewArgs),
    /// Write the built-in rules, actions, lexicons and scoring as files to edit
    Export(ExportArgs),
}

/// Arguments of `rules list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Records or folders of records: count how often each rule fired there
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub fired_in: Vec<PathBuf>,
    /// As if it were this day, like 2026-10-01 [default: today]
    #[arg(long, value_name = "DATE", value_parser = day, requires = "fired_in")]
    pub as_of: Option<NaiveDate>,
    /// How to show it.
    #[command(flatten)]
    pub shown: Shown,
    /// Rules and settings.
    #[command(flatten)]
    pub rules: RuleArgs,
}

/// Arguments of `rules check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Files or folders of rules, actions and lexicons, scoring.yml, clientcheck.yml [default: what is in force here]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to show it.
    #[command(flatten)]
    pub shown: Shown,
    /// Rules and settings.
    #[command(flatten)]
    pub rules: RuleArgs,
}

/// Arguments of `rules test`.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Files or folders of rules [default: those in force here, but not the built-in ones]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Only the tests of this rule; may be repeated
    #[arg(long, value_name = "ID")]
    pub rule: Vec<String>,
    /// How to show it.
    #[command(flatten)]
    pub shown: Shown,
    /// Rules and settings.
    #[command(flatten)]
    pub rules: RuleArgs,
}

/// Arguments of `rules new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// The rule's id: small letters and hyphens; it names the problem, like friday-calls
    pub id: String,
    /// Write to FILE instead of standard output; a file that is there is never overwritten
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Arguments of `rules export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The folder to write to
    #[arg(value_name = "DIR", default_value = "rules")]
    pub folder: PathBuf,
    /// Only this rule, made to replace the built-in one; may be repeated
    #[arg(long, value_name = "ID")]
    pub rule: Vec<String>,
    /// Overwrite files that are there
    #[arg(long)]
    pub force: bool,
}
