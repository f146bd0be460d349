//! Checking a record against what it lists.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::chain::ChainEntry;
use super::manifest::{PROGRAM, RECORD, SIGNOFFS, program_file, record_file, signoff_path};
use super::{Integrity, Vtr};
use crate::signing::SigningKey;
use crate::training::{Revision, Signoff};
use crate::vocabulary::vocabulary;

vocabulary! {
    /// What does not fit.
    Problem, "integrity problem" {
        /// The signature is not of this manifest, or by none of the school's keys.
        Signature => "signature",
        /// The record says something else than its file.
        Record => "record",
        /// The program's revision is not the one of its file.
        Program => "program",
        /// A signoff is gone, is not what was signed, or not the one of its file.
        Signoffs => "signoffs",
        /// The record does not stand in the audit chain as it says.
        Chain => "chain",
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub at: DateTime<Utc>,
    pub integrity: Integrity,
    /// Signoffs of the manifest that are what was signed.
    pub signoffs_valid: i32,
    pub signoffs_tampered: i32,
    /// Each at most once; none where the integrity is verified.
    pub problems: Vec<Problem>,
}

impl Check {
    /// Whether both found the same, whenever it was.
    pub fn agrees_with(&self, other: &Self) -> bool {
        Self {
            at: other.at,
            ..self.clone()
        } == *other
    }
}

/// What a record is checked against, as it is stored now.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// Every key the school ever had.
    pub keys: &'a [SigningKey],
    /// The program's revision, if it is still there.
    pub revision: Option<&'a Revision>,
    /// At least the signoffs of the manifest, whatever became of them.
    pub signoffs: &'a [Signoff],
    /// The record's entry in the audit chain, and the one before it.
    pub entry: Option<&'a ChainEntry>,
    pub before: Option<&'a ChainEntry>,
}

impl Vtr {
    /// Makes everything anew that can be made anew, and compares.
    pub fn verify(&self, evidence: &Evidence<'_>, at: DateTime<Utc>) -> Check {
        let (signoffs_valid, signoffs_tampered) = self.count_signoffs(evidence);
        let listed = i64::from(signoffs_valid) + i64::from(signoffs_tampered);
        let all_valid = signoffs_tampered == 0 && listed == i64::from(self.content.signoff_count);
        let findings = [
            (Problem::Signature, self.signature_holds(evidence)),
            (Problem::Record, self.record_holds()),
            (Problem::Program, self.program_holds(evidence)),
            (Problem::Signoffs, all_valid),
            (Problem::Chain, self.chain_holds(evidence)),
        ];
        let problems: Vec<Problem> = findings
            .into_iter()
            .filter_map(|(problem, holds)| (!holds).then_some(problem))
            .collect();
        Check {
            at,
            integrity: if problems.is_empty() {
                Integrity::Verified
            } else {
                Integrity::Mismatch
            },
            signoffs_valid,
            signoffs_tampered,
            problems,
        }
    }

    fn signature_holds(&self, evidence: &Evidence<'_>) -> bool {
        self.manifest
            .payload()
            .is_ok_and(|payload| self.signature.is_of(&payload.sha256, evidence.keys))
    }

    fn record_holds(&self) -> bool {
        let anew = record_file(self.organization_id, self.id, &self.content);
        anew.is_ok_and(|file| self.manifest.file(RECORD) == Some(&file))
    }

    fn program_holds(&self, evidence: &Evidence<'_>) -> bool {
        evidence.revision.is_some_and(|revision| {
            revision.number == self.content.program_revision
                && program_file(self.content.program_id, revision)
                    .is_ok_and(|file| self.manifest.file(PROGRAM) == Some(&file))
        })
    }

    /// How many of the listed signoffs are valid, and how many are not.
    fn count_signoffs(&self, evidence: &Evidence<'_>) -> (i32, i32) {
        let (mut valid, mut tampered) = (0, 0);
        let listed = self.manifest.0.iter();
        for file in listed.filter(|file| file.path.starts_with(SIGNOFFS)) {
            let mut signoffs = evidence.signoffs.iter();
            let signoff = signoffs.find(|signoff| signoff_path(signoff.id) == file.path);
            let holds = signoff.is_some_and(|signoff| {
                signoff.payload_sha256() == file.sha256 && signoff.is_valid(evidence.keys)
            });
            if holds {
                valid += 1;
            } else {
                tampered += 1;
            }
        }
        (valid, tampered)
    }

    fn chain_holds(&self, evidence: &Evidence<'_>) -> bool {
        evidence.entry.is_some_and(|entry| {
            entry.holds(evidence.before)
                && entry.link() == self.chain
                && entry.vtr_id == self.id
                && entry.organization_id == self.organization_id
                && entry.manifest_sha256 == self.manifest_sha256()
        })
    }
}
