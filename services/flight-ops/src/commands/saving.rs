//! Creating or changing a record as a whole, as the caller last saw it.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use prost_types::Timestamp;
use store::AsyncPgConnection;

use super::Outcome;
use crate::context::Context;
use crate::db::organizations;
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::records::Record;

/// What a record bears besides its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamps {
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Something that is saved as a whole.
pub trait Content: PartialEq + Clone {
    /// In words: "person".
    const WHAT: &'static str;

    fn stamps(&self) -> Stamps;

    #[must_use]
    fn with_stamps(self, stamps: Stamps) -> Self;

    /// Whether both say the same, whatever their stamps.
    fn is_like(&self, other: &Self) -> bool {
        self.clone().with_stamps(other.stamps()) == *other
    }
}

/// Where such a record is kept.
pub trait Kept: Content + Record + Send + Sync {
    /// The present record of the same id, locked.
    fn present(
        &self,
        conn: &mut AsyncPgConnection,
    ) -> impl Future<Output = QueryResult<Option<Self>>> + Send;

    fn insert(
        &self,
        conn: &mut AsyncPgConnection,
    ) -> impl Future<Output = QueryResult<bool>> + Send;

    fn update(
        &self,
        conn: &mut AsyncPgConnection,
    ) -> impl Future<Output = QueryResult<bool>> + Send;
}

/// Saves `wanted`, whose version is 0 to create or the one that the caller saw.
pub async fn save<R: Kept>(
    conn: &mut AsyncPgConnection,
    context: &Context,
    wanted: R,
) -> Result<Outcome<R>, OpsError> {
    let present = take_turn(conn, &wanted).await?;
    let save = decide(wanted, present, context.now())?;
    carry_out(conn, context, save).await
}

/// Lets one at a time save records of an organisation, so that no two create the same one, and
/// returns what is there.
pub async fn take_turn<R: Kept>(
    conn: &mut AsyncPgConnection,
    wanted: &R,
) -> Result<Option<R>, OpsError> {
    if !organizations::lock(conn, wanted.organization()).await? {
        return Err(OpsError::no_such("organization"));
    }
    Ok(wanted.present(conn).await?)
}

/// Saves and tells of it.
pub async fn carry_out<R: Kept>(
    conn: &mut AsyncPgConnection,
    context: &Context,
    save: Save<R>,
) -> Result<Outcome<R>, OpsError> {
    let saved = match save {
        Save::Keep(present) => return Ok(Outcome::AlreadyApplied(present)),
        Save::Create(new) => {
            if !new.insert(conn).await? {
                return Err(OpsError::IdTaken(R::WHAT));
            }
            new
        }
        Save::Update { after, .. } => {
            if !after.update(conn).await? {
                return Err(OpsError::VersionMismatch);
            }
            after
        }
    };
    let mut outgoing = Outgoing::new(context);
    outgoing.record(&saved);
    outgoing.write(conn).await?;
    Ok(Outcome::Executed(saved))
}

/// When a record was created and changed is ours to say; what a caller says of it may be missing
/// and is not read.
pub fn forget_stamps(created_at: &mut Option<Timestamp>, updated_at: &mut Option<Timestamp>) {
    *created_at = Some(Timestamp::default());
    *updated_at = Some(Timestamp::default());
}

/// What is to be done about a record.
#[derive(Debug, PartialEq)]
pub enum Save<R> {
    Create(R),
    /// The record to be saved, and the one it follows upon.
    Update {
        before: R,
        after: R,
    },
    /// It is as it should be.
    Keep(R),
}

/// Compares what a caller wants with what is there. The wanted record's version is 0 to create,
/// or the one the caller saw; `present` is locked.
///
/// # Errors
/// [`OpsError::NotFound`] when there is none to change, [`OpsError::IdTaken`] when another one
/// stands where one was to be created, [`OpsError::VersionMismatch`].
pub fn decide<R: Content>(
    wanted: R,
    present: Option<R>,
    now: DateTime<Utc>,
) -> Result<Save<R>, OpsError> {
    let seen = wanted.stamps().version;
    let Some(present) = present else {
        if seen != 0 {
            return Err(OpsError::no_such(R::WHAT));
        }
        let stamps = Stamps {
            version: 1,
            created_at: now,
            updated_at: now,
        };
        return Ok(Save::Create(wanted.with_stamps(stamps)));
    };
    let stamps = present.stamps();
    // Whoever created it, or saw the version before this one, may be repeating himself.
    let may_repeat = seen == 0 || seen == stamps.version || seen == stamps.version - 1;
    if may_repeat && wanted.is_like(&present) {
        return Ok(Save::Keep(present));
    }
    if seen == 0 {
        return Err(OpsError::IdTaken(R::WHAT));
    }
    if seen != stamps.version {
        return Err(OpsError::VersionMismatch);
    }
    let next = Stamps {
        version: stamps.version + 1,
        updated_at: now,
        ..stamps
    };
    Ok(Save::Update {
        before: present,
        after: wanted.with_stamps(next),
    })
}

#[cfg(test)]
mod tests;
