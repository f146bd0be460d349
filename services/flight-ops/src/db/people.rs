//! The table `people`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::person::{Licence, Medical, Person, Rating, Role};
use domain::{OrgId, PersonId};
use uuid::Uuid;

use super::json::Json;
use super::{UnreadableRow, term};
use crate::schema::people;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = people, check_for_backend(diesel::pg::Pg))]
#[diesel(primary_key(organization_id, id), treat_none_as_null = true)]
struct PersonRow {
    organization_id: Uuid,
    id: Uuid,
    version: i64,
    first_name: String,
    last_name: String,
    call_sign: Option<String>,
    email: Option<String>,
    roles: Vec<String>,
    status: String,
    licences: Json<Vec<Licence>>,
    ratings: Json<Vec<Rating>>,
    medical: Option<Json<Medical>>,
    caa_reference: Option<String>,
    home_airport: Option<String>,
    external_reference: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// Whether the row was new; an id that is there already is left as it is.
pub async fn insert(conn: &mut AsyncPgConnection, person: &Person) -> QueryResult<bool> {
    let inserted = diesel::insert_into(people::table)
        .values(PersonRow::from(person))
        .on_conflict((people::organization_id, people::id))
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(inserted > 0)
}

super::versioned::versioned!(people, PersonRow, Person, PersonId);

/// Those of these who are people of the organisation.
pub async fn find_all(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    ids: impl IntoIterator<Item = PersonId>,
) -> QueryResult<Vec<Person>> {
    let ids: Vec<Uuid> = ids.into_iter().map(Uuid::from).collect();
    let rows: Vec<PersonRow> = people::table
        .filter(people::organization_id.eq(organization.0))
        .filter(people::id.eq_any(ids))
        .select(PersonRow::as_select())
        .load(conn)
        .await?;
    let people = rows.into_iter().map(Person::try_from);
    Ok(people.collect::<Result<_, UnreadableRow>>()?)
}

/// Which of these are people of the organisation.
pub async fn known(
    mut conn: &AsyncPgConnection,
    organization: OrgId,
    ids: impl IntoIterator<Item = PersonId>,
) -> QueryResult<Vec<PersonId>> {
    let ids: Vec<Uuid> = ids.into_iter().map(Uuid::from).collect();
    let known: Vec<Uuid> = people::table
        .filter(
            people::organization_id
                .eq(organization.0)
                .and(people::id.eq_any(ids)),
        )
        .select(people::id)
        .load(&mut conn)
        .await?;
    Ok(known.into_iter().map(PersonId).collect())
}

/// In the order of their ids, from the one after `after`; with `role`, only those who have it.
pub async fn list(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    role: Option<Role>,
    after: Option<PersonId>,
    limit: i64,
) -> QueryResult<Vec<Person>> {
    let mut query = people::table
        .filter(people::organization_id.eq(organization.0))
        .filter(people::id.gt(after.map_or(Uuid::nil(), Uuid::from)))
        .order(people::id)
        .limit(limit)
        .select(PersonRow::as_select())
        .into_boxed();
    if let Some(role) = role {
        query = query.filter(people::roles.contains(vec![role.as_str()]));
    }
    let rows: Vec<PersonRow> = query.load(conn).await?;
    Ok(rows
        .into_iter()
        .map(Person::try_from)
        .collect::<Result<_, _>>()?)
}

impl From<&Person> for PersonRow {
    fn from(person: &Person) -> Self {
        Self {
            organization_id: person.organization_id.0,
            id: person.id.0,
            version: person.version,
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            call_sign: person.call_sign.clone(),
            email: person.email.clone(),
            roles: person.roles.iter().map(ToString::to_string).collect(),
            status: person.status.to_string(),
            licences: Json(person.licences.clone()),
            ratings: Json(person.ratings.clone()),
            medical: person.medical.clone().map(Json),
            caa_reference: person.caa_reference.clone(),
            home_airport: person.home_airport.clone(),
            external_reference: person.external_reference.clone(),
            created_at: person.created_at,
            updated_at: person.updated_at,
        }
    }
}

impl TryFrom<PersonRow> for Person {
    type Error = UnreadableRow;

    fn try_from(row: PersonRow) -> Result<Self, UnreadableRow> {
        let roles = row.roles.iter().map(|role| term("roles", role));
        Ok(Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            version: row.version,
            first_name: row.first_name,
            last_name: row.last_name,
            call_sign: row.call_sign,
            email: row.email,
            roles: roles.collect::<Result<_, _>>()?,
            status: term("status", &row.status)?,
            licences: row.licences.0,
            ratings: row.ratings.0,
            medical: row.medical.map(|medical| medical.0),
            caa_reference: row.caa_reference,
            home_airport: row.home_airport,
            external_reference: row.external_reference,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
