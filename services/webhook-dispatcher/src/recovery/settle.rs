//! What becomes of the events that were looked at.

use domain::EndpointId;

use super::search::{Candidate, Search, Verdict};
use crate::endpoint::Interest;

/// What a turn does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// Events that are owed again, in their order.
    pub owe: Vec<String>,
    pub still_owed: i64,
    /// Events that are settled by it. Fewer than were looked at: there is more to owe than a turn
    /// may.
    pub examined: i64,
    /// The last of them.
    pub position: Option<String>,
}

/// Goes through `candidates`, which are in order, until `most` are owed and one more would be.
pub fn settle(
    search: &Search,
    (endpoint, interest): (EndpointId, &Interest),
    candidates: &[Candidate],
    most: usize,
) -> Settled {
    let mut settled = Settled::default();
    for candidate in candidates {
        match search.verdict(endpoint, interest, candidate) {
            Verdict::Owe if settled.owe.len() >= most => break,
            Verdict::Owe => settled.owe.push(candidate.event_id.clone()),
            Verdict::StillOwed => settled.still_owed += 1,
            Verdict::Leave => {}
        }
        settled.examined += 1;
        settled.position = Some(candidate.event_id.clone());
    }
    settled
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain::event::EventType;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::endpoint::Pattern;
    use crate::recovery::search::Standing;

    fn standing() -> impl Strategy<Value = Standing> {
        prop_oneof![
            Just(Standing::Never),
            Just(Standing::Owed),
            Just(Standing::Arrived),
            Just(Standing::Failed),
        ]
    }

    proptest! {
        /// However little a turn may owe, all turns together do what one without a bound does:
        /// nothing is passed over, and nothing comes twice.
        #[test]
        fn turns_add_up_to_the_whole(
            standings in proptest::collection::vec(standing(), 0..200),
            missed: bool,
            budgets in proptest::collection::vec(1_usize..20, 1..10),
        ) {
            let search = Search {
                since: DateTime::UNIX_EPOCH,
                until: DateTime::UNIX_EPOCH,
                patterns: Vec::new(),
                missed,
            };
            let candidates: Vec<Candidate> = standings
                .into_iter()
                .enumerate()
                .map(|(number, standing)| Candidate {
                    event_id: format!("{number:03}"),
                    event_type: Some(EventType::FlightApproved),
                    location_id: None,
                    standing,
                })
                .collect();
            let interest = Interest {
                patterns: vec![Pattern::All],
                location_id: None,
            };
            let endpoint = (Uuid::from_u128(1).into(), &interest);
            let whole = settle(&search, endpoint, &candidates, usize::MAX);
            let (mut sum, mut rest) = (Settled::default(), &candidates[..]);
            for budget in budgets.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let turn = settle(&search, endpoint, rest, *budget);
                prop_assert!(turn.examined > 0 && turn.owe.len() <= *budget);
                rest = &rest[usize::try_from(turn.examined).unwrap()..];
                sum.owe.extend(turn.owe);
                sum.still_owed += turn.still_owed;
                sum.examined += turn.examined;
                sum.position = turn.position.or(sum.position);
            }
            prop_assert_eq!(sum, whole);
        }
    }
}
