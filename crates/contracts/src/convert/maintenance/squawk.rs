use domain::maintenance::Squawk;
use domain::maintenance::squawk::{Deferral, Resolution};

use super::{meter_at_in, meter_at_out};
use crate::convert::{InvalidMessage, Read, date, instant, parse, parse_optional, text, timestamp};
use crate::v1;

impl From<&Squawk> for v1::Squawk {
    fn from(s: &Squawk) -> Self {
        Self {
            id: s.id.to_string(),
            organization_id: s.organization_id.to_string(),
            aircraft_id: s.aircraft_id.to_string(),
            version: s.version,
            title: s.title.clone(),
            description: s.description.clone(),
            severity: s.severity.to_string(),
            grounds_aircraft: s.grounds_aircraft,
            status: s.status.to_string(),
            ata_chapter: s.ata_chapter.clone(),
            reported_by_id: s.reported_by_id.to_string(),
            reported_at: Some(timestamp(s.reported_at)),
            reported_meter: s.reported_meter.map(meter_at_out),
            flight_id: text(s.flight_id),
            deferral: s.deferral.as_ref().map(deferral_out),
            resolution: s.resolution.as_ref().map(|r| v1::SquawkResolution {
                notes: r.notes.clone(),
                resolved_by: r.resolved_by.clone(),
                certificate_number: r.certificate_number.clone(),
                at: Some(timestamp(r.at)),
            }),
            work_order_id: text(s.work_order_id),
            attachments_count: s.attachments_count,
            alerted: s.alerted,
            external_reference: s.external_reference.clone(),
            created_at: Some(timestamp(s.created_at)),
            updated_at: Some(timestamp(s.updated_at)),
        }
    }
}

impl TryFrom<v1::Squawk> for Squawk {
    type Error = InvalidMessage;

    fn try_from(s: v1::Squawk) -> Read<Self> {
        let meter = s.reported_meter.map(|at| meter_at_in("reported_meter", at));
        Ok(Self {
            id: parse("id", &s.id)?,
            organization_id: parse("organization_id", &s.organization_id)?,
            aircraft_id: parse("aircraft_id", &s.aircraft_id)?,
            version: s.version,
            title: s.title,
            description: s.description,
            severity: parse("severity", &s.severity)?,
            grounds_aircraft: s.grounds_aircraft,
            status: parse("status", &s.status)?,
            ata_chapter: s.ata_chapter,
            reported_by_id: parse("reported_by_id", &s.reported_by_id)?,
            reported_at: instant("reported_at", s.reported_at)?,
            reported_meter: meter.transpose()?,
            flight_id: parse_optional("flight_id", s.flight_id.as_deref())?,
            deferral: s.deferral.map(TryInto::try_into).transpose()?,
            resolution: s.resolution.map(TryInto::try_into).transpose()?,
            work_order_id: parse_optional("work_order_id", s.work_order_id.as_deref())?,
            attachments_count: s.attachments_count,
            alerted: s.alerted,
            external_reference: s.external_reference,
            created_at: instant("created_at", s.created_at)?,
            updated_at: instant("updated_at", s.updated_at)?,
        })
    }
}

impl TryFrom<v1::SquawkDeferral> for Deferral {
    type Error = InvalidMessage;

    fn try_from(d: v1::SquawkDeferral) -> Read<Self> {
        let until_meter = d.until_meter.map(|at| meter_at_in("until_meter", at));
        Ok(Self {
            until_date: date("until_date", d.until_date.as_deref())?,
            until_meter: until_meter.transpose()?,
            reference: d.reference,
            limitations: d.limitations,
            approved_by: d.approved_by,
        })
    }
}

impl TryFrom<v1::SquawkResolution> for Resolution {
    type Error = InvalidMessage;

    fn try_from(r: v1::SquawkResolution) -> Read<Self> {
        Ok(Self {
            notes: r.notes,
            resolved_by: r.resolved_by,
            certificate_number: r.certificate_number,
            at: instant("resolution.at", r.at)?,
        })
    }
}

fn deferral_out(d: &Deferral) -> v1::SquawkDeferral {
    v1::SquawkDeferral {
        until_date: text(d.until_date),
        until_meter: d.until_meter.map(meter_at_out),
        reference: d.reference.clone(),
        limitations: d.limitations.clone(),
        approved_by: d.approved_by.clone(),
    }
}
