//! What one needs once: a first record and settings, which settings are in force, schemas for the editor, completions for
//! the shell, the manual. Nothing is scored here.

pub mod args;
mod config;
mod init;
mod schema;
mod shell;

pub use config::run as run_config;
pub use init::run as run_init;
pub use schema::run as run_schema;
pub use shell::{run_completions, run_man};

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::Context;

use super::output::{Output, tell};
use crate::diagnostic::plain_line;

/// Writes the answer to standard output.
fn write(text: &str) -> anyhow::Result<()> {
    let mut output = Output::open(None)?;
    output.write(text.as_bytes())?;
    output.finish()
}

/// Writes a file that is not there yet; whether it was written. One that is there is never touched, and that is told.
fn write_new(path: &Path, text: &str) -> anyhow::Result<bool> {
    let shown = plain_line(&path.display().to_string()).into_owned();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", plain_line(&folder.display().to_string())))?;
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true).with_context(|| format!("cannot write {shown}")),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            tell(&format!("error: {shown} is there already; it was not touched"));
            Ok(false)
        }
        Err(error) => Err(error).with_context(|| format!("cannot write {shown}")),
    }
}
