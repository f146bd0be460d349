//! Adding or changing a person.

use contracts::convert::required;
use contracts::v1;
use domain::person::Person;
use store::AsyncPgConnection;

use super::{Command, Outcome, saving};
use crate::context::Context;
use crate::error::OpsError;
use crate::validate::Checks;

pub struct SavePerson(Person);

impl TryFrom<v1::SavePersonRequest> for SavePerson {
    type Error = OpsError;

    fn try_from(request: v1::SavePersonRequest) -> Result<Self, OpsError> {
        let mut person = required("person", request.person)?;
        saving::forget_stamps(&mut person.created_at, &mut person.updated_at);
        let mut checks = Checks::default();
        let person = checks.person(person.try_into()?);
        checks.finish()?;
        Ok(Self(person))
    }
}

impl Command for SavePerson {
    const NAME: &'static str = "save_person";
    type Answer = Person;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Person>, OpsError> {
        saving::save(conn, context, self.0.clone()).await
    }
}
