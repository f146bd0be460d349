//! A Verified Training Record is checked against what is stored, and what was found is written
//! down where it differs from what was found before.

use contracts::v1;
use domain::VtrId;
use domain::vtr::Vtr;
use store::AsyncPgConnection;

use super::pack;
use crate::commands::aim::{self, Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;

pub struct VerifyVtr(Aim);

impl TryFrom<v1::Target> for VerifyVtr {
    type Error = OpsError;

    fn try_from(target: v1::Target) -> Result<Self, OpsError> {
        Aim::read::<VtrId>(Some(target)).map(Self)
    }
}

impl Command for VerifyVtr {
    const NAME: &'static str = "verify_vtr";
    type Answer = Vtr;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Vtr>, OpsError> {
        let Self(aim) = self;
        let Aimed { record, .. } = aim.load::<Vtr>(conn).await?;
        let now = context.now();
        let check = pack::check(conn, &record, now).await?;
        if record
            .check
            .as_ref()
            .is_some_and(|known| known.agrees_with(&check))
        {
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        aim.expects(record.version)?;
        let after = record.checked(check, now);
        aim::save(conn, context, after, |_, _| ()).await
    }
}
