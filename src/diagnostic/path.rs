//! The way from the top of a file to one of its values: `invoices[3].amount`.
//!
//! A path says nothing of lines; `Tree` turns it into one when somebody asks.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use smallvec::SmallVec;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into a block of keys and values.
    Key(Cow<'static, str>),
    /// Into a list; the first entry is 0.
    Index(usize),
}

/// Steps from the top of a file; no steps at all is the whole file.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(SmallVec<[Step; 2]>);

impl Path {
    /// Keys from the top: `Path::of(["client", "name"])`.
    #[must_use]
    pub fn of<const N: usize>(keys: [&str; N]) -> Path {
        keys.into_iter().map(|key| Step::Key(key.to_owned().into())).collect()
    }

    /// An entry of a list at the top. Unlike most paths it costs nothing, since many are made that nobody asks for.
    #[must_use]
    pub fn entry(list: &'static str, index: usize) -> Path {
        Path([Step::Key(list.into()), Step::Index(index)].into())
    }

    /// Keys with dots between them.
    #[must_use]
    pub fn dotted(keys: &'static str) -> Path {
        keys.split('.').map(|key| Step::Key(key.into())).collect()
    }

    /// The whole file.
    #[must_use]
    pub fn root() -> Path {
        Path::default()
    }

    /// One step further down, by key.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Path {
        self.with(Step::Key(key.into().into()))
    }

    /// One step further down, by place in a list.
    #[must_use]
    pub fn index(&self, index: usize) -> Path {
        self.with(Step::Index(index))
    }

    /// Appends a key.
    pub fn push_key(&mut self, key: impl Into<String>) {
        self.0.push(Step::Key(key.into().into()));
    }

    /// Appends a place in a list.
    pub fn push_index(&mut self, index: usize) {
        self.0.push(Step::Index(index));
    }

    /// Takes the last step off.
    pub fn pop(&mut self) -> Option<Step> {
        self.0.pop()
    }

    /// Appends all steps of another path.
    pub fn extend(&mut self, further: &Path) {
        self.0.extend(further.0.iter().cloned());
    }

    /// This path, and behind it the other.
    #[must_use]
    pub fn join(&self, further: &Path) -> Path {
        let mut joined = self.clone();
        joined.extend(further);
        joined
    }

    /// The path without its last step; `None` for the whole file.
    #[must_use]
    pub fn parent(&self) -> Option<Path> {
        self.0.split_last().map(|(_, before)| before.iter().cloned().collect())
    }

    /// The steps, from the top.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The last step.
    #[must_use]
    pub fn last(&self) -> Option<&Step> {
        self.0.last()
    }

    /// Whether this is the whole file.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the other path is this one or leads to it.
    #[must_use]
    pub fn starts_with(&self, beginning: &Path) -> bool {
        self.0.starts_with(&beginning.0)
    }

    fn with(&self, step: Step) -> Path {
        self.0.iter().cloned().chain(std::iter::once(step)).collect()
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<T: IntoIterator<Item = Step>>(steps: T) -> Self {
        Path(steps.into_iter().collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(out, "[{index}]")?,
                Step::Key(key) if key.is_empty() || key.contains(['.', '[', ']', '"', '\\']) => {
                    // Rare keys stand in quotes, so that reading the path gives the same steps again.
                    write!(out, "[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\""))?;
                }
                Step::Key(key) => {
                    let dot = if place == 0 { "" } else { "." };
                    write!(out, "{dot}{key}")?;
                }
            }
        }
        Ok(())
    }
}

/// A text that is not a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAPath {
    /// The text.
    pub text: String,
}

impl fmt::Display for NotAPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}` is not a path like invoices[3].amount", self.text)
    }
}

impl std::error::Error for NotAPath {}

impl FromStr for Path {
    type Err = NotAPath;

    fn from_str(text: &str) -> Result<Path, NotAPath> {
        read(text).ok_or_else(|| NotAPath { text: text.to_owned() })
    }
}

fn read(text: &str) -> Option<Path> {
    let mut path = Path::root();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("[\"") {
            let (key, after) = read_quoted(quoted)?;
            path.push_key(key);
            rest = after.strip_prefix(']')?;
        } else if let Some(inside) = rest.strip_prefix('[') {
            let (number, after) = inside.split_once(']')?;
            path.push_index(number.parse().ok()?);
            rest = after;
        } else {
            // A dot stands between steps, never before the first.
            let word = if path.is_root() { rest } else { rest.strip_prefix('.')? };
            let end = word.find(['.', '[']).unwrap_or(word.len());
            let (key, after) = word.split_at(end);
            if key.is_empty() || key.contains([']', '"', '\\']) {
                return None;
            }
            path.push_key(key);
            rest = after;
        }
    }
    Some(path)
}

/// Reads up to the closing quote; gives the key and what stands behind the quote.
fn read_quoted(text: &str) -> Option<(String, &str)> {
    let mut key = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((key, &text[at + 1..])),
            '\\' => key.push(characters.next()?.1),
            other => key.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_reads_as_people_write_it() {
        let path = Path::root().key("invoices").index(3).key("amount");
        assert_eq!(path.to_string(), "invoices[3].amount");
        assert_eq!("invoices[3].amount".parse(), Ok(path.clone()));
        assert_eq!(path.parent().map(|parent| parent.to_string()).as_deref(), Some("invoices[3]"));
        assert_eq!("".parse(), Ok(Path::root()));
        assert_eq!(Path::of(["contract", "value"]).to_string(), "contract.value");
    }

    #[test]
    fn nonsense_is_not_a_path() {
        for text in ["a..b", ".a", "a[", "a[x]", "a]", "a[1]b", "[\"a", "a."] {
            assert!(text.parse::<Path>().is_err(), "{text}");
        }
    }

    #[test]
    fn paths_join_and_know_their_beginning() {
        let list = Path::root().key("invoices");
        let inside = Path::root().index(2).key("payments");
        let whole = list.join(&inside);
        assert_eq!(whole.to_string(), "invoices[2].payments");
        assert!(whole.starts_with(&list));
        assert!(!list.starts_with(&whole));
    }

    proptest! {
        #[test]
        fn writing_and_reading_a_path_gives_the_same_path(
            steps in prop::collection::vec(
                prop_oneof![any::<String>().prop_map(|key| Step::Key(key.into())), any::<usize>().prop_map(Step::Index)], 0..6)
        ) {
            let path: Path = steps.into_iter().collect();
            prop_assert_eq!(path.to_string().parse::<Path>(), Ok(path));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = text.parse::<Path>();
        }
    }
}
