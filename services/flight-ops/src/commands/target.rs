//! What the commands about one flight have in common: which flight, as of which version, by whom.

use contracts::convert::{parse, parse_optional};
use contracts::v1;
use domain::flight::{Act, Flight};
use domain::organization::Organization;
use domain::{FlightId, OrgId, PersonId};
use futures::{TryFutureExt, try_join};
use store::AsyncPgConnection;

use super::school;
use crate::db::{flights, people};
use crate::error::OpsError;

#[derive(Debug, Clone)]
pub struct Target {
    pub organization_id: OrgId,
    pub flight_id: FlightId,
    /// None: whatever version there is.
    pub expected_version: Option<i64>,
    /// None: the flight's pilot to submit it, the organisation's owner for everything else.
    pub actor_id: Option<PersonId>,
}

/// The flight, locked, and what the school has to say about it.
pub struct Loaded {
    pub flight: Flight,
    pub actor: PersonId,
    pub school: Organization,
}

impl Target {
    pub async fn load(&self, conn: &AsyncPgConnection) -> Result<Loaded, OpsError> {
        // All asked before the first is answered.
        let (school, (), flight) = try_join!(
            school(conn, self.organization_id),
            self.knows_the_actor(conn),
            flights::lock(conn, self.organization_id, self.flight_id).err_into(),
        )?;
        Ok(Loaded {
            flight: flight.ok_or(OpsError::no_such("flight"))?,
            actor: self.actor_id.unwrap_or(school.owner_id),
            school: school.organization,
        })
    }

    async fn knows_the_actor(&self, conn: &AsyncPgConnection) -> Result<(), OpsError> {
        let Some(actor) = self.actor_id else {
            return Ok(());
        };
        let known = people::known(conn, self.organization_id, [actor]).await?;
        match known.is_empty() {
            true => Err(OpsError::no_such_at("actor_id", "person")),
            false => Ok(()),
        }
    }

    /// Whether it is this command's actor who did it; a command that names nobody repeats
    /// whatever was done.
    pub fn made_by(&self, by: PersonId) -> bool {
        self.actor_id.is_none_or(|actor| actor == by)
    }

    /// [`Target::made_by`], of an act that may not have been done at all.
    pub fn made(&self, act: Option<Act>) -> bool {
        act.is_some_and(|act| self.made_by(act.by))
    }

    /// The caller saw the present version, or does not care.
    ///
    /// # Errors
    /// [`OpsError::VersionMismatch`]
    pub fn expects(&self, flight: &Flight) -> Result<(), OpsError> {
        match self.expected_version {
            Some(expected) if expected != flight.version => Err(OpsError::VersionMismatch),
            _ => Ok(()),
        }
    }

    /// For a command that finds its change made: the caller saw the version before the change,
    /// or the one it made.
    ///
    /// # Errors
    /// [`OpsError::VersionMismatch`]
    pub fn expected(&self, flight: &Flight) -> Result<(), OpsError> {
        match self.expected_version {
            Some(seen) if seen != flight.version && seen != flight.version - 1 => {
                Err(OpsError::VersionMismatch)
            }
            _ => Ok(()),
        }
    }
}

impl TryFrom<v1::FlightCommand> for Target {
    type Error = OpsError;

    fn try_from(command: v1::FlightCommand) -> Result<Self, OpsError> {
        Ok(Self {
            organization_id: parse("organization_id", &command.organization_id)?,
            flight_id: parse("flight_id", &command.flight_id)?,
            expected_version: command.expected_version,
            actor_id: parse_optional("actor_id", command.actor_id.as_deref())?,
        })
    }
}
