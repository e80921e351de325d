//! A JSON Schema as schemars 1.2 derives it, read as far as mistakes need it.
//!
//! A schema that refers to another, or is made of several, is laid flat: a [`Layers`] holds all objects that a value has to
//! obey, and answers for them together.

use serde_json::Value;

use super::closest;

/// The words of a schema that only this program knows.
pub(super) mod words {
    /// Names the check of a scalar, like `day`; goes before `format`.
    pub const KIND: &str = "x-kind";
    /// What is expected, in words: "a day, like 2026-02-28".
    pub const EXPECTS: &str = "x-expects";
    /// What would come of an unknown key or word, in place of the usual note.
    pub const CONSEQUENCE: &str = "x-consequence";
    /// The key under which a list could stand here.
    pub const LIST_UNDER: &str = "x-list-under";
}

/// What a value is: several may be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Types(u8);

impl Types {
    pub const NOTHING: Types = Types(0);
    pub const MAPPING: Types = Types(1);
    pub const SEQUENCE: Types = Types(2);
    pub const TEXT: Types = Types(4);
    pub const INTEGER: Types = Types(8);
    pub const NUMBER: Types = Types(16);
    pub const YES_NO: Types = Types(32);
    pub const NULL: Types = Types(64);
    pub const ANY: Types = Types(127);
    /// Everything that is written as one word or text.
    pub const SCALAR: Types = Types(4 + 8 + 16 + 32);

    pub fn meets(self, other: Types) -> bool {
        self.0 & other.0 != 0
    }

    pub fn and(self, other: Types) -> Types {
        Types(self.0 & other.0)
    }

    pub fn or(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }

    fn named(name: &str) -> Types {
        match name {
            "object" => Types::MAPPING,
            "array" => Types::SEQUENCE,
            "string" => Types::TEXT,
            "integer" => Types::INTEGER,
            // A whole number is a number too.
            "number" => Types::NUMBER.or(Types::INTEGER),
            "boolean" => Types::YES_NO,
            "null" => Types::NULL,
            _ => Types::ANY,
        }
    }

    fn of_value(value: &Value) -> Types {
        match value {
            Value::Null => Types::NULL,
            Value::Bool(_) => Types::YES_NO,
            Value::Number(_) => Types::NUMBER.or(Types::INTEGER),
            Value::String(_) => Types::TEXT,
            Value::Array(_) => Types::SEQUENCE,
            Value::Object(_) => Types::MAPPING,
        }
    }
}

/// All objects of a schema that a value has to obey.
#[derive(Debug, Clone)]
pub(super) struct Layers<'s> {
    parts: Vec<&'s Value>,
    /// Alternatives that have not been decided on yet.
    choices: Vec<&'s Vec<Value>>,
    /// What all parts together let a value be, without the alternatives.
    types: Types,
}

/// A schema that refers to itself in a circle says nothing more after this many steps.
const MAX_PARTS: usize = 64;

impl<'s> Layers<'s> {
    pub fn of(schema: &'s Value, root: &'s Value) -> Layers<'s> {
        let mut layers = Layers { parts: Vec::new(), choices: Vec::new(), types: Types::ANY };
        layers.add(schema, root);
        layers
    }

    /// These layers with one alternative of the first choice decided on.
    pub fn choosing(&self, branch: &'s Value, root: &'s Value) -> Layers<'s> {
        let mut chosen = self.clone();
        if !chosen.choices.is_empty() {
            chosen.choices.remove(0);
        }
        chosen.add(branch, root);
        chosen
    }

    fn add(&mut self, schema: &'s Value, root: &'s Value) {
        let mut waiting = vec![schema];
        while let Some(schema) = waiting.pop() {
            if self.parts.len() >= MAX_PARTS {
                return;
            }
            if schema.as_bool() == Some(false) {
                self.types = Types::NOTHING;
            }
            let Some(object) = schema.as_object() else { continue };
            self.parts.push(schema);
            self.types = self.types.and(types_of(schema));
            self.choices.extend(["anyOf", "oneOf"].iter().filter_map(|name| object.get(*name)?.as_array()));
            waiting.extend(object.get("allOf").and_then(Value::as_array).into_iter().flatten());
            waiting.extend(object.get("$ref").and_then(Value::as_str).and_then(|name| referred(name, root)));
        }
    }

    /// The alternatives that come next, if there are any.
    pub fn choice(&self) -> Option<&'s [Value]> {
        self.choices.first().map(|choice| choice.as_slice())
    }

    /// A keyword of the nearest layer that has it.
    pub fn get(&self, name: &str) -> Option<&'s Value> {
        self.parts.iter().find_map(|part| part.get(name))
    }

    pub fn text(&self, name: &str) -> Option<&'s str> {
        self.get(name).and_then(Value::as_str)
    }

    /// What a value may be, without what open alternatives add to that.
    pub fn types(&self) -> Types {
        self.types
    }

    /// What a value may be, alternatives included.
    pub fn all_types(&self, root: &'s Value) -> Types {
        self.types_within(root, MAX_CHOICES)
    }

    fn types_within(&self, root: &'s Value, depth: usize) -> Types {
        match self.choice() {
            Some(branches) if depth > 0 => {
                branches.iter().map(|branch| self.choosing(branch, root).types_within(root, depth - 1)).fold(Types::NOTHING, Types::or)
            }
            _ => self.types(),
        }
    }

    /// The keys that a block may have, in the order of the schema.
    pub fn keys(&self) -> impl Iterator<Item = (&'s str, &'s Value)> + '_ {
        self.parts
            .iter()
            .filter_map(|part| part.get("properties")?.as_object())
            .flat_map(|properties| properties.iter().map(|(key, schema)| (key.as_str(), schema)))
    }

    pub fn key(&self, name: &str) -> Option<&'s Value> {
        self.parts.iter().find_map(|part| part.get("properties")?.get(name))
    }

    pub fn required(&self) -> impl Iterator<Item = &'s str> + '_ {
        self.parts.iter().filter_map(|part| part.get("required")?.as_array()).flatten().filter_map(Value::as_str)
    }

    /// Whether keys that are not listed are a mistake.
    pub fn is_closed(&self) -> bool {
        let shut = |part: &&Value| {
            ["additionalProperties", "unevaluatedProperties"].iter().any(|name| part.get(*name).and_then(Value::as_bool) == Some(false))
        };
        self.parts.iter().any(shut)
    }

    /// What the values of keys have to obey that are not listed.
    pub fn other_keys(&self) -> Option<&'s Value> {
        let patterns = || self.get("patternProperties")?.as_object()?.values().next();
        self.get("additionalProperties").filter(|schema| schema.is_object()).or_else(patterns)
    }

    /// The listed key that was probably meant by one that is not listed, and what its value has to obey, if that is
    /// something else than for other keys.
    pub fn key_of_its_own_kind(&self, written: &str, other: &Value) -> Option<(&'s str, &'s Value)> {
        let known: Vec<(&'s str, &'s Value)> = self.keys().collect();
        let meant = closest(written, known.iter().map(|(key, _)| *key))?;
        let (key, schema) = known.into_iter().find(|(key, _)| *key == meant)?;
        (schema.get("$ref") != other.get("$ref")).then_some((key, schema))
    }

    /// What the entry of a list has to obey at a place.
    pub fn entry(&self, index: usize) -> Option<&'s Value> {
        let first = self.get("prefixItems").and_then(|items| items.get(index));
        first.or_else(|| self.get("items").filter(|items| items.is_object()))
    }

    /// The words that are allowed, where only certain words are.
    pub fn words(&self) -> Option<Vec<&'s Value>> {
        let listed = self.get("enum").and_then(Value::as_array).map(|words| words.iter().collect());
        listed.or_else(|| self.get("const").map(|word| vec![word]))
    }

    /// The one value that this key must have, for schemas that tell their alternatives apart by it.
    pub fn tag(&self, key: &str) -> Option<&'s str> {
        self.key(key).and_then(only_word)
    }

    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name).and_then(Value::as_f64)
    }

    pub fn size(&self, name: &str) -> Option<usize> {
        self.get(name).and_then(Value::as_u64).and_then(|size| usize::try_from(size).ok())
    }
}

/// Alternatives within alternatives, at most.
const MAX_CHOICES: usize = 4;

fn types_of(part: &Value) -> Types {
    let named = match part.get("type") {
        Some(Value::String(name)) => Types::named(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(Types::named).fold(Types::NOTHING, Types::or),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => Types::ANY,
    };
    let words = match (part.get("const"), part.get("enum").and_then(Value::as_array)) {
        (Some(word), _) => Types::of_value(word),
        (None, Some(words)) => words.iter().map(Types::of_value).fold(Types::NOTHING, Types::or),
        (None, None) if part.get("properties").is_some() => Types::MAPPING,
        (None, None) => Types::ANY,
    };
    named.and(words)
}

/// The only word that a schema allows.
fn only_word(schema: &Value) -> Option<&str> {
    let listed = || match schema.get("enum")?.as_array()?.as_slice() {
        [word] => Some(word),
        _ => None,
    };
    schema.get("const").or_else(listed)?.as_str()
}

/// The schema that a `$ref` within the same file means.
fn referred<'s>(name: &str, root: &'s Value) -> Option<&'s Value> {
    root.pointer(name.strip_prefix('#')?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_reference_and_what_stands_beside_it_hold_together() {
        let schema = json!({
            "properties": { "when": { "$ref": "#/$defs/Day", "x-kind": "day" } },
            "$defs": { "Day": { "type": "string", "format": "date" } }
        });
        let layers = Layers::of(schema.pointer("/properties/when").expect("it was just written"), &schema);
        assert_eq!(layers.types(), Types::TEXT);
        assert_eq!(layers.text(words::KIND), Some("day"));
        assert_eq!(layers.text("format"), Some("date"));
    }

    #[test]
    fn a_schema_that_means_itself_ends() {
        let schema = json!({ "$ref": "#", "anyOf": [{ "$ref": "#" }] });
        let layers = Layers::of(&schema, &schema);
        assert_eq!(layers.all_types(&schema), Types::ANY);
    }

    #[test]
    fn alternatives_add_up_to_what_is_allowed() {
        let schema = json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] });
        let layers = Layers::of(&schema, &schema);
        assert_eq!(layers.all_types(&schema), Types::TEXT.or(Types::NULL));
    }
}
