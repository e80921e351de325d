//! What may be typed behind `clientcheck import`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

const AFTER_HELP: &str = "\
Examples:
  clientcheck import invoices stripe.csv --into clients/
  clientcheck import payments bank.csv --into clients/ --dry-run
  clientcheck import messages takeout.mbox --into clients/ --me me@studio.example
  clientcheck import hours toggl.csv --into acme.yaml --yes
  clientcheck import --make-map odd.csv > my-columns.yaml

What you wrote is never moved or overwritten: text is only added, comments stay, and a
second import of the same file adds nothing. You see every change before it is written.

Exit codes:
  0 done, also if nothing was new   2 it could not be done, and nothing was written";

/// Arguments of `import`.
#[derive(Debug, Args)]
#[command(
    after_help = AFTER_HELP,
    disable_help_subcommand = true,
    args_conflicts_with_subcommands = true,
    arg_required_else_help = true
)]
pub struct ImportArgs {
    /// What is imported.
    #[command(subcommand)]
    pub command: Option<ImportCommand>,
    /// List the exports that are known by their columns
    #[arg(long)]
    pub list_presets: bool,
    /// Print the map of a known export, as a file to copy and change
    #[arg(long, value_name = "NAME", conflicts_with = "list_presets")]
    pub show_preset: Option<String>,
    /// Print a map to complete for a table that is not known
    #[arg(long, value_name = "FILE", conflicts_with_all = ["list_presets", "show_preset"])]
    pub make_map: Option<PathBuf>,
}

/// What can be imported.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Invoices with what was paid on them, from Stripe, Xero, QuickBooks, FreshBooks and others
    Invoices(TableArgs),
    /// Payments from a bank or a payment service; each finds its invoice by number, or by amount and payer
    Payments(TableArgs),
    /// Messages of both sides: a mailbox, single mails, WhatsApp, Slack or Telegram
    Messages(MessagesArgs),
    /// Hours worked, from Toggl, Clockify, Harvest, Kimai and others
    Hours(TableArgs),
}

/// Where to, and how.
#[derive(Debug, Clone, Args)]
pub struct IntoArgs {
    /// A record (made if it is not there), or a folder of records: an existing one, or a name that ends with /
    #[arg(long, value_name = "TARGET")]
    pub into: PathBuf,
    /// Only what belongs to this client: a name, an address or a domain
    #[arg(long, value_name = "NAME")]
    pub client: Option<String>,
    /// Write without asking
    #[arg(short, long)]
    pub yes: bool,
    /// Show what would be written, and write nothing
    #[arg(short = 'n', long, conflicts_with = "yes")]
    pub dry_run: bool,
    /// Write nothing if anything cannot be read
    #[arg(long)]
    pub strict: bool,
    /// Show the whole difference, however long
    #[arg(short, long)]
    pub verbose: bool,
    /// A clientcheck.yml [default: the nearest one upwards from the target]
    #[arg(long, value_name = "PATH")]
    pub config: Option<PathBuf>,
}

/// Arguments of `import invoices`, `payments` and `hours`.
#[derive(Debug, Clone, Args)]
pub struct TableArgs {
    /// Exports, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Where to, and how.
    #[command(flatten)]
    pub into: IntoArgs,
    /// Which export it is, by name [default: recognised by its columns]
    #[arg(long, value_name = "NAME", help_heading = "Reading", conflicts_with = "map")]
    pub preset: Option<String>,
    /// Which column holds what, in a file of yours
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub map: Option<PathBuf>,
    /// What 03/04/2025 means [default: found out from the whole file, never guessed]
    #[arg(long, value_enum, value_name = "ORDER", help_heading = "Reading")]
    pub dates: Option<Dates>,
}

/// Arguments of `import messages`.
#[derive(Debug, Clone, Args)]
pub struct MessagesArgs {
    /// Mailboxes (mbox), mails, folders of mails, exported chats, or ZIP files with any of them
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Where to, and how.
    #[command(flatten)]
    pub into: IntoArgs,
    /// Who you are: an address, *@studio.example, or your name in a chat; may be repeated [default: me.emails]
    #[arg(long, value_name = "ADDRESS", help_heading = "Reading", value_delimiter = ',')]
    pub me: Vec<String>,
    /// What 03/04/2025 means in a chat [default: found out from the whole file]
    #[arg(long, value_enum, value_name = "ORDER", help_heading = "Reading")]
    pub dates: Option<Dates>,
    /// Read mails of mailing lists too
    #[arg(long, help_heading = "Reading")]
    pub with_lists: bool,
}

/// The order of day, month and year in dates of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Dates {
    /// Day, month, year
    Dmy,
    /// Month, day, year
    Mdy,
    /// Year, month, day
    Ymd,
}
