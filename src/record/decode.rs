//! From the text of a file to typed values. The types decide; only when they refuse a text is it looked at again,
//! as a tree with positions against the types' own schema, which finds every mistake at once.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Message, Record, check_scalar};
use crate::diagnostic::{Format, Mistake, Position, Salvaged, Span, Tree, check};

/// The largest record, and the longest line of NDJSON, that is read, in bytes. A thousand messages are about 1 MB.
pub const MAX_RECORD_BYTES: usize = 16 * 1024 * 1024;

/// Decodes one file of any type that serde reads and schemars describes.
///
/// # Errors
/// Every mistake in the text, in the order of its lines.
pub fn decode<T: DeserializeOwned + JsonSchema>(text: &str, format: Format) -> Result<T, Vec<Mistake>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MAX_RECORD_BYTES {
        return Err(vec![too_large(text.len())]);
    }
    if text.trim().is_empty() {
        return Err(vec![Mistake::error("empty", None, "the file is empty")]);
    }
    let refused = match format {
        Format::Yaml => match serde_yaml::from_str_with_options(text, yaml_options()) {
            Ok(value) => return Ok(value),
            Err(error) => refused_yaml(&error),
        },
        Format::Json => match serde_json::from_str(text) {
            Ok(value) => return Ok(value),
            Err(error) => refused_json(&error),
        },
    };
    if refused.is_final {
        return Err(vec![refused.mistake]);
    }
    let mistakes = match Tree::parse(text, format) {
        Ok(tree) => check(&tree, &schema::<T>(), &check_scalar),
        Err(mistakes) => Tree::salvage(text, format).map_or(mistakes, |salvaged| all_mistakes(salvaged, &schema::<T>())),
    };
    // What the schema cannot say (a rule of the format, two keys that exclude each other) is told as serde tells it.
    Err(if mistakes.is_empty() { vec![refused.mistake] } else { mistakes })
}

/// The mistakes of syntax, and what is wrong in all that could be read round them.
fn all_mistakes(salvaged: Salvaged, schema: &Value) -> Vec<Mistake> {
    let Salvaged { tree, mut mistakes, is_whole } = salvaged;
    // In half a file what is missing may stand in the other half, and if it has no beginning, nothing of it is known.
    let is_known = (is_whole || tree.holds_keys()) && mistakes.iter().all(|mistake| mistake.code != "too-deep");
    let found = check(&tree, schema, &check_scalar).into_iter().filter(|mistake| {
        let Some(span) = mistake.span.filter(|_| is_known) else { return false };
        (is_whole || mistake.code != "missing-key") && !tree.may_come_of_a_change(mistake.code, mistake.suggestion.as_deref(), span)
    });
    mistakes.extend(found);
    mistakes.sort_by_key(|mistake| mistake.span);
    mistakes
}

/// What a YAML text with mistakes says, as far as it can be read.
#[must_use]
pub fn salvaged(text: &str) -> Option<Salvaged> {
    Tree::salvage(text, Format::Yaml).filter(|salvaged| salvaged.tree.holds_keys())
}

/// Decodes one line of NDJSON.
///
/// # Errors
/// Every mistake in the line; positions count from the beginning of the line.
pub fn decode_line(line: &[u8]) -> Result<Record, Vec<Mistake>> {
    decode_json_line(line)
}

/// Decodes one line of a `messages_file`.
///
/// # Errors
/// Every mistake in the line; positions count from the beginning of the line.
pub fn decode_message(line: &[u8]) -> Result<Message, Vec<Mistake>> {
    decode_json_line(line)
}

fn decode_json_line<T: DeserializeOwned + JsonSchema>(line: &[u8]) -> Result<T, Vec<Mistake>> {
    if line.len() > MAX_RECORD_BYTES {
        return Err(vec![too_large(line.len())]);
    }
    serde_json::from_slice(line).or_else(|_| match std::str::from_utf8(line) {
        Ok(text) => decode(text, Format::Json),
        Err(error) => Err(vec![not_utf8(line, error.valid_up_to())]),
    })
}

/// The mistake of a text that is not UTF-8, at the first byte that is not.
#[must_use]
pub fn not_utf8(bytes: &[u8], valid_up_to: usize) -> Mistake {
    let before = String::from_utf8_lossy(bytes.get(..valid_up_to).unwrap_or_default());
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    let at = |column: usize| Position { line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column).unwrap_or(u32::MAX) };
    Mistake::error("not-utf8", Some(Span { start: at(column), end: at(column + 1) }), "this is not UTF-8 text")
        .with_note("save the file as UTF-8; Windows-1252 and UTF-16 are not read here")
}

fn too_large(bytes: usize) -> Mistake {
    Mistake::error(
        "too-large",
        None,
        format!("{} MB is more than the {} MB that such a file may have", bytes.div_ceil(1 << 20), MAX_RECORD_BYTES >> 20),
    )
    .with_note("in a record, many messages belong into a `messages_file` beside it")
}

struct Refused {
    mistake: Mistake,
    /// Whether the tree would only run into the same wall (depth, size, aliases).
    is_final: bool,
}

fn yaml_options() -> serde_yaml::Options {
    serde_yaml::options! {
        budget: serde_yaml::budget! {
            max_events: 4_000_000,
            max_nodes: 4_000_000,
            // The second is told with its line by the tree.
            max_documents: 2,
            max_total_scalar_bytes: MAX_RECORD_BYTES,
            max_aliases: 1_000,
        },
        alias_limits: serde_yaml::alias_limits! { max_total_replayed_events: 20_000 },
        strict_booleans: true,
        with_snippet: false,
    }
}

fn refused_yaml(error: &serde_yaml::Error) -> Refused {
    use serde_yaml::Error as E;
    let error = error.without_snippet();
    let text = error.to_string();
    // Inside an alias the breach comes wrapped in another error.
    let is_final = text.starts_with("budget breached")
        || matches!(
            error,
            E::Budget { .. }
                | E::AliasReplayLimitExceeded { .. }
                | E::AliasExpansionLimitExceeded { .. }
                | E::AliasReplayStackDepthExceeded { .. }
                | E::AliasReplayCounterOverflow { .. }
        );
    let span = error.location().map(|location| {
        let at = |column: u64| Position {
            line: u32::try_from(location.line()).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
        };
        Span { start: at(location.column()), end: at(location.column() + 1) }
    });
    let mistake = if is_final {
        Mistake::error("too-large", span, "this is nested too deep, or repeats itself too often through aliases")
            .with_note("records need neither: a plain list of entries is enough")
    } else {
        Mistake::error("invalid", span, first_line(&text))
    };
    Refused { mistake, is_final }
}

fn refused_json(error: &serde_json::Error) -> Refused {
    let message = error.to_string();
    let is_final = message.starts_with("recursion limit");
    let at = |column: usize| Position {
        line: u32::try_from(error.line().max(1)).unwrap_or(u32::MAX),
        column: u32::try_from(column.max(1)).unwrap_or(u32::MAX),
    };
    let span = Some(Span { start: at(error.column()), end: at(error.column() + 1) });
    let plain = message.split(" at line ").next().unwrap_or(&message);
    let mistake =
        if is_final { Mistake::error("too-deep", span, "this is nested too deep") } else { Mistake::error("invalid", span, plain) };
    Refused { mistake, is_final }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// The JSON Schema of a type, as its `Deserialize` reads it.
#[must_use]
pub fn schema<T: JsonSchema>() -> Value {
    SchemaGenerator::new(SchemaSettings::draft2020_12()).into_root_schema_for::<T>().to_value()
}
