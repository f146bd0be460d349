//! Putting a pack together.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::chain::{ChainEntry, ChainEvent};
use super::manifest::{self, Manifest, ManifestFile};
use super::{Vtr, VtrContent, VtrStatus};
use crate::signing::{Payload, Signature, SigningKey};
use crate::training::{Enrollment, Revision, Signoff};
use crate::{OrgId, PersonId, Refusal, Violation, VtrId};

/// Files that may be attached to a pack.
const MOST_ATTACHED: usize = 200;
const LONGEST_PATH: usize = 300;

/// What it takes to issue a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVtr {
    pub id: VtrId,
    pub organization_id: OrgId,
    pub issuer_name: String,
    pub issued_by_id: PersonId,
    /// Both included.
    pub period: (NaiveDate, NaiveDate),
    /// Files that the pack lists besides the training records: certificates, scans. They are kept
    /// elsewhere; what they must be stands here.
    pub attached: Vec<ManifestFile>,
    pub external_reference: Option<String>,
}

/// A record that wants only the school's signature and its place in the audit chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsigned {
    id: VtrId,
    organization_id: OrgId,
    content: VtrContent,
    manifest: Manifest,
    payload: Payload,
    external_reference: Option<String>,
}

impl NewVtr {
    /// `signoffs` are those of the enrolment that were signed within the period and stand;
    /// `revision` is the enrolment's. `supersedes` is the record whose place this one takes.
    ///
    /// # Errors
    /// No signoff at all, one that none of `keys` signed as it stands, a record of other training
    /// to supersede, or attached files that cannot stand.
    pub fn prepare(
        self,
        enrollment: &Enrollment,
        revision: &Revision,
        signoffs: &[Signoff],
        keys: &[SigningKey],
        supersedes: Option<&Vtr>,
        now: DateTime<Utc>,
    ) -> Result<Unsigned, Refusal> {
        check_attached(&self.attached)?;
        check_signoffs(signoffs, keys)?;
        if supersedes.is_some_and(|vtr| vtr.content.enrollment_id != enrollment.id) {
            let detail = "a VTR is superseded by one of the same enrollment";
            return Err(Refusal::conflict("another_enrollment", detail));
        }
        let (period_from, period_to) = self.period;
        let content = VtrContent {
            student_id: enrollment.student_id,
            enrollment_id: enrollment.id,
            program_id: enrollment.program_id,
            program_revision: revision.number,
            issuer_name: self.issuer_name,
            issued_by_id: self.issued_by_id,
            issued_at: now,
            period_from,
            period_to,
            signoff_count: i32::try_from(signoffs.len()).unwrap_or(i32::MAX),
            supersedes_id: supersedes.map(|vtr| vtr.id),
            root_id: supersedes.map_or(self.id, |vtr| vtr.content.root_id),
        };
        let mut files = self.attached;
        files.push(manifest::record_file(
            self.organization_id,
            self.id,
            &content,
        )?);
        files.push(manifest::program_file(content.program_id, revision)?);
        for signoff in signoffs {
            files.push(manifest::signoff_file(signoff)?);
        }
        let manifest = Manifest::of(files);
        Ok(Unsigned {
            payload: manifest.payload()?,
            id: self.id,
            organization_id: self.organization_id,
            content,
            manifest,
            external_reference: self.external_reference,
        })
    }
}

impl Unsigned {
    /// What is to be signed.
    pub fn payload(&self) -> &Payload {
        &self.payload
    }

    /// The record with the signature of its payload, and its entry in the audit chain, which
    /// follows upon `last`.
    ///
    /// # Errors
    /// When the entry has no canonical form.
    pub fn signed(
        self,
        signature: Signature,
        last: Option<&ChainEntry>,
        now: DateTime<Utc>,
    ) -> Result<(Vtr, ChainEntry), Refusal> {
        let entry = ChainEntry::follow(
            last,
            self.organization_id,
            ChainEvent::Issued,
            self.id,
            signature.payload_sha256,
            now,
        )?;
        let vtr = Vtr {
            id: self.id,
            organization_id: self.organization_id,
            version: 1,
            status: VtrStatus::Issued,
            content: self.content,
            manifest: self.manifest,
            signature,
            chain: entry.link(),
            check: None,
            superseded_by_id: None,
            revocation: None,
            external_reference: self.external_reference,
            created_at: now,
            updated_at: now,
        };
        Ok((vtr, entry))
    }
}

fn check_signoffs(signoffs: &[Signoff], keys: &[SigningKey]) -> Result<(), Refusal> {
    if signoffs.is_empty() {
        let detail = "no signoff stands in this period";
        return Err(Refusal::conflict("no_signoffs", detail));
    }
    match signoffs.iter().find(|signoff| !signoff.is_valid(keys)) {
        None => Ok(()),
        Some(tampered) => {
            let detail = format!("signoff {} is not what was signed", tampered.id);
            Err(Refusal::conflict("signoff_tampered", detail))
        }
    }
}

fn check_attached(attached: &[ManifestFile]) -> Result<(), Refusal> {
    let mut found = Vec::new();
    let mut refuse = |code, detail: String| {
        found.push(Violation::new("attached", code, detail));
    };
    if attached.len() > MOST_ATTACHED {
        refuse(
            "too_many",
            format!("at most {MOST_ATTACHED} files are attached"),
        );
    }
    let mut paths = HashSet::new();
    for file in attached {
        let path = &file.path;
        if !is_own_path(path) {
            refuse(
                "malformed",
                format!("{path} is no path for an attached file"),
            );
        }
        if !paths.insert(path) {
            refuse("repeated", format!("{path} is there twice"));
        }
        if file.size_bytes < 0 || !is_media_type(&file.mime) {
            refuse("malformed", format!("{path} has no size or no media type"));
        }
    }
    Refusal::unless_empty(found)
}

/// Relative, of plain characters, and no place where the pack's own files stand.
fn is_own_path(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut parts = path.split('/');
    let own = [manifest::RECORD, manifest::PROGRAM].contains(&path)
        || path.starts_with(manifest::SIGNOFFS);
    !own && path.len() <= LONGEST_PATH
        && parts.all(|part| !part.is_empty() && part.chars().all(plain) && !part.starts_with('.'))
}

fn is_media_type(mime: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '+');
    let whole = |part: &str| !part.is_empty() && part.chars().all(plain);
    mime.len() <= 100
        && mime
            .split_once('/')
            .is_some_and(|(kind, rest)| whole(kind) && whole(rest))
}
