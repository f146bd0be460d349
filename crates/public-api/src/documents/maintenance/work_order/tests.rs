use super::*;
use crate::payloads::samples::maintenance::work_order;

#[test]
fn a_document_is_what_the_contract_says() {
    let json = serde_json::to_string(&WorkOrderDocument::from(&work_order())).unwrap();
    assert_eq!(
        json,
        concat!(
            r#"{"id":"00000000-0000-0000-0000-0000000000c1","number":"WO-2026-031","#,
            r#""aircraft_id":"00000000-0000-0000-0000-0000000000a1","title":"100-hour and left brake","#,
            r#""kind":"scheduled","status":"released","priority":"normal","#,
            r#""opened_at":"2026-03-12T15:00:00Z","due_on":"2026-03-15","#,
            r#""started_at":"2026-03-13T14:30:00Z","completed_at":"2026-03-14T17:45:00Z","#,
            r#""meter_at_open":{"kind":"tach","value":1888.5},"assigned_to":"Robin Wright","#,
            r#""shop_name":null,"squawk_ids":["00000000-0000-0000-0000-000000000051"],"#,
            r#""due_item_ids":["00000000-0000-0000-0000-0000000000d1"],"#,
            r#""tasks":[{"description":"Left main brake: pads replaced","ata_chapter":"32","#,
            r#""status":"done","labor_minutes":90}],"#,
            r#""parts":[{"part_number":"66-106","serial_number":null,"quantity":2}],"#,
            r#""cost_minor":184250,"currency":"USD","#,
            r#""return_to_service":{"signed_by":"Robin Wright","certificate_number":"3141592","#,
            r#""certificate_type":"a_and_p","#,
            r#""statement":"Inspected in accordance with a 100-hour inspection and found airworthy.","#,
            r#""signed_at":"2026-03-14T18:20:00Z"},"external_reference":null,"#,
            r#""created_at":"2026-03-12T15:00:00Z","updated_at":"2026-03-14T18:20:00Z"}"#,
        )
    );
}

#[test]
fn what_has_not_happened_is_null() {
    let mut order = work_order();
    order.return_to_service = None;
    order.started_at = None;
    let document = serde_json::to_value(WorkOrderDocument::from(&order)).unwrap();
    assert_eq!(document["return_to_service"], serde_json::Value::Null);
    assert_eq!(document["started_at"], serde_json::Value::Null);
}
