//! The table `organizations`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::organization::{Organization, Policy};
use domain::{OrgId, PersonId};
use uuid::Uuid;

use crate::schema::organizations;

/// An organisation, and who acts for it where a command names nobody.
#[derive(Debug, Clone, PartialEq)]
pub struct School {
    pub organization: Organization,
    pub owner_id: PersonId,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = organizations, check_for_backend(diesel::pg::Pg))]
struct OrganizationRow {
    id: Uuid,
    version: i64,
    name: String,
    timezone: String,
    currency: String,
    country: String,
    approver_differs_from_submitter: bool,
    owner_id: Uuid,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// Whether the row was new; an id that is there already is left as it is.
pub async fn insert(conn: &mut AsyncPgConnection, school: &School) -> QueryResult<bool> {
    let inserted = diesel::insert_into(organizations::table)
        .values(OrganizationRow::from(school))
        .on_conflict(organizations::id)
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(inserted > 0)
}

pub async fn find(mut conn: &AsyncPgConnection, id: OrgId) -> QueryResult<Option<School>> {
    let row: Option<OrganizationRow> = organizations::table
        .find(id.0)
        .select(OrganizationRow::as_select())
        .first(&mut conn)
        .await
        .optional()?;
    Ok(row.map(School::from))
}

/// Locks the organisation until the transaction ends: one at a time adds or renames aircraft.
/// `false` when there is none.
pub async fn lock(conn: &mut AsyncPgConnection, id: OrgId) -> QueryResult<bool> {
    let found: Option<Uuid> = organizations::table
        .find(id.0)
        .select(organizations::id)
        .for_no_key_update()
        .first(conn)
        .await
        .optional()?;
    Ok(found.is_some())
}

/// In the order of their ids, from the one after `after`.
pub async fn list(
    conn: &mut AsyncPgConnection,
    after: Option<OrgId>,
    limit: i64,
) -> QueryResult<Vec<Organization>> {
    let rows: Vec<OrganizationRow> = organizations::table
        .filter(organizations::id.gt(after.map_or(Uuid::nil(), Uuid::from)))
        .order(organizations::id)
        .limit(limit)
        .select(OrganizationRow::as_select())
        .load(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| School::from(row).organization)
        .collect())
}

impl From<&School> for OrganizationRow {
    fn from(
        School {
            organization,
            owner_id,
        }: &School,
    ) -> Self {
        Self {
            id: organization.id.0,
            version: organization.version,
            name: organization.name.clone(),
            timezone: organization.timezone.clone(),
            currency: organization.currency.clone(),
            country: organization.country.clone(),
            approver_differs_from_submitter: organization.policy.approver_differs_from_submitter,
            owner_id: owner_id.0,
            created_at: organization.created_at,
            updated_at: organization.updated_at,
        }
    }
}

impl From<OrganizationRow> for School {
    fn from(row: OrganizationRow) -> Self {
        let policy = Policy {
            approver_differs_from_submitter: row.approver_differs_from_submitter,
        };
        let organization = Organization {
            id: row.id.into(),
            version: row.version,
            name: row.name,
            timezone: row.timezone,
            currency: row.currency,
            country: row.country,
            policy,
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        Self {
            organization,
            owner_id: row.owner_id.into(),
        }
    }
}
