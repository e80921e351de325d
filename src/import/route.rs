//! Whose is it? The party of an item comes in, and the clients that have records; the one it belongs to goes out, found by
//! the first of these that fits: its id in the other system, its address, the domain of its address, its name. Never by
//! what only looks alike.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::Party;
use super::names::{PlainName, fits, own_domain};
use crate::record::Client;

/// Whose an item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// The client of this place in the list.
    Known(usize),
    /// Nobody who has a record.
    New,
    /// The export does not say.
    Nameless,
    /// Several clients fit equally well.
    Several(Vec<usize>),
}

/// The clients that have records, ready to be looked up.
#[derive(Debug, Default)]
pub struct Clients {
    list: Vec<(Client, Vec<PlainName>)>,
    by_word: BTreeMap<String, Vec<usize>>,
    by_address: BTreeMap<String, Vec<usize>>,
    by_domain: BTreeMap<String, Vec<usize>>,
    patterns: Vec<(String, usize)>,
    by_name: BTreeMap<String, Vec<usize>>,
    known: FxHashMap<(String, Party), Owner>,
}

impl Clients {
    /// Adds a client; its place in the list.
    pub fn add(&mut self, client: Client) -> usize {
        let place = self.list.len();
        let add = |map: &mut BTreeMap<String, Vec<usize>>, key: String| {
            let all = map.entry(key).or_default();
            if !all.contains(&place) {
                all.push(place);
            }
        };
        let aliases = client.aliases.iter().flatten();
        let names: Vec<PlainName> = std::iter::once(&client.name).chain(aliases.clone()).map(|name| PlainName::of(name)).collect();
        for name in &names {
            add(&mut self.by_name, name.words.clone());
        }
        for alias in aliases {
            add(&mut self.by_word, alias.trim().to_lowercase());
        }
        for email in client.emails.iter().flatten().map(|email| email.trim().to_lowercase()) {
            if let Some(domain) = own_domain(&email) {
                add(&mut self.by_domain, domain.to_owned());
            }
            if email.contains('*') {
                self.patterns.push((email, place));
            } else {
                add(&mut self.by_address, email);
            }
        }
        self.list.push((client, names));
        self.known.clear();
        place
    }

    /// A client by its place in the list.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<&Client> {
        self.list.get(place).map(|(client, _)| client)
    }

    /// Whose an item of a party is, in an export of a system.
    pub fn owner(&mut self, party: &Party, system: &str) -> Owner {
        let asked = (system.to_owned(), party.clone());
        if let Some(owner) = self.known.get(&asked) {
            return owner.clone();
        }
        let owner = self.find(party, system);
        self.known.insert(asked, owner.clone());
        owner
    }

    fn find(&self, party: &Party, system: &str) -> Owner {
        if party.id.is_none() && party.name.is_none() && party.emails.is_empty() {
            return Owner::Nameless;
        }
        let by_id = || party.id.iter().flat_map(|id| self.word(&external_id(system, id))).collect();
        let by_address = || party.emails.iter().flat_map(|email| self.with_address(email)).collect();
        let by_domain = || {
            let domains = party.emails.iter().filter_map(|email| own_domain(email));
            domains.filter_map(|domain| self.by_domain.get(&domain.to_lowercase())).flatten().copied().collect()
        };
        let by_name = || party.name.iter().flat_map(|name| self.with_name(name)).collect();
        // QuickBooks writes `Customer:Project` for a part of a customer's work.
        let by_first_name = || {
            let parts = party.name.iter().filter_map(|name| name.split_once(':'));
            parts.flat_map(|(name, _)| self.with_name(name)).collect()
        };
        let ways: [&dyn Fn() -> Vec<usize>; 5] = [&by_id, &by_address, &by_domain, &by_name, &by_first_name];
        for way in ways {
            let mut found = way();
            found.sort_unstable();
            found.dedup();
            match found.as_slice() {
                [] => {}
                [one] => return Owner::Known(*one),
                _ => return Owner::Several(found),
            }
        }
        Owner::New
    }

    fn word(&self, word: &str) -> Vec<usize> {
        self.by_word.get(&word.to_lowercase()).cloned().unwrap_or_default()
    }

    /// The clients that write from an address.
    #[must_use]
    pub fn with_address(&self, address: &str) -> Vec<usize> {
        let mut found = self.by_address.get(&address.to_lowercase()).cloned().unwrap_or_default();
        found.extend(self.patterns.iter().filter(|(pattern, _)| fits(pattern, address)).map(|(_, place)| *place));
        found
    }

    /// The clients of an address: theirs, or else of their domain.
    #[must_use]
    pub fn with_mail(&self, address: &str) -> Vec<usize> {
        let found = self.with_address(address);
        if !found.is_empty() {
            return found;
        }
        own_domain(address).and_then(|domain| self.by_domain.get(&domain.to_lowercase())).cloned().unwrap_or_default()
    }

    /// The clients of a name, in any spelling of it.
    #[must_use]
    pub fn with_name(&self, name: &str) -> Vec<usize> {
        let name = PlainName::of(name);
        let alike = self.by_name.get(&name.words).into_iter().flatten().copied();
        alike.filter(|place| self.list.get(*place).is_some_and(|(_, names)| names.iter().any(|known| known.is_same(&name)))).collect()
    }

    /// A client whose name looks like one that has no record: worth asking a person.
    #[must_use]
    pub fn looks_like(&self, name: &str) -> Option<usize> {
        let name = PlainName::of(name);
        self.list.iter().position(|(_, names)| names.iter().any(|known| known.looks_like(&name)))
    }
}

/// How an id of another system stands among the aliases of a client: `stripe:cus_Q1a2`.
fn external_id(system: &str, id: &str) -> String {
    format!("{system}:{id}")
}

/// A client for whom a record is begun.
#[must_use]
pub fn new_client(party: &Party, system: &str) -> Client {
    let id = party.id.as_ref().map(|id| external_id(system, id));
    let name = party.name.clone().or_else(|| party.emails.first().cloned()).or_else(|| id.clone()).unwrap_or_default();
    let filled = |list: Vec<String>| Some(list).filter(|list| !list.is_empty());
    Client {
        name: name.split_whitespace().collect::<Vec<_>>().join(" "),
        aliases: filled(id.into_iter().collect()),
        emails: filled(party.emails.clone()),
        ..Client::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Format;
    use crate::record::{Record, decode};

    fn clients(texts: &[&str]) -> Clients {
        let mut clients = Clients::default();
        for text in texts {
            clients.add(decode::<Record>(&format!("client: {text}"), Format::Yaml).expect("a record").client);
        }
        clients
    }

    fn party(id: &str, name: &str, email: &str) -> Party {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Party { id: some(id), name: some(name), emails: some(email).into_iter().collect() }
    }

    #[test]
    fn an_id_goes_before_an_address_and_an_address_before_a_name() {
        let mut known = clients(&[
            "{ name: Acme GmbH, aliases: ['stripe:cus_1'] }",
            "{ name: Kupari Oy, emails: [\"*@kupari.example\"] }",
            "{ name: Larkfold, emails: [jo@gmail.com] }",
        ]);
        assert_eq!(known.owner(&party("cus_1", "Kupari", ""), "stripe"), Owner::Known(0));
        assert_eq!(known.owner(&party("cus_1", "", ""), "paypal"), Owner::New);
        assert_eq!(known.owner(&party("", "Acme", "pay@kupari.example"), "x"), Owner::Known(1));
        assert_eq!(known.owner(&party("", "ACME", ""), "x"), Owner::Known(0));
        assert_eq!(known.owner(&party("", "Acme:Website", ""), "x"), Owner::Known(0));
        assert_eq!(known.owner(&party("", "", "jo@gmail.com"), "x"), Owner::Known(2));
        assert_eq!(known.owner(&party("", "", "ann@gmail.com"), "x"), Owner::New);
        assert_eq!(known.owner(&Party::default(), "x"), Owner::Nameless);
    }

    #[test]
    fn the_domain_of_a_single_address_is_the_firms() {
        let mut known = clients(&["{ name: Acme, emails: [ann@acme.example] }"]);
        assert_eq!(known.owner(&party("", "Bob", "bob@acme.example"), "x"), Owner::Known(0));
    }

    #[test]
    fn what_fits_two_clients_belongs_to_neither() {
        let mut known = clients(&["{ name: Acme GmbH }", "{ name: Acme Ltd }"]);
        assert_eq!(known.owner(&party("", "Acme", ""), "x"), Owner::Several(vec![0, 1]));
        assert_eq!(known.owner(&party("", "Acme Ltd", ""), "x"), Owner::Known(1));
    }

    #[test]
    fn what_looks_alike_is_new_and_said_to_look_alike() {
        let mut known = clients(&["{ name: Acme GmbH }"]);
        assert_eq!(known.owner(&party("", "Acme Ltd", ""), "x"), Owner::New);
        assert_eq!(known.looks_like("Acme Ltd"), Some(0));
        assert_eq!(known.looks_like("Kupari"), None);
    }
}
