//! Times that carry no offset, in the zone that they are meant in.

use chrono::{DateTime, FixedOffset, LocalResult, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// A local time of `zone` with its offset. Of a time that the clock showed twice it is the first; one that the clock left
/// out is as long after the change as it says, as phones show it.
pub(super) fn in_zone(local: NaiveDateTime, zone: Tz) -> DateTime<FixedOffset> {
    let with = |offset: FixedOffset| local.and_local_timezone(offset).single();
    let offset = match zone.offset_from_local_datetime(&local) {
        LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => offset.fix(),
        LocalResult::None => {
            // No change is longer than a day, and none follows another within two.
            let before = local.checked_sub_signed(TimeDelta::days(1)).unwrap_or(local);
            match zone.offset_from_local_datetime(&before) {
                LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => offset.fix(),
                LocalResult::None => Tz::UTC.offset_from_utc_datetime(&local).fix(),
            }
        }
    };
    with(offset).unwrap_or_else(|| local.and_utc().fixed_offset())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Helsinki;

    #[test]
    fn a_time_that_the_clock_left_out_or_showed_twice_is_still_a_time() {
        let at = |text: &str| {
            let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a time");
            in_zone(local, Helsinki).to_rfc3339()
        };
        assert_eq!(at("2025-05-01 18:02"), "2025-05-01T18:02:00+03:00");
        assert_eq!(at("2025-03-30 03:30"), "2025-03-30T03:30:00+02:00");
        assert_eq!(at("2025-10-26 03:30"), "2025-10-26T03:30:00+03:00");
    }
}
