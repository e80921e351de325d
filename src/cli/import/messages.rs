//! `clientcheck import messages`: mailboxes and chats are read once, each message goes to the clients whose conversation it
//! belongs to, and what is new of it goes into the file beside their records.

use std::ops::ControlFlow;

use super::args::{Dates, IntoArgs, MessagesArgs};
use super::mailboxes::{self, Mailbox};
use super::sorted::Sorted;
pub use super::spool::Beside;
use super::spool::Known;
use super::target::{Held, Target, begin};
use super::{Changed, Round, Stop, carry_out, me_of_settings, show, tell_rows, zone_of};
use crate::cli::output::{quoted, tell};
use crate::diagnostic::plain_line;
use crate::import::{
    Account, ChatDates, Clients, Covered, MAILING_LIST, MessageItem, MessageOptions, MessageReader, Myself, Outcome, Plan, Skipped, Tally,
    Writers, edit,
};
use crate::record::{Client, Me};

/// Runs it; the exit code.
///
/// # Errors
/// If something cannot be read, found or written.
pub fn run(args: &MessagesArgs) -> Result<u8, Stop> {
    let target = Target::of(&args.into.into)?;
    let settings = me_of_settings(&args.into, &target)?;
    let held = target.read()?;
    let mailboxes = mailboxes::find(&args.files)?;
    let reading = Reading { options: options(args, &settings), mailboxes: &mailboxes };
    let me = Myself::of(who_i_am(args, &settings, &held).iter().map(String::as_str));
    if me.is_unknown() {
        return Err(propose_me(args, &reading.writers()?));
    }
    let held = begin_single(args, &target, held, &reading, &me)?;
    let mut clients = Clients::default();
    for record in &held {
        clients.add(known_as(&record.record.client, &args.into));
    }
    let mut sorted = Sorted::new(me, clients, reading.options.zone)?;
    let accounts = reading.read(&mut |nth, message| sorted.take(nth, &message))?;
    let sorted = sorted.finish()?;
    let account = together(&accounts);
    let mistakes = account.1.mistakes.len();
    if mistakes > 0 && args.into.strict {
        let rows = show::counted(mistakes as u64, "message");
        return Err(Stop::because(format!("{rows} cannot be read, so nothing was written (--strict)")));
    }
    if sorted.messages == 0 {
        return Err(nothing_to_import(&account));
    }
    let new: Vec<Held> = held.into_iter().filter(|held| held.is_new).collect();
    carry_out(&args.into, &target, &mut || round(&target, &new, &sorted, &account))
}

fn options(args: &MessagesArgs, settings: &Me) -> MessageOptions {
    let dates = args.dates.map(|dates| match dates {
        Dates::Dmy => ChatDates::Dmy,
        Dates::Mdy => ChatDates::Mdy,
        Dates::Ymd => ChatDates::Ymd,
    });
    MessageOptions { zone: zone_of(settings), dates, with_lists: args.with_lists }
}

fn who_i_am(args: &MessagesArgs, settings: &Me, held: &[Held]) -> Vec<String> {
    let own = |me: &Me| me.emails.clone().unwrap_or_default();
    let of_records = held.iter().filter_map(|held| held.record.me.as_ref()).flat_map(own);
    args.me.iter().cloned().chain(own(settings)).chain(of_records).collect()
}

/// Says who the user may be, and how to say so. Never assumed: whoever is taken for me by mistake is blamed for my words.
fn propose_me(args: &MessagesArgs, writers: &Writers) -> Stop {
    let likely = writers.likely_me(3);
    let command = |me: &str| {
        let files: Vec<String> = args.files.iter().map(|file| quoted(&file.display().to_string())).collect();
        let into = quoted(&args.into.into.display().to_string());
        format!("clientcheck import messages {} --into {into} --me {}", files.join(" "), quoted(me))
    };
    match likely.as_slice() {
        [] => Stop::because("who are you? say so with --me ADDRESS, or once and for all in clientcheck.yml: me: { emails: [...] }"),
        [first, others @ ..] => {
            tell(&format!("error: who are you? Most likely {}; if so:", plain_line(first)));
            tell(&format!("  {}", plain_line(&command(first))));
            if !others.is_empty() {
                let others: Vec<String> = others.iter().map(|other| plain_line(other).into_owned()).collect();
                tell(&format!("or else {}; or once and for all, in clientcheck.yml: me: {{ emails: [...] }}", others.join(" or ")));
            }
            Stop::Told
        }
    }
}

/// The client of a record, for this import also under the name or address that was given with `--client`.
fn known_as(client: &Client, args: &IntoArgs) -> Client {
    let mut client = client.clone();
    if let Some(name) = &args.client {
        let named = client_named(name);
        client.aliases.get_or_insert_default().push(named.name);
        client.emails.get_or_insert_default().extend(named.emails.unwrap_or_default());
    }
    client
}

/// What `--client` says: a name, an address, or a domain.
fn client_named(word: &str) -> Client {
    let emails = if word.contains('@') {
        Some(vec![word.to_lowercase()])
    } else if word.contains('.') && !word.contains(' ') {
        Some(vec![format!("*@{}", word.to_lowercase())])
    } else {
        None
    };
    Client { name: word.to_owned(), emails, ..Client::default() }
}

/// Begins the record that `--into` names, if there is none: for `--client`, or for the only other one who wrote.
fn begin_single(args: &MessagesArgs, target: &Target, mut held: Vec<Held>, reading: &Reading<'_>, me: &Myself) -> Result<Vec<Held>, Stop> {
    match target {
        Target::Folder(_) if held.is_empty() => Err(Stop::because(
            "there are no records yet; messages begin none, since a mailbox is full of strangers: import invoices first, or begin one with \
             --into clients/NAME.yaml --client ADDRESS",
        )),
        Target::Folder(_) => Ok(held),
        Target::File(..) if !held.is_empty() => Ok(held),
        Target::File(path, format) => {
            let client = match &args.into.client {
                Some(word) => client_named(word),
                None => only_other(&reading.writers()?, me)?,
            };
            held.push(begin(path.clone(), *format, &client)?);
            Ok(held)
        }
    }
}

/// Whoever wrote besides me, if there is only one.
fn only_other(writers: &Writers, me: &Myself) -> Result<Client, Stop> {
    const SHOWN: usize = 5;
    let person = |key: &str, name: &Option<String>| {
        let address = Some(key.to_owned()).filter(|key| name.as_ref() != Some(key));
        crate::import::Person { name: name.clone(), address }
    };
    let mut others: Vec<(u64, &str, &Option<String>)> = writers
        .all()
        .filter(|(key, writer)| writer.written > 0 && !me.is(&person(key, &writer.name)))
        .map(|(key, writer)| (writer.written, key, &writer.name))
        .collect();
    others.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    match others.as_slice() {
        [(_, key, name)] => {
            let named = client_named(key);
            let emails = if key.contains('@') { named.emails } else { None };
            Ok(Client { name: (*name).clone().unwrap_or(named.name), emails, ..Client::default() })
        }
        [] => Err(Stop::because("nobody but you wrote; say whose record this is with --client ADDRESS")),
        several => {
            let names: Vec<String> = several.iter().take(SHOWN).map(|(count, key, _)| format!("{} ({count})", plain_line(key))).collect();
            let more = if several.len() > SHOWN { ", ..." } else { "" };
            Err(Stop::because(format!("several people wrote: {}{more}; say whose record this is with --client ADDRESS", names.join(", "))))
        }
    }
}

/// What is read, and how.
struct Reading<'a> {
    options: MessageOptions,
    mailboxes: &'a [Mailbox],
}

impl Reading<'_> {
    /// Reads everything; the account of each file.
    fn read(&self, sink: &mut dyn FnMut(usize, MessageItem) -> ControlFlow<()>) -> Result<Vec<(String, Account)>, Stop> {
        let mut reader = MessageReader::new(self.options);
        self.read_with(&mut reader, sink)
    }

    /// Who wrote: everything is read for that alone.
    fn writers(&self) -> Result<Writers, Stop> {
        let mut reader = MessageReader::new(self.options);
        self.read_with(&mut reader, &mut |_, _| ControlFlow::Continue(()))?;
        Ok(reader.writers().clone())
    }

    fn read_with(
        &self,
        reader: &mut MessageReader,
        sink: &mut dyn FnMut(usize, MessageItem) -> ControlFlow<()>,
    ) -> Result<Vec<(String, Account)>, Stop> {
        let mut accounts = Vec::new();
        for (nth, mailbox) in self.mailboxes.iter().enumerate() {
            mailbox.read(reader, &mut accounts, &mut |message| sink(nth, message))?;
        }
        Ok(accounts)
    }
}

/// The accounts of all files as one.
fn together(accounts: &[(String, Account)]) -> (String, Account) {
    let mut all = Account::default();
    for (file, account) in accounts {
        tell_rows(&account.mistakes, file, None);
        tell_rows(&account.doubts, file, None);
        all.rows += account.rows;
        all.mistakes.extend_from_slice(&account.mistakes);
        for (kind, count) in &account.kinds {
            match all.kinds.iter_mut().find(|(known, _)| known == kind) {
                Some((_, sum)) => *sum += count,
                None => all.kinds.push((kind, *count)),
            }
        }
        for skipped in &account.skipped {
            match all.skipped.iter_mut().find(|known| known.reason == skipped.reason) {
                Some(known) => known.rows += skipped.rows,
                None => all.skipped.push(Skipped { ..skipped.clone() }),
            }
        }
    }
    let name = match accounts {
        [(file, _)] => file.clone(),
        several => show::files(several.len()),
    };
    (name, all)
}

/// Says what became of all messages where none is left.
fn nothing_to_import((name, account): &(String, Account)) -> Stop {
    tell(&show::account(name, account, &[], "message"));
    let is_list = account.skipped.iter().any(|skipped| skipped.reason == MAILING_LIST);
    let hint = if is_list { "; mails of mailing lists are read --with-lists" } else { "" };
    Stop::because(format!("there are no messages that could be imported{hint}"))
}

fn round(target: &Target, new: &[Held], sorted: &Sorted, (name, account): &(String, Account)) -> Result<Round, Stop> {
    let mut held = target.read()?;
    if held.is_empty() {
        held.extend(new.iter().cloned());
    }
    let names = |place: usize| sorted.clients.get(place).map(|client| client.name.as_str());
    let is_as_it_was = held.iter().enumerate().all(|(place, held)| names(place) == Some(held.record.client.name.as_str()));
    if !is_as_it_was || names(held.len()).is_some() {
        return Err(Stop::because("records have come or gone meanwhile; nothing was written, import again"));
    }
    let mut round = Round::default();
    let mut is_new: Vec<Option<bool>> = vec![None; usize::try_from(sorted.messages).unwrap_or(usize::MAX)];
    for (owner, held) in held.into_iter().enumerate() {
        let own: Vec<_> = sorted.spool.entries.iter().filter(|entry| entry.owner == owner).copied().collect();
        if own.is_empty() {
            continue;
        }
        let known = Known::of(&held)?;
        let file = held.path.display().to_string();
        let mut plan = Plan::new(held.record.clone());
        let covered = sorted.covers(owner, &known, held.record.contract.as_ref());
        let (beside, left) = known.with(&own, &sorted.spool);
        for entry in &own {
            is_new[usize::try_from(entry.nth).unwrap_or_default()].get_or_insert(false);
        }
        for entry in beside.added_entries() {
            is_new[usize::try_from(entry.nth).unwrap_or_default()] = Some(true);
        }
        if left > 0 {
            round.notes.push(format!("{file}: {left} older messages do not fit into {} and were left out", beside.name));
        }
        if beside.added > 0 || beside.is_there() {
            plan.set_messages_file(&beside.name);
        }
        let period = held.record.complete.as_ref().and_then(|complete| complete.messages);
        match (covered.filter(|_| left == 0), period) {
            (Some(covered), _) => plan.cover(Covered::Messages, covered),
            (None, _) if beside.added == 0 => {}
            (None, Some(period)) => round.notes.push(format!(
                "{file}: complete.messages stays at {} to {}; take it out if it does not hold for all the ways in which you talk",
                period.from.0, period.to.0
            )),
            (None, None) => {
                round.notes.push(format!("{file}: not taken for complete, so silence tells nothing; if it is, add complete.messages"));
            }
        }
        round.notes.extend(plan.notes.iter().map(|note| format!("{file}: {note}")));
        let messages = Some(beside).filter(|beside| beside.added > 0);
        let edited = edit(&held.text, held.format, &plan);
        round.changes.extend(Changed::of(held, &plan, edited, messages)?);
    }
    let mut tally = Tally::default();
    for known in is_new {
        tally.count(match known {
            Some(true) => Outcome::New,
            Some(false) => Outcome::Unchanged,
            None => Outcome::Left("of nobody with a record".to_owned()),
        });
    }
    let kind = account.kinds.first().map_or("message", |(kind, _)| kind);
    round.summary.push(show::account(name, account, &[(kind, &tally)], "message"));
    round.notes.extend(strangers(sorted));
    Ok(round)
}

/// The busiest of those who have no record.
fn strangers(sorted: &Sorted) -> Option<String> {
    const SHOWN: usize = 5;
    let mut all: Vec<(&String, &u64)> = sorted.strangers.iter().collect();
    all.sort_by(|one, other| other.1.cmp(one.1).then(one.0.cmp(other.0)));
    let names: Vec<String> = all.iter().take(SHOWN).map(|(name, count)| format!("{name} ({count})")).collect();
    let more = all.len().checked_sub(SHOWN).filter(|more| *more > 0).map(|more| format!(" and {more} others")).unwrap_or_default();
    (!names.is_empty()).then(|| {
        format!(
            "without a record: {}{more}. Is one of them a client? Add it to the emails or aliases of its record, or name it with --client",
            names.join(", ")
        )
    })
}
