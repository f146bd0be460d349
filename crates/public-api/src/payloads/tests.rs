use domain::event::EventData;
use domain::flight::FlightStatus;

use super::samples::{approved, at, event, flight, ping};
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
