use super::*;
use uuid::Uuid;

fn endpoint(number: u128) -> EndpointId {
    Uuid::from_u128(number).into()
}

/// What is held, and what of it by unproven endpoints.
fn books(room: &Room) -> (usize, usize) {
    let books = room.lock();
    (books.held, books.held_unproven)
}

/// An endpoint that has answered so often.
fn proven(room: &Room, number: u128, answers: usize) -> EndpointId {
    (0..answers).for_each(|_| {
        room.learn(endpoint(number), true);
    });
    endpoint(number)
}

#[test]
fn an_unknown_endpoint_gets_little_and_what_exceeds_it_waits() {
    let room = Room::new(1_000, 32);
    let places = room.for_new(endpoint(1), 100);
    assert_eq!(places.len(), Share::FIRST.held());
    assert_eq!(room.behind(), [endpoint(1)]);

    // Behind: nothing passes what waits, although there is room.
    drop(places);
    assert_eq!(room.for_new(endpoint(1), 1).len(), 0);
    assert_eq!(room.for_claimed(endpoint(1), 3).len(), 3);
    room.caught_up(endpoint(1));
    assert_eq!(room.for_new(endpoint(1), 1).len(), 1);
}

#[test]
fn shares_grow_with_quick_answers_and_halve_with_slow_ones() {
    let room = Room::new(1_000, 32);
    let one = proven(&room, 1, 100);
    assert_eq!(
        room.share(one),
        Share {
            limit: 32,
            proven: true
        }
    );
    assert_eq!(
        room.learn(one, false),
        Share {
            limit: 16,
            proven: false
        }
    );
    for _ in 0..10 {
        room.learn(one, false);
    }
    assert_eq!(
        room.share(one),
        Share {
            limit: 1,
            proven: false
        }
    );
    assert_eq!(
        room.learn(one, true),
        Share {
            limit: 2,
            proven: true
        }
    );
}

#[test]
fn hanging_endpoints_leave_half_of_the_room_to_the_others() {
    let room = Room::new(100, 32);
    let hanging: Vec<_> = (0..50)
        .flat_map(|number| room.for_new(endpoint(number), 16))
        .collect();
    assert_eq!(hanging.len(), 50);
    let healthy = proven(&room, 1_000, 30);
    let healthy = room.for_new(healthy, 500);
    assert_eq!((healthy.len(), room.held()), (50, 100));
}

#[test]
fn endpoints_that_were_quick_and_hang_are_told_how_much_they_have_too_many() {
    let room = Room::new(100, 32);
    let one = proven(&room, 1, 32);
    let places = room.for_new(one, 80);
    assert_eq!((places.len(), room.excess()), (80, 0));
    room.learn(one, false);
    assert_eq!(room.excess(), 30);
    drop(places);
    assert_eq!(room.excess(), 0);
}

#[test]
fn the_books_balance_when_an_endpoint_changes_its_kind() {
    let room = Room::new(100, 32);
    let one = endpoint(1);
    let places = room.for_new(one, 8);
    room.learn(one, true);
    drop(places);
    let places = room.for_new(one, 5);
    room.learn(one, false);
    assert_eq!(books(&room), (5, 5));
    drop(places);
    assert_eq!(books(&room), (0, 0));
}

#[test]
fn openings_say_what_each_endpoint_may_have() {
    let room = Room::new(1_000, 32);
    let full = room.for_new(endpoint(1), 100);
    let fast = proven(&room, 2, 10);
    // Idle, it does not stand in every claim.
    let openings = room.openings();
    assert_eq!((openings.of(endpoint(1).0), openings.of(fast.0)), (0, 8));
    assert_eq!((openings.each, openings.total), (8, 1_000 - 8));
    assert_eq!(openings.listed.len(), 1);
    room.fell_behind(fast);
    assert_eq!(room.openings().of(fast.0), 11 * 32);
    room.caught_up(fast);
    let one = room.for_claimed(fast, 1);
    assert_eq!(room.openings().of(fast.0), 11 * 32 - 1);
    drop((full, one));
}

#[test]
fn an_idle_endpoint_is_listed_where_it_would_have_less_or_others_have_nothing() {
    let room = Room::new(100, 32);
    let slow = endpoint(1);
    room.learn(slow, false);
    assert_eq!(room.openings().of(slow.0), 8);
    let hanging: Vec<_> = (10..20)
        .flat_map(|number| room.for_new(endpoint(number), 16))
        .collect();
    assert_eq!(hanging.len(), 50);
    let openings = (room.openings(), proven(&room, 2, 1), room.openings());
    assert_eq!(openings.0.each, 0);
    assert_eq!(openings.2.of(openings.1.0), 16);
}

#[test]
fn a_quick_endpoint_has_much_in_memory_while_half_of_the_room_is_free() {
    let room = Room::new(4_096, 32);
    let [one, other] = [1, 2].map(|number| proven(&room, number, 100));
    let first = room.for_new(one, 5_000);
    assert_eq!(first.len(), 1_024);
    let second = room.for_new(other, 5_000);
    let third = room.for_new(proven(&room, 3, 100), 5_000);
    assert_eq!((second.len(), third.len()), (1_024, 256));
}

#[test]
fn the_smallest_room_lets_everybody_in() {
    let room = Room::new(1, 1);
    assert_eq!(room.openings().each, 1);
    assert_eq!(room.for_new(endpoint(1), 1).len(), 1);
}

#[test]
fn an_endpoint_that_is_slow_again_and_again_may_have_less_and_less_waiting() {
    let room = Room::new(4_096, 32);
    let one = proven(&room, 1, 100);
    assert_eq!(room.share(one).kept(), usize::MAX);
    let kept = [16, 8, 4, 2, 1].map(|limit| {
        let share = room.learn(one, false);
        assert_eq!(share.limit, limit);
        share.kept()
    });
    assert_eq!(kept, [1_024, 512, 256, 128, 8]);
}

#[tokio::test]
async fn the_claimer_is_woken_when_half_of_a_share_is_free_and_something_waits() {
    let room = Room::new(1_000, 32);
    let mut places = room.for_new(endpoint(1), 100);
    places.truncate(5);
    let early = tokio::time::timeout(std::time::Duration::from_millis(20), room.freed());
    assert!(early.await.is_err());
    places.truncate(4);
    room.freed().await;
}
