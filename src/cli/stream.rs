//! Records on standard input, and one record a line: read in blocks, scored on all cores, written in the order of the
//! input. Memory stays flat however long the input is.

use std::io::{self, BufRead, Read};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::args::{Format, SinceWhen};
use super::output::tell_mistakes;
use super::packs::InForce;
use super::records::{Unreadable, add_me, further_down, load_bytes};
use super::score::{Crossing, Gates, Run, day_for, report_on};
use crate::diagnostic::{Diagnostic, Format as FileFormat, Mistake, closest};
use crate::record::{MAX_RECORD_BYTES, Me, decode_line};
use crate::report::{ClientReport, Report, add_json, error_line};
use crate::rules::{Rulebook, SetAside};

/// How much is read before it is scored: enough for all cores, little enough to stay in memory many times.
const BLOCK_BYTES: usize = 1024 * 1024;

/// So many lines one core scores at a time: little enough that no core waits long for another.
const PORTION_LINES: usize = 16;

/// The name of standard input in reports.
const STANDARD_INPUT: &str = "-";

/// Reads standard input: JSON or NDJSON if its first character is `{`, else YAML.
///
/// # Errors
/// If the report cannot be written.
pub fn standard_input<'r>(run: &mut Run<'r>, book: &'r Rc<InForce>) -> anyhow::Result<()> {
    let mut input = io::BufReader::with_capacity(1 << 20, io::stdin().lock());
    let is_json = match first_character(&mut input) {
        Ok(first) => first == Some(b'{'),
        Err(error) => return unreadable(run, &error),
    };
    if !is_json {
        return whole(run, book, Vec::new(), &mut input, FileFormat::Yaml);
    }
    let mut line = Vec::new();
    let read = (&mut input).take(MAX_RECORD_BYTES as u64 + 1).read_until(b'\n', &mut line);
    if let Err(error) = read {
        return unreadable(run, &error);
    }
    let is_whole_line = line.last() == Some(&b'\n') || line.len() > MAX_RECORD_BYTES;
    let is_unfinished = serde_json::from_slice::<serde::de::IgnoredAny>(&line).is_err_and(|error| error.is_eof());
    let has_more =
        is_whole_line && !matches!(input.fill_buf(), Ok(rest) if rest.iter().all(u8::is_ascii_whitespace) && rest.len() < 1 << 16);
    if is_unfinished || !has_more {
        return whole(run, book, line, &mut input, FileFormat::Json);
    }
    run.expect_several();
    lines(run, book, STANDARD_INPUT, io::Cursor::new(line).chain(input))
}

/// The first character that is no white space, left in the input together with what is before it; a BOM is skipped.
fn first_character(input: &mut impl BufRead) -> io::Result<Option<u8>> {
    if input.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        input.consume(3);
    }
    loop {
        let buffer = input.fill_buf()?;
        match buffer.iter().position(|byte| !byte.is_ascii_whitespace()) {
            Some(index) => return Ok(buffer.get(index).copied()),
            None if buffer.is_empty() => return Ok(None),
            // White space before YAML may be its indentation, but a whole buffer of it is none.
            None => {
                let length = buffer.len();
                input.consume(length);
            }
        }
    }
}

fn unreadable(run: &mut Run<'_>, error: &io::Error) -> anyhow::Result<()> {
    let mistake = Mistake::error("unreadable", None, format!("cannot read it: {error}")).in_file(STANDARD_INPUT);
    run.unreadable(STANDARD_INPUT, &Unreadable { mistakes: vec![mistake], texts: Vec::new() })
}

/// One record that fills the whole input.
fn whole<'r>(
    run: &mut Run<'r>,
    book: &'r Rc<InForce>,
    mut bytes: Vec<u8>,
    input: &mut impl Read,
    format: FileFormat,
) -> anyhow::Result<()> {
    let left = (MAX_RECORD_BYTES + 1).saturating_sub(bytes.len());
    if let Err(error) = input.take(left as u64).read_to_end(&mut bytes) {
        return unreadable(run, &error);
    }
    let outcome = load_bytes(bytes, format, STANDARD_INPUT).and_then(|loaded| match &loaded.record.messages_file {
        Some(_) => {
            let place = loaded.source.place(&crate::diagnostic::Path::of(["messages_file"])).map(|(_, line)| line);
            let at = place.map(|line| crate::diagnostic::Span {
                start: crate::diagnostic::Position { line, column: 1 },
                end: crate::diagnostic::Position { line, column: 14 },
            });
            let mistake = Mistake::error("outside", at, "`messages_file` cannot be found from standard input")
                .with_label("name the record's file instead");
            Err(Unreadable {
                mistakes: vec![mistake.in_file(STANDARD_INPUT)],
                texts: loaded.source.text_of(STANDARD_INPUT).map(|text| (STANDARD_INPUT.to_owned(), text)).into_iter().collect(),
            })
        }
        None => Ok(loaded),
    });
    match outcome {
        Ok(loaded) => run.record(loaded, book),
        Err(unreadable) => run.unreadable(STANDARD_INPUT, &unreadable),
    }
}

/// What a line became.
enum Line<'b> {
    /// Nothing stands there.
    Blank,
    /// Where its report is in the text of its portion, whether that crossed a gate, and the client if it may be one of
    /// whom something is set aside.
    Written(Range<usize>, Option<Crossing>, Option<Box<ClientReport>>),
    /// A report to keep.
    Kept(Box<Report<'b>>),
    /// It cannot be read.
    Broken(Vec<Diagnostic>),
}

/// What scoring a line takes; it goes to all cores.
#[derive(Clone, Copy)]
struct Task<'b, 'a> {
    book: &'b Rulebook,
    me: Option<&'b Me>,
    file: &'a str,
    format: Format,
    as_of: Option<NaiveDate>,
    since: Option<SinceWhen>,
    gates: Gates,
}

/// One record a line.
///
/// # Errors
/// If the report cannot be written.
pub fn lines<'r>(run: &mut Run<'r>, book: &'r Rc<InForce>, file: &str, mut input: impl BufRead) -> anyhow::Result<()> {
    let task = Task {
        book: &book.loaded.rulebook,
        me: book.config.me.as_ref(),
        file,
        format: run.args.format,
        as_of: run.args.as_of,
        since: run.since(),
        gates: Gates::of(run.args),
    };
    let mut block = Block::default();
    let mut texts = Vec::new();
    let mut number = 0;
    while run.is_read {
        match block.fill(&mut input) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return unreadable(run, &error),
        }
        // Each portion is written into memory that is used again for the next block.
        let portions = block.lines.chunks(PORTION_LINES).len();
        texts.resize_with(texts.len().max(portions), Vec::new);
        let portions = block.lines.par_chunks(PORTION_LINES).zip(&mut texts).enumerate();
        let scored: Vec<Vec<Line<'r>>> = portions
            .map(|(nth, (lines, text))| {
                text.clear();
                let lines = lines.iter().zip(number + nth * PORTION_LINES..);
                lines.map(|(line, index)| score_line(task, block.line(line), index, text)).collect()
            })
            .collect();
        for (lines, text) in scored.into_iter().zip(&texts) {
            for line in lines {
                number += 1;
                put(run, book, file, number, line, text)?;
            }
        }
    }
    Ok(())
}

/// Scores the line of this index, and adds what is to be written to `text`.
fn score_line<'b>(task: Task<'b, '_>, line: Result<&[u8], usize>, index: usize, text: &mut Vec<u8>) -> Line<'b> {
    let broken = |mistakes: Vec<Mistake>| {
        Line::Broken(mistakes.into_iter().map(|mistake| further_down(mistake, index).in_file(task.file)).collect())
    };
    let line = match line {
        Ok(line) if line.iter().all(u8::is_ascii_whitespace) => return Line::Blank,
        Ok(line) => line,
        Err(length) => {
            let message = format!("this line is longer than {} MB", MAX_RECORD_BYTES >> 20);
            return broken(vec![
                Mistake::error("too-large", None, message).with_note(format!("it has {length} bytes; it was passed over")),
            ]);
        }
    };
    let mut record = match decode_line(line) {
        Ok(record) => record,
        Err(mistakes) => return broken(mistakes),
    };
    if record.messages_file.is_some() {
        return broken(vec![
            Mistake::error("outside", None, "`messages_file` cannot stand in a line: there is no folder beside it")
                .with_label("put the messages into `messages`"),
        ]);
    }
    add_me(&mut record, task.me);
    let as_of = day_for(&record, task.as_of);
    let place = (Arc::<str>::from(task.file), u32::try_from(index + 1).unwrap_or(u32::MAX));
    let mut report = report_on(&record, task.book, as_of, task.since, &|_| Some(place.clone()));
    task.file.clone_into(&mut report.file);
    if task.format == Format::Table {
        return Line::Kept(Box::new(report));
    }
    let from = text.len();
    add_json(text, &report, false);
    if task.format == Format::Ndjson {
        text.push(b'\n');
    }
    let crossing = task.gates.crossed_by(&report);
    let names = [report.client.id.as_str(), report.client.name.as_str()];
    let is_like = |aside: &SetAside| aside.is_about(&names) || closest(&aside.client, names).is_some();
    let client = task.book.set_aside.iter().any(is_like).then(|| Box::new(report.client));
    Line::Written(from..text.len(), crossing, client)
}

fn put<'r>(run: &mut Run<'r>, book: &'r InForce, file: &str, number: usize, line: Line<'r>, text: &[u8]) -> anyhow::Result<()> {
    match line {
        Line::Blank => Ok(()),
        Line::Written(place, crossing, client) => {
            run.tally.count(crossing);
            run.see(book, client.map(|client| *client));
            let text = &text[place];
            if run.args.format == Format::Json { run.write_element(text) } else { run.write(text) }
        }
        Line::Kept(report) => {
            run.see(book, Some(report.client.clone()));
            run.keep(*report)
        }
        Line::Broken(mistakes) => {
            // The line itself is not drawn: it may be very long, and others follow.
            tell_mistakes(&mistakes, &|_| None);
            run.tally.fail(file.to_owned(), mistakes.len());
            run.keep_broken(&mistakes);
            if run.args.format == Format::Ndjson {
                let error = mistakes.iter().map(|mistake| mistake.message.as_str()).collect::<Vec<_>>().join("; ");
                run.write(error_line(file, number, &error) + "\n")?;
            }
            Ok(())
        }
    }
}

/// Some lines of an input in one piece of memory, which is used again for the next ones.
#[derive(Default)]
struct Block {
    bytes: Vec<u8>,
    lines: Vec<LinePlace>,
}

/// Where a line stands in the block.
enum LinePlace {
    /// From and to.
    Here(usize, usize),
    /// It was longer than any record, and passed over.
    TooLong(usize),
}

impl Block {
    fn line(&self, place: &LinePlace) -> Result<&[u8], usize> {
        match place {
            LinePlace::Here(from, to) => Ok(self.bytes.get(*from..*to).unwrap_or_default()),
            LinePlace::TooLong(length) => Err(*length),
        }
    }

    /// Reads the next lines; whether there were any.
    fn fill(&mut self, input: &mut impl BufRead) -> io::Result<bool> {
        self.bytes.clear();
        self.lines.clear();
        while self.bytes.len() < BLOCK_BYTES {
            let from = self.bytes.len();
            let read = input.by_ref().take(MAX_RECORD_BYTES as u64 + 1).read_until(b'\n', &mut self.bytes)?;
            if read == 0 {
                break;
            }
            let is_whole = self.bytes.last() == Some(&b'\n');
            if !is_whole && read > MAX_RECORD_BYTES {
                self.bytes.truncate(from);
                self.lines.push(LinePlace::TooLong(read + skip_line(input)?));
                continue;
            }
            let to = self.bytes.len() - usize::from(is_whole);
            self.lines.push(LinePlace::Here(from, to));
        }
        Ok(!self.lines.is_empty())
    }
}

/// Passes over the rest of a line; how long it was.
fn skip_line(input: &mut impl BufRead) -> io::Result<usize> {
    let mut skipped = 0;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(skipped);
        }
        let (length, is_end) = memchr::memchr(b'\n', buffer).map_or((buffer.len(), false), |index| (index + 1, true));
        input.consume(length);
        skipped += length;
        if is_end {
            return Ok(skipped);
        }
    }
}
