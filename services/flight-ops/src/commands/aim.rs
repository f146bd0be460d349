//! What commands about one record have in common: which record, as of which version, by whom.

use contracts::convert::{parse, parse_optional, required};
use contracts::v1;
use domain::{OrgId, PersonId};
use store::AsyncPgConnection;
use uuid::Uuid;

use super::saving::Content;
use super::{Outcome, school};
use crate::context::Context;
use crate::db::aggregates::{self, Aggregate};
use crate::db::organizations::School;
use crate::db::people;
use crate::error::OpsError;
use crate::outgoing::Outgoing;

#[derive(Debug, Clone, Copy)]
pub struct Aim {
    pub organization_id: OrgId,
    pub id: Uuid,
    /// None: whatever version there is.
    pub expected_version: Option<i64>,
    /// None: the organisation's owner.
    pub actor_id: Option<PersonId>,
}

/// The record, locked, and what the school has to say about it.
pub struct Aimed<T> {
    pub record: T,
    pub actor: PersonId,
    pub school: School,
}

impl Aim {
    /// Reads a target whose id has a form of its own, such as `vtr_...`.
    ///
    /// # Errors
    /// [`OpsError::Message`] naming the field.
    pub fn read<I>(target: Option<v1::Target>) -> Result<Self, OpsError>
    where
        I: std::str::FromStr<Err: std::fmt::Display> + Into<Uuid>,
    {
        let target = required("target", target)?;
        Ok(Self {
            organization_id: parse("organization_id", &target.organization_id)?,
            id: parse::<I>("id", &target.id)?.into(),
            expected_version: target.expected_version,
            actor_id: parse_optional("actor_id", target.actor_id.as_deref())?,
        })
    }

    /// Who acts, and the school.
    pub async fn actor(
        &self,
        conn: &mut AsyncPgConnection,
    ) -> Result<(PersonId, School), OpsError> {
        let school = school(conn, self.organization_id).await?;
        if let Some(actor) = self.actor_id
            && people::known(conn, self.organization_id, [actor])
                .await?
                .is_empty()
        {
            return Err(OpsError::no_such_at("actor_id", "person"));
        }
        Ok((self.actor_id.unwrap_or(school.owner_id), school))
    }

    /// The record, locked until the transaction ends.
    pub async fn load<T: Aggregate + Content>(
        &self,
        conn: &mut AsyncPgConnection,
    ) -> Result<Aimed<T>, OpsError> {
        let (actor, school) = self.actor(conn).await?;
        let record = aggregates::lock(conn, self.organization_id, self.id).await?;
        Ok(Aimed {
            record: record.ok_or(OpsError::no_such(T::WHAT))?,
            actor,
            school,
        })
    }

    /// The caller saw the present version, or does not care.
    ///
    /// # Errors
    /// [`OpsError::VersionMismatch`]
    pub fn expects(&self, version: i64) -> Result<(), OpsError> {
        match self.expected_version {
            Some(expected) if expected != version => Err(OpsError::VersionMismatch),
            _ => Ok(()),
        }
    }

    /// For a command that finds its change made: the caller saw the version before the change, or
    /// the one it made.
    ///
    /// # Errors
    /// [`OpsError::VersionMismatch`]
    pub fn expected(&self, version: i64) -> Result<(), OpsError> {
        match self.expected_version {
            Some(seen) if seen != version && seen != version - 1 => Err(OpsError::VersionMismatch),
            _ => Ok(()),
        }
    }

    /// Deletes the record, unless `may_go` refuses.
    pub async fn delete<T: Aggregate + Content>(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
        may_go: impl FnOnce(&T) -> Result<(), OpsError>,
    ) -> Result<Outcome<()>, OpsError> {
        if aggregates::was_deleted::<T>(conn, self.organization_id, self.id).await? {
            return Ok(Outcome::AlreadyApplied(()));
        }
        let Aimed { record, .. } = self.load::<T>(conn).await?;
        self.expects(record.version())?;
        may_go(&record)?;
        let now = context.now();
        let version = aggregates::delete(conn, &record, now)
            .await?
            .ok_or(OpsError::VersionMismatch)?;
        let mut outgoing = Outgoing::new(context);
        outgoing.deleted(&record, version, now);
        outgoing.write(conn).await?;
        Ok(Outcome::Executed(()))
    }
}

/// Saves what a command made of a locked record, and tells of it with whatever else `tell` adds.
pub async fn save<T: Aggregate>(
    conn: &mut AsyncPgConnection,
    context: &Context,
    after: T,
    tell: impl FnOnce(&T, &mut Outgoing<'_>),
) -> Result<Outcome<T>, OpsError> {
    if !aggregates::update(conn, &after).await? {
        return Err(OpsError::VersionMismatch);
    }
    let mut outgoing = Outgoing::new(context);
    outgoing.record(&after);
    tell(&after, &mut outgoing);
    outgoing.write(conn).await?;
    Ok(Outcome::Executed(after))
}
