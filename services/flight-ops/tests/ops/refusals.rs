//! What is refused, how it is said, and that it changes nothing.

use contracts::v1::{
    DraftFlightRequest, FlightCommand, FlightEntry, FlightMinutes, Landings, MeterSpan,
    RejectFlightRequest, fault::Kind,
};

use crate::school::{School, new_id};
use crate::world::{World, fault, fields, refusal};

fn invalid_transition() -> (Kind, String) {
    (Kind::Conflict, "invalid_transition".to_owned())
}

#[tokio::test]
async fn a_command_that_the_state_does_not_allow_is_an_invalid_transition() {
    let world = World::start().await;
    let school = world.school().await;
    let draft = world.drafted(&school).await;
    let ops = &world.ops;
    assert_eq!(
        refusal(ops.approve_flight(school.by_owner(&draft)).await),
        invalid_transition()
    );
    assert_eq!(
        refusal(ops.reject_flight(school.rejection(&draft, "no")).await),
        invalid_transition()
    );
    let amendment = school.amendment(&draft, school.entry(100, 124));
    assert_eq!(
        refusal(ops.amend_flight(amendment).await),
        invalid_transition()
    );

    let submitted = world.submitted(&school).await;
    let revision = school.revision(&submitted, school.entry(100, 124));
    assert_eq!(
        refusal(ops.revise_flight(revision).await),
        invalid_transition()
    );
    let approved = world.approve(&school, &submitted).await.flight.unwrap();
    for command in [school.by_owner(&approved), school.by_pilot(&approved)] {
        assert_eq!(
            refusal(ops.submit_flight(command.clone()).await),
            invalid_transition()
        );
        assert_eq!(
            refusal(ops.withdraw_flight(command).await),
            invalid_transition()
        );
    }
    let revision = school.revision(&approved, school.entry(100, 124));
    assert_eq!(
        refusal(ops.revise_flight(revision).await),
        invalid_transition()
    );
    let refused = fault(ops.reject_flight(school.rejection(&approved, "no")).await);
    assert_eq!(
        refused.detail,
        "the flight is approved; it cannot be rejected"
    );
}

#[tokio::test]
async fn a_command_about_another_version_fails_its_precondition() {
    let world = World::start().await;
    let school = world.school().await;
    let submitted = world.submitted(&school).await;
    let stale = FlightCommand {
        expected_version: Some(1),
        ..school.by_owner(&submitted)
    };
    let expected = (Kind::PreconditionFailed, "precondition_failed".to_owned());
    assert_eq!(
        refusal(world.ops.approve_flight(stale.clone()).await),
        expected
    );
    assert_eq!(
        refusal(world.ops.withdraw_flight(stale.clone()).await),
        expected
    );
    let rejection = RejectFlightRequest {
        command: Some(stale),
        reason: "no".into(),
    };
    assert_eq!(refusal(world.ops.reject_flight(rejection).await), expected);
}

#[tokio::test]
async fn an_entry_that_breaks_rules_is_refused_with_all_of_them() {
    let world = World::start().await;
    let school = world.school().await;
    let wrong = FlightEntry {
        flight_type: "solo".into(),
        minutes: Some(FlightMinutes {
            block: 60,
            night: 61,
            dual_received: 60,
            ..FlightMinutes::default()
        }),
        landings: Some(Landings {
            day: -1,
            ..Landings::default()
        }),
        meters: vec![MeterSpan {
            kind: "hobbs".into(),
            start_hundredths: Some(2),
            end_hundredths: Some(1),
        }],
        remarks: Some("nul\0".into()),
        ..school.entry(100, 123)
    };
    let expected = [
        ("meters", "out_of_order"),
        ("night_minutes", "exceeds_block"),
        ("landings_day", "out_of_range"),
        ("remarks", "malformed"),
        ("instructor_id", "solo_with_instructor"),
        ("dual_received_minutes", "solo_with_instructor"),
    ];
    let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    let answer = world.ops.draft_flight(school.draft(wrong.clone())).await;
    assert_eq!(
        refusal(answer.clone()),
        (Kind::Invalid, "validation_failed".into())
    );
    assert_eq!(fields(answer), expected);
    let draft = world.drafted(&school).await;
    assert_eq!(
        fields(
            world
                .ops
                .revise_flight(school.revision(&draft, wrong.clone()))
                .await
        ),
        expected
    );
    let approved = world.approved(&school).await;
    assert_eq!(
        fields(
            world
                .ops
                .amend_flight(school.amendment(&approved, wrong))
                .await
        ),
        expected
    );
}

#[tokio::test]
async fn a_message_that_lacks_what_it_needs_names_the_field() {
    let world = World::start().await;
    let school = world.school().await;
    let entry = |change: fn(&mut FlightEntry)| {
        let mut entry = school.entry(100, 123);
        change(&mut entry);
        school.draft(entry)
    };
    let cases: [(&str, DraftFlightRequest); 6] = [
        (
            "id",
            DraftFlightRequest {
                id: "x".into(),
                ..entry(|_| ())
            },
        ),
        (
            "entry",
            DraftFlightRequest {
                entry: None,
                ..entry(|_| ())
            },
        ),
        ("flight_type", entry(|e| e.flight_type = "joyride".into())),
        ("off_block_at", entry(|e| e.off_block_at = None)),
        ("minutes", entry(|e| e.minutes = None)),
        ("aircraft_id", entry(|e| e.aircraft_id = "N740SP".into())),
    ];
    for (field, request) in cases {
        let answer = world.ops.draft_flight(request).await;
        assert_eq!(
            refusal(answer.clone()),
            (Kind::Invalid, "invalid_message".into())
        );
        assert_eq!(fields(answer), [(field.to_owned(), "invalid".to_owned())]);
    }
}

#[tokio::test]
async fn whoever_submitted_does_not_approve() {
    let world = World::start().await;
    let school = world.school().await;
    let submitted = world.submitted(&school).await;
    let own = world.ops.approve_flight(school.by_pilot(&submitted)).await;
    assert_eq!(
        refusal(own),
        (Kind::Forbidden, "approver_is_submitter".into())
    );
}

#[tokio::test]
async fn a_rejection_wants_a_reason() {
    let world = World::start().await;
    let school = world.school().await;
    let submitted = world.submitted(&school).await;
    for (reason, code) in [
        ("  ".to_owned(), "required"),
        ("x".repeat(1_001), "length"),
        ("nul\0".into(), "malformed"),
    ] {
        let answer = world
            .ops
            .reject_flight(school.rejection(&submitted, &reason))
            .await;
        assert_eq!(fields(answer), [("reason".to_owned(), code.to_owned())]);
    }
}

#[tokio::test]
async fn a_refused_command_leaves_nothing_behind() {
    let world = World::start().await;
    let school = world.school().await;
    let submitted = world.submitted(&school).await;
    world.nothing_owed().await;
    let before = state(&world, &school).await;
    let own = world.ops.approve_flight(school.by_pilot(&submitted)).await;
    let stranger = world
        .ops
        .approve_flight(school.by(&new_id(), &submitted))
        .await;
    let stale = FlightCommand {
        expected_version: Some(9),
        ..school.by_owner(&submitted)
    };
    let stale = world.ops.approve_flight(stale).await;
    assert!(own.is_err() && stranger.is_err() && stale.is_err());
    assert_eq!(state(&world, &school).await, before);
    assert_eq!(world.number("SELECT count(*) AS n FROM outbox").await, 0);
}

/// The sum of all versions, and the number of readings.
async fn state(world: &World, school: &School) -> (i64, i64) {
    let versions = format!(
        "SELECT (sum(f.version) + sum(a.version))::bigint AS n FROM flights f
         JOIN aircraft a ON a.id = f.aircraft_id WHERE f.organization_id = '{}'",
        school.id
    );
    let readings = "SELECT count(*) AS n FROM meter_readings";
    (world.number(&versions).await, world.number(readings).await)
}
