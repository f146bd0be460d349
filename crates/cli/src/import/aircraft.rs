//! A row of a logbook's aircraft table, as the school's record has it.

use contracts::v1;
use domain::aircraft::AircraftClass;
use logbook::{Class, LogbookAircraft};

use super::notes::Note;
use super::texts::{fitted, fitted_optional};

/// Bytes of a name of a maker or a model; the record holds as many characters.
const LONGEST_NAME: usize = 200;
const LONGEST_GEAR: usize = 50;
const LONGEST_TYPE: usize = 20;

/// The aircraft, without ids: it is known by its registration. What is empty here gets its usual
/// value from flight-ops.
pub fn of(
    aircraft: &LogbookAircraft,
    registration: String,
    line: u64,
    notes: &mut Vec<Note>,
) -> v1::Aircraft {
    let class = aircraft
        .class
        .and_then(|class| known_class(class, line, notes));
    let mut text =
        |text: Option<&str>, longest, column| fitted_optional(text, longest, line, column, notes);
    v1::Aircraft {
        registration,
        make: text(aircraft.make.as_deref(), LONGEST_NAME, "Make").unwrap_or_default(),
        model: text(aircraft.model.as_deref(), LONGEST_NAME, "Model").unwrap_or_default(),
        gear_type: text(aircraft.gear_type.as_deref(), LONGEST_GEAR, "GearType"),
        icao_type: type_code(aircraft, line, notes),
        year: aircraft.year.map(i32::from),
        category: aircraft
            .category
            .map(|category| category.as_str().to_owned())
            .unwrap_or_default(),
        class,
        engine_type: aircraft
            .engine_type
            .map(|engine| engine.as_str().to_owned()),
        engine_count: if aircraft.class.is_some_and(has_two_engines) {
            2
        } else {
            1
        },
        complex: aircraft.complex,
        high_performance: aircraft.high_performance,
        taa: aircraft.taa,
        pressurized: aircraft.pressurized,
        ..Default::default()
    }
}

/// The type designator, which flights in the aircraft bear too.
pub fn type_code(aircraft: &LogbookAircraft, line: u64, notes: &mut Vec<Note>) -> Option<String> {
    let code = fitted(
        aircraft.type_code.as_deref()?,
        LONGEST_TYPE,
        line,
        "TypeCode",
        notes,
    );
    Some(code).filter(|code| !code.is_empty())
}

fn known_class(class: Class, line: u64, notes: &mut Vec<Note>) -> Option<String> {
    if class.as_str().parse::<AircraftClass>().is_err() {
        let reason = format!(
            "is {}, a class the record does not tell apart; it was dropped",
            class.as_str()
        );
        notes.push(Note::new(line, "aircraftClass", "class_unknown", reason));
        return None;
    }
    Some(class.as_str().to_owned())
}

/// At least two, as far as the class tells.
fn has_two_engines(class: Class) -> bool {
    matches!(class, Class::Amel | Class::Ames | Class::Mep)
}
