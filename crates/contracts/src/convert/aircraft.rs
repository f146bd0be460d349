use domain::aircraft::{Aircraft, MeterReading};
use domain::meter::Meter;

use super::{InvalidMessage, Read, instant, parse, parse_optional, text, timestamp};
use crate::v1;

impl From<&Aircraft> for v1::Aircraft {
    fn from(a: &Aircraft) -> Self {
        Self {
            id: a.id.to_string(),
            organization_id: a.organization_id.to_string(),
            location_id: text(a.location_id),
            version: a.version,
            registration: a.registration.clone(),
            serial_number: a.serial_number.clone(),
            make: a.make.clone(),
            model: a.model.clone(),
            icao_type: a.icao_type.clone(),
            year: a.year,
            category: a.category.to_string(),
            class: text(a.class),
            gear_type: a.gear_type.clone(),
            engine_type: text(a.engine_type),
            engine_count: a.engine_count,
            seats: a.seats,
            complex: a.complex,
            high_performance: a.high_performance,
            taa: a.taa,
            pressurized: a.pressurized,
            airworthiness_status: a.airworthiness_status.to_string(),
            grounding_reasons: a.grounding_reasons.clone(),
            status: a.status.to_string(),
            home_airport: a.home_airport.clone(),
            meters: a.meters.iter().map(reading_out).collect(),
            airframe_hundredths: a.airframe_hours.map(|m| m.0),
            cycles: a.cycles,
            landings_total: a.landings_total,
            billing_meter: a.billing_meter.to_string(),
            maintenance_meter: a.maintenance_meter.to_string(),
            fuel_unit: a.fuel_unit.to_string(),
            external_reference: a.external_reference.clone(),
            created_at: Some(timestamp(a.created_at)),
            updated_at: Some(timestamp(a.updated_at)),
        }
    }
}

impl TryFrom<v1::Aircraft> for Aircraft {
    type Error = InvalidMessage;

    fn try_from(a: v1::Aircraft) -> Read<Self> {
        Ok(Self {
            id: parse("id", &a.id)?,
            organization_id: parse("organization_id", &a.organization_id)?,
            location_id: parse_optional("location_id", a.location_id.as_deref())?,
            version: a.version,
            registration: a.registration,
            serial_number: a.serial_number,
            make: a.make,
            model: a.model,
            icao_type: a.icao_type,
            year: a.year,
            category: parse("category", &a.category)?,
            class: parse_optional("class", a.class.as_deref())?,
            gear_type: a.gear_type,
            engine_type: parse_optional("engine_type", a.engine_type.as_deref())?,
            engine_count: a.engine_count,
            seats: a.seats,
            complex: a.complex,
            high_performance: a.high_performance,
            taa: a.taa,
            pressurized: a.pressurized,
            airworthiness_status: parse("airworthiness_status", &a.airworthiness_status)?,
            grounding_reasons: a.grounding_reasons,
            status: parse("status", &a.status)?,
            home_airport: a.home_airport,
            meters: a.meters.into_iter().map(reading_in).collect::<Read<_>>()?,
            airframe_hours: a.airframe_hundredths.map(Meter),
            cycles: a.cycles,
            landings_total: a.landings_total,
            billing_meter: parse("billing_meter", &a.billing_meter)?,
            maintenance_meter: parse("maintenance_meter", &a.maintenance_meter)?,
            fuel_unit: parse("fuel_unit", &a.fuel_unit)?,
            external_reference: a.external_reference,
            created_at: instant("created_at", a.created_at)?,
            updated_at: instant("updated_at", a.updated_at)?,
        })
    }
}

fn reading_out(m: &MeterReading) -> v1::MeterReading {
    v1::MeterReading {
        kind: m.kind.to_string(),
        value_hundredths: m.value.0,
        engine_position: m.engine_position,
        read_at: Some(timestamp(m.read_at)),
    }
}

fn reading_in(m: v1::MeterReading) -> Read<MeterReading> {
    Ok(MeterReading {
        kind: parse("meters.kind", &m.kind)?,
        value: Meter(m.value_hundredths),
        engine_position: m.engine_position,
        read_at: instant("meters.read_at", m.read_at)?,
    })
}
