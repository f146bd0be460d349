//! Rows of the aircraft table.

use crate::cells::Cells;
use crate::column::Column;
use crate::value::{self, Bad};
use crate::vocabulary::{Category, Class, EngineType, EquipType};
use crate::warning::WarningCode;

/// A row of the aircraft table. Nothing but the id is sure to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogbookAircraft {
    /// The registration, or the name of a training device, as the file has it.
    pub aircraft_id: String,
    /// The ICAO type designator (Doc 8643) such as `C172`.
    pub type_code: Option<String>,
    /// The year it was built.
    pub year: Option<u16>,
    /// The manufacturer.
    pub make: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The landing gear in ForeFlight's words, such as `fixed_tricycle`.
    pub gear_type: Option<String>,
    /// The kind of engine; `None` for a glider, too.
    pub engine_type: Option<EngineType>,
    /// Aircraft or training device. An aircraft where the file says nothing.
    pub equip_type: EquipType,
    /// The category; `None` for those we do not tell apart, such as balloons.
    pub category: Option<Category>,
    /// The class. A training device has that of the aircraft it stands for.
    pub class: Option<Class>,
    /// Retractable gear, flaps and a controllable propeller.
    pub complex: bool,
    /// More than 200 hp.
    pub high_performance: bool,
    /// Technically advanced.
    pub taa: bool,
    /// With a pressurised cabin.
    pub pressurized: bool,
}

impl LogbookAircraft {
    /// Reads a row; `None` with a warning where it has no id.
    pub(crate) fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let Some(aircraft_id) = cells.ident(Column::AircraftId) else {
            let reason = "the row has no aircraft id to know it by; it is not read";
            cells.warn(Column::AircraftId, WarningCode::NoAircraftId, reason);
            return None;
        };
        let kind = Kind::read(cells);
        Some(Self {
            aircraft_id,
            type_code: cells.ident(Column::TypeCode),
            year: cells.parsed(Column::Year, value::year),
            make: cells.text(Column::Make),
            model: cells.text(Column::Model),
            gear_type: cells.text(Column::GearType).map(gear),
            engine_type: cells.parsed(Column::EngineType, engine).flatten(),
            equip_type: kind.equip_type,
            category: kind.category,
            class: kind.class,
            complex: cells.flag(Column::Complex),
            high_performance: cells.flag(Column::HighPerformance),
            taa: cells.flag(Column::Taa),
            pressurized: cells.flag(Column::Pressurized),
        })
    }
}

/// What an aircraft is. Exports say it in one, two or three columns.
struct Kind {
    equip_type: EquipType,
    category: Option<Category>,
    class: Option<Class>,
}

/// One word of a class column, which may name a class, a category or a device.
enum KindWord {
    Class(Class),
    Category(Category),
    Device(EquipType),
}

impl Kind {
    fn read(cells: &mut Cells<'_>) -> Self {
        let equip_type = cells.parsed(Column::EquipType, |text| word(EquipType::from_text(text)));
        let category = cells.parsed(Column::Category, |text| word(Category::from_text(text)));
        let mut kind = Self {
            equip_type: equip_type.unwrap_or(EquipType::Aircraft),
            category,
            class: None,
        };
        match cells.parsed(Column::Class, |text| word(KindWord::from_text(text))) {
            Some(KindWord::Class(class)) => {
                kind.class = Some(class);
                kind.category = kind.category.or(Some(class.category()));
            }
            Some(KindWord::Category(category)) => kind.category = Some(category),
            Some(KindWord::Device(device)) if equip_type.is_none() => kind.equip_type = device,
            Some(KindWord::Device(_)) | None => (),
        }
        if kind.equip_type.is_simulator() {
            kind.category = Some(Category::Simulator);
        }
        kind
    }
}

impl KindWord {
    fn from_text(text: &str) -> Option<Self> {
        let class = Class::from_text(text).map(Self::Class);
        let category = || Category::from_text(text).map(Self::Category);
        let device = || EquipType::from_text(text).map(Self::Device);
        class.or_else(category).or_else(device)
    }
}

fn word<T>(found: Option<T>) -> Result<T, Bad> {
    found.ok_or(Bad {
        code: WarningCode::UnknownValue,
        reason: "is none of the known words and was dropped",
    })
}

/// The kind of engine; `Ok(None)` for an aircraft without one.
fn engine(text: &str) -> Result<Option<EngineType>, Bad> {
    let none = matches!(crate::column::key(text).as_str(), "nonpowered" | "none");
    match none {
        true => Ok(None),
        false => word(EngineType::from_text(text)).map(Some),
    }
}

/// The gear in the words of today's exports; older ones have codes.
fn gear(text: String) -> String {
    let word = match text.to_ascii_uppercase().as_str() {
        "AM" => "amphibian",
        "FC" => "fixed_tailwheel",
        "FT" => "fixed_tricycle",
        "RC" => "retractable_tailwheel",
        "RT" => "retractable_tricycle",
        _ => return text,
    };
    word.to_owned()
}
