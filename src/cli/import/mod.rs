//! `clientcheck import`: exports are read, their items find their clients, what is new is shown, and, if the user agrees,
//! written. What is in a record stays as it is; the rules are never asked.

pub mod args;
mod ask;
mod desk;
mod mailboxes;
mod messages;
mod show;
mod sorted;
mod spool;
mod store;
mod tables;
mod target;

use std::io::{self, Read};
use std::path::Path;

use anyhow::Context;
use chrono_tz::Tz;

use super::args::RuleArgs;
use super::output::{quoted, tell, tell_mistakes, write};
use super::packs::{config_in_force, read};
use super::{DONE, FAILED};
use crate::diagnostic::{Mistake, plain, plain_line};
use crate::import::{Kind, MAX_EXPORT_BYTES, Plan, Refused, export_text, make_map, preset_text, presets};
use crate::record::{Me, Zone};
use crate::rules::decode_config;
use args::{ImportArgs, ImportCommand, IntoArgs};
use ask::{Answer, ask};
use store::{Locks, is_read_only, real, replace};
use target::{Held, Target};

/// Why an import ends early. Nothing was written.
#[derive(Debug)]
enum Stop {
    /// To be told.
    Because(anyhow::Error),
    /// It was told.
    Told,
}

impl Stop {
    fn because(why: impl Into<String>) -> Self {
        Self::Because(anyhow::Error::msg(why.into()))
    }
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Because(error)
    }
}

/// Runs one of the imports; the exit code.
///
/// # Errors
/// If something cannot be read or written.
pub fn run(args: &ImportArgs) -> anyhow::Result<u8> {
    let outcome = match &args.command {
        Some(ImportCommand::Invoices(args)) => tables::run(Kind::Invoices, args),
        Some(ImportCommand::Payments(args)) => tables::run(Kind::Payments, args),
        Some(ImportCommand::Hours(args)) => tables::run(Kind::Hours, args),
        Some(ImportCommand::Messages(args)) => messages::run(args),
        None => helps(args),
    };
    match outcome {
        Ok(code) => Ok(code),
        Err(Stop::Because(error)) => Err(error),
        Err(Stop::Told) => Ok(FAILED),
    }
}

/// What needs no target: the presets and maps.
fn helps(args: &ImportArgs) -> Result<u8, Stop> {
    if let Some(name) = &args.show_preset {
        let Some(text) = preset_text(name) else {
            let known: Vec<String> = presets().into_iter().map(|preset| preset.name).collect();
            let meant = crate::diagnostic::closest(name, known.iter().map(String::as_str));
            let hint = meant.map_or_else(|| "clientcheck import --list-presets".to_owned(), |name| format!("did you mean {name}?"));
            return Err(Stop::because(format!("there is no preset `{}`; {hint}", plain_line(name))));
        };
        write(text)?;
    } else if let Some(file) = &args.make_map {
        let bytes = read_export(file)?;
        let map = make_map(&bytes, &file.display().to_string()).map_err(|error| Stop::because(error.to_string()))?;
        write(&map)?;
    } else {
        write(&show::list_of_presets(&presets()))?;
    }
    Ok(DONE)
}

/// The bytes of an export, from a file or standard input.
fn read_export(path: &Path) -> Result<Vec<u8>, Stop> {
    let shown = plain_line(&path.display().to_string()).into_owned();
    let mut bytes = Vec::new();
    let limit = MAX_EXPORT_BYTES as u64 + 1;
    let done = if path.as_os_str() == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    done.with_context(|| format!("cannot read {shown}"))?;
    if bytes.len() > MAX_EXPORT_BYTES {
        return Err(Stop::because(format!("{shown} is larger than {} MB", MAX_EXPORT_BYTES >> 20)));
    }
    Ok(bytes)
}

/// What the settings in force say of me.
fn me_of_settings(args: &IntoArgs, target: &Target) -> Result<Me, Stop> {
    let rules = RuleArgs { rules: Vec::new(), no_built_in: false, config: args.config.clone() };
    let Some(path) = config_in_force(&rules, Some(&target.sample())) else { return Ok(Me::default()) };
    let text = read(&path).map_err(|_| Stop::Told)?;
    let name = path.display().to_string();
    let config = decode_config(&name, &text).map_err(|mistakes| {
        tell_mistakes(&mistakes, &|_| Some(text.clone()));
        Stop::Told
    })?;
    Ok(config.me.unwrap_or_default())
}

fn zone_of(me: &Me) -> Tz {
    me.timezone.map_or(Tz::UTC, |Zone(zone)| zone)
}

/// What an import would write, and what there is to say of it.
#[derive(Debug, Default)]
struct Round {
    /// One line for each file that was read: what became of all its rows.
    summary: Vec<String>,
    /// What a person should know or decide, in plain words.
    notes: Vec<String>,
    /// The files that change.
    changes: Vec<Changed>,
}

/// A record that changes.
#[derive(Debug)]
struct Changed {
    held: Held,
    /// In a few words what is added.
    what: String,
    /// The text with what is added.
    text: String,
    /// The file of messages beside it, with what is added.
    messages: Option<messages::Beside>,
}

impl Changed {
    /// What a plan and the text extended by it make of a record; none if that is nothing.
    fn of(held: Held, plan: &Plan, edited: Result<String, Refused>, messages: Option<messages::Beside>) -> Result<Option<Self>, Stop> {
        if plan.is_empty() && messages.is_none() {
            return Ok(None);
        }
        let text = edited.map_err(|refused| {
            let name = held.path.display().to_string();
            let mistake = Mistake::error("not-extended", refused.span, refused.message).with_note("nothing was written");
            tell_mistakes(&[mistake.in_file(&name)], &|_| Some(held.text.clone()));
            Stop::Told
        })?;
        let what = show::what(plan, messages.as_ref());
        Ok(Some(Self { held, what, text, messages }))
    }
}

/// Makes a round, shows it, asks, and writes it: what is written was made while nobody else could write.
fn carry_out(args: &IntoArgs, target: &Target, round: &mut dyn FnMut() -> Result<Round, Stop>) -> Result<u8, Stop> {
    let is_there = match target {
        Target::Folder(folder) => folder.is_dir(),
        Target::File(path, _) => path.is_file(),
    };
    let mut locks = if args.yes && is_there { Some(Locks::take(&target.folders())?) } else { None };
    let mut made = round()?;
    write(&show::round(&made, args.verbose))?;
    for note in show::notes(&made, args.verbose) {
        tell(&note);
    }
    if made.changes.is_empty() {
        tell("nothing is new; nothing was written");
        return Ok(DONE);
    }
    if args.dry_run {
        tell("nothing was written (--dry-run)");
        return Ok(DONE);
    }
    refuse_read_only(&made)?;
    if !args.yes {
        match ask(&format!("Write {}?", show::files(made.changes.len()))) {
            Answer::Yes => {}
            Answer::No => {
                tell("nothing was written");
                return Ok(DONE);
            }
            Answer::Nobody => {
                tell("error: nothing was written, since there is no terminal to ask on; write with --yes, or only look with --dry-run");
                return Ok(FAILED);
            }
        }
    }
    if locks.is_none() {
        make_folders(target)?;
        locks = Some(Locks::take(&target.folders())?);
        // Where there was nothing and still is, nothing can have changed.
        if is_there || !target.read()?.is_empty() {
            let again = round()?;
            if !args.yes && !is_equal(&made, &again) {
                return Err(Stop::because("the records have changed meanwhile; nothing was written, look again"));
            }
            made = again;
        }
    }
    for change in &made.changes {
        put(change)?;
    }
    drop(locks);
    let next = quoted(&args.into.display().to_string());
    tell(&format!("{} written; next: clientcheck score {}", show::files(made.changes.len()), plain_line(&next)));
    Ok(DONE)
}

/// Whoever took the right to write from a file does not want it to change.
fn refuse_read_only(made: &Round) -> Result<(), Stop> {
    let files = made.changes.iter().flat_map(|change| {
        let record = (change.text != change.held.text).then_some(change.held.path.as_path());
        record.into_iter().chain(change.messages.as_ref().map(messages::Beside::path))
    });
    let kept: Vec<String> =
        files.filter(|path| is_read_only(path)).map(|path| plain_line(&path.display().to_string()).into_owned()).collect();
    match kept.as_slice() {
        [] => Ok(()),
        [one] => Err(Stop::because(format!("{one} may only be read; nothing was written"))),
        several => Err(Stop::because(format!("{} may only be read; nothing was written", several.join(", ")))),
    }
}

fn make_folders(target: &Target) -> Result<(), Stop> {
    let folder = match target {
        Target::Folder(folder) => Some(folder.as_path()),
        Target::File(path, _) => path.parent().filter(|folder| !folder.as_os_str().is_empty()),
    };
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", plain_line(&folder.display().to_string())))?;
    }
    Ok(())
}

fn is_equal(one: &Round, other: &Round) -> bool {
    let texts = |round: &Round| -> Vec<(std::path::PathBuf, String, Option<String>)> {
        let one =
            |change: &Changed| (change.held.path.clone(), change.text.clone(), change.messages.as_ref().map(messages::Beside::fingerprint));
        round.changes.iter().map(one).collect()
    };
    texts(one) == texts(other)
}

/// Writes a record. Its messages come first: a file of messages that no record names harms nobody, and the next import
/// finds it; a record that names a file that is not there could not be read.
fn put(change: &Changed) -> Result<(), Stop> {
    let path = real(&change.held.path);
    if let Some(messages) = &change.messages {
        messages.put()?;
    }
    if change.text != change.held.text || change.held.is_new {
        replace(&path, change.held.is_new, &mut |out| out.write_all(change.text.as_bytes()))?;
    }
    Ok(())
}

/// Tells what could not be read, and what is odd, each with its line in the export; not more than can be looked at.
fn tell_rows(mistakes: &[Mistake], file: &str, bytes: Option<&[u8]>) {
    /// So many are shown with their lines.
    const SHOWN: usize = 20;
    let text = bytes.filter(|_| !mistakes.is_empty()).map(export_text);
    let shown: Vec<_> = mistakes.iter().take(SHOWN).map(|mistake| mistake.clone().in_file(file)).collect();
    tell_mistakes(&shown, &|_| text.as_deref().map(str::to_owned));
    if let Some(more) = mistakes.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        tell(&format!("... and {more} more in {}", plain(file)));
    }
}
