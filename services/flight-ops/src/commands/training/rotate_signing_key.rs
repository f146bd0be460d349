//! Another key signs for the school from now on; the one before it still verifies.

use contracts::v1;
use domain::SigningKeyId;
use domain::signing::SigningKey;
use store::AsyncPgConnection;

use super::signing;
use crate::commands::aim::Aim;
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::db::{organizations, signing_keys};
use crate::error::OpsError;
use crate::validate::Checks;

pub struct RotateSigningKey(Aim);

impl TryFrom<v1::RotateSigningKeyRequest> for RotateSigningKey {
    type Error = OpsError;

    fn try_from(request: v1::RotateSigningKeyRequest) -> Result<Self, OpsError> {
        let aim = Aim::read::<SigningKeyId>(request.target)?;
        let mut checks = Checks::default();
        checks.chosen_id("id", aim.id);
        checks.finish()?;
        Ok(Self(aim))
    }
}

impl Command for RotateSigningKey {
    const NAME: &'static str = "rotate_signing_key";
    type Answer = SigningKey;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<SigningKey>, OpsError> {
        let Self(aim) = self;
        let organization = aim.organization_id;
        if !organizations::lock(conn, organization).await? {
            return Err(OpsError::no_such("organization"));
        }
        aim.actor(conn).await?;
        let keys = signing_keys::list(conn, organization).await?;
        if let Some(present) = keys.into_iter().find(|key| key.id.0 == aim.id) {
            return Ok(Outcome::AlreadyApplied(present));
        }
        signing_keys::retire(conn, organization, context.now()).await?;
        let made = signing::make(conn, context, organization, aim.id).await?;
        Ok(Outcome::Executed(made.key))
    }
}
