use domain::event::EventData;
use domain::flight::FlightStatus;

use super::samples::{alerts, approved, at, disabled, event, flight, ping, recovered, training};
use super::*;

const FLIGHT: &str = concat!(
    r#""flight":{"id":"00000000-0000-0000-0000-0000000000f1","status":"STATUS","version":3,"registration":"N740SP","#,
    r#""aircraft_id":"00000000-0000-0000-0000-0000000000a1","pilot_id":"00000000-0000-0000-0000-0000000000b1","#,
    r#""instructor_id":"00000000-0000-0000-0000-0000000000b2","off_block_at":"2026-05-02T18:47:00Z","#,
    r#""on_block_at":"2026-05-02T21:05:00Z","block_minutes":138,"hobbs_start":2274.3,"hobbs_end":2276.6,"#,
    r#""tach_start":1980.11,"tach_end":null,"#,
    r#""departure":{"ident":"KIOW","icao_code":"KIOW","local_code":"IOW"},"#,
    r#""arrival":{"ident":"C17","icao_code":null,"local_code":"C17"},"landings_day":3,"landings_night":0}"#,
);

fn body(event: &CatalogEvent) -> String {
    String::from_utf8(ga_body(event).unwrap()).unwrap()
}

fn expected(event_type: &str, status: &str, rest: &str) -> String {
    let flight = FLIGHT.replace("STATUS", status);
    format!(
        r#"{{"id":"evt_01HZX300000000000000000001","type":"{event_type}","api_version":"v1","occurred_at":"2026-05-28T12:03:11Z","organization_id":"00000000-0000-0000-0000-000000000001","data":{{{flight},{rest}}}}}"#
    )
}

#[test]
fn an_approval_says_what_it_posted() {
    let rest = concat!(
        r#""approved_by_id":"00000000-0000-0000-0000-0000000000b2","approved_at":"2026-05-28T12:03:11Z","#,
        r#""posted":{"meters":[{"kind":"hobbs","from":2274.3,"to":2276.6}],"invoice_id":null}"#,
    );
    assert_eq!(
        body(&approved()),
        expected("flight.approved", "approved", rest)
    );
}

#[test]
fn a_submission_says_who_and_when() {
    let mut flight = flight();
    flight.status = FlightStatus::Submitted;
    let data = EventData::FlightSubmitted {
        submitted_by: flight.entry.pilot_id,
        flight: Box::new(flight),
        submitted_at: at("2026-05-28T12:03:11.5Z"),
    };
    let rest = concat!(
        r#""submitted_by_id":"00000000-0000-0000-0000-0000000000b1","#,
        r#""submitted_at":"2026-05-28T12:03:11.500Z""#,
    );
    assert_eq!(
        body(&event(data)),
        expected("flight.submitted", "submitted", rest)
    );
}

#[test]
fn a_rejection_gives_its_reason() {
    let mut flight = flight();
    flight.status = FlightStatus::Rejected;
    let data = EventData::FlightRejected {
        rejected_by: flight.entry.pic_id,
        flight: Box::new(flight),
        rejected_at: at("2026-05-28T12:03:11Z"),
        reason: "Hobbs does not match \"tach\"".to_owned(),
    };
    let rest = concat!(
        r#""rejected_by_id":"00000000-0000-0000-0000-0000000000b2","rejected_at":"2026-05-28T12:03:11Z","#,
        r#""reason":"Hobbs does not match \"tach\"""#,
    );
    assert_eq!(
        body(&event(data)),
        expected("flight.rejected", "rejected", rest)
    );
}

#[test]
fn a_ping_names_its_endpoint() {
    assert_eq!(
        body(&ping()),
        concat!(
            r#"{"id":"evt_01HZX300000000000000000001","type":"webhook.test","api_version":"v1","#,
            r#""occurred_at":"2026-05-28T12:03:11Z","organization_id":"00000000-0000-0000-0000-000000000001","#,
            r#""data":{"message":"ping","endpoint_id":"00000000-0000-0000-0000-0000000000e1","requested_by_id":null}}"#,
        )
    );
}

#[test]
fn what_became_of_an_endpoint_is_told_with_its_times() {
    let rest = |event: &CatalogEvent| {
        let body = body(event);
        body.split_once(r#""data":"#).unwrap().1.to_owned()
    };
    assert_eq!(
        rest(&disabled()),
        concat!(
            r#"{"endpoint_id":"00000000-0000-0000-0000-0000000000e1","#,
            r#""reason":"failing: nothing has arrived since 2026-05-25T12:01:40Z","#,
            r#""failing_since":"2026-05-25T12:01:40Z","disabled_at":"2026-05-28T12:03:11Z"}}"#,
        )
    );
    assert_eq!(
        rest(&recovered()),
        concat!(
            r#"{"endpoint_id":"00000000-0000-0000-0000-0000000000e1","#,
            r#""failing_since":"2026-05-28T11:41:40Z","recovered_at":"2026-05-28T12:03:11Z"}}"#,
        )
    );
}

#[test]
fn an_alert_names_the_aircraft_and_what_fell_due() {
    assert_eq!(
        body(&alerts::upcoming()),
        concat!(
            r#"{"id":"evt_01HZX300000000000000000001","type":"maintenance.alert","api_version":"v1","#,
            r#""occurred_at":"2026-05-28T12:03:11Z","organization_id":"00000000-0000-0000-0000-000000000001","#,
            r#""data":{"alert_kind":"due_item","severity":"upcoming","#,
            r#""aircraft_id":"00000000-0000-0000-0000-0000000000a1","registration":"N740SP","#,
            r#""due_item":{"id":"00000000-0000-0000-0000-0000000000d1","title":"100-hour","#,
            r#""kind":"hundred_hour","due_date":null,"due_at_meter":1988.5,"meter_kind":"tach","#,
            r#""remaining_hours":6.47,"remaining_days":null,"remaining_cycles":null},"#,
            r#""work_order":null,"airworthiness_status":"airworthy","squawk":null}}"#,
        )
    );
}

#[test]
fn an_alert_of_a_work_order_names_it() {
    let body = body(&alerts::aog());
    let tail = concat!(
        r#""data":{"alert_kind":"work_order","severity":"grounded","#,
        r#""aircraft_id":"00000000-0000-0000-0000-0000000000a1","registration":"N740SP","#,
        r#""due_item":null,"work_order":{"id":"00000000-0000-0000-0000-0000000000c1","#,
        r#""number":"WO-2026-031","status":"open"},"airworthiness_status":"grounded","squawk":null}}"#,
    );
    assert!(body.ends_with(tail), "{body}");
}

#[test]
fn a_signoff_is_told_without_its_comment() {
    let mut event = training::recorded();
    let told = body(&event);
    let EventData::TrainingSignoffRecorded { signoff, progress } = &mut event.data else {
        panic!("a signoff")
    };
    let (expected, total) = (signoff.content.flight_id, progress.items_total);
    signoff.content.comment = Some("Call me on 555 0100.".into());
    assert_eq!(body(&event), told);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let (data, fields) = (&told["data"], told["data"]["signoff"].as_object().unwrap());
    let names: Vec<&str> = fields.keys().map(String::as_str).collect();
    let mut as_1a = vec![
        "id",
        "student_id",
        "instructor_id",
        "program_id",
        "program_revision",
        "item",
        "result",
        "grade",
        "grade_scale",
        "competencies",
        "endorsement",
        "flight_id",
        "signed_at",
        "instructor_certificate",
        "student_acknowledged_at",
        "status",
        "supersedes_id",
        "signature",
    ];
    let mut sorted = names;
    sorted.sort_unstable();
    as_1a.sort_unstable();
    assert_eq!(sorted, as_1a);
    assert_eq!(data["signoff"]["flight_id"], serde_json::json!(expected));
    assert_eq!(data["progress"]["items_total"], total);
    assert_eq!(told["type"], "training.signoff.recorded");
}

#[test]
fn a_paper_is_told_as_it_stands_that_day_and_as_it_stood_before() {
    let expected = concat!(
        r#"{"id":"evt_01HZX300000000000000000001","type":"compliance.updated","api_version":"v1","#,
        r#""occurred_at":"2026-05-28T12:03:11Z","organization_id":"00000000-0000-0000-0000-000000000001","#,
        r#""data":{"change":"updated","record":{"id":"00000000-0000-0000-0000-0000000000e1","#,
        r#""subject":{"type":"pilot","id":"00000000-0000-0000-0000-0000000000b1"},"type":"medical","#,
        r#""title":"Third-class medical","authority":"FAA","reference":"MC-204418","#,
        r#""issued_on":"2024-06-20","valid_from":"2024-06-20","valid_until":"2026-06-20","#,
        r#""status":"expiring","warn_days":30,"days_remaining":23,"#,
        r#""verified_by_id":"00000000-0000-0000-0000-0000000000b2","verified_at":"2026-05-28T12:03:11Z","#,
        r#""blocks_booking":true,"document_present":true,"external_reference":"med-204418","#,
        r#""created_at":"2026-05-27T16:40:02Z","updated_at":"2026-05-28T12:03:11Z"},"#,
        r#""previous_status":"pending_review"}}"#,
    );
    assert_eq!(body(&samples::compliance::updated()), expected);
}
