use std::collections::HashSet;

use super::{Column, is_left_alone, key};

#[test]
fn spellings_are_compared_by_letters_and_digits() {
    let cases = [
        ("NVG Ops", Column::NvgOps),
        ("NVGOps", Column::NvgOps),
        ("equipType", Column::EquipType),
        ("equipType (FAA)", Column::EquipType),
        ("EquipmentType", Column::EquipType),
        ("Category / Class", Column::Class),
        ("aircraftClass (FAA)", Column::Class),
        ("Flight Review (FAA)", Column::FlightReview),
        ("FlightReview", Column::FlightReview),
        ("FAA 61.58 (FAA)", Column::Far6158),
        ("FAA6158", Column::Far6158),
        (" totaltime ", Column::TotalTime),
        ("Approach6", Column::Approach),
        ("Person12", Column::Person),
    ];
    for (name, column) in cases {
        assert_eq!(Column::named(name), Some(column), "{name}");
    }
    for name in [
        "",
        "Colour",
        "[Text]Person1",
        "Initial Check (EASA)",
        "PIC2",
    ] {
        assert_eq!(Column::named(name), None, "{name}");
    }
    assert!(is_left_alone("multiPilot (EASA)") && !is_left_alone("multiPilot"));
}

#[test]
fn no_name_stands_for_two_columns() {
    let names = Column::ALL.iter().flat_map(|column| column.names());
    let keys: Vec<String> = names.map(|name| key(name)).collect();
    let different: HashSet<&String> = keys.iter().collect();
    assert_eq!(different.len(), keys.len());
}
