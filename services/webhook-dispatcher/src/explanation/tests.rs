use chrono::TimeDelta;
use serde_json::json;

use super::*;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

fn endpoint(status: &str) -> EndpointRow {
    EndpointRow {
        id: Uuid::from_u128(7),
        url: "https://partner.example/".to_owned(),
        status: status.to_owned(),
        disabled_reason: (status == "disabled").then(|| "gone".to_owned()),
        health: health::HEALTHY.to_owned(),
        rate_requests: None,
        created_at: at(0),
    }
}

fn delivery(status: &str, last_error: Option<&str>) -> DeliveryRow {
    DeliveryRow {
        id: Uuid::from_u128(1),
        event_id: "evt_1".to_owned(),
        event_type: "flight.approved".to_owned(),
        endpoint_id: Uuid::from_u128(7),
        sequence: 1,
        replay: 0,
        status: status.to_owned(),
        attempt_count: 1,
        next_attempt_at: None,
        last_status_code: None,
        last_error: last_error.map(str::to_owned),
        created_at: at(10),
        completed_at: None,
    }
}

/// Fanned out ten seconds after the endpoint was made.
fn held(passed_over: serde_json::Value) -> Held {
    let row = HeldRow {
        event_type: "flight.approved".to_owned(),
        occurred_at: at(9),
        created_at: at(10),
        passed_over,
    };
    Held::new(&row, HashSet::new(), at(20))
}

fn told(
    endpoint: EndpointRow,
    held: &Held,
    delivery: Option<DeliveryRow>,
) -> (&'static str, Option<String>) {
    let explanation = explain(endpoint, held, delivery);
    (explanation.verdict.as_str(), explanation.reason)
}

#[test]
fn what_was_owed_is_told_by_its_delivery_and_the_endpoint_as_it_is() {
    let held = held(json!({}));
    for (status, delivered, error, verdict, reason) in [
        ("enabled", "succeeded", None, "delivered", None),
        ("deleted", "succeeded", None, "delivered", None),
        ("enabled", "pending", None, "pending", None),
        (
            "enabled",
            "pending",
            Some("timeout"),
            "pending",
            Some("timeout"),
        ),
        ("paused", "pending", Some("timeout"), "paused", None),
        (
            "disabled",
            "pending",
            None,
            "endpoint_disabled",
            Some("gone"),
        ),
        ("deleted", "pending", None, "endpoint_deleted", None),
        (
            "enabled",
            "failed",
            Some("status"),
            "failed",
            Some("status"),
        ),
        (
            "deleted",
            "failed",
            Some("endpoint_deleted"),
            "failed",
            Some("endpoint_deleted"),
        ),
        ("enabled", "failed", Some("expired"), "expired", None),
    ] {
        let delivery = Some(delivery(delivered, error));
        let expected = (verdict, reason.map(str::to_owned));
        assert_eq!(
            told(endpoint(status), &held, delivery),
            expected,
            "{status} {delivered}"
        );
    }
}

#[test]
fn of_what_is_owed_it_is_told_what_it_waits_for() {
    let told = |endpoint: &EndpointRow, held: &Held, due: i64| {
        let delivery = DeliveryRow {
            next_attempt_at: Some(at(due)),
            ..delivery("pending", Some("timeout"))
        };
        told(endpoint.clone(), held, Some(delivery)).1.unwrap()
    };
    let limited = EndpointRow {
        rate_requests: Some(1),
        ..endpoint("enabled")
    };
    let mut held = held(json!({}));
    assert_eq!(told(&endpoint("enabled"), &held, 20), "timeout");
    assert_eq!(told(&limited, &held, 20), "rate_limit");
    assert_eq!(told(&limited, &held, 21), "timeout");
    held.in_line = HashSet::from([Uuid::from_u128(1)]);
    assert_eq!(told(&limited, &held, 20), "in_order");
    let failing = EndpointRow {
        health: "failing".to_owned(),
        ..limited
    };
    assert_eq!(told(&failing, &held, 20), "endpoint_failing");
}

#[test]
fn what_was_never_owed_is_told_by_what_was_decided_then() {
    let own = Uuid::from_u128(7).to_string();
    for (stored, verdict, reason) in [
        ("type", "filtered", Some("type")),
        ("location", "filtered", Some("location")),
        ("other_endpoint", "filtered", Some("other_endpoint")),
        ("disabled", "endpoint_disabled", None),
        ("a later version's", "not_there_yet", None),
    ] {
        let held = held(json!({ own.clone(): stored, "no uuid": "type" }));
        let expected = (verdict, reason.map(str::to_owned));
        assert_eq!(told(endpoint("enabled"), &held, None), expected);
    }
    let nothing = held(json!({}));
    assert_eq!(
        told(endpoint("deleted"), &nothing, None),
        ("endpoint_deleted", None)
    );
    let later = EndpointRow {
        created_at: at(11),
        ..endpoint("deleted")
    };
    assert_eq!(told(later, &nothing, None), ("not_there_yet", None));
    assert_eq!(
        told(endpoint("enabled"), &nothing, None),
        ("not_there_yet", None)
    );
}
