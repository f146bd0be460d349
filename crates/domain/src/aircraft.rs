//! Aircraft and simulators.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::meter::{Meter, MeterKind};
use crate::vocabulary::vocabulary;
use crate::{AircraftId, LocationId, OrgId};

vocabulary! {
    Category, "aircraft category" {
        Airplane => "airplane", Rotorcraft => "rotorcraft", Glider => "glider", Simulator => "simulator",
    }
}

vocabulary! {
    AircraftClass, "aircraft class" {
        Asel => "ASEL", Amel => "AMEL", Ases => "ASES", Ames => "AMES",
        Helicopter => "helicopter", Sep => "SEP", Mep => "MEP", Tmg => "TMG",
    }
}

vocabulary! {
    EngineType, "engine type" {
        Piston => "piston", Diesel => "diesel", Turboprop => "turboprop", Turbofan => "turbofan", Electric => "electric",
    }
}

vocabulary! {
    Airworthiness, "airworthiness status" {
        Airworthy => "airworthy", Limited => "limited", Grounded => "grounded", InMaintenance => "in_maintenance",
    }
}

vocabulary! {
    AircraftStatus, "aircraft status" { Active => "active", Inactive => "inactive", Sold => "sold" }
}

vocabulary! {
    FuelUnit, "fuel unit" { Litre => "l", UsGallon => "usg" }
}

vocabulary! {
    /// What an aircraft counts besides hours.
    Count, "count" { Cycles => "cycles", LandingsTotal => "landings_total" }
}

impl Count {
    /// The most that is counted.
    pub const MAX: i64 = 99_999_999;
}

/// The latest reading of one meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterReading {
    pub kind: MeterKind,
    pub value: Meter,
    /// Which engine the meter sits on, from 1; none for the airframe.
    pub engine_position: Option<i32>,
    pub read_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aircraft {
    pub id: AircraftId,
    pub organization_id: OrgId,
    pub location_id: Option<LocationId>,
    pub version: i64,
    /// As painted on the fuselage: `N740SP`, `F-GKRD`.
    pub registration: String,
    pub serial_number: Option<String>,
    pub make: String,
    pub model: String,
    /// ICAO Doc 8643 designator: `C172`.
    pub icao_type: Option<String>,
    pub year: Option<i32>,
    pub category: Category,
    pub class: Option<AircraftClass>,
    pub gear_type: Option<String>,
    pub engine_type: Option<EngineType>,
    pub engine_count: i32,
    pub seats: Option<i32>,
    pub complex: bool,
    pub high_performance: bool,
    pub taa: bool,
    pub pressurized: bool,
    pub airworthiness_status: Airworthiness,
    pub grounding_reasons: Vec<String>,
    pub status: AircraftStatus,
    pub home_airport: Option<String>,
    pub meters: Vec<MeterReading>,
    pub airframe_hours: Option<Meter>,
    pub cycles: Option<i64>,
    pub landings_total: Option<i64>,
    pub billing_meter: MeterKind,
    pub maintenance_meter: MeterKind,
    pub fuel_unit: FuelUnit,
    pub external_reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Aircraft {
    /// The latest reading of the airframe's meter of that kind.
    pub fn meter(&self, kind: MeterKind) -> Option<&MeterReading> {
        self.meters
            .iter()
            .find(|m| m.kind == kind && m.engine_position.is_none())
    }

    /// None where the aircraft does not count it.
    pub fn count(&self, count: Count) -> Option<i64> {
        match count {
            Count::Cycles => self.cycles,
            Count::LandingsTotal => self.landings_total,
        }
    }

    pub fn set_count(&mut self, count: Count, value: i64) {
        match count {
            Count::Cycles => self.cycles = Some(value),
            Count::LandingsTotal => self.landings_total = Some(value),
        }
    }
}
