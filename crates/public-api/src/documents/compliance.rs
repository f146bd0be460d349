//! `compliance`: the papers of people, aircraft and the school, and how long they are good for.

use chrono::NaiveDate;
use domain::compliance::{
    ComplianceRecord, ComplianceStatus, ComplianceSubject, ComplianceType, SubjectType, Validity,
};
use domain::{ComplianceId, PersonId};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::Timestamp;

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ComplianceDocument<'a> {
    pub id: ComplianceId,
    pub subject: ComplianceSubjectFields,
    #[serde(rename = "type")]
    pub compliance_type: ComplianceType,
    pub title: &'a str,
    /// Who issued it.
    pub authority: Option<&'a str>,
    /// The issuer's own number of it.
    pub reference: Option<&'a str>,
    pub issued_on: Option<NaiveDate>,
    pub valid_from: Option<NaiveDate>,
    /// The last day it is good for, in the school's time zone. Null: it does not expire.
    pub valid_until: Option<NaiveDate>,
    /// Today, in the school's time zone.
    pub status: ComplianceStatus,
    /// Days before the last one from which it is `expiring`.
    pub warn_days: i32,
    /// Days until the last one; 0 on it, and after it. Null: it does not expire.
    pub days_remaining: Option<i64>,
    pub verified_by_id: Option<PersonId>,
    pub verified_at: Option<Timestamp>,
    /// Whether its subject may not be booked without it.
    pub blocks_booking: bool,
    /// Whether the school has a copy. The copy itself is never served.
    pub document_present: bool,
    pub external_reference: Option<&'a str>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Whom or what the paper is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ComplianceSubjectFields {
    #[serde(rename = "type")]
    pub subject_type: SubjectType,
    /// Of a person, an aircraft, or the organisation itself.
    pub id: Uuid,
}

impl From<ComplianceSubject> for ComplianceSubjectFields {
    fn from(subject: ComplianceSubject) -> Self {
        Self {
            subject_type: subject.subject_type,
            id: subject.id,
        }
    }
}

impl<'a> ComplianceDocument<'a> {
    pub fn new(record: &'a ComplianceRecord, validity: Validity) -> Self {
        let paper = &record.paper;
        Self {
            id: record.id,
            subject: paper.subject.into(),
            compliance_type: paper.compliance_type,
            title: &paper.title,
            authority: paper.authority.as_deref(),
            reference: paper.reference.as_deref(),
            issued_on: paper.issued_on,
            valid_from: paper.valid_from,
            valid_until: paper.valid_until,
            status: validity.status,
            warn_days: paper.warn_days,
            days_remaining: validity.days_remaining,
            verified_by_id: record.verification.map(|act| act.by),
            verified_at: record.verification.map(|act| Timestamp(act.at)),
            blocks_booking: paper.blocks_booking,
            document_present: paper.document_present,
            external_reference: record.external_reference.as_deref(),
            created_at: Timestamp(record.created_at),
            updated_at: Timestamp(record.updated_at),
        }
    }
}
