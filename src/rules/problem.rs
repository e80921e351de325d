//! What is wrong in a rule file, by its path; the place in the text is found only when it is told.

use crate::diagnostic::{Diagnostic, Elsewhere, Mistake, Path, Position, Severity, Span, Tree, closest};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub severity: Severity,
    pub path: Path,
    pub on_key: bool,
    /// The one word of the text at the path that is wrong.
    pub part: Option<String>,
    /// Not worth telling if something is wrong there: then this is only what came of it.
    pub unless_wrong: Option<Path>,
    pub code: &'static str,
    pub message: String,
    pub label: String,
    pub notes: Vec<String>,
    pub allowed: Vec<String>,
    pub suggestion: Option<String>,
    /// What was written, for choosing the nearest of many allowed words.
    pub written: String,
    pub elsewhere: Vec<Elsewhere>,
}

impl Problem {
    pub(super) fn at(path: Path, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            path,
            on_key: false,
            part: None,
            unless_wrong: None,
            code,
            message: message.into(),
            label: String::new(),
            notes: Vec::new(),
            allowed: Vec::new(),
            suggestion: None,
            written: String::new(),
            elsewhere: Vec::new(),
        }
    }
    /// It can be used, but probably not as its writer meant it.
    pub(super) fn doubt(path: Path, code: &'static str, message: impl Into<String>) -> Self {
        Self::at(path, code, message).into_doubt()
    }
    pub(super) fn into_doubt(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
    /// The key is wrong, not its value.
    pub(super) fn on_key(mut self) -> Self {
        self.on_key = true;
        self
    }
    /// Only this word of the text is wrong.
    pub(super) fn on_part(mut self, part: &str) -> Self {
        self.part = Some(part.to_owned());
        self
    }
    /// It only came of what is wrong there, if anything is.
    pub(super) fn unless_wrong(mut self, path: Path) -> Self {
        self.unless_wrong = Some(path);
        self
    }
    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }
    /// What was probably meant.
    pub(super) fn suggest(self, word: impl Into<String>) -> Self {
        let word = word.into();
        Self { suggestion: Some(word.clone()), ..self.label(format!("did you mean `{word}`?")) }
    }
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
    pub(super) fn allow<'a>(mut self, words: impl IntoIterator<Item = &'a str>) -> Self {
        self.allowed = words.into_iter().map(str::to_owned).collect();
        self
    }
    /// With a place in another file.
    pub(super) fn beside(mut self, elsewhere: Option<Elsewhere>) -> Self {
        self.elsewhere.extend(elsewhere);
        self
    }

    /// With its place in the file, if the file is at hand as a tree.
    pub(super) fn diagnostic(self, file: &str, tree: Option<&Tree>) -> Diagnostic {
        let span = tree.and_then(|tree| self.span(tree));
        let mistake = match self.severity {
            Severity::Error => Mistake::error(self.code, span, self.message),
            Severity::Warning => Mistake::warning(self.code, span, self.message),
        };
        let mistake = Mistake { label: self.label, notes: self.notes, suggestion: self.suggestion, elsewhere: self.elsewhere, ..mistake };
        mistake.with_allowed(&self.written, self.allowed.iter().map(String::as_str)).in_file(file)
    }

    fn span(&self, tree: &Tree) -> Option<Span> {
        if self.on_key
            && let Some(span) = tree.key_span(&self.path)
        {
            return Some(span);
        }
        if !tree.holds(&self.path) {
            // The nearest thing above, and of a block only its key.
            let mut above = self.path.clone();
            while above.pop().is_some() && !above.is_root() {
                if let Some(span) = tree.key_span(&above) {
                    return Some(span);
                }
            }
            return Some(first_line(tree.span(&self.path)?));
        }
        let span = tree.span(&self.path)?;
        let Some(text) = tree.text(&self.path) else { return Some(span) };
        Some(inside(span, text, self.part.as_deref()))
    }
}

/// Of the whole file, only its first line.
fn first_line(span: Span) -> Span {
    let end = if span.end.line == span.start.line { span.end } else { Position { column: span.start.column + 1, ..span.start } };
    Span { end, ..span }
}

/// The text without its quotes, or one word of it. Text with escapes, or over several lines, stays whole.
fn inside(span: Span, text: &str, part: Option<&str>) -> Span {
    let length = text.chars().count();
    let width = span.end.column.saturating_sub(span.start.column) as usize;
    if span.start.line != span.end.line || length == 0 || (width != length && width != length + 2) {
        return span;
    }
    let first = span.start.column as usize + usize::from(width != length);
    let (skipped, length) = match part.and_then(|part| Some((text.find(part)?, part))) {
        Some((before, part)) => (text.get(..before).map_or(0, |before| before.chars().count()), part.chars().count()),
        None => (0, length),
    };
    let at = |column: usize| Position { line: span.start.line, column: u32::try_from(column).unwrap_or(u32::MAX) };
    Span { start: at(first + skipped), end: at(first + skipped + length) }
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

/// A phrase that cannot be searched for, and why.
pub(super) fn bad_phrase(path: Path, phrase: &str, why: impl Into<String>) -> Problem {
    let message = if phrase.trim().is_empty() {
        "an empty phrase cannot be searched for".to_owned()
    } else {
        format!("`{phrase}` cannot be searched for")
    };
    Problem::at(path, "bad-phrase", message).label(why)
}

/// A name that is not known, with the one that was probably meant.
pub(super) fn unknown<'a>(
    path: Path,
    code: &'static str,
    message: impl Into<String>,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Problem {
    let known: Vec<&str> = known.into_iter().collect();
    let suggestion = closest(name, known.iter().copied()).map(str::to_owned);
    let label = suggestion.as_ref().map_or_else(String::new, |word| format!("did you mean `{word}`?"));
    Problem { suggestion, written: name.to_owned(), ..Problem::at(path, code, message).label(label).allow(known) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Format;

    fn place(text: &str, problem: Problem) -> (u32, u32, u32) {
        let tree = Tree::parse(text, Format::Yaml).expect("good YAML");
        let span = problem.diagnostic("f.yml", Some(&tree)).span.expect("a place");
        (span.start.line, span.start.column, span.end.column)
    }

    #[test]
    fn one_word_of_a_text_is_marked_within_its_quotes() {
        let at = || Problem::at(Path::of(["a"]), "x", "");
        assert_eq!(place("a: 15% of fact", at().on_part("fact")), (1, 11, 15));
        assert_eq!(place("a: \"15% of fact\"", at().on_part("fact")), (1, 12, 16));
        assert_eq!(place("a: 'öl of fact'", at().on_part("fact")), (1, 11, 15));
        assert_eq!(place("a: \"fact\"", at()), (1, 5, 9));
        assert_eq!(place("a: \"fa\\tct\"", at().on_part("ct")), (1, 4, 12));
    }

    #[test]
    fn what_is_not_in_the_file_is_told_at_the_nearest_key() {
        let at = |path| Problem::at(path, "x", "");
        assert_eq!(place("a:\n  b:\n    c: 1", at(Path::of(["a", "b", "d"]))), (2, 3, 4));
        assert_eq!(place("a: 1\nb: 2", at(Path::of(["z"]))), (1, 1, 2));
    }
}
