//! Reads YAML: the events of granit-parser become nodes.

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span as Marks, StructureStyle, Tag};

use super::builder::{Builder, Written, line_end, tell_control_characters};
use super::repair::Stumble;
use super::yaml_words;
use super::{Kind, MAX_DEPTH, NodeId};
use crate::diagnostic::Mistake;
use crate::diagnostic::place::whole_character;

/// Fills the builder; where the text cannot be read further is its stumble.
pub(super) fn read(build: &mut Builder) {
    tell_control_characters(build);
    if !build.mistakes.is_empty() {
        // Behind the first of them nothing can be read.
        return;
    }
    let mut anchors = Anchors::default();
    let mut documents = 0;
    for event in Parser::new_from_str_with_options(build.text, options()) {
        let done = match event {
            Ok((Event::DocumentStart(..), marks)) => {
                documents += 1;
                if documents > 1 { Err(second_document(build, &marks).into()) } else { Ok(()) }
            }
            Ok((event, marks)) => take(build, &mut anchors, &event, &marks).map_err(|mistake| (*mistake).into()),
            Err(error) => Err(in_words(build, &error)),
        };
        if let Err(stumble) = done {
            build.stumble = Some(stumble);
            return;
        }
    }
}

/// The reader's own limit lies one higher than ours, so that ours is the one that tells.
fn options() -> Options {
    let mut options = granit_parser::options! { flow_nesting_limit: MAX_DEPTH + 1, block_nesting_limit: MAX_DEPTH + 1 };
    options.set_emit_comments(false);
    options
}

/// Which node each anchor names, by the reader's number.
#[derive(Default)]
struct Anchors(Vec<NodeId>);

impl Anchors {
    fn set(&mut self, anchor: usize, node: NodeId) {
        // The reader counts from 1, and 0 means that there is none.
        if anchor > 0 {
            self.0.resize(self.0.len().max(anchor + 1), 0);
            self.0[anchor] = node;
        }
    }

    fn get(&self, anchor: usize) -> NodeId {
        self.0.get(anchor).copied().unwrap_or_default()
    }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the reader's list of events is open")]
fn take(build: &mut Builder, anchors: &mut Anchors, event: &Event, marks: &Marks) -> Result<(), Box<Mistake>> {
    let range = marks.byte_range().unwrap_or_default();
    match event {
        Event::Scalar(value, style, anchor, tag) => {
            anchors.set(*anchor, build.next_id());
            let written = match style {
                ScalarStyle::Plain => Written::Plain,
                ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Written::InQuotes,
                ScalarStyle::Literal | ScalarStyle::Folded => Written::AsBlock,
            };
            build.scalar(range.start, range.end, value, written, is_own(tag.as_deref()));
        }
        Event::SequenceStart(style, anchor, tag) => {
            anchors.set(*anchor, build.next_id());
            build.open(range.start, Kind::Sequence, *style == StructureStyle::Flow, is_own(tag.as_deref()))?;
        }
        Event::MappingStart(style, anchor, tag) => {
            anchors.set(*anchor, build.next_id());
            build.open(range.start, Kind::Mapping, *style == StructureStyle::Flow, is_own(tag.as_deref()))?;
        }
        Event::SequenceEnd | Event::MappingEnd => build.close((!range.is_empty()).then_some(range.end)),
        Event::Alias(anchor) => build.alias(range.start, range.end, anchors.get(*anchor)),
        _ => {}
    }
    Ok(())
}

/// Whether a tag says something that plain YAML does not, so that only the decoder can judge the value.
fn is_own(tag: Option<&Tag>) -> bool {
    tag.is_some_and(|tag| !tag.is_yaml_core_schema())
}

fn in_words(build: &Builder, error: &ScanError) -> Stumble {
    let at = error.marker().byte_offset().unwrap_or(build.text.len());
    yaml_words::tell(build, error.kind(), whole_character(build.text, at))
}

fn second_document(build: &Builder, marks: &Marks) -> Mistake {
    let at = marks.byte_range().unwrap_or_default().start;
    let end = line_end(build.text, at);
    Mistake::error("second-document", build.span(at, end), "a second document begins here")
        .with_label("one file holds one document")
        .with_note("put what follows into a file of its own, or remove the line `---`")
}
