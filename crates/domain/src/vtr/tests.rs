use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn entry(last: Option<&ChainEntry>, number: u128, event: ChainEvent) -> ChainEntry {
    ChainEntry::follow(
        last,
        OrgId(Uuid::from_u128(1)),
        event,
        Uuid::from_u128(number).into(),
        Sha256Digest([u8::try_from(number).unwrap(); 32]),
        DateTime::from_timestamp_micros(1_780_000_000_000_001).unwrap(),
    )
    .unwrap()
}

fn chain(events: &[ChainEvent]) -> Vec<ChainEntry> {
    let mut chain: Vec<ChainEntry> = Vec::new();
    for (number, event) in (0_u128..).zip(events) {
        let next = entry(chain.last(), number, *event);
        chain.push(next);
    }
    chain
}

fn holds(chain: &[ChainEntry]) -> bool {
    let before = std::iter::once(None).chain(chain.iter().map(Some));
    chain
        .iter()
        .zip(before)
        .all(|(entry, before)| entry.holds(before))
}

#[test]
fn the_first_entry_follows_upon_none() {
    let first = entry(None, 1, ChainEvent::Issued);
    assert_eq!((first.sequence, first.prev_hash), (1, None));
    let second = entry(Some(&first), 1, ChainEvent::Revoked);
    assert_eq!(
        (second.sequence, second.prev_hash),
        (2, Some(first.chain_hash))
    );
    assert!(first.holds(None) && second.holds(Some(&first)));
    assert!(!second.holds(None) && !first.holds(Some(&second)));
}

proptest! {
    #[test]
    fn a_chain_holds_until_anything_in_it_is_changed(
        events in prop::collection::vec(prop::sample::select(ChainEvent::ALL), 2..12),
        at in any::<prop::sample::Index>(),
        change in 0_usize..6,
    ) {
        let mut chain = chain(&events);
        prop_assert!(holds(&chain));
        let at = at.index(chain.len());
        match change {
            0 => chain[at].vtr_id = Uuid::from_u128(99).into(),
            1 => chain[at].at += chrono::TimeDelta::microseconds(1),
            2 => chain[at].manifest_sha256.0[0] ^= 1,
            3 => chain[at].chain_hash.0[31] ^= 1,
            4 => chain.swap(0, 1),
            _ => {
                // The last one may be left out unseen; that is what the numbers of others are for.
                chain.remove(at.min(events.len() - 2));
            }
        }
        prop_assert!(!holds(&chain));
    }
}
