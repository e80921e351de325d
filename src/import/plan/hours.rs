//! Hours of an export beside those of a record.

use std::fmt::Write as _;

use rust_decimal::Decimal;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::{Outcome, Plan};
use crate::import::HoursItem;
use crate::record::{Day, Hours, Quantity, Source};

/// Adds the hours of one client, in the order of the export, to its plan; what became of each.
pub fn add_hours(plan: &mut Plan, items: &[&HoursItem], system: &str) -> Vec<Outcome> {
    let key_of = |hours: &Hours| {
        let by_id = hours.source.as_ref().and_then(|source| Some((source.system.clone(), source.id.clone()?)));
        by_id.or_else(|| hours.key.clone().map(|key| (String::new(), key)))
    };
    let mut known: FxHashMap<(String, String), ()> = plan.after().hours.iter().flatten().filter_map(key_of).map(|key| (key, ())).collect();
    let mut by_hand: FxHashMap<(Option<Day>, Decimal), usize> = FxHashMap::default();
    for hours in plan.after().hours.iter().flatten().filter(|hours| key_of(hours).is_none()) {
        *by_hand.entry((hours.date, hours.hours.0)).or_default() += 1;
    }
    let mut equal: FxHashMap<String, usize> = FxHashMap::default();
    let mut add = |item: &&HoursItem| {
        let hours = item.hours.round_dp(4).normalize();
        if hours < Decimal::ZERO || hours >= Decimal::from(1_000_000_000) {
            return Outcome::Left("not possible".to_owned());
        }
        let key = item.origin.id.clone().map_or_else(|| (String::new(), hash(item, hours, &mut equal)), |id| (system.to_owned(), id));
        if known.insert(key.clone(), ()).is_some() {
            return Outcome::Unchanged;
        }
        // What was written by hand is the same hours, so they must not count twice.
        if let Some(left) = by_hand.get_mut(&(item.date.map(Day), hours)).filter(|left| **left > 0) {
            *left -= 1;
            return Outcome::Unchanged;
        }
        let (system, id) = key;
        let (source, key) = if system.is_empty() { (None, Some(id)) } else { (Some(Source { system, id: Some(id) }), None) };
        plan.push_hours(Hours {
            date: item.date.map(Day),
            hours: Quantity(hours),
            kind: item.kind,
            key,
            source,
            notes: item.about.clone().filter(|about| !about.trim().is_empty()),
        });
        Outcome::New
    };
    items.iter().map(&mut add).collect()
}

/// Knows an entry again that has no id: a hash of what it says, and which of several equal ones it is.
fn hash(item: &HoursItem, hours: Decimal, equal: &mut FxHashMap<String, usize>) -> String {
    /// Of the hash; so few entries never meet by chance.
    const BYTES: usize = 8;
    let mut said = String::new();
    let kind = item.kind.map_or("", |kind| kind.word());
    let _ = write!(said, "{:?}\n{hours}\n{kind}\n{}", item.date, item.about.as_deref().unwrap_or_default());
    let nth = equal.entry(said.clone()).or_default();
    *nth += 1;
    if *nth > 1 {
        let _ = write!(said, "\n{nth}");
    }
    let hash = Sha256::digest(said.as_bytes());
    hash.iter().take(BYTES).fold(String::from("row-"), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Format;
    use crate::record::decode;

    fn item(day: &str, hours: &str, about: &str) -> HoursItem {
        HoursItem { date: Day::parse(day), hours: hours.parse().expect("a number"), about: Some(about.to_owned()), ..HoursItem::default() }
    }

    #[test]
    fn the_same_hours_are_added_once_and_two_equal_entries_twice() {
        let mut plan = Plan::new(decode("client: { name: A }", Format::Yaml).expect("a record"));
        let (one, other) = (item("2025-05-02", "1.5", "Logo"), item("2025-05-02", "1.5", "Logo"));
        assert_eq!(add_hours(&mut plan, &[&one, &other], "toggl"), [Outcome::New, Outcome::New]);
        assert_eq!(add_hours(&mut plan, &[&one, &other], "toggl"), [Outcome::Unchanged, Outcome::Unchanged]);
        assert_eq!(plan.new_hours().len(), 2);
    }

    #[test]
    fn hours_written_by_hand_are_not_counted_twice() {
        let text = "client: { name: A }\nhours: [{ date: 2025-05-02, hours: 1.5, kind: revision }]";
        let mut plan = Plan::new(decode(text, Format::Yaml).expect("a record"));
        let one = item("2025-05-02", "1.50", "Logo");
        assert_eq!(add_hours(&mut plan, &[&one, &one], "toggl"), [Outcome::Unchanged, Outcome::New]);
    }
}
