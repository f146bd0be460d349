//! Writing down what the next revision of a program is to be.

use contracts::convert::required;
use contracts::v1;
use domain::training::{NewProgram, Program, Syllabus};
use domain::{ProgramId, Refusal};
use store::AsyncPgConnection;
use uuid::Uuid;

use crate::commands::aim::{self, Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

pub struct SaveProgram {
    aim: Aim,
    syllabus: Syllabus,
    external_reference: Option<String>,
}

impl TryFrom<v1::SaveProgramRequest> for SaveProgram {
    type Error = OpsError;

    fn try_from(request: v1::SaveProgramRequest) -> Result<Self, OpsError> {
        let aim = Aim::read::<ProgramId>(request.target)?;
        let mut syllabus = required("syllabus", request.syllabus)?;
        tidy(&mut syllabus, aim.id);
        let mut checks = Checks::default();
        checks.chosen_id("id", aim.id);
        let external_reference = checks.reference(request.external_reference.as_deref());
        checks.finish()?;
        let syllabus = Syllabus::try_from(syllabus)?;
        Refusal::unless_empty(syllabus.violations())?;
        Ok(Self {
            aim,
            syllabus,
            external_reference,
        })
    }
}

/// Texts without white space around them, and an id for every item: one that is left out follows
/// from the program and the item's code, so that repeating the request names the same items.
fn tidy(syllabus: &mut v1::Syllabus, program: Uuid) {
    trim(&mut syllabus.name);
    for text in [&mut syllabus.code, &mut syllabus.approval_number] {
        *text = text.take().filter(|text| !text.trim().is_empty());
        text.iter_mut().for_each(trim);
    }
    for stage in &mut syllabus.stages {
        trim(&mut stage.name);
        for item in &mut stage.items {
            trim(&mut item.code);
            trim(&mut item.name);
            if item.id.is_empty() {
                item.id = Uuid::new_v5(&program, item.code.as_bytes()).to_string();
            }
        }
    }
}

fn trim(text: &mut String) {
    let trimmed = text.trim();
    if trimmed.len() < text.len() {
        *text = trimmed.to_owned();
    }
}

impl Command for SaveProgram {
    const NAME: &'static str = "save_program";
    type Answer = Program;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Program>, OpsError> {
        let aim = &self.aim;
        aim.actor(conn).await?;
        let known = aggregates::find::<Program>(conn, aim.organization_id, aim.id).await?;
        if known.is_none() && aim.expected_version.is_none() {
            let new = NewProgram {
                id: aim.id.into(),
                organization_id: aim.organization_id,
                syllabus: self.syllabus.clone(),
                external_reference: self.external_reference.clone(),
            };
            let program = Program::draft(new, context.now())?;
            if aggregates::insert(conn, &program).await? {
                let mut outgoing = Outgoing::new(context);
                outgoing.record(&program);
                outgoing.write(conn).await?;
                return Ok(Outcome::Executed(program));
            }
            // Another call of the same id was faster; its row is visible now.
        }
        let Aimed { record, .. } = aim.load::<Program>(conn).await?;
        if self.is_said_by(&record) {
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        aim.expects(record.version)?;
        let (syllabus, reference) = (self.syllabus.clone(), self.external_reference.clone());
        let after = record.revise(syllabus, reference, context.now())?;
        aim::save(conn, context, after, |_, _| ()).await
    }
}

impl SaveProgram {
    /// Whether the draft, or else what was published last, says it already.
    fn is_said_by(&self, program: &Program) -> bool {
        let latest = program.latest().map(|revision| &revision.syllabus);
        program.draft.as_ref().or(latest) == Some(&self.syllabus)
            && program.external_reference == self.external_reference
    }
}
