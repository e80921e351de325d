//! `clientcheck schema`: JSON Schemas from the types that read the files.

use serde_json::Value as Json;

use super::args::SchemaArgs;
use crate::cli::DONE;
use crate::cli::output::Output;
use crate::record::schema;
use crate::report::{Report, to_json};
use crate::rules::{Pack, editor_schema, load, published};

/// Runs `schema`; the exit code.
///
/// # Errors
/// If the schema cannot be written.
pub fn run(args: &SchemaArgs) -> anyhow::Result<u8> {
    let schema: Json = match args.of.file() {
        Some(kind) => {
            let built_in = load(&[Pack::BuiltIn], None).map_err(|_| anyhow::anyhow!("the built-in rules cannot be read"))?;
            editor_schema(kind, &built_in.rulebook)
        }
        None => published(schema::<Report<'static>>()),
    };
    let mut output = Output::open(args.output.as_deref())?;
    output.write((to_json(&schema, true) + "\n").as_bytes())?;
    output.finish()?;
    Ok(DONE)
}
