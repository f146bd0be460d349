//! `fleet`: aircraft and simulators.

use domain::AircraftId;
use domain::aircraft::{
    Aircraft, AircraftClass, AircraftStatus, Airworthiness, Category, EngineType, FuelUnit,
    MeterReading,
};
use domain::meter::MeterKind;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Decimal, Timestamp};

/// An aircraft or a simulator.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AircraftDocument<'a> {
    pub id: AircraftId,
    pub registration: &'a str,
    pub serial_number: Option<&'a str>,
    pub make: &'a str,
    pub model: &'a str,
    /// ICAO Doc 8643 designator.
    pub icao_type: Option<&'a str>,
    pub year: Option<i32>,
    pub category: Category,
    pub class: Option<AircraftClass>,
    pub gear_type: Option<&'a str>,
    pub engine_type: Option<EngineType>,
    pub engine_count: i32,
    pub seats: Option<i32>,
    pub complex: bool,
    pub high_performance: bool,
    pub taa: bool,
    pub pressurized: bool,
    pub airworthiness_status: Airworthiness,
    pub grounding_reasons: &'a [String],
    pub status: AircraftStatus,
    pub home_airport: Option<&'a str>,
    /// The latest reading of each meter.
    pub meters: Vec<ReadingFields>,
    pub airframe_hours: Option<Decimal>,
    pub cycles: Option<i64>,
    pub landings_total: Option<i64>,
    pub billing_meter: MeterKind,
    pub maintenance_meter: MeterKind,
    pub fuel_unit: FuelUnit,
    pub external_reference: Option<&'a str>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReadingFields {
    pub kind: MeterKind,
    pub value: Decimal,
    /// Which engine, from 1; null for the airframe.
    pub engine_position: Option<i32>,
    pub read_at: Timestamp,
}

impl From<&MeterReading> for ReadingFields {
    fn from(reading: &MeterReading) -> Self {
        Self {
            kind: reading.kind,
            value: reading.value.into(),
            engine_position: reading.engine_position,
            read_at: Timestamp(reading.read_at),
        }
    }
}

impl<'a> From<&'a Aircraft> for AircraftDocument<'a> {
    fn from(aircraft: &'a Aircraft) -> Self {
        Self {
            id: aircraft.id,
            registration: &aircraft.registration,
            serial_number: aircraft.serial_number.as_deref(),
            make: &aircraft.make,
            model: &aircraft.model,
            icao_type: aircraft.icao_type.as_deref(),
            year: aircraft.year,
            category: aircraft.category,
            class: aircraft.class,
            gear_type: aircraft.gear_type.as_deref(),
            engine_type: aircraft.engine_type,
            engine_count: aircraft.engine_count,
            seats: aircraft.seats,
            complex: aircraft.complex,
            high_performance: aircraft.high_performance,
            taa: aircraft.taa,
            pressurized: aircraft.pressurized,
            airworthiness_status: aircraft.airworthiness_status,
            grounding_reasons: &aircraft.grounding_reasons,
            status: aircraft.status,
            home_airport: aircraft.home_airport.as_deref(),
            meters: aircraft.meters.iter().map(Into::into).collect(),
            airframe_hours: aircraft.airframe_hours.map(Into::into),
            cycles: aircraft.cycles,
            landings_total: aircraft.landings_total,
            billing_meter: aircraft.billing_meter,
            maintenance_meter: aircraft.maintenance_meter,
            fuel_unit: aircraft.fuel_unit,
            external_reference: aircraft.external_reference.as_deref(),
            created_at: Timestamp(aircraft.created_at),
            updated_at: Timestamp(aircraft.updated_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payloads::samples;

    #[test]
    fn a_document_is_what_the_contract_says() {
        let aircraft = samples::aircraft();
        let json = serde_json::to_string(&AircraftDocument::from(&aircraft)).unwrap();
        assert_eq!(
            json,
            concat!(
                r#"{"id":"00000000-0000-0000-0000-0000000000a1","registration":"N740SP","serial_number":"172S8740","#,
                r#""make":"Cessna","model":"172S","icao_type":"C172","year":2001,"category":"airplane","class":"ASEL","#,
                r#""gear_type":null,"engine_type":"piston","engine_count":1,"seats":4,"complex":false,"#,
                r#""high_performance":false,"taa":true,"pressurized":false,"airworthiness_status":"grounded","#,
                r#""grounding_reasons":["100-hour overdue"],"status":"active","home_airport":"KPAO","#,
                r#""meters":[{"kind":"hobbs","value":2276.6,"engine_position":null,"read_at":"2026-05-02T21:05:00Z"},"#,
                r#"{"kind":"tach","value":1982.03,"engine_position":1,"read_at":"2026-05-02T21:05:00Z"}],"#,
                r#""airframe_hours":5120.4,"cycles":null,"landings_total":9001,"billing_meter":"hobbs","#,
                r#""maintenance_meter":"tach","fuel_unit":"usg","external_reference":null,"#,
                r#""created_at":"2026-01-01T00:00:00Z","updated_at":"2026-05-02T21:05:00Z"}"#,
            )
        );
    }
}
