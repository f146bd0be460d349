//! Compliance: the papers without which somebody or something may not fly, and how long they are
//! good for.
//!
//! `pending_review → verified`, `suspended` and back, `revoked` for good. What partners read, valid,
//! expiring or expired, follows from that and the date, and is never stored.

mod commands;
mod rules;
mod status;
#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::vocabulary::vocabulary;
use crate::{ComplianceId, OrgId, PersonId};

pub use status::Validity;

vocabulary! {
    ComplianceType, "compliance type" {
        Medical => "medical", Licence => "licence", Rating => "rating",
        ProficiencyCheck => "proficiency_check", FlightReview => "flight_review", Ipc => "ipc",
        SoloEndorsement => "solo_endorsement", EnglishProficiency => "english_proficiency",
        RadioLicence => "radio_licence", TsaFtspDoe => "tsa_ftsp_doe",
        CitizenshipProof => "citizenship_proof", SecurityAwareness => "security_awareness",
        Insurance => "insurance", AircraftRegistration => "aircraft_registration",
        AirworthinessCertificate => "airworthiness_certificate", Arc => "arc", Noise => "noise",
        RentalCheckout => "rental_checkout", Contract => "contract",
    }
}

vocabulary! {
    /// Whom or what a record is about.
    SubjectType, "compliance subject" {
        Pilot => "pilot", Instructor => "instructor", Aircraft => "aircraft", Organization => "organization",
    }
}

vocabulary! {
    /// How a record stands on a given day.
    ComplianceStatus, "compliance status" {
        Valid => "valid", Expiring => "expiring", Expired => "expired", Missing => "missing",
        PendingReview => "pending_review", Suspended => "suspended", Revoked => "revoked",
    }
}

vocabulary! {
    /// What the school has decided about a record, whatever the day.
    Standing, "compliance standing" {
        PendingReview => "pending_review", Verified => "verified", Suspended => "suspended", Revoked => "revoked",
    }
}

/// Whom or what a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplianceSubject {
    #[serde(rename = "type")]
    pub subject_type: SubjectType,
    /// Of a person, an aircraft or the organisation itself.
    pub id: Uuid,
}

/// A paper, or the want of one, as the system of record holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplianceRecord {
    pub id: ComplianceId,
    pub organization_id: OrgId,
    /// Rises by one with every change.
    pub version: i64,
    pub paper: Paper,
    pub standing: Standing,
    /// Who found it in order, and when; none until somebody has, and again after it changed.
    pub verification: Option<Act>,
    /// Why it is suspended or revoked.
    pub hold: Option<Hold>,
    pub external_reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    pub subject: ComplianceSubject,
    #[serde(rename = "type")]
    pub compliance_type: ComplianceType,
    pub title: String,
    /// Who issued it: `FAA`, an insurer.
    pub authority: Option<String>,
    /// The issuer's own number of it.
    pub reference: Option<String>,
    pub issued_on: Option<NaiveDate>,
    pub valid_from: Option<NaiveDate>,
    /// The last day, in the school's zone. None: it does not expire.
    pub valid_until: Option<NaiveDate>,
    /// Days before the end from which it is expiring, the first of them included.
    pub warn_days: i32,
    /// Whether its subject may not be booked without it.
    pub blocks_booking: bool,
    /// Whether a copy is on file; the copy itself is not kept here.
    pub document_present: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    pub by: PersonId,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub by: PersonId,
    pub at: DateTime<Utc>,
    pub reason: String,
}

vocabulary! {
    /// What a `compliance.updated` tells of.
    ComplianceChangeKind, "compliance change" { Created => "created", Updated => "updated" }
}

/// What happened to a record, as it then was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComplianceChange {
    pub kind: ComplianceChangeKind,
    pub record: ComplianceRecord,
    /// At the moment of the change.
    pub validity: Validity,
    /// Before the change, at the same moment; none when the record is new.
    pub previous_status: Option<ComplianceStatus>,
}
