//! Puts right what a check of a file tells, so that what is left can be checked further: a misspelt key or word becomes
//! the one that was probably meant, a value of the wrong kind is left out, a missing key is filled in.
//!
//! In: a value as decoded, its schema, and the same check of scalars that [`check`](super::check) takes. Out: the value,
//! and at which paths something was wrong, so that nobody tells what only came of it.

use serde_json::{Map, Value};

use super::path::{Path, Step};
use super::schema::{Layers, Types, words};
use super::{ScalarMistake, closest};

/// A value that was put right.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mended {
    /// The value.
    pub value: Value,
    /// Paths of the value whose last key is written otherwise in the file, and how.
    pub renamed: Vec<(Path, String)>,
    /// Where something was wrong, by the paths of the value.
    pub wrong: Vec<Path>,
}

impl Mended {
    /// A path of the value as the file writes it.
    #[must_use]
    pub fn as_written(&self, path: &Path) -> Path {
        if self.renamed.is_empty() {
            return path.clone();
        }
        let mut so_far = Path::root();
        let mut written = Path::root();
        for step in path.steps() {
            match step {
                Step::Index(index) => {
                    so_far.push_index(*index);
                    written.push_index(*index);
                }
                Step::Key(key) => {
                    so_far.push_key(key.as_ref());
                    let other = self.renamed.iter().find(|(right, _)| *right == so_far).map(|(_, other)| other);
                    written.push_key(other.map_or(key.as_ref(), String::as_str));
                }
            }
        }
        written
    }

    /// Whether something was wrong at a path or above it.
    #[must_use]
    pub fn is_wrong(&self, path: &Path) -> bool {
        self.wrong.iter().any(|wrong| path.starts_with(wrong))
    }

    /// Whether something was wrong below a path.
    #[must_use]
    pub fn is_wrong_inside(&self, path: &Path) -> bool {
        self.wrong.iter().any(|wrong| wrong.starts_with(path))
    }
}

/// Puts a value right, as far as its schema says what is right.
#[must_use]
pub fn mend(value: Value, schema: &Value, scalar: &dyn Fn(&str, &str, bool) -> Result<(), ScalarMistake>) -> Mended {
    let mut mender = Mender { root: schema, scalar, renamed: Vec::new(), wrong: Vec::new() };
    let value = mender.visit(value, schema, &Path::root(), 0).unwrap_or(Value::Null);
    Mended { value, renamed: mender.renamed, wrong: mender.wrong }
}

/// Deeper than any schema of ours leads.
const MAX_DEPTH: usize = 100;

/// What became of a value read as one of several alternatives.
struct Attempt {
    mended: Option<Value>,
    renamed: Vec<(Path, String)>,
    wrong: Vec<Path>,
}

impl Attempt {
    /// How much is lost: all of it, then how many parts.
    fn loss(&self) -> (bool, usize) {
        (self.mended.is_none(), self.wrong.len())
    }
}

struct Mender<'s> {
    root: &'s Value,
    scalar: &'s dyn Fn(&str, &str, bool) -> Result<(), ScalarMistake>,
    renamed: Vec<(Path, String)>,
    wrong: Vec<Path>,
}

impl<'s> Mender<'s> {
    /// The value put right; none if nothing of it can be used.
    fn visit(&mut self, value: Value, schema: &'s Value, path: &Path, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return self.give_up(path);
        }
        self.decided(value, Layers::of(schema, self.root), path, depth)
    }

    fn decided(&mut self, value: Value, layers: Layers<'s>, path: &Path, depth: usize) -> Option<Value> {
        let Some(branches) = layers.choice() else { return self.plain(value, &layers, path, depth) };
        let shape = shape(&value);
        let branches = branches.iter().map(|branch| layers.choosing(branch, self.root));
        let mut fitting: Vec<Layers<'s>> = branches.filter(|branch| branch.all_types(self.root).meets(shape)).collect();
        match (fitting.pop(), fitting.is_empty()) {
            (None, _) => self.give_up(path),
            (Some(only), true) => self.decided(value, only, path, depth + 1),
            (Some(last), false) => {
                fitting.push(last);
                self.best(value, fitting, path, depth)
            }
        }
    }

    /// The alternative of several in which the least is wrong.
    fn best(&mut self, value: Value, fitting: Vec<Layers<'s>>, path: &Path, depth: usize) -> Option<Value> {
        // A word of one of them that was misspelt goes before a value that is left out.
        let before = (self.renamed.len(), self.wrong.len());
        let mut best: Option<Attempt> = None;
        for layers in fitting {
            let mended = self.decided(value.clone(), layers, path, depth + 1);
            let attempt = Attempt { mended, renamed: self.renamed.split_off(before.0), wrong: self.wrong.split_off(before.1) };
            if best.as_ref().is_none_or(|best| attempt.loss() < best.loss()) {
                best = Some(attempt);
            }
        }
        let Attempt { mended, renamed, wrong } = best?;
        self.renamed.extend(renamed);
        self.wrong.extend(wrong);
        mended
    }

    fn plain(&mut self, value: Value, layers: &Layers<'s>, path: &Path, depth: usize) -> Option<Value> {
        if !layers.types().meets(shape(&value)) {
            return self.give_up(path);
        }
        match value {
            Value::Object(pairs) => Some(Value::Object(self.block(pairs, layers, path, depth))),
            Value::Array(entries) => {
                let mend = |(index, entry): (usize, Value)| match layers.entry(index) {
                    Some(schema) => self.visit(entry, schema, &path.index(index), depth + 1).unwrap_or_else(|| self.filler(schema, depth)),
                    None => entry,
                };
                Some(Value::Array(entries.into_iter().enumerate().map(mend).collect()))
            }
            scalar @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => self.scalar(scalar, layers, path),
        }
    }

    fn block(&mut self, pairs: Map<String, Value>, layers: &Layers<'s>, path: &Path, depth: usize) -> Map<String, Value> {
        let mut taken: Vec<String> = pairs.keys().filter(|key| layers.key(key).is_some()).cloned().collect();
        let mut mended = Map::new();
        for (written, value) in pairs {
            let (key, schema) = match (layers.key(&written), layers.other_keys()) {
                (Some(schema), _) => (written.clone(), Some(schema)),
                (None, Some(other)) => match layers.key_of_its_own_kind(&written, other) {
                    Some((meant, schema)) if !taken.iter().any(|key| key == meant) => {
                        self.wrong.push(path.key(written.as_str()));
                        taken.push(meant.to_owned());
                        (meant.to_owned(), Some(schema))
                    }
                    _ => (self.name(&written, layers, path), Some(other)),
                },
                (None, None) if layers.is_closed() => {
                    self.wrong.push(path.key(written.as_str()));
                    let free = layers.keys().map(|(key, _)| key).filter(|key| !taken.iter().any(|other| other == key));
                    let Some(meant) = closest(&written, free) else { continue };
                    taken.push(meant.to_owned());
                    (meant.to_owned(), layers.key(meant))
                }
                (None, None) => (written.clone(), None),
            };
            let inside = path.key(key.as_str());
            if key != written {
                self.renamed.push((inside.clone(), written));
            }
            let value = match schema {
                Some(schema) => self.visit(value, schema, &inside, depth + 1),
                None => Some(value),
            };
            mended.extend(value.map(|value| (key, value)));
        }
        for name in layers.required() {
            if !mended.contains_key(name) {
                self.wrong.push(path.key(name));
                let filler = layers.key(name).map_or(Value::Null, |schema| self.filler(schema, depth));
                mended.insert(name.to_owned(), filler);
            }
        }
        mended
    }

    /// A key that is one of certain words.
    fn name(&mut self, written: &str, layers: &Layers<'s>, path: &Path) -> String {
        let names = layers.get("propertyNames").map(|names| Layers::of(names, self.root));
        let listed: Vec<&str> = names.map(|names| self.listed(&names)).unwrap_or_default();
        if listed.is_empty() || listed.contains(&written) {
            return written.to_owned();
        }
        let meant = closest(written, listed.iter().copied()).or_else(|| listed.first().copied()).unwrap_or(written);
        self.wrong.push(path.key(meant));
        meant.to_owned()
    }

    /// The words of a closed list, however the schema writes it.
    fn listed(&self, layers: &Layers<'s>) -> Vec<&'s str> {
        match layers.choice() {
            Some(branches) => branches.iter().flat_map(|branch| self.listed(&layers.choosing(branch, self.root))).collect(),
            None => layers.words().into_iter().flatten().filter_map(Value::as_str).collect(),
        }
    }

    fn scalar(&mut self, value: Value, layers: &Layers<'s>, path: &Path) -> Option<Value> {
        if value.is_null() {
            return Some(value);
        }
        // A text may be written without quotes.
        let is_text = layers.types().meets(Types::TEXT);
        let fits = matches!(value, Value::String(_)) || layers.types().meets(own_type(&value));
        let value = if fits { value } else { Value::String(value.to_string()) };
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if let Some(listed) = layers.words() {
            if listed.contains(&&value) {
                return Some(value);
            }
            self.wrong.push(path.clone());
            return closest(&text, listed.iter().filter_map(|word| word.as_str())).map(Value::from);
        }
        let kind = layers.text(words::KIND).or_else(|| layers.text("format").filter(|_| is_text));
        if kind.is_some_and(|kind| (self.scalar)(kind, &text, value.is_string()).is_err()) {
            return self.give_up(path);
        }
        if kind.is_none() && !is_text && !is_number_within(&value, layers) {
            return self.give_up(path);
        }
        Some(value)
    }

    fn give_up(&mut self, path: &Path) -> Option<Value> {
        self.wrong.push(path.clone());
        None
    }

    /// Something that the decoder takes in place of what is missing.
    fn filler(&self, schema: &'s Value, depth: usize) -> Value {
        let mut layers = Layers::of(schema, self.root);
        while let Some(branch) = layers.choice().and_then(<[Value]>::first) {
            layers = layers.choosing(branch, self.root);
        }
        if let Some(word) = layers.words().and_then(|words| words.first().copied()) {
            return word.clone();
        }
        if let Some(kind) = layers.text(words::KIND) {
            let tried = ["2000-01-01", "1", "no", "00:00", "UTC", "EUR", "mon-fri", "2000-01-01T00:00:00Z"];
            return tried.into_iter().find(|text| (self.scalar)(kind, text, true).is_ok()).unwrap_or_default().into();
        }
        let types = layers.types();
        if types.meets(Types::TEXT) {
            "".into()
        } else if types.meets(Types::INTEGER.or(Types::NUMBER)) {
            1.into()
        } else if types.meets(Types::YES_NO) {
            false.into()
        } else if types.meets(Types::SEQUENCE) {
            Value::Array(Vec::new())
        } else if types.meets(Types::MAPPING) && depth < MAX_DEPTH {
            let keys = layers.required().filter_map(|name| Some((name.to_owned(), self.filler(layers.key(name)?, depth + 1))));
            Value::Object(keys.collect())
        } else {
            Value::Null
        }
    }
}

/// Whether the decoder takes something for the number, or the yes or no, that is expected.
fn is_number_within(value: &Value, layers: &Layers<'_>) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(|number| {
            layers.number("minimum").is_none_or(|least| number >= least) && layers.number("maximum").is_none_or(|most| number <= most)
        }),
        Value::Bool(_) => layers.types().meets(Types::YES_NO),
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

fn own_type(value: &Value) -> Types {
    match value {
        Value::Null => Types::NULL,
        Value::Bool(_) => Types::YES_NO,
        Value::Number(_) => Types::NUMBER.or(Types::INTEGER),
        Value::String(_) => Types::TEXT,
        Value::Array(_) => Types::SEQUENCE,
        Value::Object(_) => Types::MAPPING,
    }
}

/// What a value could be: what is written without quotes may also be a text.
fn shape(value: &Value) -> Types {
    match value {
        Value::Bool(_) | Value::Number(_) => own_type(value).or(Types::TEXT),
        // Kinds of our own are written as text, whatever their type says; the check of scalars decides.
        Value::String(_) => Types::SCALAR,
        Value::Null | Value::Array(_) | Value::Object(_) => own_type(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema() -> Value {
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["side", "levels"],
            "properties": {
                "side": { "oneOf": [{ "const": "client" }, { "const": "me" }] },
                "title": { "type": "string" },
                "fades": { "type": ["string", "null"] },
                "levels": { "type": "array", "items": { "$ref": "#/$defs/level" } },
            },
            "$defs": { "level": { "type": "object", "additionalProperties": false, "required": ["points"], "properties": {
                "points": { "type": ["string", "number", "boolean"] }, "test": { "anyOf": [{ "type": ["string", "number"] }, { "$ref": "#/$defs/form" }] } } },
                "form": { "type": "object", "additionalProperties": false, "properties": { "at_least": { "type": "number" } } } },
        })
    }

    fn mended(value: Value) -> Mended {
        mend(value, &schema(), &|_, _, _| Ok(()))
    }

    #[test]
    fn misspelt_keys_and_words_become_what_was_meant() {
        let found = mended(json!({ "sdie": "cliet", "levels": [{ "points": 2, "test": { "atleast": 3 } }] }));
        assert_eq!(found.value, json!({ "side": "client", "levels": [{ "points": 2, "test": { "at_least": 3 } }] }));
        let path: Path = "levels[0].test.at_least".parse().expect("a path");
        assert_eq!(found.as_written(&path).to_string(), "levels[0].test.atleast");
        assert_eq!(found.as_written(&Path::of(["side"])).to_string(), "sdie");
        assert!(found.is_wrong(&Path::of(["side"])));
    }

    #[test]
    fn what_cannot_be_used_is_left_out_and_what_is_needed_filled_in() {
        let found = mended(json!({ "side": "client", "levels": [{ "test": [1] }, 7], "fades": { "a": 1 }, "nonsense": 1, "title": 2024 }));
        assert_eq!(found.value, json!({ "side": "client", "levels": [{ "points": "" }, { "points": "" }], "title": "2024" }));
        for path in ["levels[0].points", "levels[0].test", "levels[1]", "fades", "nonsense"] {
            assert!(found.is_wrong(&path.parse().expect("a path")), "{path}");
        }
        assert!(!found.is_wrong(&Path::of(["title"])));
    }

    #[test]
    fn what_is_right_stays_as_it_is() {
        let right = json!({ "side": "me", "levels": [{ "points": 2.5, "test": "x" }], "fades": null });
        assert_eq!(mended(right.clone()), Mended { value: right, ..Mended::default() });
    }
}
