//! Reads a file past its mistakes of syntax, so that none of them hides what stands behind it.

use super::builder::{Builder, is_control};
use super::repair::{AsWritten, Edit};
use super::{Format, Tree};
use crate::diagnostic::Mistake;
use crate::diagnostic::place::Lines;

/// Larger files are not read past a mistake of syntax: each way round one reads the file anew.
const MOST_SALVAGED: usize = 1024 * 1024;

/// So many mistakes of syntax are told.
const MOST_STUMBLES: usize = 20;

/// A file that was read past its mistakes of syntax.
#[derive(Debug)]
pub struct Salvaged {
    /// What could be read.
    pub tree: Tree,
    /// What keeps the file from being read as it is, in the order of its lines.
    pub mistakes: Vec<Mistake>,
    /// Whether the reader came to the end of the file.
    pub is_whole: bool,
}

impl Tree {
    /// Reads a file that [`Tree::parse`] refuses, as far as it goes: round each mistake of syntax there is mostly a way,
    /// so that what stands behind it can be looked at too. `None` for files that are too large for that.
    #[must_use]
    pub fn salvage(text: &str, format: Format) -> Option<Salvaged> {
        if text.len() > MOST_SALVAGED {
            return None;
        }
        let mut as_written = AsWritten::new(text);
        let mut told: Vec<Mistake> = Vec::new();
        let mut text = text.to_owned();
        loop {
            let lines = Lines::of(&text);
            let mut build = Builder::of(&text, &lines, format);
            let mut stumble = build.stumble.take();
            let (nodes, cooked, mistakes) = build.finish();
            let moved = |mistake: Mistake| as_written.moved(mistake, &text, &lines);
            // Invisible characters are told before anything is read.
            let has_control = mistakes.iter().any(|mistake| mistake.code == "control-character") && text.bytes().any(is_control);
            let line = |mistake: &Mistake| mistake.span.map(|span| span.start.line);
            let found = stumble.as_mut().map(|stumble| moved(stumble.mistake.clone()));
            // A second mistake in one line is mostly what the way round the first one led to.
            let is_new = found.as_ref().is_some_and(|found| told.iter().all(|other| line(other) != line(found)));
            let way_round = if has_control {
                // Spaces in their place move nothing.
                vec![Edit::replace(0..text.len(), text.replace(|c: char| u8::try_from(c).is_ok_and(is_control), " "))]
            } else {
                stumble.map(|stumble| stumble.way_round).filter(|_| is_new && told.len() < MOST_STUMBLES).unwrap_or_default()
            };
            let is_whole = found.is_none() && !has_control;
            let is_last = way_round.is_empty();
            // Equal keys are found anew each time.
            told.extend(mistakes.into_iter().filter(|_| is_last || has_control).map(moved));
            told.extend(found.filter(|_| is_new));
            if is_last {
                told.sort_by_key(|mistake| mistake.span);
                let tree = Tree { text: text.into(), format, lines, nodes, cooked, as_written: Some(as_written.into()) };
                return Some(Salvaged { tree, mistakes: told, is_whole });
            }
            as_written.change(&mut text, way_round);
        }
    }
}
