//! What is wrong in a rule file, by its path; the place in the text is found only when it is told.

use crate::diagnostic::{Diagnostic, Mistake, Path, Tree, closest};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub path: Path,
    pub on_key: bool,
    pub code: &'static str,
    pub message: String,
    pub label: String,
    pub notes: Vec<String>,
    pub allowed: Vec<String>,
    pub suggestion: Option<String>,
    /// What was written, for choosing the nearest of many allowed words.
    pub written: String,
}

impl Problem {
    pub(super) fn at(path: Path, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            path,
            on_key: false,
            code,
            message: message.into(),
            label: String::new(),
            notes: Vec::new(),
            allowed: Vec::new(),
            suggestion: None,
            written: String::new(),
        }
    }
    /// The key is wrong, not its value.
    pub(super) fn on_key(mut self) -> Self {
        self.on_key = true;
        self
    }
    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
    pub(super) fn allow<'a>(mut self, words: impl IntoIterator<Item = &'a str>) -> Self {
        self.allowed = words.into_iter().map(str::to_owned).collect();
        self
    }

    /// With its place in the file, if the file is at hand as a tree.
    pub(super) fn diagnostic(self, file: &str, tree: Option<&Tree>) -> Diagnostic {
        let span = tree.and_then(|tree| if self.on_key { tree.key_span(&self.path) } else { tree.span(&self.path) });
        let mut mistake = Mistake::error(self.code, span, self.message);
        mistake.label = self.label;
        mistake.notes = self.notes;
        mistake.suggestion = self.suggestion;
        mistake.with_allowed(&self.written, self.allowed.iter().map(String::as_str)).in_file(file)
    }
}

/// All that is wrong in one file.
#[derive(Debug, Default)]
pub(super) struct Problems(pub Vec<Problem>);

impl Problems {
    pub(super) fn add(&mut self, problem: Problem) {
        self.0.push(problem);
    }
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// A name that is not known, with the one that was probably meant.
pub(super) fn unknown<'a>(path: Path, kind: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Problem {
    let known: Vec<&str> = known.into_iter().collect();
    let suggestion = closest(name, known.iter().copied()).map(str::to_owned);
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "no such" } else { "no" };
    let problem = Problem::at(path, "unknown-word", format!("there is {article} {kind} `{name}`"));
    let label = suggestion.as_ref().map_or_else(String::new, |word| format!("did you mean `{word}`?"));
    Problem { suggestion, written: name.to_owned(), ..problem.label(label).allow(known) }
}
