//! What may be typed behind `init`, `config`, `schema`, `completions` and `man`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::args::{RuleArgs, Shown};
use crate::rules::FileKind;

const INIT_HELP: &str = "\
Examples:
  clientcheck init \"Acme GmbH\"              writes acme-gmbh.yaml
  clientcheck init \"Acme GmbH\" -o acme.yaml
  clientcheck init --settings               writes clientcheck.yml

A file that is there is never overwritten.";

/// Arguments of `init`.
#[derive(Debug, Args)]
#[command(after_help = INIT_HELP)]
pub struct InitArgs {
    /// The client's name, in quotes if it has spaces
    #[arg(default_value = "New client", conflicts_with = "settings")]
    pub name: String,
    /// Write to FILE; - is standard output [default: the name, as a file name]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Begin a clientcheck.yml instead: who you are, and changes to the rules
    #[arg(long)]
    pub settings: bool,
}

/// Arguments of `config`.
#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub struct ConfigArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// The commands about settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show every setting in force, and where it comes from
    Show(ShowArgs),
}

/// Arguments of `config show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The record for which they hold [default: the working folder]
    pub record: Option<PathBuf>,
    /// How to show it.
    #[command(flatten)]
    pub shown: Shown,
    /// Rules and settings.
    #[command(flatten)]
    pub rules: RuleArgs,
}

const SCHEMA_HELP: &str = "\
Examples:
  clientcheck schema record -o record.schema.json

An editor with a YAML language server completes and explains every key of a file
that begins with this line:
  # yaml-language-server: $schema=record.schema.json";

/// Arguments of `schema`.
#[derive(Debug, Args)]
#[command(after_help = SCHEMA_HELP)]
pub struct SchemaArgs {
    /// Of which kind of file
    #[arg(value_enum, value_name = "KIND")]
    pub of: SchemaOf,
    /// Write to FILE instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What there are schemas of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// A client's record
    Record,
    /// A line of a file of messages
    Message,
    /// A rule
    Rule,
    /// An action
    Action,
    /// A lexicon
    Lexicon,
    /// A language of a pack
    Language,
    /// scoring.yml
    Scoring,
    /// sources.yml
    Sources,
    /// clientcheck.yml
    Config,
    /// What `score -f json` prints for one client
    Report,
}

impl SchemaOf {
    /// The kind of file; none for what the program itself writes.
    #[must_use]
    pub const fn file(self) -> Option<FileKind> {
        Some(match self {
            Self::Record => FileKind::Record,
            Self::Message => FileKind::Message,
            Self::Rule => FileKind::Rule,
            Self::Action => FileKind::Action,
            Self::Lexicon => FileKind::Lexicon,
            Self::Language => FileKind::Language,
            Self::Scoring => FileKind::Scoring,
            Self::Sources => FileKind::Sources,
            Self::Config => FileKind::Config,
            Self::Report => return None,
        })
    }
}

const COMPLETIONS_HELP: &str = "\
Examples:
  clientcheck completions bash > ~/.local/share/bash-completion/completions/clientcheck
  clientcheck completions zsh > ~/.zfunc/_clientcheck
  clientcheck completions fish > ~/.config/fish/completions/clientcheck.fish";

/// Arguments of `completions`.
#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_HELP)]
pub struct CompletionsArgs {
    /// For which shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

const MAN_HELP: &str = "\
Examples:
  clientcheck man | man -l -
  clientcheck man score > clientcheck-score.1
  clientcheck man -o man1/                  writes the pages of all commands";

/// Arguments of `man`.
#[derive(Debug, Args)]
#[command(after_help = MAN_HELP)]
pub struct ManArgs {
    /// Of one command, like score or rules check [default: of clientcheck as a whole]
    #[arg(conflicts_with = "output")]
    pub command: Vec<String>,
    /// Write the pages of all commands into DIR
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}
