//! A student enrols in a revision of a program.

use contracts::convert::{date, day, parse, parse_optional};
use contracts::v1;
use domain::training::{Enrollment, NewEnrollment};
use domain::{EnrollmentId, ProgramId};
use store::AsyncPgConnection;

use super::{program, require_people};
use crate::commands::aim::Aim;
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

pub struct Enroll {
    aim: Aim,
    program_id: ProgramId,
    new: NewEnrollment,
}

impl TryFrom<v1::EnrollRequest> for Enroll {
    type Error = OpsError;

    fn try_from(request: v1::EnrollRequest) -> Result<Self, OpsError> {
        let aim = Aim::read::<EnrollmentId>(request.target)?;
        let mut checks = Checks::default();
        checks.chosen_id("id", aim.id);
        let external_reference = checks.reference(request.external_reference.as_deref());
        checks.finish()?;
        let target_on = date("target_on", request.target_on.as_deref())?;
        Ok(Self {
            aim,
            program_id: parse("program_id", &request.program_id)?,
            new: NewEnrollment {
                id: aim.id.into(),
                organization_id: aim.organization_id,
                program_revision: request.program_revision,
                student_id: parse("student_id", &request.student_id)?,
                instructor_id: parse_optional("instructor_id", request.instructor_id.as_deref())?,
                enrolled_on: day("enrolled_on", &request.enrolled_on)?,
                target_on,
                external_reference,
            },
        })
    }
}

impl Command for Enroll {
    const NAME: &'static str = "enroll";
    type Answer = Enrollment;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Enrollment>, OpsError> {
        let Self { aim, new, .. } = self;
        let organization = aim.organization_id;
        aim.actor(conn).await?;
        if let Some(present) = aggregates::find(conn, organization, aim.id).await? {
            return self.repeats(present);
        }
        let people = [
            ("student_id", Some(new.student_id)),
            ("instructor_id", new.instructor_id),
        ];
        require_people(conn, organization, &people).await?;
        let program = program(conn, organization, self.program_id).await?;
        let enrollment = Enrollment::enroll(new.clone(), &program, context.now())?;
        if !aggregates::insert(conn, &enrollment).await? {
            // Another call of the same id was faster; its row is visible now.
            let present = aggregates::find(conn, organization, aim.id).await?;
            return self.repeats(present.ok_or(OpsError::IdTaken("enrollment"))?);
        }
        let mut outgoing = Outgoing::new(context);
        outgoing.record(&enrollment);
        outgoing.write(conn).await?;
        Ok(Outcome::Executed(enrollment))
    }
}

impl Enroll {
    /// The same student, program and day again is a repetition, however far he has come since.
    fn repeats(&self, present: Enrollment) -> Result<Outcome<Enrollment>, OpsError> {
        let new = &self.new;
        let revision = new.program_revision.unwrap_or(present.program_revision);
        let same = present.program_id == self.program_id
            && present.program_revision == revision
            && present.student_id == new.student_id
            && present.instructor_id == new.instructor_id
            && present.enrolled_on == new.enrolled_on
            && present.target_on == new.target_on
            && present.external_reference == new.external_reference;
        if same {
            Ok(Outcome::AlreadyApplied(present))
        } else {
            Err(OpsError::IdTaken("enrollment"))
        }
    }
}
