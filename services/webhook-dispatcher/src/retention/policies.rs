//! What of a day's log is kept, and for whom.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::Days;

/// How long each organisation's log is kept.
#[derive(Debug, Clone)]
pub struct Policies {
    standard: Days,
    chosen: BTreeMap<Uuid, Days>,
}

/// What becomes of the log of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    Kept,
    /// Some keep it, and these do not.
    GoneOf(Whose),
    /// Nobody keeps it.
    Gone,
}

/// Organisations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    Only(Vec<Uuid>),
    AllBut(Vec<Uuid>),
}

impl Policies {
    /// `standard` is of those that are not in `chosen`.
    pub fn new(standard: Days, chosen: impl IntoIterator<Item = (Uuid, Days)>) -> Self {
        let chosen = chosen.into_iter().collect();
        Self { standard, chosen }
    }

    pub fn standard(&self) -> Days {
        self.standard
    }

    /// Those that chose, and what.
    pub fn chosen(&self) -> impl Iterator<Item = (Uuid, Days)> {
        self.chosen.iter().map(|(id, days)| (*id, *days))
    }

    /// The longest that anybody keeps anything.
    pub fn longest(&self) -> Days {
        self.chosen.values().copied().fold(self.standard, Days::max)
    }

    /// The shortest.
    pub fn shortest(&self) -> Days {
        self.chosen.values().copied().fold(self.standard, Days::min)
    }

    /// What becomes of `day` on the day `today`. A log is kept until its last hour is as old as it
    /// may get, so for up to a day more than was asked for.
    pub fn fate(&self, day: NaiveDate, today: NaiveDate) -> Fate {
        let age = (today - day).num_days() - 1;
        let is_gone = |days: Days| age >= i64::from(days.number());
        let those = |gone: bool| {
            let those = self.chosen().filter(|(_, days)| is_gone(*days) == gone);
            those.map(|(id, _)| id).collect::<Vec<_>>()
        };
        let (keep, do_not) = (those(false), those(true));
        match is_gone(self.standard) {
            true if keep.is_empty() => Fate::Gone,
            true => Fate::GoneOf(Whose::AllBut(keep)),
            false if do_not.is_empty() => Fate::Kept,
            false => Fate::GoneOf(Whose::Only(do_not)),
        }
    }
}

impl Whose {
    /// The organisations that are named, and whether it is these or all others.
    pub fn named(&self) -> (&[Uuid], bool) {
        match self {
            Self::Only(these) => (these, true),
            Self::AllBut(others) => (others, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 7, 1).unwrap();

    fn days() -> impl Strategy<Value = Days> {
        (1_u32..=90).prop_map(|days| Days::try_from(days).unwrap())
    }

    fn organization(number: u8) -> Uuid {
        Uuid::from_u128(number.into())
    }

    #[test]
    fn today_and_what_is_to_come_is_kept_whoever_chose_what() {
        let hasty = Days::try_from(1).unwrap();
        let policies = Policies::new(hasty, [(organization(1), hasty)]);
        for ahead in 0..=7 {
            let day = TODAY + TimeDelta::days(ahead);
            assert_eq!(policies.fate(day, TODAY), Fate::Kept);
        }
        // Its last hour is younger than a day.
        assert_eq!(policies.fate(TODAY - TimeDelta::days(1), TODAY), Fate::Kept);
        assert_eq!(policies.fate(TODAY - TimeDelta::days(2), TODAY), Fate::Gone);
    }

    proptest! {
        #[test]
        fn each_organisation_keeps_exactly_its_days(
            standard in days(),
            chosen in prop::collection::btree_map(0_u8..8, days(), 0..6),
            back in -7_i64..100,
        ) {
            let by_id = chosen.iter().map(|(number, days)| (organization(*number), *days));
            let fate = Policies::new(standard, by_id).fate(TODAY - TimeDelta::days(back), TODAY);
            let mut all_gone = true;
            for number in 0..=8 {
                let own = chosen.get(&number).copied().unwrap_or(standard);
                let expected = back > i64::from(own.number());
                all_gone &= expected;
                let id = organization(number);
                let is_gone = match &fate {
                    Fate::Kept => false,
                    Fate::Gone => true,
                    Fate::GoneOf(whose) => {
                        let (named, these) = whose.named();
                        prop_assert!(!named.is_empty());
                        named.contains(&id) == these
                    }
                };
                prop_assert_eq!(is_gone, expected, "{}: {:?}", number, &fate);
            }
            // The ninth chose nothing, as most do.
            prop_assert_eq!(all_gone, fate == Fate::Gone);
        }
    }
}
