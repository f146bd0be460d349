//! Each event of the catalog that this service makes happen, as its consumers read it.

use chrono::TimeDelta;
use domain::event::{CatalogEvent, EventData, EventType};
use domain::flight::{FlightStatus, PostedMeter};
use domain::meter::{Meter, MeterKind};
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Instrument;
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt;

use crate::world::World;

fn is_about(event: &CatalogEvent, organization: &str, event_type: EventType, world: &World) {
    assert_eq!(event.organization_id.to_string(), organization);
    assert_eq!(
        (event.data.event_type(), event.occurred_at),
        (event_type, world.now())
    );
    assert!(event.location_id.is_some());
}

#[tokio::test]
async fn a_submission_is_told() {
    let world = World::start().await;
    let school = world.school().await;
    world.pass(TimeDelta::seconds(90));
    let submitted = world.submitted(&school).await;
    let (delivery, event) = world.hearing.event("flight.submitted", &submitted.id).await;
    assert_eq!(delivery.message_id, event.id.to_string());
    is_about(&event, &school.id, EventType::FlightSubmitted, &world);
    let EventData::FlightSubmitted {
        flight,
        submitted_by,
        submitted_at,
    } = event.data
    else {
        panic!("submitted")
    };
    assert_eq!(
        (submitted_by.to_string(), submitted_at),
        (school.pilot, world.now())
    );
    assert_eq!(contracts::v1::Flight::from(&*flight), submitted);
}

#[tokio::test]
async fn an_approval_is_told_with_what_it_posted() {
    let world = World::start().await;
    let school = world.school().await;
    let approved = world.approved(&school).await;
    let (_, event) = world.hearing.event("flight.approved", &approved.id).await;
    is_about(&event, &school.id, EventType::FlightApproved, &world);
    let EventData::FlightApproved {
        flight,
        approved_by,
        approved_at,
        posted,
    } = event.data
    else {
        panic!("approved")
    };
    assert_eq!(
        (approved_by.to_string(), approved_at),
        (school.owner, world.now())
    );
    assert_eq!(
        posted,
        [PostedMeter {
            kind: MeterKind::Hobbs,
            from: Meter(100),
            to: Meter(123)
        }]
    );
    assert_eq!((flight.status, flight.version), (FlightStatus::Approved, 3));
    assert_eq!(contracts::v1::Flight::from(&*flight), approved);
}

#[tokio::test]
async fn a_rejection_is_told_with_its_reason() {
    let world = World::start().await;
    let school = world.school().await;
    let submitted = world.submitted(&school).await;
    world
        .ops
        .reject_flight(school.rejection(&submitted, "tach missing"))
        .await
        .unwrap();
    let (_, event) = world.hearing.event("flight.rejected", &submitted.id).await;
    is_about(&event, &school.id, EventType::FlightRejected, &world);
    let EventData::FlightRejected {
        flight,
        rejected_by,
        rejected_at,
        reason,
    } = event.data
    else {
        panic!("rejected")
    };
    assert_eq!(
        (rejected_by.to_string(), rejected_at),
        (school.owner, world.now())
    );
    assert_eq!(
        (reason.as_str(), flight.status),
        ("tach missing", FlightStatus::Rejected)
    );
}

#[tokio::test]
async fn drafts_revisions_and_withdrawals_are_no_events() {
    let world = World::start().await;
    let school = world.school().await;
    let draft = world.drafted(&school).await;
    let revised = world
        .ops
        .revise_flight(school.revision(&draft, school.entry(100, 124)))
        .await
        .unwrap()
        .flight
        .unwrap();
    let submitted = world
        .ops
        .submit_flight(school.by_pilot(&revised))
        .await
        .unwrap()
        .flight
        .unwrap();
    world
        .ops
        .withdraw_flight(school.by_pilot(&submitted))
        .await
        .unwrap();
    let last = world.submitted(&school).await;
    world.hearing.event("flight.submitted", &last.id).await;
    let types: Vec<_> = world
        .hearing
        .events()
        .iter()
        .map(|event| event.data.event_type())
        .collect();
    assert_eq!(
        types,
        [EventType::FlightSubmitted, EventType::FlightSubmitted]
    );
    // The read side hears of every version all the same.
    for version in 1..=4 {
        world
            .hearing
            .record(&format!("flight:{}:{version}", draft.id))
            .await;
    }
}

#[tokio::test]
async fn event_ids_follow_the_time() {
    let world = World::start().await;
    let school = world.school().await;
    let mut flights = Vec::new();
    for _ in 0..3 {
        world.pass(TimeDelta::milliseconds(2));
        flights.push(world.submitted(&school).await.id);
    }
    let mut ids = Vec::new();
    for flight in &flights {
        ids.push(world.hearing.event("flight.submitted", flight).await.1.id);
    }
    assert!(ids.is_sorted(), "{ids:?}");
}

#[tokio::test]
async fn one_trace_runs_from_the_request_to_every_message() {
    // Everything of a test runs on its own thread.
    let provider = SdkTracerProvider::builder().build();
    let traces = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let _guard = tracing::subscriber::set_default(Registry::default().with(traces));
    let world = World::start().await;
    let school = world.school().await;
    let draft = world.drafted(&school).await;

    let span = tracing::info_span!("partner");
    service_kit::traceparent::continue_from(
        &span,
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    );
    world
        .ops
        .submit_flight(school.by_pilot(&draft))
        .instrument(span)
        .await
        .unwrap();
    let (event, _) = world.hearing.event("flight.submitted", &draft.id).await;
    let (record, _) = world
        .hearing
        .record(&format!("flight:{}:2", draft.id))
        .await;
    for delivery in [event, record] {
        let parent = delivery.traceparent.expect("a trace");
        assert!(
            parent.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"),
            "{parent}"
        );
    }
}
