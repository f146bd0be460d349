use domain::vtr::{ChainLink, Check, Manifest, ManifestFile, Vtr, VtrContent};

use super::signoff::bytes;
use crate::convert::{
    InvalidMessage, Read, day, instant, parse, parse_optional, required, text, timestamp,
};
use crate::v1;

impl From<&Vtr> for v1::Vtr {
    fn from(v: &Vtr) -> Self {
        Self {
            id: v.id.to_string(),
            organization_id: v.organization_id.to_string(),
            version: v.version,
            status: v.status.to_string(),
            content: Some((&v.content).into()),
            manifest: v.manifest.0.iter().map(Into::into).collect(),
            signature: Some((&v.signature).into()),
            chain: Some(link_out(&v.chain)),
            check: v.check.as_ref().map(check_out),
            superseded_by_id: text(v.superseded_by_id),
            revocation: v.revocation.as_ref().map(Into::into),
            external_reference: v.external_reference.clone(),
            created_at: Some(timestamp(v.created_at)),
            updated_at: Some(timestamp(v.updated_at)),
        }
    }
}

impl TryFrom<v1::Vtr> for Vtr {
    type Error = InvalidMessage;

    fn try_from(v: v1::Vtr) -> Read<Self> {
        let files = v.manifest.into_iter().map(TryInto::try_into);
        Ok(Self {
            id: parse("id", &v.id)?,
            organization_id: parse("organization_id", &v.organization_id)?,
            version: v.version,
            status: parse("status", &v.status)?,
            content: required("content", v.content)?.try_into()?,
            manifest: Manifest(files.collect::<Read<_>>()?),
            signature: required("signature", v.signature)?.try_into()?,
            chain: link_in(&required("chain", v.chain)?)?,
            check: v.check.map(check_in).transpose()?,
            superseded_by_id: parse_optional("superseded_by_id", v.superseded_by_id.as_deref())?,
            revocation: v.revocation.map(TryInto::try_into).transpose()?,
            external_reference: v.external_reference,
            created_at: instant("created_at", v.created_at)?,
            updated_at: instant("updated_at", v.updated_at)?,
        })
    }
}

impl From<&VtrContent> for v1::VtrContent {
    fn from(c: &VtrContent) -> Self {
        Self {
            student_id: c.student_id.to_string(),
            enrollment_id: c.enrollment_id.to_string(),
            program_id: c.program_id.to_string(),
            program_revision: c.program_revision,
            issuer_name: c.issuer_name.clone(),
            issued_by_id: c.issued_by_id.to_string(),
            issued_at: Some(timestamp(c.issued_at)),
            period_from: c.period_from.to_string(),
            period_to: c.period_to.to_string(),
            signoff_count: c.signoff_count,
            supersedes_id: text(c.supersedes_id),
            root_id: c.root_id.to_string(),
        }
    }
}

impl TryFrom<v1::VtrContent> for VtrContent {
    type Error = InvalidMessage;

    fn try_from(c: v1::VtrContent) -> Read<Self> {
        Ok(Self {
            student_id: parse("student_id", &c.student_id)?,
            enrollment_id: parse("enrollment_id", &c.enrollment_id)?,
            program_id: parse("program_id", &c.program_id)?,
            program_revision: c.program_revision,
            issuer_name: c.issuer_name,
            issued_by_id: parse("issued_by_id", &c.issued_by_id)?,
            issued_at: instant("issued_at", c.issued_at)?,
            period_from: day("period_from", &c.period_from)?,
            period_to: day("period_to", &c.period_to)?,
            signoff_count: c.signoff_count,
            supersedes_id: parse_optional("supersedes_id", c.supersedes_id.as_deref())?,
            root_id: parse("root_id", &c.root_id)?,
        })
    }
}

impl From<&ManifestFile> for v1::ManifestFile {
    fn from(f: &ManifestFile) -> Self {
        Self {
            path: f.path.clone(),
            sha256: f.sha256.0.to_vec().into(),
            size_bytes: f.size_bytes,
            mime: f.mime.clone(),
        }
    }
}

impl TryFrom<v1::ManifestFile> for ManifestFile {
    type Error = InvalidMessage;

    fn try_from(f: v1::ManifestFile) -> Read<Self> {
        Ok(Self {
            path: f.path,
            sha256: bytes("manifest.sha256", &f.sha256)?,
            size_bytes: f.size_bytes,
            mime: f.mime,
        })
    }
}

fn link_out(l: &ChainLink) -> v1::ChainLink {
    v1::ChainLink {
        sequence: l.sequence,
        prev_hash: l.prev_hash.map(|hash| hash.0.to_vec().into()),
        chain_hash: l.chain_hash.0.to_vec().into(),
    }
}

fn link_in(l: &v1::ChainLink) -> Read<ChainLink> {
    let prev_hash = l.prev_hash.as_ref();
    Ok(ChainLink {
        sequence: l.sequence,
        prev_hash: prev_hash
            .map(|hash| bytes("chain.prev_hash", hash))
            .transpose()?,
        chain_hash: bytes("chain.chain_hash", &l.chain_hash)?,
    })
}

fn check_out(c: &Check) -> v1::VtrCheck {
    v1::VtrCheck {
        at: Some(timestamp(c.at)),
        integrity: c.integrity.to_string(),
        signoffs_valid: c.signoffs_valid,
        signoffs_tampered: c.signoffs_tampered,
        problems: c.problems.iter().map(ToString::to_string).collect(),
    }
}

fn check_in(c: v1::VtrCheck) -> Read<Check> {
    let problems = c.problems.iter();
    Ok(Check {
        at: instant("check.at", c.at)?,
        integrity: parse("check.integrity", &c.integrity)?,
        signoffs_valid: c.signoffs_valid,
        signoffs_tampered: c.signoffs_tampered,
        problems: problems
            .map(|problem| parse("check.problems", problem))
            .collect::<Read<_>>()?,
    })
}
