//! `clientcheck import invoices`, `payments` and `hours`: exports are read as the user says; their rows go to the desk.

use std::path::Path;

use chrono::Utc;

use super::args::{Dates, TableArgs};
use super::desk::Desk;
use super::target::Target;
use super::{Stop, carry_out, me_of_settings, read_export, show, tell_rows, zone_of};
use crate::cli::output::{tell, tell_mistakes};
use crate::cli::packs::read;
use crate::diagnostic::plain_line;
use crate::import::{self, Batch, DateOrder, Kind, Map, TableOptions};

/// Runs one of them; the exit code.
///
/// # Errors
/// If something cannot be read, found or written.
pub fn run(kind: Kind, args: &TableArgs) -> Result<u8, Stop> {
    let target = Target::of(&args.into.into)?;
    let me = me_of_settings(&args.into, &target)?;
    let zone = zone_of(&me);
    let options = TableOptions {
        kind,
        map: args.map.as_deref().map(map).transpose()?,
        preset: args.preset.clone(),
        dates: args.dates.map(order).transpose()?,
        zone,
        today: Utc::now().with_timezone(&zone).date_naive(),
    };
    let mut batches = Vec::new();
    for file in &args.files {
        batches.push((file.display().to_string(), batch(file, &options)?));
    }
    let mistakes: usize = batches.iter().map(|(_, batch)| batch.account.mistakes.len()).sum();
    if mistakes > 0 && args.into.strict {
        let rows = show::counted(mistakes as u64, "row");
        return Err(Stop::because(format!("{rows} cannot be read, so nothing was written (--strict)")));
    }
    if mistakes > 0 && batches.iter().all(|(_, batch)| batch.items.is_empty()) {
        for (name, batch) in &batches {
            tell(&show::account(name, &batch.account, &[], "row"));
        }
        return Err(Stop::because(format!("there are no {} that could be imported", kind.word())));
    }
    carry_out(&args.into, &target, &mut || Desk::open(&target, args.into.client.as_deref())?.round(kind, &batches))
}

fn order(dates: Dates) -> Result<DateOrder, Stop> {
    match dates {
        Dates::Dmy => Ok(DateOrder::DayFirst),
        Dates::Mdy => Ok(DateOrder::MonthFirst),
        Dates::Ymd => Err(Stop::because("dates that begin with the year are read without --dates; say dmy or mdy for the others")),
    }
}

fn map(path: &Path) -> Result<Map, Stop> {
    let text = read(path).map_err(|_| Stop::Told)?;
    let name = path.display().to_string();
    import::read_map(&text).map_err(|mistakes| {
        let told: Vec<_> = mistakes.into_iter().map(|mistake| mistake.in_file(&name)).collect();
        tell_mistakes(&told, &|_| Some(text.clone()));
        Stop::Told
    })
}

fn batch(file: &Path, options: &TableOptions) -> Result<Batch, Stop> {
    let bytes = read_export(file)?;
    let name = file.display().to_string();
    let batch = import::read(&bytes, &name, options).map_err(|error| Stop::because(format!("{}: {error}", plain_line(&name))))?;
    tell_rows(&batch.account.mistakes, &name, Some(&bytes));
    tell_rows(&batch.account.doubts, &name, Some(&bytes));
    Ok(batch)
}
