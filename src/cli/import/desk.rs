//! The desk at which the rows of exports are handed out: each to the record of its client, which is begun if there is none;
//! then the plans of all records are made, and what became of every row is counted.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use chrono::NaiveDate;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use rust_decimal::Decimal;

use super::target::{Held, Target, begin, clients, free_path};
use super::{Changed, Round, Stop, show};
use crate::diagnostic::{Format, plain_line};
use crate::import::{
    Batch, Clients, Covered, HoursItem, InvoiceBook, InvoiceItem, Item, Kind, Loose, Outcome, Owner, Party, PaymentItem, PlainName, Plan,
    Tally, add_hours, add_invoice, edit, fits, new_client, place_payments,
};
use crate::record::{Contract, Currency, Invoice, PaymentTerms};

/// The records of a target while items are handed out to them.
pub struct Desk<'a> {
    target: &'a Target,
    wanted: Option<&'a str>,
    held: Vec<Held>,
    clients: Clients,
    /// Which record an invoice stands in, by its id in its system, or by number, day and amount.
    standing: HashMap<Standing, usize>,
    /// The record of a party that has another name there.
    renamed: HashMap<Party, Option<usize>>,
    notes: Vec<String>,
    /// Rows of clients that are not asked about, by name.
    others: BTreeMap<String, u64>,
}

/// What an invoice that stands in a record is known by, whatever its client is called by now.
#[derive(PartialEq, Eq, Hash)]
enum Standing {
    Id(String, String),
    Number(String, Option<NaiveDate>, Decimal),
}

impl Standing {
    fn of_record(held: &Held) -> impl Iterator<Item = Self> {
        let by_id = |invoice: &Invoice| {
            let source = invoice.source.as_ref()?;
            Some(Self::Id(source.system.clone(), source.id.clone()?))
        };
        let by_number =
            |invoice: &Invoice| Some(Self::Number(invoice.number.clone()?, invoice.issue_date.map(|day| day.0), invoice.amount?.0));
        held.record.invoices.iter().flatten().flat_map(move |invoice| by_id(invoice).into_iter().chain(by_number(invoice)))
    }

    fn of_item(item: &InvoiceItem, system: &str) -> impl Iterator<Item = Self> {
        let by_id = item.origin.id.clone().map(|id| Self::Id(system.to_owned(), id));
        let by_number = item.number.clone().map(|number| Self::Number(number, item.issue_date, item.amount.round_dp(4).normalize()));
        by_id.into_iter().chain(by_number)
    }
}

/// Which of the three kinds of items, by place in the list of tallies.
const KINDS: [&str; 3] = ["invoice", "payment", "hours"];

/// The items of one record.
#[derive(Default)]
struct Share<'b> {
    invoices: Vec<(usize, &'b InvoiceItem)>,
    hours: Vec<(usize, &'b HoursItem)>,
}

impl<'a> Desk<'a> {
    /// Opens it over the records of a target. `wanted` is the client whose rows alone are asked about.
    ///
    /// # Errors
    /// If a record cannot be read.
    pub fn open(target: &'a Target, wanted: Option<&'a str>) -> Result<Self, Stop> {
        let held = target.read()?;
        let places = held.iter().enumerate().flat_map(|(place, held)| Standing::of_record(held).map(move |standing| (standing, place)));
        let standing = places.collect();
        Ok(Self {
            target,
            wanted,
            clients: clients(&held),
            held,
            standing,
            renamed: HashMap::new(),
            notes: Vec::new(),
            others: BTreeMap::new(),
        })
    }

    /// Hands everything out.
    ///
    /// # Errors
    /// If rows of several clients are there and one record only, or a record cannot be extended.
    pub fn round(mut self, kind: Kind, batches: &[(String, Batch)]) -> Result<Round, Stop> {
        self.begin_single(kind, batches)?;
        self.find_renamed(batches);
        let mut tallies: Vec<[Tally; 3]> = vec![Default::default(); batches.len()];
        let mut shares: Vec<Share<'_>> = Vec::new();
        let mut payments: Vec<(usize, &PaymentItem, Option<usize>)> = Vec::new();
        for (nth, (_, batch)) in batches.iter().enumerate() {
            for item in &batch.items {
                match item {
                    Item::Payment(payment) => {
                        if self.is_wanted(&payment.party) {
                            let payer = self.payer(&payment.party, &batch.system);
                            payments.push((nth, payment, payer));
                        } else {
                            tallies[nth][1].count(self.other(&payment.party));
                        }
                    }
                    Item::Invoice(_) | Item::Hours(_) => {
                        let (party, place) = match item {
                            Item::Hours(hours) => (&hours.party, 2),
                            Item::Invoice(InvoiceItem { party, .. }) | Item::Payment(PaymentItem { party, .. }) => (party, 0),
                        };
                        match self.owner(party, &batch.system)? {
                            Ok(owner) => {
                                shares.resize_with(shares.len().max(owner + 1), Share::default);
                                match item {
                                    Item::Invoice(invoice) => shares[owner].invoices.push((nth, invoice)),
                                    Item::Hours(hours) => shares[owner].hours.push((nth, hours)),
                                    Item::Payment(_) => {}
                                }
                            }
                            Err(outcome) => tallies[nth][place].count(outcome),
                        }
                    }
                }
            }
        }
        shares.resize_with(self.held.len(), Share::default);
        let mut plans: Vec<Plan> = self.held.iter().map(|held| Plan::new(held.record.clone())).collect();
        for ((plan, share), held) in plans.iter_mut().zip(&shares).zip(&self.held) {
            fill(plan, share, held.is_new, batches, &mut tallies);
        }
        for (nth, (_, batch)) in batches.iter().enumerate() {
            let loose: Vec<Loose<'_>> =
                payments.iter().filter(|(of, ..)| *of == nth).map(|(_, item, payer)| Loose { item, payer: *payer }).collect();
            for (outcome, note) in place_payments(&mut plans, &loose, &batch.system) {
                tallies[nth][1].count(outcome);
                self.notes.extend(note);
            }
        }
        self.finish(plans, batches, &tallies)
    }

    /// Begins the record that `--into` names, if there is none: for the one client that the export has rows of.
    fn begin_single(&mut self, kind: Kind, batches: &[(String, Batch)]) -> Result<(), Stop> {
        let has_invoices = || batches.iter().any(|(_, batch)| batch.items.iter().any(|item| matches!(item, Item::Invoice(_))));
        let is_lost = self.held.is_empty() && kind == Kind::Payments && !has_invoices();
        let (path, format) = match self.target {
            Target::Folder(path) | Target::File(path, _) if is_lost => {
                let shown = plain_line(&path.display().to_string()).into_owned();
                return Err(Stop::because(format!("nothing is in {shown} yet; import invoices first, so that payments can find them")));
            }
            Target::File(path, format) if self.held.is_empty() => (path, format),
            Target::Folder(_) | Target::File(..) => return Ok(()),
        };
        let mut known = Clients::default();
        let mut counts: Vec<u64> = Vec::new();
        for (_, batch) in batches {
            for item in &batch.items {
                let party = match item {
                    Item::Invoice(item) => &item.party,
                    Item::Hours(item) => &item.party,
                    Item::Payment(_) => continue,
                };
                if !self.is_wanted(party) {
                    continue;
                }
                match known.owner(party, &batch.system) {
                    Owner::Known(place) => counts[place] += 1,
                    Owner::New => {
                        known.add(new_client(party, &batch.system));
                        counts.push(1);
                    }
                    Owner::Nameless | Owner::Several(_) => {}
                }
            }
        }
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let mut client = match (counts.len(), self.wanted) {
            (0, Some(name)) => return Err(Stop::because(format!("no row belongs to {}", plain_line(name)))),
            (0, None) if batches.iter().all(|(_, batch)| batch.items.is_empty()) => return Ok(()),
            (0, None) => crate::record::Client { name: stem, ..Default::default() },
            (1, _) => known.get(0).cloned().unwrap_or_default(),
            (_, Some(name)) => {
                known.get(0).cloned().map(|client| crate::record::Client { name: name.to_owned(), ..client }).unwrap_or_default()
            }
            (many, None) => {
                const SHOWN: usize = 10;
                let names: Vec<String> = (0..many.min(SHOWN))
                    .filter_map(|place| Some(format!("{} ({})", plain_line(&known.get(place)?.name), counts[place])))
                    .collect();
                let more = if many > SHOWN { ", ..." } else { "" };
                return Err(Stop::because(format!(
                    "there are rows of {many} clients: {}{more}; choose one with --client NAME, or take all with --into clients/",
                    names.join(", ")
                )));
            }
        };
        client.name.truncate(client.name.trim_end().len());
        self.add(path.clone(), *format, &client)?;
        Ok(())
    }

    fn add(&mut self, path: PathBuf, format: Format, client: &crate::record::Client) -> Result<usize, Stop> {
        let held = begin(path, format, client)?;
        self.clients.add(held.record.client.clone());
        self.held.push(held);
        Ok(self.held.len() - 1)
    }

    /// Whether rows of a party are asked about.
    fn is_wanted(&self, party: &Party) -> bool {
        let Some(wanted) = self.wanted else { return true };
        let name = PlainName::of(wanted);
        let domain = format!("*@{}", wanted.trim_start_matches('@'));
        party.name.as_ref().is_some_and(|own| name.is_same(&PlainName::of(own)))
            || party.id.as_deref() == Some(wanted)
            || party.emails.iter().any(|email| fits(wanted, email) || fits(&domain, email))
    }

    /// The record that an item belongs to; or what becomes of it if there is none.
    fn owner(&mut self, party: &Party, system: &str) -> Result<Result<usize, Outcome>, Stop> {
        let is_single = matches!(self.target, Target::File(..));
        if !self.is_wanted(party) {
            return Ok(Err(self.other(party)));
        }
        let owner = match (self.clients.owner(party, system), self.renamed.get(party)) {
            (Owner::New, Some(Some(place))) => Owner::Known(*place),
            (owner, _) => owner,
        };
        Ok(match owner {
            Owner::Known(place) => Ok(place),
            // Whoever names the client with --client says that these rows are of the one record.
            Owner::New if is_single && self.wanted.is_some() => Ok(0),
            Owner::Nameless if is_single => Ok(0),
            Owner::New if is_single => Err(self.other(party)),
            Owner::New => Ok(self.begin_new(party, system)?),
            Owner::Nameless => Err(Outcome::Left("without a client".to_owned())),
            Owner::Several(places) => {
                let files: Vec<String> =
                    places.iter().filter_map(|place| self.held.get(*place)).map(|held| held.path.display().to_string()).collect();
                self.note_once(format!("{} fits {}; left out", called(party), files.join(" and ")));
                Err(Outcome::Left("not clear".to_owned()))
            }
        })
    }

    /// Finds the clients that have another name in the export than in the record in which their invoices stand already.
    fn find_renamed(&mut self, batches: &[(String, Batch)]) {
        for (_, batch) in batches {
            for item in &batch.items {
                let Item::Invoice(invoice) = item else { continue };
                let stands = || Standing::of_item(invoice, &batch.system).find_map(|standing| self.standing.get(&standing).copied());
                let Some(place) = stands().filter(|_| self.clients.owner(&invoice.party, &batch.system) == Owner::New) else { continue };
                let known = self.renamed.entry(invoice.party.clone()).or_insert(Some(place));
                // What stands in two records says nothing.
                *known = known.filter(|known| *known == place);
            }
        }
        let mut told: Vec<String> = Vec::new();
        for (party, place) in &self.renamed {
            if let Some(held) = place.and_then(|place| self.held.get(place)) {
                let (file, known) = (held.path.display(), &held.record.client.name);
                told.push(format!("{}: its invoices stand in {file} ({known}); add the name to its aliases", called(party)));
            }
        }
        told.sort();
        self.notes.extend(told);
    }

    fn begin_new(&mut self, party: &Party, system: &str) -> Result<usize, Stop> {
        let Target::Folder(folder) = self.target else { return Ok(0) };
        let client = new_client(party, system);
        let path = free_path(folder, &client.name, &self.held);
        if let Some(alike) = self.clients.looks_like(&client.name).and_then(|place| self.held.get(place)) {
            self.notes.push(format!(
                "{} looks like {} ({}): if they are one client, add the name to its aliases, and drop {}",
                client.name,
                alike.path.display(),
                alike.record.client.name,
                path.display()
            ));
        }
        self.add(path, Format::Yaml, &client)
    }

    fn payer(&mut self, party: &Party, system: &str) -> Option<usize> {
        match self.clients.owner(party, system) {
            Owner::Known(place) => Some(place),
            Owner::New | Owner::Nameless if self.wanted.is_some() && matches!(self.target, Target::File(..)) => Some(0),
            Owner::New | Owner::Nameless | Owner::Several(_) => None,
        }
    }

    fn other(&mut self, party: &Party) -> Outcome {
        *self.others.entry(called(party)).or_default() += 1;
        Outcome::Left("of other clients".to_owned())
    }

    fn note_once(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn finish(mut self, plans: Vec<Plan>, batches: &[(String, Batch)], tallies: &[[Tally; 3]]) -> Result<Round, Stop> {
        let items: u64 = tallies.iter().flatten().map(Tally::all).sum();
        if let Some(wanted) = self.wanted.filter(|_| items > 0 && items == self.others.values().sum::<u64>()) {
            return Err(Stop::because(format!("no row belongs to {}", plain_line(wanted))));
        }
        let mut round = Round::default();
        for ((name, batch), tallies) in batches.iter().zip(tallies) {
            let words: Vec<(&str, &Tally)> = KINDS.into_iter().zip(tallies).collect();
            round.summary.push(show::account(name, &batch.account, &words, "row"));
        }
        if !self.others.is_empty() {
            const SHOWN: usize = 10;
            let names: Vec<String> = self.others.iter().take(SHOWN).map(|(name, rows)| format!("{name} ({rows})")).collect();
            let more = if self.others.len() > SHOWN { ", ..." } else { "" };
            let hint = if self.wanted.is_some() { "" } else { "; take a name with --client, or all with a folder" };
            self.notes.push(format!("left out, of other clients: {}{more}{hint}", names.join(", ")));
        }
        let bar = ProgressBar::new(plans.len() as u64);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} records") {
            bar.set_style(style);
        }
        round.notes = self.notes;
        let extend = |(plan, held): (&Plan, &Held)| {
            bar.inc(1);
            edit(&held.text, held.format, plan)
        };
        let edited: Vec<_> = plans.par_iter().zip(&self.held).map(extend).collect();
        bar.finish_and_clear();
        for ((plan, held), edited) in plans.iter().zip(self.held).zip(edited) {
            let file = held.path.display().to_string();
            round.notes.extend(plan.notes.iter().map(|note| format!("{file}: {note}")));
            round.changes.extend(Changed::of(held, plan, edited, None)?);
        }
        Ok(round)
    }
}

fn called(party: &Party) -> String {
    party.name.clone().or_else(|| party.emails.first().cloned()).or_else(|| party.id.clone()).unwrap_or_else(|| "(no name)".to_owned())
}

/// Adds the items of one record to its plan.
fn fill(plan: &mut Plan, share: &Share<'_>, is_new: bool, batches: &[(String, Batch)], tallies: &mut [[Tally; 3]]) {
    if is_new && let Some(contract) = contract_of(&share.invoices) {
        plan.set_contract(contract);
    }
    let mut book = InvoiceBook::of(plan);
    // Some programs list the newest first; records read from the oldest on.
    let mut invoices = share.invoices.clone();
    invoices.sort_by_key(|(_, item)| item.issue_date);
    for (nth, item) in &invoices {
        tallies[*nth][0].count(add_invoice(plan, &mut book, item, &batches[*nth].1.system));
    }
    for (nth, (_, batch)) in batches.iter().enumerate() {
        let mut own: Vec<&HoursItem> = share.hours.iter().filter(|(of, _)| *of == nth).map(|(_, item)| *item).collect();
        own.sort_by_key(|item| item.date);
        if own.is_empty() {
            continue;
        }
        for outcome in add_hours(plan, &own, &batch.system) {
            tallies[nth][2].count(outcome);
        }
        if let Some(period) = batch.covers {
            plan.cover(Covered::Hours, period);
        }
    }
}

/// What all invoices of a new record agree on: the currency, and the days to pay.
fn contract_of(invoices: &[(usize, &InvoiceItem)]) -> Option<Contract> {
    fn agreed<T: PartialEq + Copy>(mut all: impl Iterator<Item = Option<T>>) -> Option<T> {
        let first = all.next()??;
        all.all(|other| other == Some(first)).then_some(first)
    }
    let currency: Option<Currency> = agreed(invoices.iter().map(|(_, item)| item.currency));
    let net_days = agreed(invoices.iter().map(|(_, item)| item.net_days));
    let payment_terms = net_days.map(|days| PaymentTerms { net_days: Some(days), ..PaymentTerms::default() });
    (currency.is_some() || payment_terms.is_some()).then(|| Contract { currency, payment_terms, ..Contract::default() })
}
