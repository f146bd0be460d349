use domain::person::{Licence, Medical, Person, Rating};

use super::{InvalidMessage, Read, date, day, instant, parse, text, timestamp};
use crate::v1;

impl From<&Person> for v1::Person {
    fn from(p: &Person) -> Self {
        Self {
            id: p.id.to_string(),
            organization_id: p.organization_id.to_string(),
            version: p.version,
            first_name: p.first_name.clone(),
            last_name: p.last_name.clone(),
            call_sign: p.call_sign.clone(),
            email: p.email.clone(),
            roles: p.roles.iter().map(ToString::to_string).collect(),
            status: p.status.to_string(),
            licences: p.licences.iter().map(licence_out).collect(),
            ratings: p.ratings.iter().map(rating_out).collect(),
            medical: p.medical.as_ref().map(medical_out),
            caa_reference: p.caa_reference.clone(),
            home_airport: p.home_airport.clone(),
            external_reference: p.external_reference.clone(),
            created_at: Some(timestamp(p.created_at)),
            updated_at: Some(timestamp(p.updated_at)),
        }
    }
}

impl TryFrom<v1::Person> for Person {
    type Error = InvalidMessage;

    fn try_from(p: v1::Person) -> Read<Self> {
        Ok(Self {
            id: parse("id", &p.id)?,
            organization_id: parse("organization_id", &p.organization_id)?,
            version: p.version,
            first_name: p.first_name,
            last_name: p.last_name,
            call_sign: p.call_sign,
            email: p.email,
            roles: p
                .roles
                .iter()
                .map(|r| parse("roles", r))
                .collect::<Read<_>>()?,
            status: parse("status", &p.status)?,
            licences: p
                .licences
                .into_iter()
                .map(licence_in)
                .collect::<Read<_>>()?,
            ratings: p.ratings.into_iter().map(rating_in).collect::<Read<_>>()?,
            medical: p.medical.map(medical_in).transpose()?,
            caa_reference: p.caa_reference,
            home_airport: p.home_airport,
            external_reference: p.external_reference,
            created_at: instant("created_at", p.created_at)?,
            updated_at: instant("updated_at", p.updated_at)?,
        })
    }
}

fn licence_out(l: &Licence) -> v1::Licence {
    v1::Licence {
        authority: l.authority.to_string(),
        kind: l.kind.to_string(),
        number: l.number.clone(),
        issued_on: text(l.issued_on),
    }
}

fn licence_in(l: v1::Licence) -> Read<Licence> {
    Ok(Licence {
        authority: parse("licences.authority", &l.authority)?,
        kind: parse("licences.kind", &l.kind)?,
        number: l.number,
        issued_on: date("licences.issued_on", l.issued_on.as_deref())?,
    })
}

fn rating_out(r: &Rating) -> v1::Rating {
    v1::Rating {
        code: r.code.clone(),
        valid_until: text(r.valid_until),
    }
}

fn rating_in(r: v1::Rating) -> Read<Rating> {
    Ok(Rating {
        code: r.code,
        valid_until: date("ratings.valid_until", r.valid_until.as_deref())?,
    })
}

fn medical_out(m: &Medical) -> v1::Medical {
    v1::Medical {
        class: m.class.to_string(),
        issued_on: m.issued_on.to_string(),
        valid_until: text(m.valid_until),
    }
}

fn medical_in(m: v1::Medical) -> Read<Medical> {
    Ok(Medical {
        class: parse("medical.class", &m.class)?,
        issued_on: day("medical.issued_on", &m.issued_on)?,
        valid_until: date("medical.valid_until", m.valid_until.as_deref())?,
    })
}
