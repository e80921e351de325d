//! Why a rule says what it says of one record: every entry that it looked at with each test, every level with the
//! values here, the sum, and the next step.

use super::Look;
use super::findings::fading;
use super::ink::Ink;
use super::layout::{Sheet, Spot, gives_way, left, right};
use super::prose::Prose;
use super::rule::either;
use super::words::{listed, points, safe, short_path, signed};
use crate::diagnostic::Path;
use crate::evaluate::{Asked, Explained, Fall, FoundWords, ItemAnswer, LevelAnswer, check_in_words};
use crate::facts::{Answer, Facts, List, Need, Value, field};
use crate::report::evidence::label;
use crate::report::{ActionReport, FindingReport, NotEvaluated, Report, SetAsideReport};
use crate::rules::Rule;
use crate::text::quote;

/// So many entries are shown without `-v`.
const ENTRIES: usize = 20;
/// A narrower screen has no room for days beside many tests.
const ROOM_FOR_DAYS: usize = 72;
/// The widest name or quote of an entry, in cells.
const NAME_CELLS: usize = 60;

/// What became of the rule.
enum Said<'s, 'b> {
    Fired(&'s FindingReport<'b>),
    SetAside(&'s SetAsideReport<'b>),
    Quiet,
    NotTold(&'s NotEvaluated<'b>),
    OtherStage,
}

/// Why a rule fired for a record, was quiet, or could not be told.
#[must_use]
pub fn outcome(
    report: &Report<'_>,
    rule: &Rule,
    explained: &Explained,
    facts: &Facts<'_>,
    line_of: &dyn Fn(&Path) -> Option<String>,
    look: &Look,
) -> String {
    let said = said(report, rule);
    let finding = match said {
        Said::Fired(finding) => Some(finding),
        Said::SetAside(_) | Said::Quiet | Said::NotTold(_) | Said::OtherStage => None,
    };
    super::screen([
        head(report, rule, &said, look) + &looked_at(rule, explained, look),
        entries(explained, facts, finding, line_of, look),
        words_found(explained, line_of, look),
        levels(explained, finding, look) + &sum(finding, look),
        conclusion(report, rule, explained, facts, &said, look),
    ])
}

fn said<'s, 'b>(report: &'s Report<'b>, rule: &Rule) -> Said<'s, 'b> {
    let found = report.findings.iter().chain(&report.strengths).find(|finding| finding.rule == rule.id);
    let aside = report.set_aside.iter().find(|aside| aside.rule == rule.id);
    let unknown = report.not_evaluated.iter().find(|unknown| unknown.rule == rule.id);
    match (found, aside, unknown) {
        (Some(finding), _, _) => Said::Fired(finding),
        (None, Some(aside), _) => Said::SetAside(aside),
        (None, None, Some(unknown)) => Said::NotTold(unknown),
        (None, None, None) if report.other_stage.contains(&rule.id.as_str()) => Said::OtherStage,
        (None, None, None) => Said::Quiet,
    }
}

fn head(report: &Report<'_>, rule: &Rule, said: &Said<'_, '_>, look: &Look) -> String {
    let (id, name, day) = (&rule.id, safe(&report.client.name), report.as_of);
    let words = match said {
        Said::Fired(finding) => {
            let level = format!("level {} of {}", finding.level, finding.levels);
            format!("{id} fired for {name} on {day}: {level}, {} points.", signed(finding.points))
        }
        Said::SetAside(aside) => {
            format!("{id} fired for {name} on {day}, and is set aside until {}: {} points do not count.", aside.until, points(aside.points))
        }
        Said::Quiet => format!("{id} is quiet for {name} on {day}."),
        Said::NotTold(_) => format!("{id} could not be told for {name} on {day}."),
        Said::OtherStage => format!("{id} does not apply to {name} on {day}."),
    };
    Prose::new().inked(&words, Ink::BOLD).fill(look)
}

/// How many entries were looked at, and which.
fn looked_at(rule: &Rule, explained: &Explained, look: &Look) -> String {
    let Some(list) = explained.list else { return String::new() };
    let entries = list.word().replace('_', " ");
    let Some(total) = explained.total else {
        return Prose::new().say(&format!("The record has no {entries}.")).fill(look);
    };
    let own = rule.selections.first().filter(|_| rule.has_list);
    let time = own.and_then(|selection| selection.within).map(|within| format!("of the last {within}"));
    let among = own.map(|selection| &selection.among).filter(|among| !among.is_empty()).map(|among| {
        let tests: Vec<String> =
            among.tests.iter().map(|(field, check)| format!("{} {}", field.name, check_in_words(check, field.kind))).collect();
        if tests.is_empty() { "that its `among` admits".to_owned() } else { format!("where {}", listed(&tests)) }
    });
    let which: Vec<String> = time.into_iter().chain(among).collect();
    let which = if which.is_empty() { String::new() } else { format!(": those {}", which.join(" ")) };
    Prose::new().say(&format!("Looked at {} of {total} {entries}{which}.", explained.items.len())).fill(look)
}

/// One row for each entry: its name or words, its day, the answer to each test, and where it stands.
fn entries(
    explained: &Explained,
    facts: &Facts<'_>,
    finding: Option<&FindingReport<'_>>,
    line_of: &dyn Fn(&Path) -> Option<String>,
    look: &Look,
) -> String {
    let Some(list) = explained.list.filter(|_| !explained.items.is_empty()) else { return String::new() };
    let mut items: Vec<&ItemAnswer> = explained.items.iter().collect();
    items.sort_by_key(|item| {
        let day = facts.span(list, item.index).first;
        (rank(item, explained), std::cmp::Reverse((day.is_some(), day)))
    });
    let shown = if look.verbose || items.len() <= ENTRIES + 1 { items.len() } else { ENTRIES };
    // Which columns mean what is told above the table, so that many or long tests fit too.
    let letters: Vec<String> = ('a'..='z').map(String::from).take(explained.tests.len()).collect();
    let mut legend = String::new();
    for (letter, test) in letters.iter().zip(&explained.tests) {
        legend += &Prose::new().say(&format!("{letter}: {test}")).fill_indented(look, 2, 5);
    }
    let legend = if legend.is_empty() { legend } else { format!("An entry counts where\n{legend}\n") };
    let has_days = look.width >= ROOM_FOR_DAYS || letters.len() < 3;
    let columns = [gives_way("Entry")].into_iter().chain(has_days.then(|| left("Day")));
    let columns = columns.chain(letters.iter().map(|letter| left(letter.as_str()).at_most(14)));
    let mut sheet = Sheet::new(columns.chain([left(""), left("Evidence")]));
    for item in items.iter().take(shown) {
        let path = facts.path(list, item.index);
        let day = facts.span(list, item.index).first.map_or_else(|| "-".to_owned(), |day| day.to_string());
        let tests = item.tests.iter().take(letters.len()).map(|(value, answer)| Spot::from(test(value, *answer)));
        let counts = match item.counts {
            Answer::Yes => "counts",
            Answer::No if is_near(item, explained) => "nearly",
            Answer::No => "-",
            Answer::CannotTell(_) => "?",
        };
        let row = [name(facts, list, item.index, &path, finding)].into_iter().chain(has_days.then(|| day.into())).chain(tests);
        sheet.row(row.chain([counts.into(), line_of(&path).map(|line| short_line(&line)).unwrap_or_default().into()]));
    }
    let more = items.len() - shown;
    let more = if more == 0 { String::new() } else { Prose::new().inked(&format!("and {more} more; all with -v"), Ink::DIM).fill(look) };
    let near = if items.iter().take(shown).any(|item| is_near(item, explained)) {
        Prose::new().inked("nearly: it passes every test but one", Ink::DIM).fill(look)
    } else {
        String::new()
    };
    legend + &sheet.draw(look) + &more + &near
}

/// Whether it passes every test but one. Of a single test everything would fail only that one; and a text without the
/// words is not near to one with them.
fn is_near(item: &ItemAnswer, explained: &Explained) -> bool {
    let is_search = |place: usize| explained.tests.get(place).is_some_and(|test| test.contains("text ") && !test.starts_with("not: "));
    explained.tests.len() > 1 && item.counts == Answer::No && item.only_failing().is_some_and(|place| !is_search(place))
}

/// What counts comes first, then what may count, then what nearly does.
fn rank(item: &ItemAnswer, explained: &Explained) -> u8 {
    match item.counts {
        Answer::Yes => 0,
        Answer::CannotTell(_) => 1,
        Answer::No if is_near(item, explained) => 2,
        Answer::No => 3,
    }
}

/// The phrases that were found, with their weights where they have some; what counts comes first. Courtesy alone is no
/// news.
fn words_found(explained: &Explained, line_of: &dyn Fn(&Path) -> Option<String>, look: &Look) -> String {
    let weighs = |item: &ItemAnswer| item.found.iter().any(|found| found.weight.as_ref().is_none_or(|(_, tenths)| *tenths > 0));
    let mut items: Vec<&ItemAnswer> = explained.items.iter().filter(|item| look.verbose || weighs(item)).collect();
    items.retain(|item| !item.found.is_empty());
    if items.is_empty() {
        return String::new();
    }
    items.sort_by_key(|item| (rank(item, explained), std::cmp::Reverse(item.index)));
    let mut sheet =
        Sheet::new([gives_way("What was found"), left("By the phrase").at_most(30), right("Weight"), left("Of"), left("Evidence")]);
    for item in items.iter().take(if look.verbose { usize::MAX } else { ENTRIES }) {
        let line = line_of(&item.path).map(|line| short_line(&line)).unwrap_or_default();
        for (place, found) in item.found.iter().enumerate() {
            let (of, weight) = match &found.weight {
                Some((lexicon, tenths)) => (safe(lexicon), signed((*tenths).into())),
                None => ("the rule".to_owned(), String::new()),
            };
            let words = quote(&safe(&found.words), None, NAME_CELLS);
            sheet.row([words.into(), quote(&safe(&found.phrase), None, NAME_CELLS).into(), weight.into(), of.into(), line.as_str().into()]);
            if let Some((lexicon, sum)) = sum_behind(&item.found, place) {
                sheet.bold_row(["together".into(), "".into(), signed(sum.into()).into(), safe(lexicon).into(), line.as_str().into()]);
            }
        }
    }
    let more = if look.verbose { 0 } else { items.len().saturating_sub(ENTRIES) };
    let more =
        if more == 0 { String::new() } else { Prose::new().inked(&format!("and {more} more entries; all with -v"), Ink::DIM).fill(look) };
    sheet.draw(look) + &more
}

/// What the words of a lexicon weigh together, behind the last of several.
fn sum_behind(found: &[FoundWords], place: usize) -> Option<(&str, i32)> {
    let lexicon_of = |found: &FoundWords| found.weight.as_ref().map(|(lexicon, _)| lexicon.clone());
    let (lexicon, _) = found.get(place)?.weight.as_ref()?;
    let is_last = found.get(place + 1).and_then(lexicon_of).as_ref() != Some(lexicon);
    let of_it = || found.iter().filter_map(|found| found.weight.as_ref()).filter(|(other, _)| other == lexicon);
    (is_last && of_it().count() > 1).then(|| (lexicon.as_str(), of_it().map(|(_, tenths)| tenths).sum()))
}

fn test(value: &str, answer: Answer) -> String {
    let answer = match answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::CannotTell(_) => "not known",
    };
    match value {
        "" | "-" => answer.to_owned(),
        value if value == answer => answer.to_owned(),
        value => format!("{}: {answer}", quote(value, None, NAME_CELLS)),
    }
}

/// The words that were found in it, else its name.
fn name(facts: &Facts<'_>, list: List, index: usize, path: &Path, finding: Option<&FindingReport<'_>>) -> Spot {
    let evidence = finding.into_iter().flat_map(|finding| &finding.evidence).find(|piece| piece.path == *path);
    if let Some((piece, words)) = evidence.filter(|piece| piece.is_verbatim).and_then(|piece| Some((piece, piece.quote.as_deref()?))) {
        return Spot::quote(words, piece.focus.clone());
    }
    let named_by = match list {
        List::Invoices => "number",
        List::Payments => "invoice",
        List::Milestones | List::ChangeOrders => "id",
        List::Messages => "from",
        List::Feedback | List::Hours => "kind",
        List::Observations => "rule",
        List::ActionsTaken => "action",
    };
    match field(list, named_by).map(|field| (field.read)(facts, index)) {
        Some(Value::Text(name) | Value::Word(name)) => quote(&safe(name), None, NAME_CELLS).into(),
        _ => path.to_string().into(),
    }
}

/// `folder/acme.yaml:70` with a path that fits a column.
fn short_line(line: &str) -> String {
    match line.rsplit_once(':') {
        Some((path, number)) => format!("{}:{number}", short_path(path)),
        None => short_path(line),
    }
}

/// Every question of every level, with its value here.
fn levels(explained: &Explained, finding: Option<&FindingReport<'_>>, look: &Look) -> String {
    let mut sheet = Sheet::new([right("Points"), gives_way("When"), left("Here").at_most(22), left("Holds")]);
    for (place, level) in explained.levels.iter().enumerate() {
        let is_highest = finding.is_some_and(|finding| finding.level == place + 1);
        for (number, asked) in level.asked.iter().enumerate() {
            let points = if number == 0 { points(level.points) } else { String::new() };
            let (question, answer) = question(asked, level.asked.get(..number).unwrap_or_default());
            let holds = if number == 0 && is_highest { format!("{}, this counts", holds(answer)) } else { holds(answer).to_owned() };
            sheet.row([points.into(), question.into(), asked.here.as_str().into(), holds.into()]);
        }
    }
    if sheet.is_empty() { String::new() } else { sheet.draw(look) }
}

/// A question under `any` and `none` has dashes for its depth; the alternatives read as either, or, and but not.
pub(super) fn question(asked: &Asked, before: &[Asked]) -> (String, Answer) {
    let sibling = before.iter().rev().take_while(|other| other.depth >= asked.depth).find(|other| other.depth == asked.depth);
    let (words, answer) = match asked.question.as_str() {
        "any of:" if sibling.is_some_and(|sibling| sibling.question == asked.question) => ("or", asked.answer),
        "any of:" => ("either", asked.answer),
        "none of:" => ("but not", asked.answer.not()),
        question => (question, asked.answer),
    };
    (format!("{}{words}", "- ".repeat(asked.depth)), answer)
}

pub(super) const fn holds(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::CannotTell(_) => "not known",
    }
}

/// `16.0 x 0.5^(24 days / 6 months) = 14.6; latest evidence: 2026-10-29.`
fn sum(finding: Option<&FindingReport<'_>>, look: &Look) -> String {
    let Some(finding) = finding else { return String::new() };
    let latest = finding.evidence.iter().filter_map(|piece| piece.date).max();
    let latest = latest.map(|day| format!("; latest evidence: {day}")).unwrap_or_default();
    let result = if finding.points == finding.points_before_fading { String::new() } else { format!(" = {}", points(finding.points)) };
    Prose::new().say(&format!("{}{result}{latest}.", fading(finding))).fill(look)
}

/// What comes of it, or what it would have taken.
fn conclusion(report: &Report<'_>, rule: &Rule, explained: &Explained, facts: &Facts<'_>, said: &Said<'_, '_>, look: &Look) -> String {
    let lines: Vec<String> = match said {
        Said::Fired(finding) => {
            let steps = report.actions.iter().filter(|step| step.because.contains(&rule.id.as_str())).map(|step| next_step(step, rule));
            let above = explained.levels.get(finding.level);
            let above = above.map(|level| format!("Up to {}: it {}", points(level.points), would_take(level)));
            let fall = explained.fall.as_ref().map(|fall| fall_in_words(fall, rule, facts));
            above.into_iter().chain(fall).chain(steps).collect()
        }
        Said::SetAside(aside) => vec![format!("Set aside because: {}", safe(aside.reason))],
        Said::Quiet => explained.levels.first().map(|level| format!("It {}", would_take(level))).into_iter().collect(),
        Said::NotTold(unknown) => {
            let needs: Vec<&str> = unknown.needs.iter().map(Need::path).collect();
            vec![format!("Missing in the record: {}.", listed(&needs))]
        }
        Said::OtherStage => {
            let stages = rule.stages.as_deref().unwrap_or_default();
            vec![format!("It is for the stage {}; the stage here is {}.", either(stages), report.stage)]
        }
    };
    lines.iter().map(|line| Prose::new().say(line).fill(look)).collect()
}

/// `Down to 8.0: on 2027-02-28, when invoice 2026-012 is more than 12 months old, if nothing new comes.`
fn fall_in_words(fall: &Fall, rule: &Rule, facts: &Facts<'_>) -> String {
    let level = fall.level.and_then(|level| rule.levels.get(level - 1));
    let to = level.map_or_else(|| "Gone".to_owned(), |level| format!("Down to {}", points(level.points)));
    let (list, index) = fall.entry;
    let entry = quote(&label(facts, (list, index)), None, NAME_CELLS);
    // Most messages are called the same.
    let entry = match (list, facts.span(list, index).first) {
        (List::Invoices | List::Payments | List::Milestones | List::ChangeOrders, _) | (_, None) => entry,
        (_, Some(day)) if entry.starts_with("my ") || entry.starts_with("your ") => format!("{entry} of {day}"),
        (_, Some(day)) => format!("the {entry} of {day}"),
    };
    format!("{to}: on {}, when {entry} is more than {} old, if nothing new comes.", fall.on, fall.within)
}

/// What would have to be different for a level to hold: `count at least 2 (here 1)`.
fn would_take(level: &LevelAnswer) -> String {
    let in_words = |asked: &&Asked| {
        let here = if asked.here.is_empty() { String::new() } else { format!(" (here {})", asked.here) };
        let not = if asked.answer == Answer::Yes { "not " } else { "" };
        format!("{not}{}{here}", asked.question)
    };
    let (of_all, of_some): (Vec<&Asked>, Vec<&Asked>) = level.in_the_way().into_iter().partition(|asked| asked.depth == 0);
    let mut parts: Vec<String> = of_all.iter().map(in_words).collect();
    if !of_some.is_empty() {
        parts.push(format!("one of the ways above: {}", of_some.iter().map(in_words).collect::<Vec<_>>().join("; ")));
    }
    if parts.is_empty() { "would take nothing more.".to_owned() } else { format!("would take {}.", parts.join(", and ")) }
}

/// `Next step: charge-late-fee, 2 of 4. send-reminder was tried on 2026-11-05.`
fn next_step(step: &ActionReport<'_>, rule: &Rule) -> String {
    let place = rule.ladder.iter().position(|id| id == step.id).map(|place| format!(", {} of {}", place + 1, rule.ladder.len()));
    let tried: Vec<String> = step
        .tried_on
        .iter()
        .map(|(id, day)| day.map_or_else(|| format!(" {id} was tried."), |day| format!(" {id} was tried on {day}.")))
        .collect();
    let begin = match (step.is_under_way, step.under_way_since) {
        (false, _) => "Next step: ".to_owned(),
        (true, Some(day)) => format!("Under way since {day}: "),
        (true, None) => "Under way: ".to_owned(),
    };
    format!("{begin}{}{}.{}", step.id, place.unwrap_or_default(), tried.concat())
}
