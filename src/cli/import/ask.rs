//! The one question of an import, and what happens between showing and writing.

use std::io::{self, BufRead, IsTerminal, Write};

/// What the user said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Write.
    Yes,
    /// Do not.
    No,
    /// There is nobody to ask.
    Nobody,
}

/// Asks, if there is a terminal to ask on; only a plain yes is one.
#[must_use]
pub fn ask(question: &str) -> Answer {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Answer::Nobody;
    }
    let mut told = io::stderr().lock();
    let _ = write!(told, "{question} [y/N] ");
    let _ = told.flush();
    let mut line = String::new();
    match io::stdin().lock().read_line(&mut line) {
        Ok(_) if matches!(line.trim().to_lowercase().as_str(), "y" | "yes") => Answer::Yes,
        Ok(_) => Answer::No,
        Err(_) => Answer::Nobody,
    }
}
