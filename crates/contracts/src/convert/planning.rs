use domain::airport::Airport;
use domain::planning::{Cancellation, Resource, Room, Session, SessionPlan};

use super::{InvalidMessage, Read, instant, parse, parse_optional, required, text, timestamp};
use crate::v1;

impl From<&Session> for v1::Session {
    fn from(s: &Session) -> Self {
        Self {
            id: s.id.to_string(),
            organization_id: s.organization_id.to_string(),
            location_id: text(s.location_id),
            version: s.version,
            status: s.status.to_string(),
            plan: Some((&s.plan).into()),
            cancellation: s.cancellation.as_ref().map(|c| v1::SessionCancellation {
                reason: c.reason.to_string(),
                comment: c.comment.clone(),
                at: Some(timestamp(c.at)),
            }),
            flight_id: text(s.flight_id),
            external_reference: s.external_reference.clone(),
            created_at: Some(timestamp(s.created_at)),
            updated_at: Some(timestamp(s.updated_at)),
        }
    }
}

impl TryFrom<v1::Session> for Session {
    type Error = InvalidMessage;

    fn try_from(s: v1::Session) -> Read<Self> {
        Ok(Self {
            id: parse("id", &s.id)?,
            organization_id: parse("organization_id", &s.organization_id)?,
            location_id: parse_optional("location_id", s.location_id.as_deref())?,
            version: s.version,
            status: parse("status", &s.status)?,
            plan: required("plan", s.plan)?.try_into()?,
            cancellation: s.cancellation.map(cancellation_in).transpose()?,
            flight_id: parse_optional("flight_id", s.flight_id.as_deref())?,
            external_reference: s.external_reference,
            created_at: instant("created_at", s.created_at)?,
            updated_at: instant("updated_at", s.updated_at)?,
        })
    }
}

fn cancellation_in(c: v1::SessionCancellation) -> Read<Cancellation> {
    Ok(Cancellation {
        reason: parse("cancellation.reason", &c.reason)?,
        comment: c.comment,
        at: instant("cancellation.at", c.at)?,
    })
}

impl From<&SessionPlan> for v1::SessionPlan {
    fn from(p: &SessionPlan) -> Self {
        let ident = |airport: &Airport| airport.ident.clone();
        Self {
            kind: p.kind.to_string(),
            title: p.title.clone(),
            starts_at: Some(timestamp(p.starts_at)),
            ends_at: Some(timestamp(p.ends_at)),
            resource: Some(v1::SessionResource {
                r#type: p.resource.resource_type().to_string(),
                id: p.resource.id().to_string(),
                label: p.label.clone(),
            }),
            instructor_id: text(p.instructor_id),
            student_ids: p.student_ids.iter().map(ToString::to_string).collect(),
            pilot_id: text(p.pilot_id),
            program_item_id: text(p.program_item_id),
            departure: p.departure.as_ref().map(ident),
            arrival: p.arrival.as_ref().map(ident),
        }
    }
}

impl TryFrom<v1::SessionPlan> for SessionPlan {
    type Error = InvalidMessage;

    fn try_from(p: v1::SessionPlan) -> Read<Self> {
        let (resource, label) = resource_in(required("resource", p.resource)?)?;
        let students = p.student_ids.iter();
        Ok(Self {
            kind: parse("kind", &p.kind)?,
            title: p.title,
            starts_at: instant("starts_at", p.starts_at)?,
            ends_at: instant("ends_at", p.ends_at)?,
            resource,
            label,
            instructor_id: parse_optional("instructor_id", p.instructor_id.as_deref())?,
            student_ids: students
                .map(|id| parse("student_ids", id))
                .collect::<Read<_>>()?,
            pilot_id: parse_optional("pilot_id", p.pilot_id.as_deref())?,
            program_item_id: parse_optional("program_item_id", p.program_item_id.as_deref())?,
            departure: airport_in("departure", p.departure.as_deref())?,
            arrival: airport_in("arrival", p.arrival.as_deref())?,
        })
    }
}

/// A resource, and what it is called.
pub fn resource_in(r: v1::SessionResource) -> Read<(Resource, String)> {
    let resource_type = parse("resource.type", &r.r#type)?;
    let id = parse("resource.id", &r.id)?;
    Ok((Resource::new(resource_type, id), r.label))
}

fn airport_in(field: &'static str, ident: Option<&str>) -> Read<Option<Airport>> {
    let ident = ident.map(str::trim).filter(|ident| !ident.is_empty());
    ident
        .map(|ident| Airport::from_ident(ident).map_err(|e| InvalidMessage::new(field, e)))
        .transpose()
}

impl From<&Room> for v1::Room {
    fn from(r: &Room) -> Self {
        Self {
            id: r.id.to_string(),
            organization_id: r.organization_id.to_string(),
            location_id: text(r.location_id),
            version: r.version,
            name: r.name.clone(),
            seats: r.seats,
            active: r.active,
            external_reference: r.external_reference.clone(),
            created_at: Some(timestamp(r.created_at)),
            updated_at: Some(timestamp(r.updated_at)),
        }
    }
}

impl TryFrom<v1::Room> for Room {
    type Error = InvalidMessage;

    fn try_from(r: v1::Room) -> Read<Self> {
        Ok(Self {
            id: parse("id", &r.id)?,
            organization_id: parse("organization_id", &r.organization_id)?,
            location_id: parse_optional("location_id", r.location_id.as_deref())?,
            version: r.version,
            name: r.name,
            seats: r.seats,
            active: r.active,
            external_reference: r.external_reference,
            created_at: instant("created_at", r.created_at)?,
            updated_at: instant("updated_at", r.updated_at)?,
        })
    }
}
