//! Which number of a date is the day, for a whole chat.
//!
//! The numbers of all dates come in, in the order of the chat; out goes the one order that they can have, or both that they
//! may. A chat goes forward in time, and its days change more often than its months.

use chrono::NaiveDate;

use super::whatsapp_lines::Head;
use crate::import::messages::DateOrder;

/// The places of year, month and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    places: [usize; 3],
}

impl Order {
    const DMY: Self = Self { places: [2, 1, 0] };
    const MDY: Self = Self { places: [2, 0, 1] };
    const YMD: Self = Self { places: [0, 1, 2] };
    const YDM: Self = Self { places: [0, 2, 1] };

    pub(super) fn of(said: DateOrder) -> Self {
        match said {
            DateOrder::Dmy => Self::DMY,
            DateOrder::Mdy => Self::MDY,
            DateOrder::Ymd => Self::YMD,
        }
    }

    /// The day that the numbers mean.
    pub(super) fn day(self, numbers: [u32; 3]) -> Option<NaiveDate> {
        let [year, month, day] = self.places.map(|place| numbers[place]);
        let year = if year < 100 { year + 2000 } else { year };
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    }
}

/// The order of a chat's dates, or those between which nothing decides.
pub(super) fn order(heads: &[Head<'_>]) -> Result<Order, Vec<Order>> {
    let year_at = |place| heads.iter().any(|head| head.year_at == Some(place));
    let mut orders = match (year_at(0), year_at(2)) {
        (true, _) => vec![Order::YMD, Order::YDM],
        (_, true) => vec![Order::DMY, Order::MDY],
        _ => vec![Order::DMY, Order::MDY, Order::YMD, Order::YDM],
    };
    keep_least(&mut orders, |order| heads.iter().filter(|head| order.day(head.numbers).is_none()).count());
    keep_least(&mut orders, |order| steps_back(heads, order));
    // That the same days come out of both is as good as one.
    orders.dedup_by(|one, other| heads.iter().all(|head| one.day(head.numbers) == other.day(head.numbers)));
    // One change more may be chance: of two messages nobody can tell.
    if orders.len() > 1 {
        orders.retain(|order| changes(heads, order.places[2]) + 1 >= changes(heads, order.places[1]));
        let most = orders.iter().map(|order| changes(heads, order.places[2])).max().unwrap_or_default();
        orders.retain(|order| changes(heads, order.places[2]) + 1 >= most);
    }
    // Where a year stands first, the month follows; where dots stand, the day comes first. No language does otherwise.
    if orders.len() > 1 && year_at(0) {
        orders.retain(|order| *order == Order::YMD);
    }
    if orders.len() > 1 && heads.iter().all(|head| head.has_dots) && orders.contains(&Order::DMY) {
        orders.retain(|order| *order == Order::DMY);
    }
    match orders.as_slice() {
        [one] => Ok(*one),
        // Two numbers for the year in front are so rare that they are no doubt.
        _ => Err(orders.into_iter().filter(|order| year_at(0) || order.places[0] == 2).collect()),
    }
}

fn keep_least(orders: &mut Vec<Order>, figure: impl Fn(Order) -> usize) {
    let figures: Vec<usize> = orders.iter().map(|order| figure(*order)).collect();
    let least = figures.iter().min().copied().unwrap_or_default();
    let mut figures = figures.into_iter();
    orders.retain(|_| figures.next() == Some(least));
}

/// How often the chat would go back in time, by more than the clock of a phone can be wrong.
fn steps_back(heads: &[Head<'_>], order: Order) -> usize {
    let days = heads.iter().filter_map(|head| order.day(head.numbers));
    days.clone().zip(days.skip(1)).filter(|(before, after)| (*before - *after).num_days() > 1).count()
}

fn changes(heads: &[Head<'_>], place: usize) -> usize {
    heads.windows(2).filter(|two| two[0].numbers[place] != two[1].numbers[place]).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(dates: &[&str]) -> Result<&'static str, usize> {
        let lines: Vec<String> = dates.iter().map(|date| format!("{date}, 14:30 - Ann: Hi")).collect();
        let heads: Vec<Head<'_>> = lines.iter().filter_map(|line| Head::read(line)).collect();
        assert_eq!(heads.len(), dates.len());
        order(&heads).map_err(|orders| orders.len()).map(|order| match order {
            Order::DMY => "dmy",
            Order::MDY => "mdy",
            Order::YMD => "ymd",
            _ => "ydm",
        })
    }

    #[test]
    fn the_whole_chat_tells_the_order() {
        assert_eq!(found(&["01/02/2021", "13/02/2021"]), Ok("dmy"));
        assert_eq!(found(&["1/2/21", "1/13/21"]), Ok("mdy"));
        assert_eq!(found(&["01/05/2021", "02/04/2021"]), Ok("mdy"), "months cannot decrease within a year");
        assert_eq!(found(&["05/01/2021", "04/02/2021"]), Ok("dmy"));
        assert_eq!(found(&["01/02/2021", "02/02/2021", "03/02/2021"]), Ok("dmy"), "the day changes more");
        assert_eq!(found(&["2/1/21", "2/2/21", "2/3/21"]), Ok("mdy"));
        assert_eq!(found(&["2024-01-02"]), Ok("ymd"));
        assert_eq!(found(&["03.04.21"]), Ok("dmy"));
        assert_eq!(found(&["02/02/2021", "03/03/2021"]), Ok("dmy"), "both orders give the same days");
    }

    #[test]
    fn where_nothing_decides_both_orders_are_told() {
        assert_eq!(found(&["03/04/2021"]), Err(2));
        assert_eq!(found(&["03/04/21", "05/06/21"]), Err(2));
        assert_eq!(found(&["03/04/2021", "04/04/2021"]), Err(2), "a day later, or a month");
    }
}
