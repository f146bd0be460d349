//! The database stands behind the rules, for whoever reaches it past the service.

use crate::school::School;
use crate::world::World;

/// The constraint that refuses a statement.
async fn refused_by(world: &World, sql: &str) -> String {
    let error = world.sql(sql).await.expect_err(sql);
    store::violated_constraint(&error)
        .unwrap_or_else(|| panic!("{sql}: {error}"))
        .to_owned()
}

async fn prepared() -> (World, School) {
    let world = World::start().await;
    let school = world.school().await;
    (world, school)
}

#[tokio::test]
async fn meter_readings_are_append_only() {
    let (world, _school) = prepared().await;
    for sql in [
        "UPDATE meter_readings SET value_hundredths = 0",
        "DELETE FROM meter_readings",
        "TRUNCATE meter_readings",
    ] {
        assert_eq!(refused_by(&world, sql).await, "meter_readings_append_only");
    }
}

#[tokio::test]
async fn a_flight_posts_a_meter_once() {
    let (world, school) = prepared().await;
    world.approved(&school).await;
    let again = "INSERT INTO meter_readings (organization_id, aircraft_id, kind, value_hundredths,
            change_hundredths, source, flight_id, read_at, recorded_at)
        SELECT organization_id, aircraft_id, kind, 200, 77, source, flight_id, read_at, recorded_at
        FROM meter_readings WHERE source = 'flight'";
    assert_eq!(refused_by(&world, again).await, "meter_readings_once");
    let backwards = again.replace("200, 77, source, flight_id", "1, -77, 'flight', flight_id");
    assert_eq!(
        refused_by(&world, &backwards).await,
        "meter_readings_fit_their_source"
    );
}

#[tokio::test]
async fn a_flight_goes_the_way_of_its_approval() {
    let (world, school) = prepared().await;
    let update = async |set: &str| refused_by(&world, &format!("UPDATE flights SET {set}")).await;
    let approved =
        "version = version + 1, status = 'approved', approved_by = pilot_id, approved_at = now()";
    world.drafted(&school).await;
    assert_eq!(update(approved).await, "flights_transition");
    assert_eq!(
        update("version = version + 2").await,
        "flights_version_rises"
    );
    assert_eq!(
        update("version = version + 1, status = 'submitted'").await,
        "flights_acts_fit_the_status"
    );
    assert_eq!(
        update("version = version + 1, status = 'lost'").await,
        "flights_transition"
    );

    let (world, school) = prepared().await;
    world.submitted(&school).await;
    let edited =
        "version = version + 1, status = 'approved', approved_by = pilot_id, approved_at = now(),
        details = jsonb_set(details, '{minutes,block}', '1')";
    let update = async |set: &str| refused_by(&world, &format!("UPDATE flights SET {set}")).await;
    assert_eq!(update(edited).await, "flights_entry_stands");
    assert_eq!(
        update("version = version + 1, status = 'voided'").await,
        "flights_transition"
    );
    world
        .sql(&format!("UPDATE flights SET {approved}"))
        .await
        .unwrap();
    assert_eq!(update("version = version + 1").await, "flights_transition");
}

#[tokio::test]
async fn times_are_in_order_and_solo_is_alone() {
    let (world, school) = prepared().await;
    world.drafted(&school).await;
    let update = async |set: &str| {
        refused_by(
            &world,
            &format!("UPDATE flights SET version = version + 1, {set}"),
        )
        .await
    };
    assert_eq!(
        update("on_block_at = off_block_at - interval '1 s'").await,
        "flights_times_in_order"
    );
    assert_eq!(
        update("takeoff_at = off_block_at - interval '1 s'").await,
        "flights_times_in_order"
    );
    assert_eq!(
        update(
            "takeoff_at = off_block_at + interval '2 s', landing_at = off_block_at + interval '1 s'"
        )
        .await,
        "flights_times_in_order"
    );
    assert_eq!(
        update("flight_type = 'solo'").await,
        "flights_solo_is_alone"
    );
}

/// What differs from a draft, and the rule that it breaks.
const BROKEN: [(&str, &str); 12] = [
    (r#"{"version": 0}"#, "version_check"),
    (r#"{"status": "lost"}"#, "status_check"),
    (r#"{"flight_type": "hop"}"#, "flight_type_check"),
    (r#"{"details": []}"#, "details_check"),
    (r#"{"on_block_at": "2000-01-01Z"}"#, "times_in_order"),
    (r#"{"flight_type": "solo"}"#, "solo_is_alone"),
    (r#"{"submitted_at": "2026-01-01Z"}"#, "acts_are_whole"),
    (r#"{"approved_at": "2026-01-01Z"}"#, "acts_are_whole"),
    (r#"{"rejection_reason": "no"}"#, "acts_are_whole"),
    (r#"{"status": "submitted"}"#, "acts_fit_the_status"),
    (r#"{"status": "approved"}"#, "acts_fit_the_status"),
    (r#"{"status": "rejected"}"#, "acts_fit_the_status"),
];

#[tokio::test]
async fn no_flight_is_written_that_breaks_a_rule() {
    let (world, school) = prepared().await;
    world.drafted(&school).await;
    let insert = |differs: &str| {
        let twin = differs.replacen('{', r#"{"id": "00000000-0000-0000-0000-000000000001", "#, 1);
        format!(
            "INSERT INTO flights SELECT (jsonb_populate_record(flights, '{twin}')).* FROM flights"
        )
    };
    for (differs, rule) in BROKEN {
        let constraint = refused_by(&world, &insert(differs)).await;
        assert_eq!(constraint, format!("flights_{rule}"), "{differs}");
    }
    world.sql(&insert(r#"{"version": 7}"#)).await.unwrap();
}

#[tokio::test]
async fn nothing_refers_to_another_school() {
    let (world, school) = prepared().await;
    let stranger = world.school().await;
    world.drafted(&school).await;
    for (column, id) in [
        ("aircraft_id", &stranger.aircraft),
        ("pilot_id", &stranger.pilot),
        ("instructor_id", &stranger.instructor),
        ("pic_id", &stranger.instructor),
        ("location_id", &stranger.location),
    ] {
        let constraint = refused_by(
            &world,
            &format!("UPDATE flights SET version = version + 1, {column} = '{id}'"),
        )
        .await;
        assert!(constraint.contains(column), "{constraint}");
    }
    let owner = format!(
        "UPDATE organizations SET owner_id = '{}' WHERE id = '{}'",
        stranger.owner, school.id
    );
    assert_eq!(refused_by(&world, &owner).await, "organizations_owner");
    let twin = "INSERT INTO aircraft SELECT organization_id, gen_random_uuid(), 1, NULL, registration, make, model,
            category, status, airworthiness_status, meters, details, NULL, now(), now() FROM aircraft";
    assert_eq!(refused_by(&world, twin).await, "aircraft_registration");
}

#[tokio::test]
async fn every_list_and_look_up_has_its_index() {
    let (world, _school) = prepared().await;
    // Sequential scans and sorts are priced out, so a plan has one only where no index serves.
    let queries = [
        "flights WHERE organization_id = {id} AND id > {id} ORDER BY id LIMIT 10",
        "flights WHERE organization_id = {id} AND status = 'draft' AND id > {id} ORDER BY id LIMIT 10",
        "people WHERE organization_id = {id} AND id > {id} ORDER BY id LIMIT 10",
        "organizations WHERE id > {id} ORDER BY id LIMIT 10",
        "aircraft WHERE organization_id = {id} AND registration = ANY(ARRAY['N1', 'N2'])",
        "meter_readings WHERE organization_id = {id} AND flight_id = {id} AND source = 'flight'",
        "ground_training WHERE organization_id = {id} AND pilot_id = {id} AND fingerprint = 'x' AND occurrence = 0",
    ];
    for query in queries {
        let plan = explain(
            &world,
            &query.replace("{id}", "'6a1d4f0e-52b7-4c39-9a55-0f1e7c0bac17'"),
        )
        .await;
        assert!(
            !plan.contains("Seq Scan") && !plan.contains("Sort"),
            "{query}\n{plan}"
        );
    }
}

async fn explain(world: &World, query: &str) -> String {
    use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
    #[derive(diesel::QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text, column_name = "QUERY PLAN")]
        line: String,
    }
    let mut conn = world.connect().await;
    conn.batch_execute(
        "SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off",
    )
    .await
    .unwrap();
    let lines: Vec<Line> = diesel::sql_query(format!("EXPLAIN SELECT * FROM {query}"))
        .load(&mut conn)
        .await
        .unwrap();
    lines.into_iter().map(|line| line.line + "\n").collect()
}
