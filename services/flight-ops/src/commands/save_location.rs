//! Adding or changing a base.

use contracts::convert::required;
use contracts::v1;
use domain::organization::Location;
use store::AsyncPgConnection;

use super::{Command, Outcome, saving};
use crate::context::Context;
use crate::error::OpsError;
use crate::validate::Checks;

pub struct SaveLocation(Location);

impl TryFrom<v1::SaveLocationRequest> for SaveLocation {
    type Error = OpsError;

    fn try_from(request: v1::SaveLocationRequest) -> Result<Self, OpsError> {
        let mut location = required("location", request.location)?;
        saving::forget_stamps(&mut location.created_at, &mut location.updated_at);
        let mut checks = Checks::default();
        let location = checks.location(location.try_into()?);
        checks.finish()?;
        Ok(Self(location))
    }
}

impl Command for SaveLocation {
    const NAME: &'static str = "save_location";
    type Answer = Location;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Location>, OpsError> {
        saving::save(conn, context, self.0.clone()).await
    }
}
