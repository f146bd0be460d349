use super::*;
use crate::payloads::samples;

#[test]
fn a_document_is_what_the_contract_says() {
    let flight = samples::flight();
    let document = FlightDocument::new(&flight, samples::flight_links());
    let json = serde_json::to_string(&document).unwrap();
    assert_eq!(
        json,
        concat!(
            r#"{"id":"00000000-0000-0000-0000-0000000000f1","status":"approved","flight_type":"dual","#,
            r#""flight_rules":"vfr","aircraft_id":"00000000-0000-0000-0000-0000000000a1","registration":"N740SP","#,
            r#""aircraft_type":"C172","pilot_id":"00000000-0000-0000-0000-0000000000b1","#,
            r#""instructor_id":"00000000-0000-0000-0000-0000000000b2","#,
            r#""pic_id":"00000000-0000-0000-0000-0000000000b2","#,
            r#""departure":{"ident":"KIOW","icao_code":"KIOW","local_code":"IOW"},"#,
            r#""arrival":{"ident":"C17","icao_code":null,"local_code":"C17"},"route":"KIOW C17","#,
            r#""off_block_at":"2026-05-02T18:47:00Z","takeoff_at":null,"landing_at":null,"#,
            r#""on_block_at":"2026-05-02T21:05:00Z","times_recorded":true,"#,
            r#""hobbs_start":2274.3,"hobbs_end":2276.6,"tach_start":1980.11,"tach_end":null,"#,
            r#""meters":[{"kind":"hobbs","start":2274.3,"end":2276.6},{"kind":"tach","start":1980.11,"end":null}],"#,
            r#""block_minutes":138,"airborne_minutes":null,"pic_minutes":0,"sic_minutes":0,"picus_minutes":0,"#,
            r#""dual_received_minutes":138,"dual_given_minutes":0,"solo_minutes":0,"night_minutes":0,"#,
            r#""actual_instrument_minutes":0,"simulated_instrument_minutes":24,"ifr_minutes":0,"#,
            r#""cross_country_minutes":0,"multi_pilot_minutes":0,"simulator_minutes":0,"#,
            r#""landings_day":3,"landings_night":0,"touch_and_goes":2,"takeoffs_day":null,"takeoffs_night":null,"#,
            r#""approaches":[{"kind":"RNAV (GPS)","runway":"25","airport":"KIOW","count":1}],"holds":null,"#,
            r#""fuel_added":{"quantity":12.5,"unit":"usg"},"oil_added":0.5,"persons_on_board":2,"remarks":null,"#,
            r#""submitted_at":"2026-05-02T21:30:00Z","submitted_by_id":"00000000-0000-0000-0000-0000000000b1","#,
            r#""approved_at":"2026-05-28T12:03:11Z","approved_by_id":"00000000-0000-0000-0000-0000000000b2","#,
            r#""rejected_at":null,"rejected_by_id":null,"rejection_reason":null,"#,
            r#""planning_session_id":"00000000-0000-0000-0000-0000000005e1","#,
            r#""invoice_id":"00000000-0000-0000-0000-0000000001e1","replaces_id":null,"version":3,"external_reference":null,"#,
            r#""created_at":"2026-05-02T21:10:00Z","updated_at":"2026-05-28T12:03:11Z"}"#,
        )
    );
}

#[test]
fn a_flight_without_meters_has_them_as_null() {
    let mut flight = samples::flight();
    flight.entry.meters.clear();
    let document =
        serde_json::to_value(FlightDocument::new(&flight, FlightLinks::default())).unwrap();
    assert_eq!(document["hobbs_start"], serde_json::Value::Null);
    assert_eq!(document["meters"], serde_json::json!([]));
}
