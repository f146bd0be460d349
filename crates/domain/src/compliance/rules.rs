//! What a paper may say.

use chrono::{Months, NaiveDate};

use super::{ComplianceType, Paper, SubjectType};
use crate::{Refusal, Violation};

/// Most days of warning.
const LONGEST_WARNING: i32 = 366;
/// Years that a Determination of Eligibility lasts at most (49 CFR 1552.37(d)).
const DOE_MONTHS: u32 = 5 * 12;

impl Paper {
    /// The school needs it, and nothing of it has come in.
    pub fn is_missing(&self) -> bool {
        self.reference.is_none() && self.issued_on.is_none() && !self.document_present
    }

    /// # Errors
    /// [`Refusal::Invalid`] with every field that cannot stand; `today` in the school's zone.
    pub fn check(&self, today: NaiveDate) -> Result<(), Refusal> {
        let mut violations = Vec::new();
        let mut wrong = |pointer, code, detail: &str| {
            violations.push(Violation::new(pointer, code, detail));
        };
        if self.issued_on.is_some_and(|on| on > today) {
            wrong(
                "issued_on",
                "in_the_future",
                "it cannot have been issued after today",
            );
        }
        let begins = self.valid_from.or(self.issued_on);
        if let (Some(begins), Some(until)) = (begins, self.valid_until)
            && until < begins
        {
            wrong(
                "valid_until",
                "before_it_begins",
                "it ends before it begins",
            );
        }
        if !(0..=LONGEST_WARNING).contains(&self.warn_days) {
            wrong(
                "warn_days",
                "out_of_range",
                "at least 0 and at most 366 days",
            );
        }
        if self.compliance_type == ComplianceType::TsaFtspDoe
            && let (Some(issued), Some(until)) = (self.issued_on, self.valid_until)
            && issued
                .checked_add_months(Months::new(DOE_MONTHS))
                .is_some_and(|latest| until > latest)
        {
            wrong(
                "valid_until",
                "too_late",
                "a Determination of Eligibility lasts five years at most (49 CFR 1552.37(d))",
            );
        }
        if !self.compliance_type.is_about(self.subject.subject_type) {
            wrong(
                "subject.type",
                "wrong_subject",
                "no such paper is held for that",
            );
        }
        Refusal::unless_empty(violations)
    }

    /// Whether a change to `next` calls for somebody to look at the paper again; what the school
    /// only notes about it does not.
    pub(super) fn is_same_paper(&self, next: &Self) -> bool {
        let noted = Self {
            title: next.title.clone(),
            warn_days: next.warn_days,
            blocks_booking: next.blocks_booking,
            ..self.clone()
        };
        noted == *next
    }
}

impl ComplianceType {
    /// Who or what may hold such a paper.
    pub fn is_about(self, subject: SubjectType) -> bool {
        let person = matches!(subject, SubjectType::Pilot | SubjectType::Instructor);
        match self {
            Self::Insurance | Self::Contract | Self::RadioLicence => true,
            Self::AircraftRegistration
            | Self::AirworthinessCertificate
            | Self::Arc
            | Self::Noise => subject == SubjectType::Aircraft,
            _ => person,
        }
    }
}
