//! What can be used, but probably not as its writer meant it: rules without tests, tests that can never pass, phrases so
//! short that they match harmless words, ladders that end too mildly. Nothing of this keeps anybody from scoring.

use super::compile::{as_yes_or_no, duration_meant};
use super::file::{Condition, Outcome, Plain, Question, RuleFile, RuleTest, Test};
use super::problem::{Problem, Problems};
use super::source::Source;
use crate::diagnostic::{Diagnostic, Path, check};
use crate::facts::Duration;
use crate::record::{check_scalar, schema};
use crate::text::check_phrase;

/// The steps with which the work together ends.
const ENDS: [&str; 2] = ["let-go", "walk-away"];

/// Everything that is doubtful about a rule file. The built-in pack has no text here and is not looked at.
pub(super) fn tell(file: &RuleFile, source: &Source<'_>) -> Vec<Diagnostic> {
    if source.text.is_none() {
        return Vec::new();
    }
    let mut problems = Problems::default();
    if file.tests.is_empty() {
        problems.add(
            Problem::doubt(Path::of(["id"]), "no-tests", format!("`{}` has no tests", file.id))
                .label("add a record in which it fires, and one in which it is quiet")
                .note("the tests stand in the rule's own file, under `tests`")
                .unless_wrong(Path::of(["tests"])),
        );
    }
    ladder(file, &mut problems);
    for (key, text) in [("within", &file.within), ("before", &file.before), ("fades", &file.fades)] {
        problems.0.extend(text.iter().filter_map(|text| odd_duration(text, Path::of([key]))));
    }
    conditions(file, &mut problems);
    let mut unreadable = false;
    for (index, test) in file.tests.iter().enumerate() {
        expectations(file, test, &Path::of(["tests"]).index(index), &mut problems);
        unreadable |= test.record().is_err();
    }
    let mut told = if unreadable && source.mended.is_none() { records_of_tests(file, source, &mut problems) } else { Vec::new() };
    told.extend(source.tell(problems));
    told
}

/// What is wrong in the records of the tests, with its places.
fn records_of_tests(file: &RuleFile, source: &Source<'_>, problems: &mut Problems) -> Vec<Diagnostic> {
    let Some((tree, tests)) = source.tree().and_then(|tree| tree.span(&Path::of(["tests"])).map(|span| (tree, span))) else {
        return Vec::new();
    };
    let mistakes = check(&tree, &schema::<RuleFile>(), &check_scalar);
    let inside = mistakes.into_iter().filter(|mistake| mistake.span.is_some_and(|span| span.start >= tests.start && span.end <= tests.end));
    let told: Vec<Diagnostic> = inside.map(|mistake| mistake.in_file(&source.file)).collect();
    if told.is_empty() {
        for (index, test) in file.tests.iter().enumerate() {
            if let Err(error) = test.record() {
                let path = Path::of(["tests"]).index(index).key("record");
                problems.add(Problem::at(path, "invalid", format!("this is no record: {error}")).on_key());
            }
        }
    }
    told
}

/// A test that asks for what no rule can give.
fn expectations(file: &RuleFile, test: &RuleTest, path: &Path, problems: &mut Problems) {
    let path = path.key("expect");
    let levels = file.levels.len();
    if let Some(level) = test.expect.level.filter(|level| *level == 0 || *level > levels) {
        let label = if levels == 1 { "there is only level 1".to_owned() } else { format!("the levels are 1 to {levels}") };
        problems.add(
            Problem::at(path.key("level"), "never", format!("there is no level {level}"))
                .label(label)
                .note("this test would never pass")
                .unless_wrong(Path::of(["levels"])),
        );
    }
    if test.expect.finding != Outcome::Fired {
        for (key, _) in
            [("level", test.expect.level), ("evidence", test.expect.evidence)].into_iter().filter(|(_, number)| number.is_some())
        {
            let message = format!("a rule that is {} has no {key}", test.expect.finding);
            problems.add(Problem::at(path.key(key), "never", message).on_key().note("this test would never pass"));
        }
    }
}

fn ladder(file: &RuleFile, problems: &mut Problems) {
    for (index, action) in file.ladder.iter().enumerate() {
        if file.ladder[..index].contains(action) {
            let path = Path::of(["ladder"]).index(index);
            let message = format!("`{action}` stands in the ladder twice");
            problems.add(Problem::doubt(path, "same-step", message).label("it would be advised only once"));
        }
    }
    let says_yes = |plain: &Option<Plain>| plain.as_ref().and_then(as_yes_or_no) == Some(true);
    let Some(index) = file.levels.iter().position(|level| says_yes(&level.beyond_repair)) else { return };
    if file.ladder.last().is_some_and(|last| ENDS.contains(&last.as_str())) {
        return;
    }
    problems.add(
        Problem::doubt(
            Path::of(["levels"]).index(index).key("beyond_repair"),
            "ladder-does-not-end",
            "the ladder does not end the work together",
        )
        .on_key()
        .label("let `ladder` end with let-go or walk-away")
        .note("beyond repair means that no milder step makes sense")
        .unless_wrong(Path::of(["ladder"])),
    );
}

/// Phrases and numbers in conditions and questions.
fn conditions(file: &RuleFile, problems: &mut Problems) {
    let root = Path::root();
    for (key, condition) in [("among", &file.among), ("where", &file.matching)] {
        condition.iter().for_each(|condition| in_condition(condition, &root.key(key), problems));
    }
    for (index, level) in file.levels.iter().enumerate() {
        in_question(&level.when, &root.key("levels").index(index).key("when"), problems);
    }
}

fn in_question(question: &Question, path: &Path, problems: &mut Problems) {
    let tests = question.tests.iter().map(|(name, test)| (path.key(name.as_str()), test));
    let of_field = question.of_field.iter().map(|(measure, name, test)| (path.key(measure.as_str()).key(name.as_str()), test));
    for (path, test) in tests.chain(of_field) {
        problems.0.extend(odd_percents(test, &path));
    }
    problems.0.extend(question.within.iter().filter_map(|text| odd_duration(text, path.key("within"))));
    for (key, condition) in [("among", &question.among), ("where", &question.matching)] {
        condition.iter().for_each(|condition| in_condition(condition, &path.key(key), problems));
    }
    for (key, inner) in [("any", &question.any), ("none", &question.none)] {
        for (index, inner) in inner.iter().flatten().enumerate() {
            in_question(inner, &path.key(key).index(index), problems);
        }
    }
}

fn in_condition(condition: &Condition, path: &Path, problems: &mut Problems) {
    for (field, test) in &condition.tests {
        problems.0.extend(odd_percents(test, &path.key(field.as_str())));
        let Test::Form(form) = test else { continue };
        for (language, phrases) in form.mentions_any.iter().flatten() {
            for (index, phrase) in phrases.iter().enumerate() {
                let path = path.key(field.as_str()).key("mentions_any").key(language.as_str()).index(index);
                problems.0.extend(too_short(phrase, path));
            }
        }
    }
    for (key, inner) in [("any", &condition.any), ("none", &condition.none)] {
        for (index, inner) in inner.iter().flatten().enumerate() {
            in_condition(inner, &path.key(key).index(index), problems);
        }
    }
    let sequences =
        [("followed_by", &condition.followed_by), ("not_followed_by", &condition.not_followed_by), ("preceded_by", &condition.preceded_by)];
    for (key, sequence) in sequences {
        let within = sequence.as_ref().and_then(|sequence| odd_duration(&sequence.within, path.key(key).key("within")));
        problems.0.extend(within);
        if let Some(matching) = sequence.as_ref().and_then(|sequence| sequence.matching.as_ref()) {
            in_condition(matching, &path.key(key).key("where"), problems);
        }
    }
}

/// A length of time that is read, but written in another way than all others.
fn odd_duration(text: &str, path: Path) -> Option<Problem> {
    text.parse::<Duration>().ok()?;
    let meant = duration_meant(text).filter(|meant| meant != text)?;
    Some(Problem::doubt(path, "odd-unit", format!("`{text}` is read as {meant}")).suggest(meant))
}

/// Percentages with a space before the sign.
fn odd_percents(test: &Test, path: &Path) -> Vec<Problem> {
    let Test::Form(form) = test else { return Vec::new() };
    let bounds = [("at_least", &form.at_least), ("more_than", &form.more_than), ("at_most", &form.at_most), ("less_than", &form.less_than)];
    let odd = bounds.into_iter().filter_map(|(key, bound)| match bound {
        Some(Plain::Text(text)) if text.contains(" %") => {
            let meant = text.replacen(" %", "%", 1);
            Some(Problem::doubt(path.key(key), "odd-unit", format!("`{text}` is read as {meant}")).suggest(meant))
        }
        _ => None,
    });
    odd.collect()
}

/// Fewer letters than this are in harmless words too; where each character is a word, fewer of those.
const LETTERS: usize = 3;
const CHARACTERS: usize = 2;

fn too_short(phrase: &Plain, path: Path) -> Option<Problem> {
    let Plain::Text(text) = phrase else { return None };
    if text.trim_start().starts_with('/') || check_phrase(text).is_err() {
        return None;
    }
    // Chinese, and the kana beside it, write without spaces between words.
    let is_whole_word =
        |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    let (least, unit) = if text.chars().any(is_whole_word) { (CHARACTERS, "characters") } else { (LETTERS, "letters") };
    (letters > 0 && letters < least).then(|| {
        Problem::doubt(path, "short-phrase", format!("`{text}` is so short that it matches harmless words"))
            .label(format!("at least {least} {unit} say more"))
    })
}
