use domain::compliance::{
    Act, ComplianceChange, ComplianceRecord, ComplianceSubject, Hold, Paper, Validity,
};

use super::{
    InvalidMessage, Read, date, instant, parse, parse_optional, required, text, timestamp,
};
use crate::v1;

/// Days of warning where a message says none.
const WARN_DAYS: i32 = 30;

impl From<&ComplianceRecord> for v1::ComplianceRecord {
    fn from(r: &ComplianceRecord) -> Self {
        Self {
            id: r.id.to_string(),
            organization_id: r.organization_id.to_string(),
            version: r.version,
            paper: Some((&r.paper).into()),
            standing: r.standing.to_string(),
            verification: r.verification.map(|act| v1::ComplianceAct {
                by: act.by.to_string(),
                at: Some(timestamp(act.at)),
            }),
            hold: r.hold.as_ref().map(|hold| v1::ComplianceHold {
                by: hold.by.to_string(),
                at: Some(timestamp(hold.at)),
                reason: hold.reason.clone(),
            }),
            external_reference: r.external_reference.clone(),
            created_at: Some(timestamp(r.created_at)),
            updated_at: Some(timestamp(r.updated_at)),
        }
    }
}

impl TryFrom<v1::ComplianceRecord> for ComplianceRecord {
    type Error = InvalidMessage;

    fn try_from(r: v1::ComplianceRecord) -> Read<Self> {
        let verification = r.verification.map(|act| {
            Ok(Act {
                by: parse("verification.by", &act.by)?,
                at: instant("verification.at", act.at)?,
            })
        });
        let hold = r.hold.map(|hold| {
            Ok(Hold {
                by: parse("hold.by", &hold.by)?,
                at: instant("hold.at", hold.at)?,
                reason: hold.reason,
            })
        });
        Ok(Self {
            id: parse("id", &r.id)?,
            organization_id: parse("organization_id", &r.organization_id)?,
            version: r.version,
            paper: required("paper", r.paper)?.try_into()?,
            standing: parse("standing", &r.standing)?,
            verification: verification.transpose()?,
            hold: hold.transpose()?,
            external_reference: r.external_reference,
            created_at: instant("created_at", r.created_at)?,
            updated_at: instant("updated_at", r.updated_at)?,
        })
    }
}

impl From<&Paper> for v1::CompliancePaper {
    fn from(p: &Paper) -> Self {
        Self {
            subject_type: p.subject.subject_type.to_string(),
            subject_id: p.subject.id.to_string(),
            r#type: p.compliance_type.to_string(),
            title: p.title.clone(),
            authority: p.authority.clone(),
            reference: p.reference.clone(),
            issued_on: text(p.issued_on),
            valid_from: text(p.valid_from),
            valid_until: text(p.valid_until),
            warn_days: Some(p.warn_days),
            blocks_booking: p.blocks_booking,
            document_present: p.document_present,
        }
    }
}

impl TryFrom<v1::CompliancePaper> for Paper {
    type Error = InvalidMessage;

    fn try_from(p: v1::CompliancePaper) -> Read<Self> {
        Ok(Self {
            subject: ComplianceSubject {
                subject_type: parse("subject.type", &p.subject_type)?,
                id: parse("subject.id", &p.subject_id)?,
            },
            compliance_type: parse("type", &p.r#type)?,
            title: p.title,
            authority: p.authority,
            reference: p.reference,
            issued_on: date("issued_on", p.issued_on.as_deref())?,
            valid_from: date("valid_from", p.valid_from.as_deref())?,
            valid_until: date("valid_until", p.valid_until.as_deref())?,
            warn_days: p.warn_days.unwrap_or(WARN_DAYS),
            blocks_booking: p.blocks_booking,
            document_present: p.document_present,
        })
    }
}

impl From<&ComplianceChange> for v1::ComplianceUpdated {
    fn from(c: &ComplianceChange) -> Self {
        Self {
            change: c.kind.to_string(),
            record: Some((&c.record).into()),
            status: c.validity.status.to_string(),
            days_remaining: c.validity.days_remaining,
            previous_status: text(c.previous_status),
        }
    }
}

impl TryFrom<v1::ComplianceUpdated> for ComplianceChange {
    type Error = InvalidMessage;

    fn try_from(c: v1::ComplianceUpdated) -> Read<Self> {
        Ok(Self {
            kind: parse("change", &c.change)?,
            record: required("record", c.record)?.try_into()?,
            validity: Validity {
                status: parse("status", &c.status)?,
                days_remaining: c.days_remaining,
            },
            previous_status: parse_optional("previous_status", c.previous_status.as_deref())?,
        })
    }
}
