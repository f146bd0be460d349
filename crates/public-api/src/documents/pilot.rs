//! `pilots`: the people of the school, with what they have flown.

use chrono::NaiveDate;
use domain::PersonId;
use domain::person::{
    Authority, Licence, LicenceKind, Medical, MedicalClass, Person, PersonStatus, Rating, Role,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::Timestamp;

/// A person of the school.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PilotDocument<'a> {
    pub id: PersonId,
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub call_sign: Option<&'a str>,
    pub roles: &'a [Role],
    pub status: PersonStatus,
    pub email: Option<&'a str>,
    pub licences: Vec<LicenceFields<'a>>,
    pub ratings: Vec<RatingFields<'a>>,
    pub medical: Option<MedicalFields>,
    pub caa_reference: Option<&'a str>,
    pub home_airport: Option<&'a str>,
    pub totals: PilotTotals,
    pub external_reference: Option<&'a str>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Minutes over the person's flights that are submitted or approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct PilotTotals {
    pub total_minutes: i64,
    pub pic_minutes: i64,
    pub dual_received_minutes: i64,
    pub night_minutes: i64,
    pub instrument_minutes: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LicenceFields<'a> {
    pub authority: Authority,
    pub kind: LicenceKind,
    pub number: Option<&'a str>,
    pub issued_on: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RatingFields<'a> {
    pub code: &'a str,
    pub valid_until: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MedicalFields {
    pub class: MedicalClass,
    pub issued_on: NaiveDate,
    pub valid_until: Option<NaiveDate>,
}

impl<'a> PilotDocument<'a> {
    pub fn new(person: &'a Person, totals: PilotTotals) -> Self {
        Self {
            id: person.id,
            first_name: &person.first_name,
            last_name: &person.last_name,
            call_sign: person.call_sign.as_deref(),
            roles: &person.roles,
            status: person.status,
            email: person.email.as_deref(),
            licences: person.licences.iter().map(Into::into).collect(),
            ratings: person.ratings.iter().map(Into::into).collect(),
            medical: person.medical.as_ref().map(Into::into),
            caa_reference: person.caa_reference.as_deref(),
            home_airport: person.home_airport.as_deref(),
            totals,
            external_reference: person.external_reference.as_deref(),
            created_at: Timestamp(person.created_at),
            updated_at: Timestamp(person.updated_at),
        }
    }
}

impl<'a> From<&'a Licence> for LicenceFields<'a> {
    fn from(licence: &'a Licence) -> Self {
        Self {
            authority: licence.authority,
            kind: licence.kind,
            number: licence.number.as_deref(),
            issued_on: licence.issued_on,
        }
    }
}

impl<'a> From<&'a Rating> for RatingFields<'a> {
    fn from(rating: &'a Rating) -> Self {
        Self {
            code: &rating.code,
            valid_until: rating.valid_until,
        }
    }
}

impl From<&Medical> for MedicalFields {
    fn from(medical: &Medical) -> Self {
        Self {
            class: medical.class,
            issued_on: medical.issued_on,
            valid_until: medical.valid_until,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payloads::samples;

    #[test]
    fn a_document_is_what_the_contract_says() {
        let person = samples::person();
        let totals = PilotTotals {
            total_minutes: 3120,
            pic_minutes: 1200,
            ..PilotTotals::default()
        };
        let json = serde_json::to_string(&PilotDocument::new(&person, totals)).unwrap();
        assert_eq!(
            json,
            concat!(
                r#"{"id":"00000000-0000-0000-0000-0000000000b1","first_name":"Jane","last_name":"Sample","#,
                r#""call_sign":"JSM","roles":["student","renter"],"status":"active","email":"jane@example.org","#,
                r#""licences":[{"authority":"faa","kind":"ppl","number":null,"issued_on":"2025-03-01"}],"#,
                r#""ratings":[{"code":"ASEL","valid_until":null}],"#,
                r#""medical":{"class":"third","issued_on":"2024-11-30","valid_until":"2026-11-30"},"#,
                r#""caa_reference":null,"home_airport":"KPAO","#,
                r#""totals":{"total_minutes":3120,"pic_minutes":1200,"dual_received_minutes":0,"#,
                r#""night_minutes":0,"instrument_minutes":0},"external_reference":"crm-17","#,
                r#""created_at":"2026-01-01T00:00:00Z","updated_at":"2026-02-01T00:00:00.250Z"}"#,
            )
        );
    }
}
