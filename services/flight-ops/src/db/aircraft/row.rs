//! A row of `aircraft`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::aircraft::{Aircraft, AircraftClass, EngineType, FuelUnit, MeterReading};
use domain::meter::{Meter, MeterKind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::json::Json;
use crate::db::{UnreadableRow, term};
use crate::schema::aircraft;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = aircraft, check_for_backend(diesel::pg::Pg))]
#[diesel(primary_key(organization_id, id), treat_none_as_null = true)]
pub(super) struct AircraftRow {
    pub(super) organization_id: Uuid,
    pub(super) id: Uuid,
    version: i64,
    location_id: Option<Uuid>,
    registration: String,
    make: String,
    model: String,
    category: String,
    status: String,
    airworthiness_status: String,
    meters: Json<Vec<MeterReading>>,
    details: Json<Details>,
    external_reference: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// The column `details`: what no query looks at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Details {
    serial_number: Option<String>,
    icao_type: Option<String>,
    year: Option<i32>,
    class: Option<AircraftClass>,
    gear_type: Option<String>,
    engine_type: Option<EngineType>,
    engine_count: i32,
    seats: Option<i32>,
    complex: bool,
    high_performance: bool,
    taa: bool,
    pressurized: bool,
    grounding_reasons: Vec<String>,
    home_airport: Option<String>,
    airframe_hours: Option<Meter>,
    cycles: Option<i64>,
    landings_total: Option<i64>,
    billing_meter: MeterKind,
    maintenance_meter: MeterKind,
    fuel_unit: FuelUnit,
}

impl From<&Aircraft> for AircraftRow {
    fn from(a: &Aircraft) -> Self {
        Self {
            organization_id: a.organization_id.0,
            id: a.id.0,
            version: a.version,
            location_id: a.location_id.map(Uuid::from),
            registration: a.registration.clone(),
            make: a.make.clone(),
            model: a.model.clone(),
            category: a.category.to_string(),
            status: a.status.to_string(),
            airworthiness_status: a.airworthiness_status.to_string(),
            meters: Json(a.meters.clone()),
            details: Json(Details::from(a)),
            external_reference: a.external_reference.clone(),
            created_at: a.created_at,
            updated_at: a.updated_at,
        }
    }
}

impl From<&Aircraft> for Details {
    fn from(a: &Aircraft) -> Self {
        Self {
            serial_number: a.serial_number.clone(),
            icao_type: a.icao_type.clone(),
            year: a.year,
            class: a.class,
            gear_type: a.gear_type.clone(),
            engine_type: a.engine_type,
            engine_count: a.engine_count,
            seats: a.seats,
            complex: a.complex,
            high_performance: a.high_performance,
            taa: a.taa,
            pressurized: a.pressurized,
            grounding_reasons: a.grounding_reasons.clone(),
            home_airport: a.home_airport.clone(),
            airframe_hours: a.airframe_hours,
            cycles: a.cycles,
            landings_total: a.landings_total,
            billing_meter: a.billing_meter,
            maintenance_meter: a.maintenance_meter,
            fuel_unit: a.fuel_unit,
        }
    }
}

impl TryFrom<AircraftRow> for Aircraft {
    type Error = UnreadableRow;

    fn try_from(row: AircraftRow) -> Result<Self, UnreadableRow> {
        let details = row.details.0;
        Ok(Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            location_id: row.location_id.map(Into::into),
            version: row.version,
            registration: row.registration,
            serial_number: details.serial_number,
            make: row.make,
            model: row.model,
            icao_type: details.icao_type,
            year: details.year,
            category: term("category", &row.category)?,
            class: details.class,
            gear_type: details.gear_type,
            engine_type: details.engine_type,
            engine_count: details.engine_count,
            seats: details.seats,
            complex: details.complex,
            high_performance: details.high_performance,
            taa: details.taa,
            pressurized: details.pressurized,
            airworthiness_status: term("airworthiness_status", &row.airworthiness_status)?,
            grounding_reasons: details.grounding_reasons,
            status: term("status", &row.status)?,
            home_airport: details.home_airport,
            meters: row.meters.0,
            airframe_hours: details.airframe_hours,
            cycles: details.cycles,
            landings_total: details.landings_total,
            billing_meter: details.billing_meter,
            maintenance_meter: details.maintenance_meter,
            fuel_unit: details.fuel_unit,
            external_reference: row.external_reference,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
