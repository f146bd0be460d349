//! Rounds on a real database, under a clock that is set.

mod shelf;

use diesel_async::SimpleAsyncConnection;
use service_kit::Clock;

use self::shelf::{LONG, OTHER, SHORT, Shelf};
use super::{Keeper, Round};

#[tokio::test]
async fn days_are_made_ahead_once_and_take_in_what_came_before_them() {
    let shelf = Shelf::new().await;
    // Nobody made days for three weeks; what came meanwhile lies apart.
    shelf.delivered(OTHER, 21, 1).await;
    assert_eq!(shelf.unplaced().await, 3);

    shelf.set_day(21);
    let round = shelf.round().await;
    assert_eq!(round.made, 24, "{round:?}");
    assert_eq!(shelf.unplaced().await, 0);
    assert_eq!(shelf.rows_of_day(21).await, [1, 1, 1]);
    shelf
        .sql("INSERT INTO ended_default SELECT * FROM ended")
        .await
        .unwrap_err();

    assert_eq!(shelf.round().await, Round::default());
    shelf.set_day(22);
    assert_eq!(shelf.round().await.made, 3);
}

#[tokio::test]
async fn a_day_that_nobody_keeps_goes_as_one_piece() {
    let shelf = Shelf::new().await;
    shelf.delivered(OTHER, 0, 3).await;
    shelf.delivered(OTHER, 1, 2).await;
    shelf.set_day(30);
    assert_eq!(shelf.round().await.dropped, 0);
    assert_eq!(shelf.rows().await, [5, 5, 5]);
    // Its last hour is thirty days old.
    shelf.set_day(31);
    let round = shelf.round().await;
    assert_eq!((round.dropped, round.purged), (3, 0), "{round:?}");
    assert_eq!(shelf.rows().await, [2, 2, 2]);
    let gone = shelf.table(0, "ended");
    shelf.sql(&format!("SELECT FROM {gone}")).await.unwrap_err();
}

#[tokio::test]
async fn a_piece_that_was_taken_away_and_not_dropped_is_dropped() {
    let shelf = Shelf::new().await;
    let half = shelf.table(0, "attempts");
    shelf
        .sql(&format!("ALTER TABLE attempts DETACH PARTITION {half}"))
        .await
        .unwrap();
    assert_eq!(shelf.round().await.dropped, 1);
    shelf.sql(&format!("SELECT FROM {half}")).await.unwrap_err();
}

#[tokio::test]
async fn what_is_owed_keeps_its_day_until_it_has_expired() {
    let shelf = Shelf::new().await;
    shelf.owed(OTHER, 0, 1).await;
    // A replica is at it: it will give it back, or say what became of it.
    shelf
        .sql("UPDATE owed SET lease_owner = gen_random_uuid()")
        .await
        .unwrap();
    shelf.set_day(31);
    let round = shelf.round().await;
    assert_eq!(
        (round.needed, round.expired, round.dropped),
        (3, 0, 0),
        "{round:?}"
    );

    shelf
        .sql("UPDATE owed SET lease_owner = NULL")
        .await
        .unwrap();
    let round = shelf.round().await;
    assert_eq!(
        (round.needed, round.expired, round.dropped),
        (0, 1, 3),
        "{round:?}"
    );
}

#[tokio::test]
async fn what_is_in_a_consignment_keeps_its_day_until_it_is_settled() {
    let shelf = Shelf::new().await;
    shelf.owed(OTHER, 0, 1).await;
    let consign = "INSERT INTO consignments
                   SELECT id, endpoint_id, organization_id, gen_random_uuid(), created_at, sequence, B'0', ARRAY[id],
                          ARRAY[event_id] FROM owed;
                   DELETE FROM owed";
    shelf.sql(consign).await.unwrap();
    shelf.set_day(31);
    let round = shelf.round().await;
    assert_eq!((round.needed, round.dropped), (3, 0), "{round:?}");

    let settle = "UPDATE consignments SET settled = B'1'";
    shelf.sql(settle).await.unwrap();
    let round = shelf.round().await;
    assert_eq!((round.needed, round.dropped), (0, 3), "{round:?}");
}

#[tokio::test]
async fn what_is_owed_for_too_long_has_failed_and_the_rest_has_not() {
    let shelf = Shelf::new().await;
    shelf.keeps(SHORT, 5).await;
    shelf.keeps(LONG, 90).await;
    for organization in [SHORT, OTHER, LONG] {
        shelf.owed(organization, 0, 2).await;
        shelf.owed(organization, 1, 1).await;
    }
    shelf.set_day(5);
    assert_eq!(shelf.round().await.expired, 2);
    let expired = "SELECT count(*) AS number FROM ended
                   WHERE status = 'failed' AND last_error = 'expired' AND completed_at > created_at";
    assert_eq!(shelf.count(expired).await, 2);
    shelf.set_day(6);
    assert_eq!(shelf.round().await.expired, 1);
    shelf.set_day(30);
    assert_eq!(shelf.round().await.expired, 2);
    assert_eq!(shelf.count("SELECT count(*) AS number FROM owed").await, 4);
    shelf.set_day(91);
    assert_eq!(shelf.round().await.expired, 4);
}

#[tokio::test]
async fn each_organisation_keeps_its_own_days() {
    let shelf = Shelf::new().await;
    shelf.keeps(SHORT, 5).await;
    shelf.keeps(LONG, 60).await;
    for organization in [SHORT, OTHER, LONG] {
        shelf.delivered(organization, 0, 4).await;
    }
    let kept = async |day| {
        shelf.set_day(day);
        shelf.round().await;
        shelf.rows_of_day(0).await
    };
    assert_eq!(kept(5).await, [12, 12, 12]);
    assert_eq!(kept(6).await, [8, 8, 8]);
    assert_eq!(kept(30).await, [8, 8, 8]);
    assert_eq!(kept(31).await, [4, 4, 4]);
    let of_long = format!("SELECT count(*) AS number FROM ended WHERE organization_id = '{LONG}'");
    assert_eq!(shelf.count(&of_long).await, 4);
    shelf.set_day(61);
    assert_eq!(shelf.round().await.dropped, 3);
}

#[tokio::test]
async fn an_event_that_is_owed_outlives_its_day() {
    let shelf = Shelf::new().await;
    shelf.keeps(SHORT, 5).await;
    shelf.delivered(SHORT, 0, 2).await;
    shelf.sent_again(SHORT, 6).await;
    shelf.set_day(6);
    assert_eq!(shelf.round().await.purged, 3);
    // In the order of the tables: attempts, what ended, events.
    assert_eq!(shelf.rows_of_day(0).await, [0, 0, 1]);
    shelf.sql("DELETE FROM owed").await.unwrap();
    assert_eq!(shelf.round().await.purged, 1);
}

#[tokio::test]
async fn an_event_lives_as_long_as_a_delivery_of_it() {
    let shelf = Shelf::new().await;
    shelf.delivered(OTHER, 0, 3).await;
    shelf.sent_again(OTHER, 6).await;
    // It arrives.
    let end = "INSERT INTO ended (id, event_id, endpoint_id, organization_id, sequence, replay, status,
                                  attempt_count, created_at, completed_at)
               SELECT id, event_id, endpoint_id, organization_id, sequence, replay, 'succeeded', 1, created_at,
                      created_at FROM owed; DELETE FROM owed";
    shelf.sql(end).await.unwrap();
    shelf.set_day(31);
    assert_eq!(shelf.round().await.dropped, 3);
    assert_eq!(shelf.rows().await, [0, 1, 1]);
    shelf.set_day(36);
    shelf.round().await;
    assert_eq!(shelf.rows().await, [0, 1, 1]);
    shelf.set_day(37);
    shelf.round().await;
    assert_eq!(shelf.rows().await, [0, 0, 0]);
}

#[tokio::test]
async fn what_was_asked_for_is_forgotten_in_time() {
    let shelf = Shelf::new().await;
    let noon = shelf.noon(0);
    let asked = format!(
        "INSERT INTO recoveries (id, organization_id, endpoint_id, since, until, event_types, missed, per_second,
                                 status, position, due_at, started_at, updated_at, finished_at)
         SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), '{noon}', '{noon}', '{{}}', false, 50,
                CASE WHEN ended THEN 'done' ELSE 'running' END, '', '{noon}', '{noon}', '{noon}',
                CASE WHEN ended THEN '{noon}'::timestamptz END
         FROM unnest(ARRAY[true, false]) ended;
         INSERT INTO replays (organization_id, id, event_id, endpoints, already_pending, requested_at)
         VALUES (gen_random_uuid(), gen_random_uuid(), 'evt_', 0, 0, '{noon}')"
    );
    shelf.sql(&asked).await.unwrap();
    for (day, purged) in [(0, 0), (1, 1), (89, 0), (90, 1), (200, 0)] {
        shelf.set_day(day);
        assert_eq!(shelf.round().await.purged, purged, "day {day}");
    }
}

#[tokio::test]
async fn one_replica_at_a_time() {
    let shelf = Shelf::new().await;
    let mut other = shelf.database.connect().await;
    let lock = "SELECT pg_advisory_lock(hashtextextended('retention', 0))";
    other.batch_execute(lock).await.unwrap();
    shelf.set_day(21);
    assert_eq!(shelf.keeper.round().await.unwrap(), None);
    // It dies in the middle of it.
    drop(other);
    let round = test_support::eventually("it is our turn", shelf::LIMIT, async || {
        shelf.keeper.round().await.unwrap()
    });
    assert_eq!(round.await.made, 24);
}

#[tokio::test]
async fn whoever_reads_for_long_is_not_disturbed_and_disturbs_nobody() {
    let shelf = Shelf::new().await;
    shelf.delivered(OTHER, 0, 1).await;
    shelf.set_day(31);
    let mut reader = shelf.database.connect().await;
    // The first keeps new days from being made, the second an old one from going.
    for (read, organization) in [("ended".to_owned(), SHORT), (shelf.table(0, "ended"), LONG)] {
        let read = format!("BEGIN; SELECT count(*) FROM {read}");
        reader.batch_execute(&read).await.unwrap();
        assert!(shelf.keeper.round().await.is_err());
        // It does not wait there with everybody behind it.
        shelf.delivered(organization, 31, 1).await;
        let first = format!("SELECT count(*) AS number FROM {}", shelf.table(0, "ended"));
        assert_eq!(shelf.count(&first).await, 1);
        reader.batch_execute("COMMIT").await.unwrap();
    }
    // Attempts have gone already.
    assert_eq!(shelf.round().await.dropped, 2);
    assert_eq!(shelf.rows().await, [2, 2, 2]);
    assert_eq!(shelf.unplaced().await, 0);
}

#[tokio::test]
async fn a_clock_that_is_far_from_the_databases_takes_nothing_away() {
    let mut shelf = Shelf::new().await;
    shelf.delivered(OTHER, 0, 3).await;
    shelf.keeper.clock_tolerance = Keeper::CLOCK_TOLERANCE;
    shelf.set_day(40);
    assert_eq!(shelf.keeper.round().await.unwrap(), None);
    assert_eq!(shelf.rows().await, [3, 3, 3]);

    shelf.keeper.clock = Clock::system();
    assert!(shelf.keeper.round().await.unwrap().is_some());
}
