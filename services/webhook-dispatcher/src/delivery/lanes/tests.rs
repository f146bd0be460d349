use super::*;
use proptest::prelude::*;
use uuid::Uuid;

const FAST: Share = Share {
    limit: 4,
    proven: true,
};
const HANGING: Share = Share {
    limit: 1,
    proven: false,
};

fn endpoint(number: u128) -> EndpointId {
    Uuid::from_u128(number).into()
}

fn drain(lanes: &mut Lanes<(u128, u32)>) -> Vec<(u128, u32)> {
    std::iter::from_fn(|| lanes.next()).collect()
}

#[test]
fn endpoints_take_turns_and_keep_their_own_order() {
    let mut lanes = Lanes::new(100);
    for item in 0..3 {
        lanes.push(endpoint(1), FAST, (1, item));
    }
    lanes.push(endpoint(2), FAST, (2, 0));
    assert_eq!(drain(&mut lanes), [(1, 0), (2, 0), (1, 1), (1, 2)]);
    assert_eq!(lanes.in_flight(), 4);
}

#[test]
fn an_endpoint_never_exceeds_its_share() {
    let mut lanes = Lanes::new(100);
    (0..10).for_each(|item| lanes.push(endpoint(1), FAST, (1, item)));
    assert_eq!(drain(&mut lanes).len(), 4);
    lanes.finished(endpoint(1), FAST);
    assert_eq!(drain(&mut lanes), [(1, 4)]);
    lanes.finished(
        endpoint(1),
        Share {
            limit: 6,
            proven: true,
        },
    );
    assert_eq!(drain(&mut lanes).len(), 3);
}

#[test]
fn hanging_endpoints_leave_half_to_the_others() {
    let mut lanes = Lanes::new(10);
    (0..100).for_each(|number| lanes.push(endpoint(number), HANGING, (number, 0)));
    assert_eq!(drain(&mut lanes).len(), 5);
    (0..10).for_each(|item| lanes.push(endpoint(1_000), FAST, (1_000, item)));
    assert_eq!(drain(&mut lanes).len(), 4);
    // One of the hanging proves itself, and leaves its place to another of its kind.
    lanes.finished(endpoint(0), FAST);
    assert_eq!(drain(&mut lanes).len(), 1);
}

#[test]
fn endpoints_that_were_quick_and_hang_leave_half_as_much_to_the_others() {
    let mut lanes = Lanes::new(10);
    let push = |lanes: &mut Lanes<_>, number| {
        (0..4).for_each(|item| lanes.push(endpoint(number), FAST, (number, item)));
    };
    (0..3).for_each(|number| push(&mut lanes, number));
    assert_eq!(drain(&mut lanes).len(), 10);
    push(&mut lanes, 3);
    assert_eq!(drain(&mut lanes), []);
    // That they hang shows.
    (0..3).for_each(|number| lanes.changed(endpoint(number), HANGING));
    assert_eq!(drain(&mut lanes), [(3, 0), (3, 1), (3, 2), (3, 3)]);
    push(&mut lanes, 4);
    assert_eq!(drain(&mut lanes).len(), 1);
    // Whoever hangs then, all together are bounded.
    for number in 5..20 {
        (3..number).for_each(|number| lanes.changed(endpoint(number), HANGING));
        push(&mut lanes, number);
        drain(&mut lanes);
    }
    assert_eq!(lanes.in_flight(), 20);
}

#[test]
fn what_is_recalled_is_not_sent() {
    let mut lanes = Lanes::new(10);
    (0..6).for_each(|item| lanes.push(endpoint(1), FAST, (1, item)));
    lanes.push(endpoint(2), FAST, (2, 0));
    assert_eq!(lanes.next(), Some((1, 0)));
    assert_eq!(lanes.recall(endpoint(1)).len(), 5);
    assert_eq!(drain(&mut lanes), [(2, 0)]);
    lanes.push(endpoint(3), FAST, (3, 0));
    assert_eq!(lanes.recall_all(), [(3, 0)]);
}

#[test]
fn the_last_in_line_are_taken_out_first() {
    let mut lanes = Lanes::new(10);
    (0..6).for_each(|item| lanes.push(endpoint(1), FAST, (1, item)));
    assert_eq!(lanes.shrink(endpoint(1), 6), []);
    assert_eq!(lanes.shrink(endpoint(2), 0), []);
    assert_eq!(
        lanes.shrink(endpoint(1), 2),
        (2..6).map(|item| (1, item)).collect::<Vec<_>>()
    );
    assert_eq!(drain(&mut lanes), [(1, 0), (1, 1)]);
}

#[test]
fn where_one_may_be_under_way_anybody_may_be_it() {
    let mut lanes = Lanes::new(1);
    lanes.push(endpoint(1), HANGING, (1, 0));
    assert_eq!(drain(&mut lanes), [(1, 0)]);
}

proptest! {
    /// Whatever happens: everything pushed comes out once, in its endpoint's order, and no limit
    /// is ever exceeded.
    #[test]
    fn nothing_is_lost_and_no_limit_is_exceeded(
        steps in prop::collection::vec((0u8..5, 0u128..5, 1usize..4, any::<bool>()), 1..300),
    ) {
        let (mut lanes, mut pushed) = (Lanes::new(6), HashMap::<u128, u32>::new());
        let (mut under_way, mut sent) = (Vec::<u128>::new(), HashMap::<u128, u32>::new());
        let mut shares = HashMap::<u128, Share>::new();
        for (step, number, limit, proven) in steps {
            if step < 2 {
                let count = pushed.entry(number).or_default();
                let share = *shares.entry(number).or_insert(Share { limit, proven });
                lanes.push(endpoint(number), share, (number, *count));
                *count += 1;
            } else if step == 2 {
                if let Some((number, item)) = lanes.next() {
                    let expected = sent.entry(number).or_default();
                    prop_assert_eq!(item, *expected);
                    *expected += 1;
                    under_way.push(number);
                }
            } else if step == 3 {
                if under_way.contains(&number) {
                    shares.insert(number, Share { limit, proven });
                    lanes.changed(endpoint(number), Share { limit, proven });
                }
            } else if let Some(number) = under_way.pop() {
                shares.insert(number, Share { limit, proven });
                lanes.finished(endpoint(number), Share { limit, proven });
            }
            prop_assert_eq!(lanes.in_flight(), under_way.len());
            let quick = lanes.lanes.values().filter(|lane| lane.share.proven);
            prop_assert_eq!(lanes.proven.in_flight, quick.map(|lane| lane.in_flight).sum::<usize>());
            prop_assert!(under_way.len() <= 12);
        }
        while let Some(number) = under_way.pop().or_else(|| lanes.next().map(|(number, _)| {
            *sent.entry(number).or_default() += 1;
            number
        })) {
            lanes.finished(endpoint(number), FAST);
        }
        prop_assert_eq!(sent, pushed);
        prop_assert!(lanes.lanes.is_empty());
    }
}
