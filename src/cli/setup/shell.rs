//! `clientcheck completions` and `clientcheck man`: both are made from the same description of the command line.

use std::fs;

use anyhow::Context;
use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::args::{CompletionsArgs, ManArgs};
use crate::cli::args::Cli;
use crate::cli::output::{tell, write};
use crate::cli::{DONE, FAILED};
use crate::diagnostic::{closest, plain_line};

/// Runs `completions`; the exit code.
///
/// # Errors
/// If they cannot be written.
pub fn run_completions(args: &CompletionsArgs) -> anyhow::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "clientcheck", &mut script);
    write(&String::from_utf8(script)?)?;
    Ok(DONE)
}

/// Runs `man`; the exit code.
///
/// # Errors
/// If a page cannot be written.
pub fn run_man(args: &ManArgs) -> anyhow::Result<u8> {
    let mut program = Cli::command();
    program.build();
    if let Some(folder) = &args.output {
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", plain_line(&folder.display().to_string())))?;
        clap_mangen::generate_to(program, folder).context("cannot write the pages")?;
        return Ok(DONE);
    }
    let mut command = &program;
    for name in &args.command {
        let known = || command.get_subcommands().map(Command::get_name);
        let Some(found) = command.get_subcommands().find(|inner| inner.get_name() == name) else {
            let meant = closest(name, known()).map(|word| format!("did you mean `{word}`?"));
            let meant = meant.unwrap_or_else(|| format!("there are: {}", known().collect::<Vec<_>>().join(", ")));
            tell(&format!("error: there is no command `{}`: {meant}", plain_line(name)));
            return Ok(FAILED);
        };
        command = found;
    }
    write(&page(command)?)?;
    Ok(DONE)
}

/// One page in the language of `man`.
fn page(command: &Command) -> anyhow::Result<String> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let mut text = Vec::new();
    Man::new(command.clone().name(name)).render(&mut text)?;
    Ok(String::from_utf8(text)?)
}
