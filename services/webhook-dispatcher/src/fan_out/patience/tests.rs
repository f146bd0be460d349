use uuid::Uuid;

use super::*;
use crate::delivery::room::Place;

/// Room that one endpoint has taken as much of as it may have.
fn crowded(answers: usize) -> (Arc<Room>, EndpointId, Vec<Place>) {
    let (room, endpoint) = (Room::new(1_000, 32), EndpointId::from(Uuid::from_u128(1)));
    (0..answers).for_each(|_| {
        room.learn(endpoint, true);
    });
    let places = room.for_claimed(endpoint, usize::MAX);
    (room, endpoint, places)
}

async fn waited(patience: &Patience, wanted: &[(EndpointId, usize)]) -> Duration {
    let began = Instant::now();
    patience.wait_for(&wanted.iter().copied().collect()).await;
    began.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_quick_endpoint_is_waited_for_until_there_is_room() {
    let (room, endpoint, mut places) = crowded(4);
    let patience = Patience::new(room);
    let falls_free = async {
        sleep(LOOK).await;
        places.truncate(1);
    };
    let wanted = [(endpoint, 50)];
    let (waited, ()) = tokio::join!(waited(&patience, &wanted), falls_free);
    assert!((LOOK..=2 * LOOK).contains(&waited), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn whoever_is_behind_is_waited_for_until_it_has_caught_up() {
    let (room, endpoint, places) = crowded(3);
    drop(places);
    room.fell_behind(endpoint);
    let patience = Patience::new(Arc::clone(&room));
    let catches_up = async {
        sleep(2 * LOOK).await;
        room.caught_up(endpoint);
    };
    let wanted = [(endpoint, 200)];
    let (waited, ()) = tokio::join!(waited(&patience, &wanted), catches_up);
    assert!((2 * LOOK..=3 * LOOK).contains(&waited), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_longer_than_a_quick_endpoint_needs() {
    let (room, endpoint, _places) = crowded(3);
    let patience = Patience::new(room);
    let wanted = [(endpoint, 50)];
    assert_eq!(waited(&patience, &wanted).await, 50 * LONGEST_WAIT);
}

#[tokio::test(start_paused = true)]
async fn endpoints_are_waited_for_side_by_side() {
    let (room, endpoint, _places) = crowded(3);
    let (others, mut wanted) = (2..=20, vec![(endpoint, 50)]);
    for other in others.map(|n| EndpointId::from(Uuid::from_u128(n))) {
        (0..3).for_each(|_| {
            room.learn(other, true);
        });
        room.fell_behind(other);
        wanted.push((other, 10));
    }
    let patience = Patience::new(room);
    assert_eq!(waited(&patience, &wanted).await, 50 * LONGEST_WAIT);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_has_nothing_to_send_ends_no_rest() {
    let (room, endpoint, _places) = crowded(3);
    let patience = Patience::new(room);
    for _ in 0..WAITS {
        assert_eq!(waited(&patience, &[]).await, Duration::ZERO);
        assert!(!waited(&patience, &[(endpoint, 50)]).await.is_zero());
    }
    assert_eq!(waited(&patience, &[]).await, Duration::ZERO);
    assert_eq!(waited(&patience, &[(endpoint, 50)]).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn waits_in_vain_become_rare() {
    let (room, endpoint, _places) = crowded(3);
    let patience = Patience::new(room);
    let wanted = [(endpoint, 50)];
    let minute = Instant::now() + Duration::from_secs(60);
    let (mut lost, mut waits) = (Duration::ZERO, 0);
    while Instant::now() < minute {
        let waited = waited(&patience, &wanted).await;
        lost += waited;
        waits += u32::from(!waited.is_zero());
        sleep(LOOK).await;
    }
    assert_eq!(waits, 6 * WAITS, "after 1, 2, 4, 8, 16 s and once more");
    assert_eq!(lost, waits * 50 * LONGEST_WAIT);
}

#[tokio::test(start_paused = true)]
async fn who_has_room_does_not_wait_for_who_has_none() {
    let (room, endpoint, _places) = crowded(3);
    let patience = Patience::new(room);
    let other = EndpointId::from(Uuid::from_u128(2));
    let wanted = [(endpoint, 50), (other, 1)];
    assert_eq!(waited(&patience, &wanted).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_did_not_answer_quickly_is_not_waited_for() {
    let (room, endpoint, _places) = crowded(0);
    let patience = Patience::new(room);
    assert_eq!(waited(&patience, &[(endpoint, 50)]).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn more_than_an_endpoint_may_ever_have_is_not_waited_for() {
    let (room, endpoint, places) = crowded(3);
    drop(places);
    let patience = Patience::new(room);
    let wanted = [(endpoint, 100_000)];
    assert_eq!(waited(&patience, &wanted).await, Duration::ZERO);
}
