//! The files of a pack, each with its hash.

use serde::{Deserialize, Serialize};

use crate::signing::{Payload, Sha256Digest};
use crate::training::{Revision, Signoff};
use crate::{OrgId, ProgramId, Refusal, SignoffId, VtrId};

use super::VtrContent;

const JSON: &str = "application/json";
/// Where the record itself, the program and one signoff stand in the pack.
pub(super) const RECORD: &str = "record.json";
pub(super) const PROGRAM: &str = "program.json";

pub(super) const SIGNOFFS: &str = "signoffs/";

pub(super) fn signoff_path(id: SignoffId) -> String {
    format!("{SIGNOFFS}{id}.json")
}

/// One file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Relative, with `/` between its parts.
    pub path: String,
    pub sha256: Sha256Digest,
    pub size_bytes: i64,
    /// The media type.
    pub mime: String,
}

/// Every file, in the order of their paths. `record.json`, `program.json` and `signoffs/*.json` are
/// canonical JSON that can be made again from the records; the rest was attached at issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Manifest(pub Vec<ManifestFile>);

#[derive(Serialize)]
struct Signed<'a> {
    schema: &'static str,
    files: &'a Manifest,
}

#[derive(Serialize)]
struct RecordFile<'a> {
    schema: &'static str,
    organization_id: OrgId,
    id: VtrId,
    content: &'a VtrContent,
}

#[derive(Serialize)]
struct ProgramFile<'a> {
    schema: &'static str,
    program_id: ProgramId,
    revision: &'a Revision,
}

impl Manifest {
    pub(super) fn of(mut files: Vec<ManifestFile>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self(files)
    }

    pub fn file(&self, path: &str) -> Option<&ManifestFile> {
        self.0.iter().find(|file| file.path == path)
    }

    /// The signoffs that it lists.
    pub fn signoffs(&self) -> impl Iterator<Item = SignoffId> {
        self.0.iter().filter_map(|file| {
            let name = file.path.strip_prefix(SIGNOFFS)?;
            name.strip_suffix(".json")?.parse().ok()
        })
    }

    /// What is signed of it.
    ///
    /// # Errors
    /// When it has no canonical form.
    pub fn payload(&self) -> Result<Payload, Refusal> {
        let signed = Signed {
            schema: "gaflight.manifest.v1",
            files: self,
        };
        Ok(Payload::of(&signed)?)
    }
}

pub(super) fn record_file(
    organization_id: OrgId,
    id: VtrId,
    content: &VtrContent,
) -> Result<ManifestFile, Refusal> {
    let file = RecordFile {
        schema: "gaflight.vtr.v1",
        organization_id,
        id,
        content,
    };
    Ok(generated(RECORD.to_owned(), &Payload::of(&file)?))
}

pub(super) fn program_file(
    program_id: ProgramId,
    revision: &Revision,
) -> Result<ManifestFile, Refusal> {
    let file = ProgramFile {
        schema: "gaflight.program.v1",
        program_id,
        revision,
    };
    Ok(generated(PROGRAM.to_owned(), &Payload::of(&file)?))
}

pub(super) fn signoff_file(signoff: &Signoff) -> Result<ManifestFile, Refusal> {
    Ok(generated(signoff_path(signoff.id), &signoff.payload()?))
}

fn generated(path: String, payload: &Payload) -> ManifestFile {
    ManifestFile {
        path,
        sha256: payload.sha256,
        size_bytes: i64::try_from(payload.bytes.len()).unwrap_or(i64::MAX),
        mime: JSON.to_owned(),
    }
}
