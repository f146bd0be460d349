//! What the `data` of each type holds.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use system_tests::Api;

use crate::day::Day;
use crate::delivered::{Delivered, keys};

/// The members of `data` and of what is in it, by type and JSON pointer.
const MEMBERS: &[(&str, &str, &str)] = &[
    (
        "flight.submitted",
        "",
        "flight submitted_by_id submitted_at",
    ),
    ("flight.submitted", "/flight", FLIGHT),
    (
        "flight.approved",
        "",
        "flight approved_by_id approved_at posted",
    ),
    ("flight.approved", "/flight", FLIGHT),
    ("flight.approved", "/posted", "meters invoice_id"),
    ("flight.approved", "/posted/meters/0", "kind from to"),
    (
        "flight.rejected",
        "",
        "flight rejected_by_id rejected_at reason",
    ),
    ("flight.rejected", "/flight", FLIGHT),
    (
        "maintenance.alert",
        "",
        "alert_kind severity aircraft_id registration due_item work_order airworthiness_status squawk",
    ),
    (
        "maintenance.alert",
        "/due_item",
        "id title kind due_date due_at_meter meter_kind remaining_hours remaining_days remaining_cycles",
    ),
    ("compliance.updated", "", "change record previous_status"),
    ("training.signoff.recorded", "", "signoff progress"),
    (
        "training.signoff.recorded",
        "/progress",
        "percent_complete items_completed items_total",
    ),
    ("webhook.test", "", "message endpoint_id requested_by_id"),
];

const FLIGHT: &str = "id status version registration aircraft_id pilot_id instructor_id \
    off_block_at on_block_at block_minutes hobbs_start hobbs_end tach_start tach_end departure \
    arrival landings_day landings_night";

/// The members are those of the contract, and there is no contact of a person in it.
pub fn has_the_members(delivered: &Delivered) {
    let event_type = delivered.event_type();
    let rows = MEMBERS.iter().filter(|row| row.0 == event_type);
    assert!(rows.clone().count() > 0, "{event_type}");
    for (_, pointer, members) in rows {
        let part = delivered.data().pointer(pointer);
        let part = part.unwrap_or_else(|| panic!("{event_type} has no {pointer}"));
        let expected: BTreeSet<&str> = members.split_whitespace().collect();
        assert_eq!(keys(part), expected, "{event_type} {pointer}");
    }
    let text = String::from_utf8_lossy(&delivered.raw);
    for private in ["jane", "Jane", "school.example", "trims too late"] {
        assert!(!text.contains(private), "{private} in {text}");
    }
}

/// What it says of that day.
pub async fn tells_of(delivered: &Delivered, day: &Day, api: &Api) {
    let data = delivered.data();
    match delivered.event_type() {
        "flight.submitted" => {
            assert_eq!(data["flight"]["status"], "submitted");
        }
        "flight.approved" => {
            let flight = &data["flight"];
            assert_eq!(
                (&flight["id"], &flight["status"]),
                (&json!(day.approved), &json!("approved"))
            );
            assert_eq!(flight["aircraft_id"], day.aircraft);
            let posted = json!([{"kind": "hobbs", "from": 1.0, "to": 1.45}]);
            assert_eq!(numbers(&data["posted"]["meters"]), numbers(&posted));
        }
        "flight.rejected" => {
            let flight = &data["flight"];
            assert_eq!(
                (&flight["id"], &flight["status"]),
                (&json!(day.rejected), &json!("rejected"))
            );
            assert_eq!(data["reason"], "Hobbs does not match");
        }
        "maintenance.alert" => {
            let item = &data["due_item"];
            let told = [
                &data["alert_kind"],
                &data["severity"],
                &data["registration"],
            ];
            assert_eq!(told, ["due_item", "upcoming", "N740SP"]);
            assert_eq!(data["airworthiness_status"], "airworthy");
            assert_eq!(item["id"], day.item);
            assert_eq!(item["remaining_hours"].as_f64(), Some(0.05));
            assert_eq!(item["due_at_meter"].as_f64(), Some(1.5));
            assert_eq!(
                (&data["work_order"], &data["squawk"]),
                (&Value::Null, &Value::Null)
            );
        }
        "compliance.updated" => {
            let record = shown(api, "/compliance", &day.paper).await;
            assert_eq!(data["record"], record);
            assert_eq!(
                (&data["change"], &data["previous_status"]),
                (&json!("created"), &Value::Null)
            );
        }
        "training.signoff.recorded" => tells_of_signoff(data, day, api).await,
        "webhook.test" => {
            assert!(
                data["message"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty())
            );
            assert_eq!(data["endpoint_id"], day.endpoint);
        }
        other => panic!("{other}"),
    }
}

async fn tells_of_signoff(data: &Value, day: &Day, api: &Api) {
    let signoff = shown(api, "/training/signoffs", &day.signoff).await;
    let told = &data["signoff"];
    for member in keys(told) {
        assert_eq!(told[member], signoff[member], "{member}");
    }
    let untold: Vec<_> = keys(&signoff).difference(&keys(told)).copied().collect();
    let ours = ["comment", "created_at", "external_reference", "updated_at"];
    assert_eq!(untold, ours);
    let progress = json!({"percent_complete": 50, "items_completed": 1, "items_total": 2});
    assert_eq!(data["progress"], progress);
}

/// Two decimals as they are written, or a JSON number: the same.
fn numbers(meters: &Value) -> Vec<(String, Option<f64>, Option<f64>)> {
    let meters = meters.as_array().expect("meters").iter();
    let read = meters.map(|m| (m["kind"].to_string(), m["from"].as_f64(), m["to"].as_f64()));
    read.collect()
}

/// The document that the API shows.
async fn shown(api: &Api, path: &str, id: &str) -> Value {
    api.get(&format!("{path}/{id}")).await.json()["data"].clone()
}
