//! How late a client pays, as one number in days: what foretells best whether the next invoice is paid late.
//! The formulas and their figures are from the project's evidence on a public invoice history: days late with early
//! counted as 0, one delay counting 60 days at most, and recent ones weighing more, foretell more than the share of
//! late invoices or their plain mean.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use super::invoices::SeenInvoice;
use super::work::LateBecauseOfMe;
use super::{Facts, Need, Value};

/// One delay counts this many days at most, so that a single forgotten bill does not decide alone.
const LONGEST_DELAY: i64 = 60;
/// After this many later invoices a delay weighs half.
const HALF_LIFE_INVOICES: f64 = 10.0;

/// Figures about delays, made once for a record.
#[derive(Debug)]
pub(super) struct Lateness {
    /// Recency-weighted days late.
    pub recent: Option<Decimal>,
    /// Days late weighted by money, over twelve months, in one currency.
    pub beyond_terms: Result<Decimal, Need>,
    /// The mean of the last three less the mean of those before.
    pub change: Option<Decimal>,
}

impl<'r> Facts<'r> {
    /// The figures; none without invoices.
    pub(super) fn lateness(&self) -> Option<&Lateness> {
        let invoices = self.invoices.as_ref()?;
        Some(self.lateness.get_or_init(|| self.measure(invoices)))
    }

    fn measure(&self, invoices: &[SeenInvoice<'r>]) -> Lateness {
        let mut delays: Vec<(NaiveDate, Decimal, &SeenInvoice<'_>)> = invoices
            .iter()
            .filter(|invoice| invoice.dispute(self.as_of).is_none() && !self.is_late_through_me(invoice.raw.milestone.as_deref()))
            .filter_map(|invoice| match (invoice.span.last, invoice.days_late(self.as_of)) {
                (Some(last), Value::Number(days)) => Some((last, days.max(Decimal::ZERO), invoice)),
                _ => None,
            })
            .collect();
        delays.sort_by_key(|(last, _, invoice)| (*last, invoice.due, invoice.index));
        Lateness {
            recent: recency_weighted(delays.iter().rev().map(|(_, days, _)| *days)),
            beyond_terms: self.beyond_terms(&delays),
            change: change(&delays.iter().map(|(_, days, _)| (*days).min(LONGEST_DELAY.into())).collect::<Vec<_>>()),
        }
    }

    fn beyond_terms(&self, delays: &[(NaiveDate, Decimal, &SeenInvoice<'_>)]) -> Result<Decimal, Need> {
        let (mut weighted, mut total, mut currency) = (Decimal::ZERO, Decimal::ZERO, None);
        for (last, days, invoice) in delays.iter().filter(|(last, ..)| self.is_within_a_year(*last)) {
            let Some(money) = invoice.amount else { return Err(Need::InvoiceAmount) };
            if *currency.get_or_insert(money.currency) != money.currency {
                return Err(Need::OneCurrency);
            }
            // Open invoices of many years and huge sums stay within the range of the type, or are left out.
            if let Some((sum, all)) =
                days.checked_mul(money.amount).and_then(|part| Some((weighted.checked_add(part)?, total.checked_add(money.amount)?)))
            {
                (weighted, total) = (sum, all);
            }
            debug_assert!(*last <= self.as_of, "an invoice cannot end later than it is looked at");
        }
        weighted.checked_div(total).map(|days| days.round_dp(1)).ok_or(Need::Invoices)
    }
}

/// The weighted mean of delays, the latest first.
fn recency_weighted(delays: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (nth, days) in delays.enumerate() {
        #[allow(clippy::cast_precision_loss, reason = "a count of invoices")]
        let weight = (-(nth as f64) / HALF_LIFE_INVOICES).exp2();
        sum += weight * days.min(LONGEST_DELAY.into()).to_f64().unwrap_or_default();
        weights += weight;
    }
    if weights == 0.0 { None } else { Decimal::from_f64(sum / weights).map(|days| days.round_dp(1)) }
}

fn change(delays: &[Decimal]) -> Option<Decimal> {
    let split = delays.len().checked_sub(3).filter(|before| *before >= 3)?;
    let mean = |part: &[Decimal]| part.iter().sum::<Decimal>().checked_div(Decimal::from(part.len()));
    let (before, last) = delays.split_at(split);
    Some((mean(last)? - mean(before)?).round_dp(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Record;

    fn days(days: &[i64]) -> Vec<Decimal> {
        days.iter().map(|days| Decimal::from(*days)).collect()
    }

    #[test]
    fn recent_delays_weigh_more_than_old_ones() {
        let worse = recency_weighted(days(&[20, 0, 0, 0]).into_iter());
        let better = recency_weighted(days(&[0, 0, 0, 20]).into_iter());
        assert!(worse > better, "{worse:?} {better:?}");
    }

    #[test]
    fn one_huge_delay_is_bounded() {
        assert_eq!(recency_weighted(days(&[900]).into_iter()), Some(Decimal::from(60)));
    }

    #[test]
    fn a_dispute_of_tomorrow_changes_nothing_today() {
        let text = r#"{"client":{"name":"A"},"invoices":[{"due_date":"2026-06-20","disputed":{"date":"2026-07-01"}}]}"#;
        let record: Record = serde_json::from_str(text).expect("a record");
        let recent = |day: &str| Facts::new(&record, day.parse().expect("a day")).lateness().and_then(|lateness| lateness.recent);
        assert_eq!(recent("2026-06-30"), Some(Decimal::TEN));
        assert_eq!(recent("2026-07-01"), None);
    }

    #[test]
    fn a_change_takes_three_invoices_on_each_side() {
        assert_eq!(change(&days(&[0, 0, 5, 5, 5])), None);
        assert_eq!(change(&days(&[0, 0, 0, 5, 5, 5])), Some(Decimal::from(5)));
    }
}
