//! `clientcheck score`: every record of every input becomes a report; gates decide the exit code.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::rc::Rc;

use chrono::{NaiveDate, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::Serialize;

use super::args::{Format, ScoreArgs, SinceWhen};
use super::output::{Output, tell, tell_mistakes, uses_colour, width};
use super::packs::{InForce, Library, Refused};
use super::records::{self, Input, Loaded, SharedPlace, Source, Unreadable, add_me, find_inputs, unknown_ids};
use super::stream;
use super::{DONE, FAILED, GATE};
use crate::diagnostic::{self, Diagnostic, Mistake, closest, plain_line};
use crate::facts::Duration;
use crate::record::{Me, Record};
use crate::report::{ClientReport, DiagnosticReport, Report, assess, assess_since, error_line, screen, to_json};
use crate::rules::{Band, Rulebook};

/// What a person would compare with if nothing else is said.
const A_MONTH_AGO: SinceWhen = SinceWhen::Ago(Duration::days(30));

/// Runs `score`; the exit code.
///
/// # Errors
/// If the report cannot be written.
pub fn run(args: &ScoreArgs) -> anyhow::Result<u8> {
    let mut library = Library::new(&args.rules);
    // Before any record is read: with wrong rules nothing is scored.
    let working_folder = match library.for_record(None) {
        Ok(book) => book,
        Err(refused) => return nothing_scored(args, &refused),
    };
    let packs: Vec<PathBuf> = args.rules.rules.iter().cloned().chain(extended(&working_folder)).collect();
    let inputs = find_inputs(&args.paths, &packs);
    let mut books = vec![working_folder];
    for input in &inputs.list {
        let path = match input {
            Input::File(path, _) | Input::Lines(path) => Some(path.as_path()),
            Input::Standard => None,
        };
        match library.for_record(path) {
            Ok(book) => books.push(book),
            Err(refused) => return nothing_scored(args, &refused),
        }
    }
    let output = RefCell::new(Output::open(args.output.as_deref())?);
    let mut run = Run {
        args,
        output: &output,
        tally: Tally { failures: inputs.failures, ..Tally::default() },
        shown: Vec::new(),
        broken: Vec::new(),
        clients: Clients::default(),
        is_several: inputs.is_several,
        has_begun: false,
        is_read: true,
    };
    for (input, book) in inputs.list.iter().zip(books.iter().skip(1)) {
        run.input(input, book)?;
    }
    run.finish()?;
    run.clients.tell_set_aside_for_nobody(run.is_several);
    let tally = std::mem::take(&mut run.tally);
    drop(run);
    output.into_inner().finish()?;
    Ok(tally.exit_code(args))
}

/// With wrong rules nothing is scored; scripts are told why as data.
fn nothing_scored(args: &ScoreArgs, refused: &Refused) -> anyhow::Result<u8> {
    if args.format == Format::Json && !refused.0.is_empty() {
        let diagnostics: Vec<DiagnosticReport> = refused.0.iter().map(DiagnosticReport::from).collect();
        let mut output = Output::open(args.output.as_deref())?;
        output.write((to_json(&Unscored { schema_version: 1, clients: [], diagnostics: &diagnostics }, true) + "\n").as_bytes())?;
        output.finish()?;
    }
    Ok(FAILED)
}

/// What JSON says where nothing could be scored.
#[derive(Serialize)]
struct Unscored<'a> {
    schema_version: u8,
    clients: [(); 0],
    diagnostics: &'a [DiagnosticReport],
}

fn extended(book: &InForce) -> Vec<PathBuf> {
    book.config.extends.iter().flatten().filter(|pack| *pack != "built-in").map(PathBuf::from).collect()
}

/// Today in the time zone of the record: the only question to the machine's clock.
fn today(me: Option<&Me>) -> NaiveDate {
    let zone = me.and_then(|me| me.timezone).map_or(Tz::UTC, |zone| zone.0);
    Utc::now().with_timezone(&zone).date_naive()
}

/// The day to look at.
#[must_use]
pub fn day_for(record: &Record, as_of: Option<NaiveDate>) -> NaiveDate {
    as_of.unwrap_or_else(|| today(record.me.as_ref()))
}

/// A report with the lines of its file, and compared with an earlier day if that was asked for.
#[must_use]
pub fn report_on<'b>(
    record: &Record,
    book: &'b Rulebook,
    as_of: NaiveDate,
    since: Option<SinceWhen>,
    place: &dyn Fn(&diagnostic::Path) -> Option<SharedPlace>,
) -> Report<'b> {
    let mut report = match since {
        None => assess(record, book, as_of),
        Some(since) => assess_since(record, book, as_of, since.from(as_of)),
    };
    for piece in report.findings.iter_mut().chain(&mut report.strengths).flat_map(|finding| &mut finding.evidence) {
        if let Some((file, line)) = place(&piece.path) {
            piece.file = Some(file);
            piece.line = Some(line);
        }
    }
    report
}

/// The gates that the user set.
#[derive(Debug, Clone, Copy)]
pub struct Gates {
    fail_on: Option<Band>,
    fail_above: Option<Decimal>,
}

impl Gates {
    /// The gates of a command line.
    #[must_use]
    pub const fn of(args: &ScoreArgs) -> Self {
        Self { fail_on: args.fail_on, fail_above: args.fail_above }
    }

    /// What a report crosses them with.
    #[must_use]
    pub fn crossed_by(self, report: &Report<'_>) -> Option<Crossing> {
        let risk = &report.risk;
        let crosses = self.fail_on.is_some_and(|band| risk.band >= band) || self.fail_above.is_some_and(|limit| risk.index > limit);
        crosses.then(|| Crossing { name: report.client.name.clone(), index: risk.index, band: risk.band })
    }
}

/// A client that crossed a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crossing {
    /// Its name.
    pub name: String,
    /// Its risk.
    pub index: Decimal,
    /// Its band, after overrides.
    pub band: Band,
}

/// What was scored so far.
#[derive(Debug, Default)]
pub struct Tally {
    /// Records that were scored.
    pub scored: usize,
    /// Records and paths that could not be read.
    pub failures: usize,
    /// The first of them, for the last line, with the number of its mistakes.
    pub first_failure: Option<(String, usize)>,
    /// Clients that crossed a gate.
    pub crossed: usize,
    /// The worst of them, with its risk.
    pub worst: Option<Crossing>,
}

impl Tally {
    /// Counts a report, which may have crossed a gate.
    pub fn count(&mut self, crossing: Option<Crossing>) {
        self.scored += 1;
        if let Some(crossing) = crossing {
            self.crossed += 1;
            if self.worst.as_ref().is_none_or(|worst| (crossing.band, crossing.index) > (worst.band, worst.index)) {
                self.worst = Some(crossing);
            }
        }
    }

    /// Counts a record that could not be read.
    pub fn fail(&mut self, file: String, mistakes: usize) {
        self.failures += 1;
        self.first_failure.get_or_insert((file, mistakes));
    }

    /// Says what happened in a last line, and gives the exit code: 2 beats 1.
    fn exit_code(&self, args: &ScoreArgs) -> u8 {
        let gate = self.gate(args);
        if self.failures > 0 || self.scored == 0 {
            if let Some(gate) = gate {
                tell(&gate);
            }
            self.tell_failures();
            return FAILED;
        }
        match gate {
            Some(gate) => {
                tell(&gate);
                GATE
            }
            None => DONE,
        }
    }

    fn tell_failures(&self) {
        let all = self.scored + self.failures;
        match &self.first_failure {
            Some((file, mistakes)) if all == 1 => {
                let count = if *mistakes == 1 { "1 mistake".to_owned() } else { format!("{mistakes} mistakes") };
                tell(&format!("\n{count} in {}, so it was not scored.", plain_line(file)));
            }
            Some((file, mistakes)) => {
                let count = if *mistakes == 1 { "1 mistake".to_owned() } else { format!("{mistakes} mistakes") };
                tell(&format!("\n{} of {all} records scored; {} has {count}", self.scored, plain_line(file)));
            }
            None if self.scored == 0 => tell("there was nothing to score"),
            None => {}
        }
    }

    fn gate(&self, args: &ScoreArgs) -> Option<String> {
        let Crossing { name, index, band } = self.worst.as_ref()?;
        let name = plain_line(name);
        let gates = [args.fail_on.map(|band| format!("--fail-on {band}")), args.fail_above.map(|limit| format!("--fail-above {limit}"))];
        let gates = gates.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let more = if self.crossed > 1 { format!(" and {} more", self.crossed - 1) } else { String::new() };
        Some(match (self.scored, args.fail_on, args.fail_above) {
            (1, Some(limit), _) if *band >= limit => format!("{name} is {band} ({gates})"),
            (1, _, Some(limit)) => format!("{name}: the risk of {index} is above {limit} ({gates})"),
            (_, Some(limit), None) => format!("{} of {} clients are {limit} or worse ({gates}): {name}{more}", self.crossed, self.scored),
            _ => format!("{} of {} clients crossed a gate ({gates}): {name}{more}", self.crossed, self.scored),
        })
    }
}

/// Which clients were scored under which settings, so that a finding set aside for nobody is told.
#[derive(Default)]
struct Clients<'r> {
    /// Each client once, however many records of it a stream has.
    books: Vec<(&'r InForce, BTreeSet<(String, String)>)>,
}

impl<'r> Clients<'r> {
    fn seen(&mut self, book: &'r InForce, clients: impl IntoIterator<Item = ClientReport>) {
        let clients = clients.into_iter().map(|client| (client.id, client.name));
        match self.books.iter_mut().find(|(known, _)| std::ptr::eq(*known, book)) {
            Some((_, known)) => known.extend(clients),
            None => self.books.push((book, clients.collect())),
        }
    }

    /// One record alone says nothing of the other clients; only a name that is nearly its own was probably meant for it.
    fn tell_set_aside_for_nobody(&self, is_several: bool) {
        for (book, clients) in &self.books {
            let names: Vec<&str> = clients.iter().flat_map(|(id, name)| [id.as_str(), name.as_str()]).collect();
            let nobody = book.loaded.rulebook.set_aside.iter().filter(|aside| !aside.is_about(&names));
            let told = nobody.filter_map(|aside| {
                let meant = closest(&aside.client, names.iter().copied());
                let place = aside.place.as_ref()?;
                let message = format!("no client here is called `{}`, so nothing is set aside", aside.client);
                let mistake = Mistake::warning("unknown-client", place.client, message);
                match meant {
                    Some(name) => Some(mistake.with_suggestion(name).with_label(format!("did you mean `{name}`?")).in_file(&place.file)),
                    None => is_several.then(|| mistake.in_file(&place.file)),
                }
            });
            tell_mistakes(&told.collect::<Vec<_>>(), &|_| book.settings.as_ref().map(|(_, text)| text.clone()));
        }
    }
}

/// One run of `score`.
pub struct Run<'r> {
    /// What was asked for.
    pub args: &'r ScoreArgs,
    /// Where the report goes.
    pub output: &'r RefCell<Output>,
    /// What was scored so far.
    pub tally: Tally,
    shown: Vec<Report<'r>>,
    /// What is wrong in records that could not be read, for the JSON report.
    broken: Vec<DiagnosticReport>,
    clients: Clients<'r>,
    is_several: bool,
    has_begun: bool,
    /// Whether anybody still reads the report.
    pub is_read: bool,
}

impl<'r> Run<'r> {
    /// With which day to compare: people are told, scripts have to ask.
    #[must_use]
    pub fn since(&self) -> Option<SinceWhen> {
        self.args.since.or((self.args.format == Format::Table && !self.args.quiet).then_some(A_MONTH_AGO))
    }

    fn input(&mut self, input: &Input, book: &'r Rc<InForce>) -> anyhow::Result<()> {
        if !self.is_read {
            return Ok(());
        }
        match input {
            Input::File(path, format) => match records::load_file(path, *format) {
                Ok(loaded) => self.record(loaded, book),
                Err(unreadable) => self.unreadable(&path.display().to_string(), &unreadable),
            },
            Input::Lines(path) => match std::fs::File::open(path) {
                Ok(file) => stream::lines(self, book, &path.display().to_string(), std::io::BufReader::with_capacity(1 << 20, file)),
                Err(error) => {
                    tell(&format!("error: cannot read {}: {error}", plain_line(&path.display().to_string())));
                    self.tally.failures += 1;
                    Ok(())
                }
            },
            Input::Standard => stream::standard_input(self, book),
        }
    }

    /// Scores a record that is at hand as a whole.
    ///
    /// # Errors
    /// If the report cannot be written.
    pub fn record(&mut self, mut loaded: Loaded, book: &'r Rc<InForce>) -> anyhow::Result<()> {
        add_me(&mut loaded.record, book.config.me.as_ref());
        let unknown = unknown_ids(&loaded, &book.loaded.rulebook, &book.loaded.off);
        loaded.warnings.extend(unknown);
        loaded.warnings.sort_by(|one, other| (&one.file, one.span).cmp(&(&other.file, other.span)));
        let source: &Source = &loaded.source;
        tell_mistakes(&loaded.warnings, &|file| source.text_of(file));
        let as_of = day_for(&loaded.record, self.args.as_of);
        let since = self.since();
        let mut report = source
            .while_reading_places(|| report_on(&loaded.record, &book.loaded.rulebook, as_of, since, &|path| source.shared_place(path)));
        report.file.clone_from(&source.file);
        report.diagnostics.extend(loaded.warnings.iter().map(DiagnosticReport::from));
        tell_mistakes(&report.doubts, &|_| book.settings.as_ref().map(|(_, text)| text.clone()));
        self.see(book, Some(report.client.clone()));
        self.show(report)
    }

    /// Tells why a record cannot be read; the rest goes on.
    ///
    /// # Errors
    /// If the report cannot be written.
    pub fn unreadable(&mut self, file: &str, unreadable: &Unreadable) -> anyhow::Result<()> {
        tell_mistakes(&unreadable.mistakes, &|name| unreadable.text_of(name));
        self.tally.fail(file.to_owned(), unreadable.mistakes.len());
        self.keep_broken(&unreadable.mistakes);
        if self.args.format == Format::Ndjson {
            let first = unreadable.mistakes.first();
            let line = first.and_then(|mistake| mistake.span).map_or(1, |span| span.start.line as usize);
            let error = first.map_or("it cannot be read", |mistake| mistake.message.as_str());
            self.write(&(error_line(file, line, error) + "\n"))?;
        }
        Ok(())
    }

    /// Keeps the mistakes of a record that could not be read for the JSON report.
    pub fn keep_broken(&mut self, mistakes: &[Diagnostic]) {
        /// Of an input of any length so many are kept.
        const MOST_KEPT: usize = 1000;
        if self.args.format == Format::Json {
            let room = MOST_KEPT.saturating_sub(self.broken.len());
            self.broken.extend(mistakes.iter().take(room).map(DiagnosticReport::from));
        }
    }

    fn show(&mut self, report: Report<'r>) -> anyhow::Result<()> {
        self.tally.count(Gates::of(self.args).crossed_by(&report));
        match self.args.format {
            Format::Ndjson => self.write(&(to_json(&report, false) + "\n")),
            Format::Json | Format::Table => {
                self.shown.push(report);
                Ok(())
            }
        }
    }

    /// Keeps a report until all are there, or writes it at once.
    ///
    /// # Errors
    /// If the report cannot be written.
    pub fn keep(&mut self, report: Report<'r>) -> anyhow::Result<()> {
        self.show(report)
    }

    /// Clients were scored under these settings; those whose names are nothing like those of any set aside may be left out.
    pub fn see(&mut self, book: &'r InForce, clients: impl IntoIterator<Item = ClientReport>) {
        self.clients.seen(book, clients);
    }

    /// There may be several records, so that JSON is a list.
    pub fn expect_several(&mut self) {
        self.is_several = true;
    }

    /// Writes a piece of JSON that a stream made; between two of them stands a comma.
    ///
    /// # Errors
    /// If the report cannot be written.
    pub fn write_element(&mut self, json: &[u8]) -> anyhow::Result<()> {
        let lead: &[u8] = if self.has_begun { b",\n" } else { b"{\"schema_version\":1,\"clients\":[\n" };
        self.has_begun = true;
        let mut output = self.output.borrow_mut();
        self.is_read = output.write(lead)? && output.write(json)?;
        Ok(())
    }

    /// Writes text.
    ///
    /// # Errors
    /// If the report cannot be written.
    pub fn write(&mut self, text: impl AsRef<[u8]>) -> anyhow::Result<()> {
        self.is_read = self.output.borrow_mut().write(text.as_ref())?;
        Ok(())
    }

    /// Writes what was kept until all records were there.
    fn finish(&mut self) -> anyhow::Result<()> {
        let reports = std::mem::take(&mut self.shown);
        match self.args.format {
            Format::Ndjson => Ok(()),
            Format::Json if self.is_several => {
                for report in &reports {
                    self.write_element(to_json(report, false).as_bytes())?;
                }
                let begin = if self.has_begun { "\n]" } else { "{\"schema_version\":1,\"clients\":[]" };
                let broken =
                    if self.broken.is_empty() { String::new() } else { format!(",\"diagnostics\":{}", to_json(&self.broken, false)) };
                self.write(format!("{begin}{broken}}}\n"))
            }
            Format::Json => match reports.first() {
                Some(report) => self.write(&(to_json(report, true) + "\n")),
                None if self.broken.is_empty() => Ok(()),
                None => self.write(&(to_json(&Unscored { schema_version: 1, clients: [], diagnostics: &self.broken }, true) + "\n")),
            },
            Format::Table => self.write(self.table(&reports)),
        }
    }

    fn table(&self, reports: &[Report<'_>]) -> String {
        if self.args.quiet {
            let ranked = screen::ranked(reports);
            return ranked.iter().map(|report| screen::first_line(report) + "\n").collect();
        }
        let to_terminal = self.args.output.is_none();
        let look = screen::Look {
            width: if to_terminal { width() } else { 80 },
            colour: to_terminal && uses_colour(self.args.color, &std::io::stdout()) || self.args.color == super::args::When::Always,
            verbose: self.args.verbose,
        };
        match reports {
            [] => String::new(),
            [report] => screen::score(report, &look),
            several => screen::ranking(several, &look),
        }
    }
}
