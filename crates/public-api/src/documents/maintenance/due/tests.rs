use super::*;
use crate::payloads::samples::aircraft;
use crate::payloads::samples::maintenance::{annual, due, due_items, hundred_hour, standing};

const SUMMARY: &str = concat!(
    r#""id":"00000000-0000-0000-0000-0000000000a1","#,
    r#""aircraft_id":"00000000-0000-0000-0000-0000000000a1","registration":"N740SP","#,
    r#""overdue":0,"upcoming":1,"ok":1,"worst_status":"upcoming","#,
    r#""next_due":{"item_id":"00000000-0000-0000-0000-0000000000d1","title":"100-hour","#,
    r#""due_date":null,"due_at_meter":1988.5,"meter_kind":"tach","remaining_hours":6.47,"#,
    r#""remaining_days":null,"remaining_cycles":null},"as_of":"2026-05-28T07:00:00Z","#,
    r#""external_reference":null,"created_at":"2026-01-01T00:00:00Z","#,
    r#""updated_at":"2026-05-02T21:05:00Z""#,
);

#[test]
fn a_document_is_what_the_contract_says() {
    let (aircraft, items) = (aircraft(), [annual(), hundred_hour()]);
    let json = serde_json::to_string(&due(&aircraft, &items)).unwrap();
    assert_eq!(json, format!("{{{SUMMARY}}}"));
}

#[test]
fn an_aircraft_on_which_nothing_is_due_is_ok() {
    let aircraft = aircraft();
    let document = serde_json::to_value(due(&aircraft, &[])).unwrap();
    assert_eq!(document["worst_status"], "ok");
    assert_eq!(document["next_due"], serde_json::Value::Null);
}

#[test]
fn the_detail_adds_each_item() {
    let (aircraft, items) = (aircraft(), due_items());
    let standing = standing(&aircraft, &items);
    let detail = MaintenanceDueDetail {
        summary: due(&aircraft, &items),
        items: standing.into_iter().map(Into::into).collect(),
    };
    let first = concat!(
        r#"{"id":"00000000-0000-0000-0000-0000000000d1","title":"100-hour","kind":"hundred_hour","#,
        r#""reference":null,"status":"upcoming","interval_hours":100,"interval_days":null,"#,
        r#""interval_months":null,"interval_cycles":null,"tolerance_hours":10,"#,
        r#""last_done_date":"2026-03-14","last_done_meter":1888.5,"last_done_cycles":null,"#,
        r#""due_date":null,"due_at_meter":1988.5,"due_at_cycles":null,"remaining_hours":6.47,"#,
        r#""remaining_days":null,"remaining_cycles":null,"meter_kind":"tach","recurring":true,"#,
        r#""prevents_dispatch":true,"external_reference":null,"created_at":"2026-01-09T16:00:00Z","#,
        r#""updated_at":"2026-03-14T18:20:00Z"}"#,
    );
    let second = concat!(
        r#"{"id":"00000000-0000-0000-0000-0000000000d2","title":"Annual inspection","kind":"annual","#,
        r#""reference":"14 CFR 91.409(a)","status":"ok","interval_hours":null,"interval_days":null,"#,
        r#""interval_months":12,"interval_cycles":null,"tolerance_hours":null,"#,
        r#""last_done_date":"2026-01-09","last_done_meter":null,"last_done_cycles":null,"#,
        r#""due_date":"2027-01-31","due_at_meter":null,"due_at_cycles":null,"remaining_hours":null,"#,
        r#""remaining_days":248,"remaining_cycles":null,"meter_kind":"tach","recurring":true,"#,
        r#""prevents_dispatch":true,"external_reference":"camp-7","created_at":"2026-01-09T16:00:00Z","#,
        r#""updated_at":"2026-03-14T18:20:00Z"}"#,
    );
    assert_eq!(
        serde_json::to_string(&detail).unwrap(),
        format!(r#"{{{SUMMARY},"items":[{first},{second}]}}"#)
    );
}
