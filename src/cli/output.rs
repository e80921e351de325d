//! Standard output and standard error: what is written where, when a pipe closes, and how wide and coloured it is.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::NamedTempFile;

use super::args::When;
use crate::diagnostic::{Diagnostic, draw, plain_line};
use crate::report::screen::Look;

/// Where the report goes. A file is written beside its place first, so that it is never half there.
pub enum Output {
    /// Standard output.
    Standard(BufWriter<io::Stdout>),
    /// A file.
    File(BufWriter<NamedTempFile>, PathBuf),
}

impl Output {
    /// Opens it.
    ///
    /// # Errors
    /// If the folder of the file cannot be written to.
    pub fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self::Standard(BufWriter::with_capacity(1 << 16, io::stdout()))) };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = new_file(folder, path).with_context(|| format!("cannot write to {}", folder.display()))?;
        Ok(Self::File(BufWriter::new(file), path.to_owned()))
    }

    /// Writes text; whether anybody still reads it.
    ///
    /// # Errors
    /// If the disk is full and the like. A closed pipe is no error.
    pub fn write(&mut self, text: &[u8]) -> anyhow::Result<bool> {
        let outcome = match self {
            Self::Standard(writer) => writer.write_all(text),
            Self::File(writer, _) => writer.write_all(text),
        };
        still_read(outcome).context("cannot write the report")
    }

    /// Ends it: a file takes its place.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Standard(mut writer) => still_read(writer.flush()).map(drop).context("cannot write the report"),
            Self::File(writer, path) => {
                let file = writer.into_inner().map_err(io::IntoInnerError::into_error).context("cannot write the report")?;
                file.persist(&path).map(drop).with_context(|| format!("cannot write {}", path.display()))
            }
        }
    }
}

/// Writes an answer to standard output.
///
/// # Errors
/// If it cannot be written. A closed pipe is no error.
pub fn write(text: &str) -> anyhow::Result<()> {
    let mut output = Output::open(None)?;
    output.write(text.as_bytes())?;
    output.finish()
}

/// Writes a file that is not there yet; whether it was written. One that is there is never touched, and that is told.
///
/// # Errors
/// If it cannot be written.
pub fn write_new(path: &Path, text: &str) -> anyhow::Result<bool> {
    let shown = plain_line(&path.display().to_string()).into_owned();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", plain_line(&folder.display().to_string())))?;
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true).with_context(|| format!("cannot write {shown}")),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            tell(&format!("error: {shown} is there already; it was not touched"));
            Ok(false)
        }
        Err(error) => Err(error).with_context(|| format!("cannot write {shown}")),
    }
}

/// A word for a shell, in quotes where it needs them.
#[must_use]
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@' | ':' | '+' | ',');
    if !word.is_empty() && word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// A new file in a folder, with the permissions that new files get; one that is replaced hands on its own.
///
/// # Errors
/// If the folder cannot be written to.
pub fn new_file(folder: &Path, replaces: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".clientcheck-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder)?;
    if let Ok(old) = std::fs::metadata(replaces) {
        file.as_file().set_permissions(old.permissions())?;
    }
    Ok(file)
}

fn still_read(outcome: io::Result<()>) -> io::Result<bool> {
    match outcome {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes a line to standard error. If nobody reads it, nothing can be done about it.
pub fn tell(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Draws mistakes on standard error.
pub fn tell_mistakes(mistakes: &[Diagnostic], source_of: &dyn Fn(&str) -> Option<String>) {
    if mistakes.is_empty() {
        return;
    }
    let mut texts: Vec<(String, String)> = Vec::new();
    for mistake in mistakes {
        if !texts.iter().any(|(file, _)| *file == mistake.file) {
            texts.extend(source_of(&mistake.file).map(|text| (mistake.file.clone(), text)));
        }
    }
    let text_of = |name: &str| texts.iter().find(|(file, _)| file == name).map(|(_, text)| text.as_str());
    tell(draw(mistakes, &text_of, uses_colour(When::Auto, &io::stderr())).trim_end());
}

/// How a screen is drawn on standard output.
#[must_use]
pub fn look_at(color: When, verbose: bool) -> Look {
    Look { width: width(), colour: uses_colour(color, &io::stdout()), verbose }
}

/// Whether to use colour.
#[must_use]
pub fn uses_colour(when: When, stream: &impl IsTerminal) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => {
            stream.is_terminal()
                && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

/// The width of the screen: the terminal's, at least 60 and at most 100 cells; 80 where there is no terminal.
#[must_use]
pub fn width() -> usize {
    if !io::stdout().is_terminal() {
        return 80;
    }
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0).clamp(60, 100))
}
