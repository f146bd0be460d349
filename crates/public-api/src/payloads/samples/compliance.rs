//! The sample pilot's medical.

use domain::compliance::{
    Act, ComplianceChange, ComplianceChangeKind, ComplianceRecord, ComplianceStatus,
    ComplianceSubject, ComplianceType, Paper, Standing, SubjectType, Validity,
};
use domain::event::{CatalogEvent, EventData};

use super::{at, event, id};

pub fn medical() -> ComplianceRecord {
    ComplianceRecord {
        id: id(0xe1),
        organization_id: id(0x01),
        version: 2,
        paper: Paper {
            subject: ComplianceSubject {
                subject_type: SubjectType::Pilot,
                id: id(0xb1),
            },
            compliance_type: ComplianceType::Medical,
            title: "Third-class medical".to_owned(),
            authority: Some("FAA".to_owned()),
            reference: Some("MC-204418".to_owned()),
            issued_on: Some("2024-06-20".parse().unwrap()),
            valid_from: Some("2024-06-20".parse().unwrap()),
            valid_until: Some("2026-06-20".parse().unwrap()),
            warn_days: 30,
            blocks_booking: true,
            document_present: true,
        },
        standing: Standing::Verified,
        verification: Some(Act {
            by: id(0xb2),
            at: at("2026-05-28T12:03:11Z"),
        }),
        hold: None,
        external_reference: Some("med-204418".to_owned()),
        created_at: at("2026-05-27T16:40:02Z"),
        updated_at: at("2026-05-28T12:03:11Z"),
    }
}

/// On the day it was verified.
pub fn validity() -> Validity {
    Validity {
        status: ComplianceStatus::Expiring,
        days_remaining: Some(23),
    }
}

/// It was verified.
pub fn updated() -> CatalogEvent {
    event(EventData::ComplianceUpdated(Box::new(ComplianceChange {
        kind: ComplianceChangeKind::Updated,
        record: medical(),
        validity: validity(),
        previous_status: Some(ComplianceStatus::PendingReview),
    })))
}
