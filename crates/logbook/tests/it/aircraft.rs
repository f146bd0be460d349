//! Rows of the aircraft table.

use logbook::{Category, Class, EngineType, EquipType, LogbookAircraft, RowContent, Warning};

use crate::{codes, rows};

fn aircraft(columns: &str, values: &str) -> (LogbookAircraft, Vec<Warning>) {
    let file = format!("Aircraft Table\n{columns}\n{values}\nFlights Table\nDate,PIC\n");
    let mut rows = rows(file);
    assert_eq!(rows.len(), 1);
    let row = rows.remove(0);
    match row.content {
        RowContent::Aircraft(aircraft) => (aircraft, row.warnings),
        other => panic!("no aircraft: {other:?}, {:?}", row.warnings),
    }
}

#[test]
fn a_full_row_of_today() {
    let columns = "AircraftID,TypeCode,Year,Make,Model,GearType,EngineType,equipType (FAA),aircraftClass (FAA),\
                   complexAircraft (FAA),taa (FAA),highPerformance (FAA),pressurized (FAA)";
    let values = "N54OA,T6,1944,North American,T-6G,retractable_tailwheel,Radial,aircraft,airplane_single_engine_land,TRUE,,TRUE,";
    let (aircraft, warnings) = aircraft(columns, values);
    assert_eq!(warnings, []);
    let expected = LogbookAircraft {
        aircraft_id: "N54OA".into(),
        type_code: Some("T6".into()),
        year: Some(1944),
        make: Some("North American".into()),
        model: Some("T-6G".into()),
        gear_type: Some("retractable_tailwheel".into()),
        engine_type: Some(EngineType::Piston),
        equip_type: EquipType::Aircraft,
        category: Some(Category::Airplane),
        class: Some(Class::Asel),
        complex: true,
        high_performance: true,
        taa: false,
        pressurized: false,
    };
    assert_eq!(aircraft, expected);
}

#[test]
fn codes_of_older_exports() {
    let columns = "AircraftID,EquipmentType,Category,Class,GearType,EngineType,Complex,TAA";
    let (seaplane, warnings) = aircraft(columns, "N55OA,,Airplane,AMES,AM,Turboshaft,x,0");
    assert_eq!(warnings, []);
    assert_eq!(
        (seaplane.category, seaplane.class),
        (Some(Category::Airplane), Some(Class::Ames))
    );
    assert_eq!(seaplane.gear_type.as_deref(), Some("amphibian"));
    assert_eq!(seaplane.engine_type, Some(EngineType::Turboprop));
    assert!(seaplane.complex && !seaplane.taa);
}

#[test]
fn a_row_with_nothing_but_an_id_is_kept() {
    let (bare, warnings) = aircraft("AircraftID,TypeCode,Year", "N56OA,,");
    assert_eq!(
        (bare.aircraft_id.as_str(), bare.type_code, bare.equip_type),
        ("N56OA", None, EquipType::Aircraft)
    );
    assert_eq!(warnings, []);
}

#[test]
fn kinds_of_aircraft_and_devices() {
    let cases = [
        (
            "rotorcraft_helicopter,aircraft",
            Some(Category::Rotorcraft),
            Some(Class::Helicopter),
            EquipType::Aircraft,
        ),
        ("glider,", Some(Category::Glider), None, EquipType::Aircraft),
        ("FTD,", Some(Category::Simulator), None, EquipType::Ftd),
        (
            "airplane_single_engine_land,AATD",
            Some(Category::Simulator),
            Some(Class::Asel),
            EquipType::Aatd,
        ),
        (
            "SEP(land),",
            Some(Category::Airplane),
            Some(Class::Sep),
            EquipType::Aircraft,
        ),
    ];
    for (values, category, class, equip_type) in cases {
        let (aircraft, warnings) = aircraft(
            "AircraftID,Category/Class,equipType",
            &format!("X,{values}"),
        );
        assert_eq!(
            (aircraft.category, aircraft.class, aircraft.equip_type),
            (category, class, equip_type)
        );
        assert_eq!(warnings, []);
    }
}

#[test]
fn unknown_words_are_dropped_and_named() {
    let columns = "AircraftID,Year,EngineType,equipType,aircraftClass,taa";
    let (odd, warnings) = aircraft(
        columns,
        "N57OA,'78,Steam,kite,lighter_than_air_balloon,maybe",
    );
    let expected = [
        "equipType unknown_value",
        "aircraftClass unknown_value",
        "Year unreadable_value",
        "EngineType unknown_value",
        "taa unreadable_value",
    ];
    assert_eq!(codes(&warnings), expected);
    assert_eq!(warnings[3].value.as_deref(), Some("Steam"));
    assert_eq!(
        (odd.engine_type, odd.category, odd.class),
        (None, None, None)
    );
    let (glider, warnings) = aircraft("AircraftID,EngineType", "N58OA,Non-Powered");
    assert_eq!((glider.engine_type, warnings), (None, vec![]));
}

#[test]
fn rows_without_an_id_and_repeated_ones() {
    let rows =
        rows("Aircraft Table\nAircraftID,Make\n,Cessna\nN51OA,\nN51OA,\nFlights Table\nDate,PIC\n");
    assert_eq!(rows[0].content, RowContent::Refused);
    assert_eq!(codes(&rows[0].warnings), ["AircraftID no_aircraft_id"]);
    assert_eq!(codes(&rows[2].warnings), ["repeated_aircraft"]);
    assert!(matches!(rows[2].content, RowContent::Aircraft(_)));
}
