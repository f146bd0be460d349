use domain::signing::{Signature, SigningKey};
use domain::training::{
    Competency, Endorsement, InstructorCertificate, ItemRef, ProgressSummary, Revocation, Signoff,
    SignoffContent,
};

use crate::convert::{
    InvalidMessage, Read, date, instant, instant_optional, parse, parse_optional, required, text,
    timestamp,
};
use crate::v1;

impl From<&Signoff> for v1::Signoff {
    fn from(s: &Signoff) -> Self {
        Self {
            id: s.id.to_string(),
            organization_id: s.organization_id.to_string(),
            version: s.version,
            status: s.status.to_string(),
            content: Some((&s.content).into()),
            signature: Some((&s.signature).into()),
            student_acknowledged_at: s.student_acknowledged_at.map(timestamp),
            superseded_by_id: text(s.superseded_by_id),
            revocation: s.revocation.as_ref().map(Into::into),
            external_reference: s.external_reference.clone(),
            created_at: Some(timestamp(s.created_at)),
            updated_at: Some(timestamp(s.updated_at)),
        }
    }
}

impl TryFrom<v1::Signoff> for Signoff {
    type Error = InvalidMessage;

    fn try_from(s: v1::Signoff) -> Read<Self> {
        let acknowledged = s.student_acknowledged_at;
        Ok(Self {
            id: parse("id", &s.id)?,
            organization_id: parse("organization_id", &s.organization_id)?,
            version: s.version,
            status: parse("status", &s.status)?,
            content: required("content", s.content)?.try_into()?,
            signature: required("signature", s.signature)?.try_into()?,
            student_acknowledged_at: instant_optional("student_acknowledged_at", acknowledged)?,
            superseded_by_id: parse_optional("superseded_by_id", s.superseded_by_id.as_deref())?,
            revocation: s.revocation.map(TryInto::try_into).transpose()?,
            external_reference: s.external_reference,
            created_at: instant("created_at", s.created_at)?,
            updated_at: instant("updated_at", s.updated_at)?,
        })
    }
}

impl From<&SignoffContent> for v1::SignoffContent {
    fn from(c: &SignoffContent) -> Self {
        Self {
            enrollment_id: c.enrollment_id.to_string(),
            student_id: c.student_id.to_string(),
            instructor_id: c.instructor_id.to_string(),
            program_id: c.program_id.to_string(),
            program_revision: c.program_revision,
            item: Some(item_out(&c.item)),
            result: c.result.to_string(),
            grade: c.grade.clone(),
            grade_scale: c.grade_scale.clone(),
            competencies: c.competencies.iter().map(competency_out).collect(),
            endorsement: c.endorsement.as_ref().map(Into::into),
            flight_id: text(c.flight_id),
            ground_minutes: c.ground_minutes,
            comment: c.comment.clone(),
            signed_at: Some(timestamp(c.signed_at)),
            instructor_certificate: Some((&c.instructor_certificate).into()),
            supersedes_id: text(c.supersedes_id),
        }
    }
}

impl TryFrom<v1::SignoffContent> for SignoffContent {
    type Error = InvalidMessage;

    fn try_from(c: v1::SignoffContent) -> Read<Self> {
        let certificate = required("instructor_certificate", c.instructor_certificate)?;
        Ok(Self {
            enrollment_id: parse("enrollment_id", &c.enrollment_id)?,
            student_id: parse("student_id", &c.student_id)?,
            instructor_id: parse("instructor_id", &c.instructor_id)?,
            program_id: parse("program_id", &c.program_id)?,
            program_revision: c.program_revision,
            item: item_in(required("item", c.item)?)?,
            result: parse("result", &c.result)?,
            grade: c.grade,
            grade_scale: c.grade_scale,
            competencies: c.competencies.into_iter().map(Into::into).collect(),
            endorsement: c.endorsement.map(TryInto::try_into).transpose()?,
            flight_id: parse_optional("flight_id", c.flight_id.as_deref())?,
            ground_minutes: c.ground_minutes,
            comment: c.comment,
            signed_at: instant("signed_at", c.signed_at)?,
            instructor_certificate: certificate.try_into()?,
            supersedes_id: parse_optional("supersedes_id", c.supersedes_id.as_deref())?,
        })
    }
}

fn item_out(i: &ItemRef) -> v1::SignedItem {
    v1::SignedItem {
        id: i.id.to_string(),
        code: i.code.clone(),
        name: i.name.clone(),
        kind: i.kind.to_string(),
    }
}

fn item_in(i: v1::SignedItem) -> Read<ItemRef> {
    Ok(ItemRef {
        id: parse("item.id", &i.id)?,
        code: i.code,
        name: i.name,
        kind: parse("item.kind", &i.kind)?,
    })
}

fn competency_out(c: &Competency) -> v1::Competency {
    v1::Competency {
        name: c.name.clone(),
        grade: c.grade.clone(),
    }
}

impl From<v1::Competency> for Competency {
    fn from(c: v1::Competency) -> Self {
        Self {
            name: c.name,
            grade: c.grade,
        }
    }
}

impl From<&Endorsement> for v1::Endorsement {
    fn from(e: &Endorsement) -> Self {
        Self {
            advisory_circular: e.advisory_circular.clone(),
            code: e.code.clone(),
            cfr_reference: e.cfr_reference.clone(),
            make_model: e.make_model.clone(),
            expires_on: text(e.expires_on),
        }
    }
}

impl TryFrom<v1::Endorsement> for Endorsement {
    type Error = InvalidMessage;

    fn try_from(e: v1::Endorsement) -> Read<Self> {
        Ok(Self {
            advisory_circular: e.advisory_circular,
            code: e.code,
            cfr_reference: e.cfr_reference,
            make_model: e.make_model,
            expires_on: date("endorsement.expires_on", e.expires_on.as_deref())?,
        })
    }
}

impl From<&InstructorCertificate> for v1::InstructorCertificate {
    fn from(c: &InstructorCertificate) -> Self {
        Self {
            number: c.number.clone(),
            expires_on: text(c.expires_on),
        }
    }
}

impl TryFrom<v1::InstructorCertificate> for InstructorCertificate {
    type Error = InvalidMessage;

    fn try_from(c: v1::InstructorCertificate) -> Read<Self> {
        Ok(Self {
            number: c.number,
            expires_on: date("instructor_certificate.expires_on", c.expires_on.as_deref())?,
        })
    }
}

impl From<&Revocation> for v1::Revocation {
    fn from(r: &Revocation) -> Self {
        Self {
            by: r.by.to_string(),
            at: Some(timestamp(r.at)),
            reason: r.reason.clone(),
        }
    }
}

impl TryFrom<v1::Revocation> for Revocation {
    type Error = InvalidMessage;

    fn try_from(r: v1::Revocation) -> Read<Self> {
        Ok(Self {
            by: parse("revocation.by", &r.by)?,
            at: instant("revocation.at", r.at)?,
            reason: r.reason,
        })
    }
}

impl From<&Signature> for v1::RecordSignature {
    fn from(s: &Signature) -> Self {
        Self {
            algorithm: s.algorithm.to_string(),
            key_id: s.key_id.to_string(),
            payload_sha256: s.payload_sha256.0.to_vec().into(),
            value: s.value.0.to_vec().into(),
        }
    }
}

impl TryFrom<v1::RecordSignature> for Signature {
    type Error = InvalidMessage;

    fn try_from(s: v1::RecordSignature) -> Read<Self> {
        Ok(Self {
            algorithm: parse("signature.algorithm", &s.algorithm)?,
            key_id: parse("signature.key_id", &s.key_id)?,
            payload_sha256: bytes("signature.payload_sha256", &s.payload_sha256)?,
            value: bytes("signature.value", &s.value)?,
        })
    }
}

impl From<&SigningKey> for v1::SigningKey {
    fn from(k: &SigningKey) -> Self {
        Self {
            id: k.id.to_string(),
            organization_id: k.organization_id.to_string(),
            algorithm: k.algorithm.to_string(),
            public_key: k.public_key.0.to_vec().into(),
            created_at: Some(timestamp(k.created_at)),
            retired_at: k.retired_at.map(timestamp),
        }
    }
}

impl TryFrom<v1::SigningKey> for SigningKey {
    type Error = InvalidMessage;

    fn try_from(k: v1::SigningKey) -> Read<Self> {
        Ok(Self {
            id: parse("id", &k.id)?,
            organization_id: parse("organization_id", &k.organization_id)?,
            algorithm: parse("algorithm", &k.algorithm)?,
            public_key: bytes("public_key", &k.public_key)?,
            created_at: instant("created_at", k.created_at)?,
            retired_at: instant_optional("retired_at", k.retired_at)?,
        })
    }
}

impl From<ProgressSummary> for v1::TrainingProgress {
    fn from(p: ProgressSummary) -> Self {
        Self {
            percent_complete: p.percent_complete,
            items_completed: p.items_completed,
            items_total: p.items_total,
        }
    }
}

impl From<v1::TrainingProgress> for ProgressSummary {
    fn from(p: v1::TrainingProgress) -> Self {
        Self {
            percent_complete: p.percent_complete,
            items_completed: p.items_completed,
            items_total: p.items_total,
        }
    }
}

/// Bytes of a fixed number.
pub(super) fn bytes<'b, T>(field: &'static str, bytes: &'b [u8]) -> Read<T>
where
    T: TryFrom<&'b [u8]>,
{
    let wrong = |_| InvalidMessage::new(field, "has another number of bytes");
    T::try_from(bytes).map_err(wrong)
}
