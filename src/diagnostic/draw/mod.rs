//! Draws mistakes as text: the line, a mark under what is wrong, what was meant, and what would have come of it.
//!
//! In: mistakes as data, and the texts of the files. Out: text for a terminal, the same with and without colour but for
//! the colour itself. Nothing of a file reaches the terminal unescaped, and of a long line only what lies round the mark.

mod excerpt;

use std::collections::BTreeMap;

use annotate_snippets::renderer::{AnsiColor, Effects, Style};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};

use super::place::{Lines, Position, Span};
use super::plain::{plain, plain_line};
use super::{Diagnostic, Elsewhere, Severity};
use excerpt::Excerpt;

/// Notes are broken at this width. Lines of the file are not; they are cut round the mark.
const WIDTH: usize = 80;

/// Draws mistakes, one after the other with an empty line between them; empty if there are none. `source_of` gives the
/// text of a file by the name that the mistakes have for it; without it the line is not drawn.
#[must_use]
pub fn draw<'s>(diagnostics: &[Diagnostic], source_of: &dyn Fn(&str) -> Option<&'s str>, colour: bool) -> String {
    let mut sources = Sources { source_of, known: BTreeMap::new() };
    let renderer = if colour { coloured() } else { Renderer::plain() }.term_width(usize::MAX / 4);
    let drawn: Vec<String> = diagnostics.iter().map(|diagnostic| draw_one(diagnostic, &mut sources, &renderer)).collect();
    drawn.join("\n")
}

/// The terminal's own colours, and those only for what is wrong.
fn coloured() -> Renderer {
    let bold = Style::new().effects(Effects::BOLD);
    let none = Style::new();
    Renderer::styled()
        .error(AnsiColor::Red.on_default().effects(Effects::BOLD))
        .warning(AnsiColor::Yellow.on_default().effects(Effects::BOLD))
        .note(bold)
        .help(bold)
        .emphasis(bold)
        .line_num(none)
        .context(none)
        .addition(none)
        .removal(none)
}

/// The texts of the files, each cut into lines once.
struct Sources<'f, 's> {
    source_of: &'f dyn Fn(&str) -> Option<&'s str>,
    known: BTreeMap<String, Option<(&'s str, Lines)>>,
}

impl Sources<'_, '_> {
    fn excerpt(&mut self, file: &str, span: Span) -> Option<Excerpt> {
        if !self.known.contains_key(file) {
            let read = (self.source_of)(file).filter(|text| u32::try_from(text.len()).is_ok());
            self.known.insert(file.to_owned(), read.map(|text| (text, Lines::of(text))));
        }
        let (text, lines) = self.known.get(file)?.as_ref()?;
        Excerpt::of(text, lines, span)
    }
}

/// Stands for the file in what annotate-snippets draws. It counts columns in what it is given to draw, and escapes and cuts
/// change those; so the true place is put in afterwards. No other text can hold this, since all of it went through `plain`.
const HERE: [&str; 4] = ["\u{1}", "\u{2}", "\u{3}", "\u{4}"];

/// A place that is drawn with its line.
struct Drawn<'d> {
    file: &'d str,
    span: Span,
    excerpt: Excerpt,
    label: &'d str,
}

fn draw_one(diagnostic: &Diagnostic, sources: &mut Sources, renderer: &Renderer) -> String {
    let mut lost = Vec::new();
    let main = main_place(diagnostic, sources, &mut lost);
    let others = other_places(diagnostic, sources, &mut lost);
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(plain_line(&diagnostic.message)).id(diagnostic.code));
    let mut places = Vec::new();
    match &main {
        Some(main) => {
            // A second place in the same line is marked in the same line.
            let (beside, others): (Vec<&Drawn>, Vec<&Drawn>) = others.iter().partition(|other| main.shares_line(other));
            let marks = beside.iter().map(|other| mark(other, AnnotationKind::Context));
            group = group.element(snippet(main, HERE[0], AnnotationKind::Primary).annotations(marks));
            places.push((HERE[0], main));
            for (other, here) in others.into_iter().zip(&HERE[1..]) {
                group = group.element(snippet(other, here, AnnotationKind::Context));
                places.push((here, other));
            }
        }
        None => group = group.element(origin(diagnostic)),
    }
    for note in notes(diagnostic, &lost, WIDTH.saturating_sub(gutter(&places) + 3 + "note: ".len())) {
        group = group.element(Level::NOTE.message(note));
    }
    let mut groups = vec![group];
    if let (Some(main), Some(line)) = (&main, &diagnostic.correction) {
        groups.extend(correction(&main.excerpt, line));
    }
    let mut drawn = renderer.render(&groups);
    for (here, place) in places {
        let excerpt = &place.excerpt;
        let shown = format!("{here}:{}:{}", excerpt.number, excerpt.text[..excerpt.mark.start].chars().count() + 1);
        drawn = drawn.replacen(&shown, &named(place.file, place.span.start), 1);
    }
    let lines: Vec<&str> = drawn.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// The place of the mistake itself. Without a line to mark, what stands beside the mark is lost, and becomes a note.
fn main_place<'d>(diagnostic: &'d Diagnostic, sources: &mut Sources, lost: &mut Vec<String>) -> Option<Drawn<'d>> {
    let file = diagnostic.file.as_str();
    let label = diagnostic.label.as_str();
    let found = diagnostic.span.and_then(|span| Some(Drawn { file, span, excerpt: sources.excerpt(file, span)?, label }));
    if found.is_none() && !label.is_empty() {
        lost.push(label.to_owned());
    }
    found
}

/// The other places, as far as their files are known; the rest is lost in the same way.
fn other_places<'d>(diagnostic: &'d Diagnostic, sources: &mut Sources, lost: &mut Vec<String>) -> Vec<Drawn<'d>> {
    let mut drawn = Vec::new();
    for Elsewhere { file, span, label } in &diagnostic.elsewhere {
        let file = file.as_deref().unwrap_or(&diagnostic.file);
        let excerpt = sources.excerpt(file, *span).filter(|_| diagnostic.span.is_some() && drawn.len() + 1 < HERE.len());
        match excerpt {
            Some(excerpt) => drawn.push(Drawn { file, span: *span, excerpt, label }),
            None => lost.push(format!("{label}: {}", named(file, span.start))),
        }
    }
    drawn
}

impl Drawn<'_> {
    fn shares_line(&self, other: &Drawn) -> bool {
        let is_whole = !self.excerpt.is_cut && !other.excerpt.is_cut;
        is_whole && self.file == other.file && self.excerpt.number == other.excerpt.number && self.span != other.span
    }
}

fn origin(diagnostic: &Diagnostic) -> Origin<'static> {
    let origin = Origin::path(plain_line(&diagnostic.file).into_owned());
    match diagnostic.span {
        Some(span) => origin.line(span.start.line as usize).char_column(span.start.column as usize),
        None => origin,
    }
}

fn snippet<'a>(drawn: &'a Drawn, here: &'a str, kind: AnnotationKind) -> Snippet<'a, Annotation<'a>> {
    let excerpt = &drawn.excerpt;
    Snippet::source(excerpt.text.as_str()).line_start(excerpt.number).path(here).annotation(mark(drawn, kind))
}

fn mark<'a>(drawn: &'a Drawn, kind: AnnotationKind) -> Annotation<'a> {
    let mark = kind.span(drawn.excerpt.mark.clone());
    let label = plain_line(drawn.label);
    if label.is_empty() { mark } else { mark.label(label) }
}

/// How wide the line numbers are.
fn gutter(places: &[(&str, &Drawn)]) -> usize {
    let last = places.iter().map(|(_, place)| place.excerpt.number).max().unwrap_or(0);
    last.checked_ilog10().map_or(0, |digits| digits as usize + 1)
}

fn named(file: &str, at: Position) -> String {
    format!("{}:{}:{}", plain_line(file), at.line, at.column)
}

/// The notes, the allowed words behind the last of them.
fn notes(diagnostic: &Diagnostic, lost: &[String], width: usize) -> Vec<String> {
    let all = lost.iter().chain(&diagnostic.notes).filter(|note| !note.is_empty());
    let mut notes: Vec<String> =
        all.map(|note| note.lines().map(|line| broken(&plain(line), width)).collect::<Vec<_>>().join("\n")).collect();
    if !diagnostic.allowed.is_empty() {
        let more = (diagnostic.allowed_more > 0).then(|| format!("and {} more", diagnostic.allowed_more));
        let words: Vec<String> = diagnostic.allowed.iter().cloned().chain(more).collect();
        let words = broken(&plain_line(&format!("allowed: {}", words.join(", "))), width);
        match notes.last_mut() {
            Some(note) => *note = format!("{note}\n{words}"),
            None => notes.push(words),
        }
    }
    notes
}

/// Breaks a line at spaces; longer words stay whole.
fn broken(line: &str, width: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for word in line.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            out.push('\n');
            used = 0;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += length;
    }
    out
}

/// The line as it is and as it should be.
fn correction<'a>(excerpt: &'a Excerpt, line: &str) -> Option<Group<'a>> {
    if excerpt.is_cut {
        return None;
    }
    let patch = Patch::new(0..excerpt.text.len(), plain_line(line).into_owned());
    let snippet = Snippet::source(excerpt.text.as_str()).line_start(excerpt.number).patch(patch);
    Some(Group::with_title(Level::HELP.secondary_title("write")).element(snippet))
}

#[cfg(test)]
mod tests;
