//! A file of a pack: what it holds, and where in it something is wrong.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::built_in::built_in_text;
use super::problem::{Problem, Problems};
use crate::diagnostic::{Diagnostic, Elsewhere, Format, Mended, Path, Tree, mend};
use crate::record::{check_scalar, decode, salvaged, schema};

/// What is told of a block or a list as a whole; if a part of it is wrong, it mostly comes of that.
const OF_THE_WHOLE: [&str; 6] = ["empty", "never", "always", "never-or-always", "bad-points", "points-do-not-rise"];

/// Where something was read from.
#[derive(Debug)]
pub(super) struct Source<'a> {
    /// The name of its pack.
    pub pack: &'a str,
    /// The file, as the user named it.
    pub file: Cow<'a, str>,
    /// Its text; the prepared built-in pack has none at hand.
    pub text: Option<&'a str>,
    /// What was put right before it could be read, if anything was.
    pub mended: Option<Box<Mended>>,
}

/// What a file holds, and where it is from.
#[derive(Debug)]
pub(super) struct Sourced<'a, T> {
    pub content: T,
    pub source: Source<'a>,
}

impl<'a> Source<'a> {
    pub(super) fn file(pack: &'a str, file: &'a str, text: &'a str) -> Self {
        Self { pack, file: Cow::Borrowed(file), text: Some(text), mended: None }
    }

    /// Reads the file. What is wrong goes to `mistakes`; what can be used of it is given all the same, so that the rest
    /// of it can be checked.
    pub(super) fn read<T: DeserializeOwned + JsonSchema>(mut self, mistakes: &mut Vec<Diagnostic>) -> Option<Sourced<'a, T>> {
        let text = self.text.unwrap_or_default();
        let found = match decode::<T>(text, Format::Yaml) {
            Ok(content) => return Some(Sourced { content, source: self }),
            Err(found) => found,
        };
        mistakes.extend(found.into_iter().map(|mistake| mistake.in_file(&self.file)));
        // What is no YAML at all cannot be looked at further.
        let salvaged = salvaged(text)?;
        let schema = schema::<T>();
        let value = salvaged.tree.value()?;
        let unread = if salvaged.is_whole { Vec::new() } else { unread(&value, &schema) };
        let mut mended = mend(value, &schema, &check_scalar);
        mended.wrong.extend(unread);
        let content = serde_json::from_value(mended.value.take()).ok()?;
        self.mended = Some(Box::new(mended));
        Some(Sourced { content, source: self })
    }

    /// Tells what is wrong, with the places in the file, in the order of its lines.
    pub(super) fn tell(&self, problems: Problems) -> Vec<Diagnostic> {
        if problems.0.is_empty() {
            return Vec::new();
        }
        let tree = self.tree();
        let told = problems.0.into_iter().filter(|problem| !self.was_told(problem)).map(|problem| {
            let path = self.mended.as_ref().map(|mended| mended.as_written(&problem.path));
            let path = path.unwrap_or_else(|| problem.path.clone());
            Problem { path, ..problem }.diagnostic(&self.file, tree.as_ref())
        });
        let was_changed = |told: &Diagnostic| {
            tree.as_ref().zip(told.span).is_some_and(|(tree, span)| tree.may_come_of_a_change(told.code, told.suggestion.as_deref(), span))
        };
        let mut told: Vec<Diagnostic> = told.filter(|told| !was_changed(told)).collect();
        told.sort_by_key(|diagnostic| diagnostic.span);
        told
    }

    /// Whether it only came of what was put right.
    fn was_told(&self, problem: &Problem) -> bool {
        let Some(mended) = &self.mended else { return false };
        mended.is_wrong(&problem.path)
            || (OF_THE_WHOLE.contains(&problem.code) && mended.is_wrong_inside(&problem.path))
            || problem.unless_wrong.as_ref().is_some_and(|path| mended.is_wrong(path))
    }

    pub(super) fn tree(&self) -> Option<Tree> {
        let text = self.text.or_else(|| built_in_text(&self.file))?;
        Tree::parse(text, Format::Yaml).ok().or_else(|| Some(salvaged(text)?.tree))
    }

    /// A place in this file that belongs to a problem in another one.
    pub(super) fn place(&self, path: &Path, label: &str) -> Option<Elsewhere> {
        let span = self.tree()?.span(path)?;
        Some(Elsewhere { file: Some(self.file.to_string()), span, label: label.to_owned() })
    }
}

/// What may stand in the part of a file that could not be read: its keys that are not there, or hold nothing yet.
fn unread(value: &Value, schema: &Value) -> Vec<Path> {
    let is_read = |key: &str| match value.get(key) {
        Some(Value::Array(entries)) => !entries.is_empty(),
        Some(Value::Object(keys)) => !keys.is_empty(),
        held => held.is_some_and(|held| !held.is_null()),
    };
    let keys = schema.get("properties").and_then(Value::as_object).into_iter().flat_map(|keys| keys.keys());
    keys.filter(|key| !is_read(key)).map(|key| Path::of([key.as_str()])).collect()
}
