//! Entries by which documents that last are found while they do.

use chrono::{DateTime, Days, TimeDelta, Utc};
use public_api::sort_key;

use super::Facet;

/// The name of such entries; no filter is called so.
pub const FACET: &str = "until";

/// An entry for each day (UTC) that a document touches: the day and the document's end. The end
/// itself is not of the document.
pub fn facets(starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> Vec<Facet> {
    let last = (ends_at - TimeDelta::microseconds(1)).date_naive();
    let mut day = starts_at.date_naive();
    let mut facets = Vec::new();
    while day <= last {
        let value = format!("{day} {}", sort_key::instant(ends_at));
        facets.push(Facet::new(FACET, value));
        let Some(next) = day.checked_add_days(Days::new(1)) else {
            break;
        };
        day = next;
    }
    facets
}

/// Between which values the entries of that moment's day are that end after it.
pub fn under_way_at(moment: &str) -> (String, String) {
    let day = moment.get(..10).unwrap_or(moment);
    // The character after the space, which follows the day.
    (format!("{day} {moment}"), format!("{day}!"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minutes)
    }

    #[test]
    fn a_session_until_midnight_is_of_its_own_day() {
        let days = |from, to| facets(at(from), at(to)).len();
        assert_eq!(days(23 * 60, 24 * 60), 1);
        assert_eq!(days(23 * 60, 24 * 60 + 1), 2);
        assert_eq!(days(0, 31 * 24 * 60), 31);
        let facet = &facets(at(0), at(60))[0];
        assert_eq!(facet.value, "2024-10-04 2024-10-04T01:00:00.000000Z");
    }

    proptest! {
        /// Exactly what has begun and has not ended is found, once.
        #[test]
        fn what_is_under_way_is_found(
            starts in 0..3_000_i64, lasts in 1..4_000_i64, moment in 0..8_000_i64,
        ) {
            let (after, before) = under_way_at(&sort_key::instant(at(moment)));
            let facets = facets(at(starts), at(starts + lasts));
            let found = facets.iter().filter(|f| f.value > after && f.value < before).count();
            // What begins later is left out by its sort key.
            let under_way = starts < moment && moment < starts + lasts;
            prop_assert_eq!(found == 1 && starts < moment, under_way);
            prop_assert!(found <= 1);
        }
    }
}
