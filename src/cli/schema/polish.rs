//! From a schema as it is derived to one that an editor works well with: a key that may be empty is no choice between
//! two things, closed words are listed with what they mean, and small values say how they are written.

use serde_json::{Map, Value, json};

use crate::record::Channel;

/// The schema as derived goes in, the one for editors comes out.
pub(super) fn polish(mut schema: Value) -> Value {
    let raw = schema.get("$defs").cloned().unwrap_or_default();
    walk(&mut schema, &mut |schema| {
        no_choice_with_nothing(schema, &raw);
        list_words(schema);
        say_how_it_is_written(schema);
        tidy(schema);
    });
    types_stand_where_they_are_used(&mut schema, &raw);
    titles(&mut schema);
    schema
}

/// Visits a schema and all within it.
pub(super) fn walk(schema: &mut Value, visit: &mut dyn FnMut(&mut Map<String, Value>)) {
    let Some(object) = schema.as_object_mut() else { return };
    visit(object);
    for (keyword, inner) in object.iter_mut() {
        match keyword.as_str() {
            "properties" | "patternProperties" | "$defs" => {
                inner.as_object_mut().into_iter().flat_map(|named| named.values_mut()).for_each(|inner| walk(inner, visit));
            }
            "anyOf" | "oneOf" | "allOf" | "prefixItems" => {
                inner.as_array_mut().into_iter().flatten().for_each(|inner| walk(inner, visit));
            }
            "items" | "additionalProperties" | "propertyNames" | "not" | "if" | "then" | "else" => walk(inner, visit),
            _ => {}
        }
    }
}

/// The name in `$defs` that a schema refers to.
pub(super) fn referred(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")
}

fn is_nothing(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}

/// "Either this or nothing" is written as one thing that may be nothing: editors then offer what belongs in it.
fn no_choice_with_nothing(schema: &mut Map<String, Value>, defs: &Value) {
    let inner = match schema.get("anyOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([inner, nothing]) if is_nothing(nothing) => inner.clone(),
        _ => return,
    };
    schema.remove("anyOf");
    match referred(&inner).and_then(|name| defs.get(name)) {
        Some(block) if block.get("properties").is_some() => {
            schema.insert("$ref".to_owned(), inner["$ref"].clone());
            schema.insert("type".to_owned(), json!(["object", "null"]));
        }
        found => {
            let Value::Object(mut whole) = found.unwrap_or(&inner).clone() else { return };
            list_words(&mut whole);
            for (keyword, value) in whole {
                schema.entry(keyword).or_insert(value);
            }
            may_be_nothing(schema);
        }
    }
}

fn may_be_nothing(schema: &mut Map<String, Value>) {
    match schema.get_mut("type") {
        Some(Value::Array(types)) => types.push(json!("null")),
        Some(one) => *one = json!([one.clone(), "null"]),
        None => {}
    }
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.push(Value::Null);
    }
    if let Some(Value::Array(meanings)) = schema.get_mut("enumDescriptions") {
        meanings.push(json!("The same as leaving the key out."));
    }
}

/// Words that are alternatives of one word each become a list with their meanings beside it.
fn list_words(schema: &mut Map<String, Value>) {
    let Some(Value::Array(choices)) = schema.get("oneOf") else { return };
    let words: Option<Vec<Value>> = choices.iter().map(|choice| choice.get("const").cloned()).collect();
    let Some(words) = words else { return };
    let meanings: Vec<Value> = choices.iter().map(|choice| choice.get("description").cloned().unwrap_or(json!(""))).collect();
    schema.remove("oneOf");
    schema.insert("type".to_owned(), json!("string"));
    schema.insert("enum".to_owned(), Value::Array(words));
    schema.insert("enumDescriptions".to_owned(), Value::Array(meanings));
}

/// A day, for whoever reads the schema without this program.
const DAY: &str = "[0-9]{4}-[0-9]{2}-[0-9]{2}";

/// Says of a small value how it is written, by the kind that the derived schema names.
fn say_how_it_is_written(schema: &mut Map<String, Value>) {
    let Some(kind) = schema.remove("x-kind") else { return };
    let mut put = |keyword: &str, value: Value| drop(schema.insert(keyword.to_owned(), value));
    match kind.as_str().unwrap_or_default() {
        "day" => {
            put("pattern", json!(format!("^{DAY}$")));
            put("examples", json!(["2026-02-28"]));
        }
        "moment" => {
            put("pattern", json!(format!("^{DAY}([T ][0-9]{{2}}:[0-9]{{2}}.*)?$")));
            put("examples", json!(["2026-02-28T14:30:00+02:00", "2026-02-28"]));
        }
        "amount" => {
            put("pattern", json!(r"^-?[0-9]+(\.[0-9]+)?$"));
            put("examples", json!(["1234.50"]));
        }
        "quantity" => {
            put("pattern", json!(r"^[0-9]+(\.[0-9]+)?$"));
            put("minimum", json!(0));
        }
        "currency" => {
            put("pattern", json!("^[A-Z]{3}$"));
            put("examples", json!(["EUR", "USD", "GBP"]));
        }
        "timezone" => put("examples", json!(["Europe/Berlin", "Europe/Helsinki", "America/New_York", "UTC"])),
        "weekdays" => {
            put("pattern", json!("^ *[A-Za-z]{3} *([,-] *[A-Za-z]{3} *)*$"));
            put("examples", json!(["mon-fri", "mon-thu, sat"]));
        }
        "time-of-day" => put("examples", json!(["09:00"])),
        "day-or-no" => {
            put("pattern", json!(format!("^(no|false|{DAY})$")));
            put("examples", json!(["2026-02-28", "no"]));
        }
        "text-or-no" => put("examples", json!(["SOW-2026-02", "no"])),
        "channel-or-no" => {
            let channels = Channel::ALL.map(|channel| json!(channel.word()));
            put("enum", channels.into_iter().chain([json!("no"), json!(false), Value::Null]).collect());
        }
        _ => {}
    }
    let expects = schema.remove("x-expects");
    if let Some(expects) = expects.as_ref().and_then(Value::as_str).filter(|_| schema.contains_key("pattern")) {
        schema.insert("patternErrorMessage".to_owned(), json!(format!("Write {expects}.")));
    }
}

/// Leaves out what only Rust cares for.
fn tidy(schema: &mut Map<String, Value>) {
    let is_of_rust = |format: &str| format.starts_with("uint") || format.starts_with("int") || format == "double";
    if schema.get("format").and_then(Value::as_str).is_some_and(is_of_rust) {
        schema.remove("format");
    }
    // Editors would write these defaults into the file.
    if schema.get("default").is_some_and(|default| matches!(default, Value::Array(_) | Value::Object(_) | Value::Null)) {
        schema.remove("default");
    }
    schema.remove("x-expects");
}

/// A block's type is said where it is used, since only there is known whether it may be nothing.
fn types_stand_where_they_are_used(schema: &mut Value, raw: &Value) {
    let is_block = |name: &str| raw.get(name).is_some_and(|block| block.get("properties").is_some());
    for (name, block) in schema.get_mut("$defs").and_then(Value::as_object_mut).into_iter().flatten() {
        if let Some(block) = block.as_object_mut().filter(|_| is_block(name)) {
            block.remove("type");
        }
    }
    walk(schema, &mut |schema| {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix("#/$defs/"));
        if name.is_some_and(is_block) {
            schema.entry("type").or_insert(json!("object"));
        }
    });
}

/// Each key gets its name in words as a title, which editors set above its description.
pub(super) fn titles(schema: &mut Value) {
    walk(schema, &mut |schema| {
        for (name, key) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
            if let Some(key) = key.as_object_mut().filter(|key| key.contains_key("description")) {
                key.entry("title").or_insert_with(|| json!(in_words(name)));
            }
        }
    });
}

/// `late_fee_percent` is "Late fee percent"; ids and names with a point stay as they are.
fn in_words(name: &str) -> String {
    if name.contains(['-', '.']) {
        return name.to_owned();
    }
    let mut letters = name.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + &letters.as_str().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_that_may_be_left_empty_is_a_block_for_editors() {
        let schema = polish(json!({
            "properties": { "quote": { "anyOf": [{ "$ref": "#/$defs/Quote" }, { "type": "null" }], "description": "What was offered." } },
            "$defs": { "Quote": { "type": "object", "properties": { "amount": { "type": "string" } } } }
        }));
        let quote = json!({ "$ref": "#/$defs/Quote", "type": ["object", "null"], "description": "What was offered.", "title": "Quote" });
        assert_eq!(schema["properties"]["quote"], quote);
        assert_eq!(schema["$defs"]["Quote"].get("type"), None);
    }

    #[test]
    fn closed_words_are_listed_with_their_meanings() {
        let side = json!({ "oneOf": [{ "const": "me", "description": "You." }, { "const": "client", "description": "The client." }] });
        let schema = polish(json!({
            "properties": { "side": { "anyOf": [{ "$ref": "#/$defs/Side" }, { "type": "null" }], "description": "Whose." } },
            "$defs": { "Side": side }
        }));
        let side = &schema["properties"]["side"];
        assert_eq!(side["enum"], json!(["me", "client", null]));
        assert_eq!(side["enumDescriptions"], json!(["You.", "The client.", "The same as leaving the key out."]));
        assert_eq!(schema["$defs"]["Side"]["enum"], json!(["me", "client"]));
    }

    #[test]
    fn names_are_told_in_words() {
        assert_eq!(in_words("late_fee_percent"), "Late fee percent");
        assert_eq!(in_words("contract.value"), "contract.value");
    }
}
