//! What an import shows before it writes: what became of all rows, which files change, and how. Text goes out; nothing
//! here prints.

use std::fmt::Write as _;

use similar::TextDiff;

use super::messages::Beside;
use super::{Changed, Round};
use crate::diagnostic::{plain, plain_line};
use crate::import::{Account, Plan, PresetInfo, Tally};

/// So many lines of a difference are shown unless all of them are asked for.
const SHOWN_LINES: usize = 200;
/// Differences of larger files are shown only when all of them are asked for.
const LARGE_BYTES: usize = 2 * 1024 * 1024;
/// So many notes.
const SHOWN_NOTES: usize = 20;

/// `1 file`, `3 files`.
pub fn files(count: usize) -> String {
    counted(count as u64, "file")
}

/// A count with its word, in the plural where it is not one.
pub fn counted(count: u64, thing: &str) -> String {
    let plural = match thing.strip_suffix('y') {
        _ if count == 1 || thing == "hours" => thing.to_owned(),
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ => format!("{thing}s"),
    };
    format!("{count} {plural}")
}

/// The line that accounts for all rows of a file: `42 rows: 31 invoices (3 new, 28 unchanged), 11 line items; 1 row
/// skipped (draft), 0 unreadable`. Of each tally, the word that its kind begins with.
pub fn account(file: &str, account: &Account, tallies: &[(&str, &Tally)], row: &str) -> String {
    let mut told: Vec<bool> = vec![false; tallies.len()];
    let mut parts = Vec::new();
    for (kind, count) in &account.kinds {
        let place = tallies.iter().position(|(word, _)| kind.starts_with(word));
        let tally = place.filter(|place| !std::mem::replace(&mut told[*place], true)).map(|place| tallies[place].1);
        let words = tally.map(Tally::in_words).filter(|words| !words.is_empty());
        parts.push(counted(*count, kind) + &words.map(|words| format!(" ({words})")).unwrap_or_default());
    }
    for ((word, tally), _) in tallies.iter().zip(told).filter(|((_, tally), is_told)| !is_told && tally.all() > 0) {
        parts.push(format!("{} ({})", counted(tally.all(), word), tally.in_words()));
    }
    let skipped: u64 = account.skipped.iter().map(|skipped| skipped.rows).sum();
    let mut line = format!("{}: {}", plain_line(file), counted(account.rows, row));
    if !parts.is_empty() {
        let _ = write!(line, ": {}", parts.join(", "));
    }
    let reasons: Vec<String> = account.skipped.iter().map(|it| format!("{} {}", it.rows, plain_line(&it.reason))).collect();
    match reasons.as_slice() {
        [] => {}
        [_] => {
            let _ = write!(line, "; {} skipped ({})", skipped, plain_line(&account.skipped[0].reason));
        }
        _ => {
            let _ = write!(line, "; {skipped} skipped ({})", reasons.join(", "));
        }
    }
    let _ = write!(line, "; {} unreadable", account.mistakes.len());
    line
}

/// In a few words what a plan adds.
pub fn what(plan: &Plan, messages: Option<&Beside>) -> String {
    let changes: Vec<_> = plan.changes().map(|(_, change)| change).collect();
    let within = |count: fn(&crate::import::Change) -> usize| changes.iter().map(|change| count(change)).sum::<usize>();
    let counts = [
        (plan.new_invoices().len(), "invoice"),
        (within(|change| change.payments.len()), "payment"),
        (within(|change| change.credits.len()), "credit"),
        (within(|change| change.paid_on.len()), "day of a payment"),
        (within(|change| change.days.len()), "day of an invoice"),
    ];
    let mut parts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, thing)| match thing.split_once(" of ") {
            Some((day, of)) => format!("{} of {of}", counted(*count as u64, day)),
            None => counted(*count as u64, thing),
        })
        .collect();
    if !plan.new_hours().is_empty() {
        parts.push(counted(plan.new_hours().len() as u64, "entry") + " of hours");
    }
    parts.extend(messages.filter(|it| it.added > 0).map(|it| counted(it.added, "message")));
    parts.extend(plan.complete().iter().map(|(list, period)| format!("complete.{} {} to {}", list.key(), period.from.0, period.to.0)));
    parts.join(", ")
}

/// Everything that is shown on standard output.
pub fn round(round: &Round, is_whole: bool) -> String {
    let mut out = String::new();
    for line in &round.summary {
        let _ = writeln!(out, "{line}");
    }
    if round.changes.is_empty() {
        return out;
    }
    out.push('\n');
    let names: Vec<String> = round.changes.iter().map(|change| plain_line(&change.held.path.display().to_string()).into_owned()).collect();
    let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or_default().min(60);
    for (change, name) in round.changes.iter().zip(&names) {
        let new = if change.held.is_new { "new, " } else { "" };
        let _ = writeln!(out, "  {name:<widest$}  {new}{}", change.what);
    }
    let mut left = if is_whole { usize::MAX } else { SHOWN_LINES };
    let mut hidden = 0;
    for (change, name) in round.changes.iter().zip(&names) {
        hidden += difference(change, name, &mut left, &mut out);
    }
    if hidden > 0 {
        let _ = writeln!(out, "\n... and {hidden} more lines; all of them: -v");
    }
    out
}

/// The difference of one file, as far as lines may still be shown; how many were not.
fn difference(change: &Changed, name: &str, left: &mut usize, out: &mut String) -> usize {
    let lines = if change.held.is_new {
        let mut lines = vec![format!("--- {name} (new)"), format!("+++ {name}")];
        lines.extend(change.text.lines().map(|line| format!("+{line}")));
        lines
    } else if change.text == change.held.text {
        Vec::new()
    } else if *left == 0 || (*left < usize::MAX && change.text.len() > LARGE_BYTES) {
        // Only counted: what is added is all that differs, and comparing a large file takes long.
        return change.text.lines().count().saturating_sub(change.held.text.lines().count());
    } else {
        let diff = TextDiff::from_lines(change.held.text.as_str(), change.text.as_str());
        let shown = diff.unified_diff().context_radius(2).header(name, name).missing_newline_hint(false).to_string();
        shown.lines().map(str::to_owned).collect()
    };
    let shown = lines.len().min(*left);
    if shown > 0 {
        out.push('\n');
    }
    for line in lines.iter().take(shown) {
        let _ = writeln!(out, "{}", plain(line));
    }
    *left -= shown;
    lines.len() - shown
}

/// What a person should know, a line each.
pub fn notes(round: &Round, is_whole: bool) -> Vec<String> {
    let most = if is_whole { usize::MAX } else { SHOWN_NOTES };
    let mut lines: Vec<String> = round.notes.iter().take(most).map(|note| plain_line(note).into_owned()).collect();
    if let Some(more) = round.notes.len().checked_sub(most).filter(|more| *more > 0) {
        lines.push(format!("... and {more} more; all of them: -v"));
    }
    lines
}

/// The presets as a list.
pub fn list_of_presets(presets: &[PresetInfo]) -> String {
    let widest = presets.iter().map(|preset| preset.name.len()).max().unwrap_or_default();
    presets.iter().fold(String::new(), |mut out, preset| {
        let _ = writeln!(out, "{:<widest$}  {:<8}  {}", preset.name, preset.kind.word(), preset.about);
        out
    })
}
