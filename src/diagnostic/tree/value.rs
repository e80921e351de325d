//! What a tree says, as plain data: for files whose mistakes keep the decoder from reading them.

use serde_json::{Map, Number, Value};

use super::{Kind, NodeId, Tree};

/// More than an honest file makes of itself through aliases.
const MOST_VALUES: usize = 1_000_000;

impl Tree {
    /// The file as data. Of equal keys the first counts. `None` if aliases make it endless.
    #[must_use]
    pub fn value(&self) -> Option<Value> {
        let mut left = MOST_VALUES;
        self.value_of(Tree::ROOT, 0, &mut left)
    }

    fn value_of(&self, id: NodeId, depth: usize, left: &mut usize) -> Option<Value> {
        *left = left.checked_sub(1)?;
        let id = self.target(id).filter(|_| depth < 2 * super::MAX_DEPTH)?;
        match self.node(id).kind {
            Kind::Mapping => {
                let mut pairs = Map::new();
                for block in std::iter::once(id).chain(self.brought_in(id)) {
                    for (key, value) in self.pairs(block).filter(|(key, _)| !self.is_merge(*key)) {
                        let Some(name) = self.key_text(key).filter(|name| !pairs.contains_key(*name)) else { continue };
                        pairs.insert(name.to_owned(), self.value_of(value, depth + 1, left)?);
                    }
                }
                Some(Value::Object(pairs))
            }
            Kind::Sequence => self.children(id).map(|entry| self.value_of(entry, depth + 1, left)).collect::<Option<_>>().map(Value::Array),
            Kind::Plain | Kind::Quoted | Kind::Cooked { .. } | Kind::Alias => {
                let text = self.scalar(id).unwrap_or_default();
                Some(if self.is_quoted(id) { text.into() } else { plain(text) })
            }
        }
    }
}

/// What a text without quotes is.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "false" => Value::Bool(text == "true"),
        _ => number(text).map_or_else(|| text.into(), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    let begins = text.strip_prefix(['-', '+']).unwrap_or(text).starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if !begins {
        return None;
    }
    let whole = text.parse::<u64>().map(Number::from).or_else(|_| text.parse::<i64>().map(Number::from));
    whole.ok().or_else(|| text.parse().ok().and_then(Number::from_f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Format;
    use serde_json::json;

    #[test]
    fn a_file_with_mistakes_still_says_what_it_says() {
        let text = "a: [1, 2.5, -3, yes, true, ~, \"7\", 1.2.3\nb: &x { c: d }\na: again\ne: { <<: *x, f: *x }\n";
        let salvaged = Tree::salvage(text, Format::Yaml).expect("it is small");
        assert!(salvaged.is_whole);
        assert_eq!(
            salvaged.tree.value(),
            Some(json!({
                "a": [1, 2.5, -3, "yes", true, null, "7", "1.2.3"], "b": { "c": "d" }, "e": { "c": "d", "f": { "c": "d" } },
            }))
        );
        let told: Vec<(u32, &str)> =
            salvaged.mistakes.iter().map(|mistake| (mistake.span.map_or(0, |span| span.start.line), mistake.code)).collect();
        assert_eq!(told, [(1, "syntax"), (3, "duplicate-key")]);
    }

    #[test]
    fn what_repeats_itself_without_end_says_nothing() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for n in 1..9 {
            let before = format!("*a{}, ", n - 1).repeat(9);
            text += &format!("a{n}: &a{n} [{before}]\n");
        }
        let salvaged = Tree::salvage(&text, Format::Yaml).expect("it is small");
        assert_eq!(salvaged.tree.value(), None);
    }
}
