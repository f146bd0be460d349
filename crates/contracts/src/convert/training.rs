//! Programs, enrolments and what instructors say.

mod signoff;
mod vtr;

use domain::training::{Enrollment, Minimums, Program, ProgramItem, Revision, Stage, Syllabus};

use super::{
    InvalidMessage, Read, date, day, instant, parse, parse_optional, required, text, timestamp,
};
use crate::v1;

impl From<&Program> for v1::Program {
    fn from(p: &Program) -> Self {
        Self {
            id: p.id.to_string(),
            organization_id: p.organization_id.to_string(),
            version: p.version,
            status: p.status.to_string(),
            draft: p.draft.as_ref().map(Into::into),
            revisions: p.revisions.iter().map(revision_out).collect(),
            external_reference: p.external_reference.clone(),
            created_at: Some(timestamp(p.created_at)),
            updated_at: Some(timestamp(p.updated_at)),
        }
    }
}

impl TryFrom<v1::Program> for Program {
    type Error = InvalidMessage;

    fn try_from(p: v1::Program) -> Read<Self> {
        let revisions = p.revisions.into_iter().map(revision_in);
        Ok(Self {
            id: parse("id", &p.id)?,
            organization_id: parse("organization_id", &p.organization_id)?,
            version: p.version,
            status: parse("status", &p.status)?,
            draft: p.draft.map(TryInto::try_into).transpose()?,
            revisions: revisions.collect::<Read<_>>()?,
            external_reference: p.external_reference,
            created_at: instant("created_at", p.created_at)?,
            updated_at: instant("updated_at", p.updated_at)?,
        })
    }
}

fn revision_out(r: &Revision) -> v1::ProgramRevision {
    v1::ProgramRevision {
        number: r.number,
        published_at: Some(timestamp(r.published_at)),
        published_by_id: r.published_by_id.to_string(),
        syllabus: Some((&r.syllabus).into()),
    }
}

fn revision_in(r: v1::ProgramRevision) -> Read<Revision> {
    Ok(Revision {
        number: r.number,
        published_at: instant("revisions.published_at", r.published_at)?,
        published_by_id: parse("revisions.published_by_id", &r.published_by_id)?,
        syllabus: required("revisions.syllabus", r.syllabus)?.try_into()?,
    })
}

impl From<&Syllabus> for v1::Syllabus {
    fn from(s: &Syllabus) -> Self {
        let stage = |stage: &Stage| v1::ProgramStage {
            name: stage.name.clone(),
            items: stage.items.iter().map(item_out).collect(),
        };
        Self {
            name: s.name.clone(),
            code: s.code.clone(),
            kind: s.kind.to_string(),
            regulatory_basis: s.regulatory_basis.to_string(),
            approval_number: s.approval_number.clone(),
            stages: s.stages.iter().map(stage).collect(),
            minimums: Some(minimums_out(&s.minimums)),
            independent_stage_checks: s.independent_stage_checks,
        }
    }
}

impl TryFrom<v1::Syllabus> for Syllabus {
    type Error = InvalidMessage;

    fn try_from(s: v1::Syllabus) -> Read<Self> {
        let stage = |stage: v1::ProgramStage| {
            let items = stage.items.into_iter().map(item_in);
            Ok(Stage {
                name: stage.name,
                items: items.collect::<Read<_>>()?,
            })
        };
        Ok(Self {
            name: s.name,
            code: s.code,
            kind: parse("kind", &s.kind)?,
            regulatory_basis: parse("regulatory_basis", &s.regulatory_basis)?,
            approval_number: s.approval_number,
            stages: s.stages.into_iter().map(stage).collect::<Read<_>>()?,
            minimums: minimums_in(&s.minimums.unwrap_or_default()),
            independent_stage_checks: s.independent_stage_checks,
        })
    }
}

fn item_out(i: &ProgramItem) -> v1::ProgramItem {
    v1::ProgramItem {
        id: i.id.to_string(),
        code: i.code.clone(),
        name: i.name.clone(),
        kind: i.kind.to_string(),
        planned_minutes: i.planned_minutes,
    }
}

fn item_in(i: v1::ProgramItem) -> Read<ProgramItem> {
    Ok(ProgramItem {
        id: parse("items.id", &i.id)?,
        code: i.code,
        name: i.name,
        kind: parse("items.kind", &i.kind)?,
        planned_minutes: i.planned_minutes,
    })
}

fn minimums_out(m: &Minimums) -> v1::ProgramMinimums {
    v1::ProgramMinimums {
        dual: m.dual,
        solo: m.solo,
        instrument: m.instrument,
        night: m.night,
        cross_country: m.cross_country,
        simulator: m.simulator,
        theory: m.theory,
    }
}

fn minimums_in(m: &v1::ProgramMinimums) -> Minimums {
    Minimums {
        dual: m.dual,
        solo: m.solo,
        instrument: m.instrument,
        night: m.night,
        cross_country: m.cross_country,
        simulator: m.simulator,
        theory: m.theory,
    }
}

impl From<&Enrollment> for v1::Enrollment {
    fn from(e: &Enrollment) -> Self {
        Self {
            id: e.id.to_string(),
            organization_id: e.organization_id.to_string(),
            version: e.version,
            status: e.status.to_string(),
            program_id: e.program_id.to_string(),
            program_revision: e.program_revision,
            student_id: e.student_id.to_string(),
            instructor_id: text(e.instructor_id),
            enrolled_on: e.enrolled_on.to_string(),
            target_on: text(e.target_on),
            completed_on: text(e.completed_on),
            certified_by_id: text(e.certified_by_id),
            terminated_on: text(e.terminated_on),
            termination_reason: e.termination_reason.clone(),
            external_reference: e.external_reference.clone(),
            created_at: Some(timestamp(e.created_at)),
            updated_at: Some(timestamp(e.updated_at)),
        }
    }
}

impl TryFrom<v1::Enrollment> for Enrollment {
    type Error = InvalidMessage;

    fn try_from(e: v1::Enrollment) -> Read<Self> {
        Ok(Self {
            id: parse("id", &e.id)?,
            organization_id: parse("organization_id", &e.organization_id)?,
            version: e.version,
            status: parse("status", &e.status)?,
            program_id: parse("program_id", &e.program_id)?,
            program_revision: e.program_revision,
            student_id: parse("student_id", &e.student_id)?,
            instructor_id: parse_optional("instructor_id", e.instructor_id.as_deref())?,
            enrolled_on: day("enrolled_on", &e.enrolled_on)?,
            target_on: date("target_on", e.target_on.as_deref())?,
            completed_on: date("completed_on", e.completed_on.as_deref())?,
            certified_by_id: parse_optional("certified_by_id", e.certified_by_id.as_deref())?,
            terminated_on: date("terminated_on", e.terminated_on.as_deref())?,
            termination_reason: e.termination_reason,
            external_reference: e.external_reference,
            created_at: instant("created_at", e.created_at)?,
            updated_at: instant("updated_at", e.updated_at)?,
        })
    }
}
