//! What may be typed: commands, flags and their help.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::import::args::ImportArgs;
use super::kit::args::RulesArgs;
use super::setup::args::{CompletionsArgs, ConfigArgs, InitArgs, ManArgs, SchemaArgs};
use crate::facts::Duration;
use crate::record::Day;
use crate::rules::Band;

/// Tells how risky a client is, why, whose doing it is, and what to do next
#[derive(Debug, Parser)]
#[command(name = "clientcheck", version, max_term_width = 90, disable_help_subcommand = true, after_help = AFTER_HELP)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  clientcheck score acme.yaml                   how bad, why, and what to do
  clientcheck score clients/                    all clients, the worst first
  clientcheck explain late-payments acme.yaml   why a sign was found, or was not
  clientcheck facts acme.yaml                   what rules can ask, with the values

Exit codes:
  0 done   1 a gate that you set was crossed   2 it could not be done

Everything stays on your machine. Help on one command: clientcheck score --help";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report on a client, or rank several, the worst first
    Score(ScoreArgs),
    /// Say what a sign is, or why it was found in a record
    Explain(ExplainArgs),
    /// List what rules may ask about, with the values in a record
    Facts(FactsArgs),
    /// Begin a record for a new client, or settings for all
    Init(InitArgs),
    /// Add invoices, payments, messages and hours from the files that you have
    Import(ImportArgs),
    /// List, check, test, write and export rules
    Rules(RulesArgs),
    /// Show the settings in force, and where each comes from
    Config(ConfigArgs),
    /// Print a JSON Schema for your editor
    Schema(SchemaArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man(ManArgs),
}

/// Where rules and settings come from.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Rules")]
pub struct RuleArgs {
    /// More rules on top of the others: a file or a folder; may be repeated
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,
    /// Leave the built-in rules out
    #[arg(long)]
    pub no_built_in: bool,
    /// A clientcheck.yml [default: the nearest one upwards from the record]
    #[arg(long, value_name = "PATH")]
    pub config: Option<PathBuf>,
}

const SCORE_HELP: &str = "\
The risk goes from 0 (good) to 100 (bad); everybody starts at 10. Bands:
  low: below 20   watch: below 40   high: below 70   critical: 70 and more

Examples:
  clientcheck score acme.yaml
  clientcheck score acme.yaml --as-of 2026-10-01
  clientcheck score clients/ -f ndjson -o ranking.ndjson
  clientcheck score clients/ -q --fail-on high

Exit codes:
  0  done, whatever the risk
  1  --fail-on or --fail-above was crossed; the last line on stderr says by whom
  2  a flag, a record or a rule is wrong; the records that can be are scored";

/// Arguments of `score`.
#[derive(Debug, Args)]
#[command(after_help = SCORE_HELP)]
pub struct ScoreArgs {
    /// Records, folders of records, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to show it
    #[arg(short, long, value_enum, default_value = "table", help_heading = "Report")]
    pub format: Format,
    /// Write to FILE instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Report")]
    pub output: Option<PathBuf>,
    /// All sums, all evidence, and what was looked for
    #[arg(short, long, help_heading = "Report")]
    pub verbose: bool,
    /// Only the first line for each client
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Report")]
    pub quiet: bool,
    /// Use colour
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN", help_heading = "Report")]
    pub color: When,
    /// As if it were this day, like 2026-10-01 [default: today]
    #[arg(long, value_name = "DATE", value_parser = day, help_heading = "Scoring")]
    pub as_of: Option<NaiveDate>,
    /// Compare with a day, or so long ago, like "30 days" [default in the table: 30 days]
    #[arg(long, value_name = "DATE|DURATION", value_parser = since, help_heading = "Scoring")]
    pub since: Option<SinceWhen>,
    /// Exit with 1 if any client is in BAND (watch, high, critical) or above
    #[arg(long, value_name = "BAND", value_parser = band, help_heading = "Gates")]
    pub fail_on: Option<Band>,
    /// Exit with 1 if the risk of any client is above N
    #[arg(long, value_name = "N", value_parser = percent, help_heading = "Gates")]
    pub fail_above: Option<rust_decimal::Decimal>,
    /// Rules and settings.
    #[command(flatten)]
    pub rules: RuleArgs,
}

const EXPLAIN_HELP: &str = "\
Examples:
  clientcheck explain late-payments              what it looks for, and what it leads to
  clientcheck explain late-payments acme.yaml    why it was found in a record, or was not

`clientcheck rules list` shows the ids of all rules.";

/// Arguments of `explain`.
#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_HELP)]
pub struct ExplainArgs {
    /// The rule, by its id
    pub rule: String,
    /// A record in which to look for it
    pub record: Option<PathBuf>,
    /// How to show it.
    #[command(flatten)]
    pub shown: Shown,
    /// All entries, not only the newest twenty
    #[arg(short, long)]
    pub verbose: bool,
    /// As if it were this day, like 2026-10-01 [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<NaiveDate>,
    /// Rules and settings.
    #[command(flatten)]
    pub rules: RuleArgs,
}

const FACTS_HELP: &str = "\
Examples:
  clientcheck facts                what rules may ask about, and what absence means
  clientcheck facts acme.yaml      the same, with the values in a record";

/// Arguments of `facts`.
#[derive(Debug, Args)]
#[command(after_help = FACTS_HELP)]
pub struct FactsArgs {
    /// A record whose values to show
    pub record: Option<PathBuf>,
    /// How to show it.
    #[command(flatten)]
    pub shown: Shown,
    /// As if it were this day, like 2026-10-01 [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<NaiveDate>,
    /// A clientcheck.yml [default: the nearest one upwards from the record]
    #[arg(long, value_name = "PATH")]
    pub config: Option<PathBuf>,
}

/// How all commands but `score` show what they have to say.
#[derive(Debug, Clone, Copy, Args)]
pub struct Shown {
    /// How to show it
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: DataFormat,
    /// Use colour
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: When,
}

/// How a score is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// For scripts: one object, or all in `clients`
    Json,
    /// For scripts: one object a line
    Ndjson,
}

/// How other things are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DataFormat {
    /// For people
    Table,
    /// For scripts
    Json,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// In a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// With which day to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SinceWhen {
    /// This day.
    Day(NaiveDate),
    /// So long before.
    Ago(Duration),
}

impl SinceWhen {
    /// The day, seen from another.
    #[must_use]
    pub fn from(self, as_of: NaiveDate) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Ago(duration) => duration.before(as_of),
        }
    }
}

pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    Day::parse(text).ok_or_else(|| "a day is written year-month-day, like 2026-10-01".to_owned())
}

fn since(text: &str) -> Result<SinceWhen, String> {
    let duration =
        || text.parse().map(SinceWhen::Ago).map_err(|()| "a day like 2026-10-01, or a time like \"30 days\" or \"3 months\"".to_owned());
    Day::parse(text).map(SinceWhen::Day).map_or_else(duration, Ok)
}

fn band(text: &str) -> Result<Band, String> {
    let known = [Band::Watch, Band::High, Band::Critical];
    known.into_iter().find(|band| band.word() == text).ok_or_else(|| "the bands are watch, high and critical".to_owned())
}

fn percent(text: &str) -> Result<rust_decimal::Decimal, String> {
    let number: rust_decimal::Decimal = text.parse().map_err(|_| "a number from 0 to 100 is expected".to_owned())?;
    if (rust_decimal::Decimal::ZERO..=rust_decimal::Decimal::ONE_HUNDRED).contains(&number) {
        Ok(number)
    } else {
        Err("the risk goes from 0 to 100".to_owned())
    }
}
