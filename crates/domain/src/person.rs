//! People: pilots, students, instructors, staff.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::vocabulary::vocabulary;
use crate::{OrgId, PersonId};

vocabulary! {
    /// What a person does at the school; a person may do several things.
    Role, "role" {
        Student => "student",
        Renter => "renter",
        Instructor => "instructor",
        GroundInstructor => "ground_instructor",
        Examiner => "examiner",
        Staff => "staff",
    }
}

vocabulary! {
    PersonStatus, "person status" { Active => "active", Inactive => "inactive", Archived => "archived" }
}

vocabulary! {
    /// Who issued a licence.
    Authority, "authority" { Faa => "faa", Easa => "easa", UkCaa => "uk_caa", Other => "other" }
}

vocabulary! {
    LicenceKind, "licence kind" {
        Student => "student", Lapl => "lapl", Ppl => "ppl", Cpl => "cpl", Atpl => "atpl", Cfi => "cfi", Fi => "fi",
    }
}

vocabulary! {
    /// 14 CFR 61.23 and Part-MED.
    MedicalClass, "medical class" {
        First => "first", Second => "second", Third => "third", BasicMed => "basicmed",
        Class1 => "class_1", Class2 => "class_2", Lapl => "lapl",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Licence {
    pub authority: Authority,
    pub kind: LicenceKind,
    pub number: Option<String>,
    pub issued_on: Option<NaiveDate>,
}

/// A rating as its authority writes it: `ASEL`, `SEP(land)`, `IR`, `NIGHT`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    pub code: String,
    pub valid_until: Option<NaiveDate>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Medical {
    pub class: MedicalClass,
    pub issued_on: NaiveDate,
    pub valid_until: Option<NaiveDate>,
}

/// A person of the school. Names and contact data are personal: they go into no event and no log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    pub organization_id: OrgId,
    pub version: i64,
    pub first_name: String,
    pub last_name: String,
    pub call_sign: Option<String>,
    pub email: Option<String>,
    pub roles: Vec<Role>,
    pub status: PersonStatus,
    pub licences: Vec<Licence>,
    pub ratings: Vec<Rating>,
    pub medical: Option<Medical>,
    /// The authority's own number of the person (FTN or licence number).
    pub caa_reference: Option<String>,
    pub home_airport: Option<String>,
    pub external_reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Person")
            .field("id", &self.id)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
