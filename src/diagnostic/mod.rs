//! Telling mistakes in files: all of them at once, each with its place, what was probably meant, and what would have
//! come of it.
//!
//! In: the text of a YAML or JSON file and a schema. Out: a tree that keeps positions, mistakes as data, and their
//! drawing as text. This module knows nothing of records, rules, days or money; what a word may be is said by the schema
//! and by a check that the caller brings along.

mod check;
mod closest;
mod draw;
mod mend;
mod path;
mod place;
mod plain;
mod schema;
mod tree;

pub use check::{ScalarMistake, check};
pub use closest::closest;
pub use draw::draw;
pub use mend::{Mended, mend};
pub use path::{NotAPath, Path, Step};
pub use place::{Position, Span};
pub use plain::{plain, plain_line};
pub use tree::{Format, Part, Salvaged, Style, Tree};

/// How bad a mistake is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file can be used, but probably not as its writer meant it.
    Warning,
}

/// A second place that belongs to a mistake, such as the first of two equal keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// Another file; `None` for the same one.
    pub file: Option<String>,
    /// Where in it.
    pub span: Span,
    /// What stands there, in a few words.
    pub label: String,
}

/// A mistake in a file, as data. Texts may repeat what a stranger wrote: show them through [`plain`], as [`draw`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A word for scripts, like `unknown-key`.
    pub code: &'static str,
    /// The file, as the user named it.
    pub file: String,
    /// Where in the file; `None` if it is the file as a whole.
    pub span: Option<Span>,
    /// What is wrong.
    pub message: String,
    /// Beside the mark: what was probably meant.
    pub label: String,
    /// What would have come of it, and what else helps.
    pub notes: Vec<String>,
    /// Words that would be right: all if they are at most twelve, else the three nearest.
    pub allowed: Vec<String>,
    /// How many more allowed words there are than `allowed` holds.
    pub allowed_more: usize,
    /// What to put in place of the marked text, where that is all there is to change.
    pub suggestion: Option<String>,
    /// The whole line as it should be, where more than the marked word changes.
    pub correction: Option<String>,
    /// Other places that belong to it.
    pub elsewhere: Vec<Elsewhere>,
}

/// A mistake whose file is not known yet; the fields are those of [`Diagnostic`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// How bad it is.
    pub severity: Severity,
    /// A word for scripts, like `unknown-key`.
    pub code: &'static str,
    /// Where in the file; `None` if it is the file as a whole.
    pub span: Option<Span>,
    /// What is wrong.
    pub message: String,
    /// Beside the mark: what was probably meant.
    pub label: String,
    /// What would have come of it, and what else helps.
    pub notes: Vec<String>,
    /// Words that would be right.
    pub allowed: Vec<String>,
    /// How many more allowed words there are than `allowed` holds.
    pub allowed_more: usize,
    /// What to put in place of the marked text.
    pub suggestion: Option<String>,
    /// The whole line as it should be.
    pub correction: Option<String>,
    /// Other places that belong to it.
    pub elsewhere: Vec<Elsewhere>,
}

/// At most this many allowed words are listed; of more, only the nearest.
const LISTED: usize = 12;
/// How many of the nearest.
const NEAREST: usize = 3;

impl Mistake {
    /// An error at a place; everything else is added with the methods below.
    #[must_use]
    pub fn error(code: &'static str, span: impl Into<Option<Span>>, message: impl Into<String>) -> Mistake {
        Mistake {
            severity: Severity::Error,
            code,
            span: span.into(),
            message: message.into(),
            label: String::new(),
            notes: Vec::new(),
            allowed: Vec::new(),
            allowed_more: 0,
            suggestion: None,
            correction: None,
            elsewhere: Vec::new(),
        }
    }

    /// The same as a warning.
    #[must_use]
    pub fn warning(code: &'static str, span: impl Into<Option<Span>>, message: impl Into<String>) -> Mistake {
        Mistake { severity: Severity::Warning, ..Mistake::error(code, span, message) }
    }

    /// With these words beside the mark.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Mistake {
        self.label = label.into();
        self
    }

    /// With one more note.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Mistake {
        self.notes.push(note.into());
        self
    }

    /// With the text to put in place of the marked one.
    #[must_use]
    pub fn with_suggestion(mut self, suggestion: impl Into<String>) -> Mistake {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// With the whole line as it should be.
    #[must_use]
    pub fn with_correction(mut self, line: impl Into<String>) -> Mistake {
        self.correction = Some(line.into());
        self
    }

    /// With a second place in the same file.
    #[must_use]
    pub fn with_elsewhere(mut self, span: Span, label: impl Into<String>) -> Mistake {
        self.elsewhere.push(Elsewhere { file: None, span, label: label.into() });
        self
    }

    /// With a place in another file.
    #[must_use]
    pub fn with_elsewhere_in(mut self, file: impl Into<String>, span: Span, label: impl Into<String>) -> Mistake {
        self.elsewhere.push(Elsewhere { file: Some(file.into()), span, label: label.into() });
        self
    }

    /// With the words that are allowed in place of `written`: all of them if they are few, else the nearest.
    #[must_use]
    pub fn with_allowed<'a>(mut self, written: &str, allowed: impl IntoIterator<Item = &'a str>) -> Mistake {
        let mut words: Vec<&str> = allowed.into_iter().collect();
        let all = words.len();
        if all > LISTED {
            words = closest::nearest(written, words);
            words.truncate(NEAREST);
        }
        self.allowed_more = all - words.len();
        self.allowed = words.into_iter().map(str::to_owned).collect();
        self
    }

    /// With "did you mean" beside the mark, and the suggestion, where one of the allowed words is near; and with the
    /// allowed words themselves.
    #[must_use]
    pub fn with_closest<'a>(self, written: &str, allowed: impl IntoIterator<Item = &'a str> + Clone) -> Mistake {
        let meant = closest(written, allowed.clone());
        let told = self.with_allowed(written, allowed);
        match meant {
            Some(word) => told.with_label(format!("did you mean `{word}`?")).with_suggestion(word),
            None => told,
        }
    }

    /// The same mistake, `lines` further down: for a record that is one line of a larger file.
    #[must_use]
    pub fn moved_down(mut self, lines: u32) -> Mistake {
        self.span = self.span.map(|span| span.moved_down(lines));
        for place in self.elsewhere.iter_mut().filter(|place| place.file.is_none()) {
            place.span = place.span.moved_down(lines);
        }
        self
    }

    /// The mistake, now that the file is known.
    #[must_use]
    pub fn in_file(self, file: &str) -> Diagnostic {
        Diagnostic {
            severity: self.severity,
            code: self.code,
            file: file.to_owned(),
            span: self.span,
            message: self.message,
            label: self.label,
            notes: self.notes,
            allowed: self.allowed,
            allowed_more: self.allowed_more,
            suggestion: self.suggestion,
            correction: self.correction,
            elsewhere: self.elsewhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_words_are_all_listed_and_of_many_the_nearest() {
        let few = Mistake::error("unknown-word", None, "").with_allowed("clint", ["client", "me"]);
        assert_eq!((few.allowed, few.allowed_more), (vec!["client".to_owned(), "me".to_owned()], 0));
        let words: Vec<String> = (0..30).map(|n| format!("word-{n}")).collect();
        let many = Mistake::error("unknown-word", None, "").with_allowed("word-7", words.iter().map(String::as_str));
        assert_eq!(many.allowed.len(), 3);
        assert_eq!(many.allowed_more, 27);
    }

    #[test]
    fn a_near_word_becomes_the_suggestion() {
        let told = Mistake::error("unknown-word", None, "").with_closest("comunication", ["payment", "communication"]);
        assert_eq!(told.label, "did you mean `communication`?");
        assert_eq!(told.suggestion.as_deref(), Some("communication"));
    }
}
