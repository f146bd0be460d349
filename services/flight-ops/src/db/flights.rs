//! The table `flights`.

mod row;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::flight::{Flight, FlightStatus};
use domain::{FlightId, OrgId};
use uuid::Uuid;

use crate::schema::flights;
use row::FlightRow;

/// Inserts those that are new, in one statement and in the order given, and tells which were; an
/// id that is there already is left as it is. At most 2,000 at a time.
pub async fn insert_all(
    conn: &mut AsyncPgConnection,
    new: impl IntoIterator<Item = &Flight>,
) -> QueryResult<Vec<FlightId>> {
    let rows: Vec<FlightRow> = new.into_iter().map(FlightRow::from).collect();
    let inserted: Vec<Uuid> = diesel::insert_into(flights::table)
        .values(rows)
        .on_conflict((flights::organization_id, flights::id))
        .do_nothing()
        .returning(flights::id)
        .get_results(conn)
        .await?;
    Ok(inserted.into_iter().map(FlightId).collect())
}

/// Whether the row was new; an id that is there already is left as it is.
pub async fn insert(conn: &mut AsyncPgConnection, new: &Flight) -> QueryResult<bool> {
    let inserted = insert_all(conn, [new]).await?;
    Ok(!inserted.is_empty())
}

super::versioned::versioned!(flights, FlightRow, Flight, FlightId);

/// The flights of these ids, and what took the place of those that were voided, and so on.
pub async fn with_replacements(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    ids: impl IntoIterator<Item = FlightId>,
) -> QueryResult<Vec<Flight>> {
    let mut flights: Vec<Flight> = Vec::new();
    let mut wanted: Vec<Uuid> = ids.into_iter().map(Uuid::from).collect();
    // One turn more than there are amendments of an amendment.
    let mut first = true;
    while !wanted.is_empty() {
        let query = flights::table
            .filter(flights::organization_id.eq(organization.0))
            .select(FlightRow::as_select());
        let rows: Vec<FlightRow> = if first {
            query.filter(flights::id.eq_any(&wanted)).load(conn).await?
        } else {
            let replacements = flights::replaces_id.eq_any(&wanted);
            query.filter(replacements).load(conn).await?
        };
        first = false;
        let found = rows.into_iter().map(Flight::try_from);
        let found = found.collect::<Result<Vec<_>, _>>()?;
        let voided = found.iter().filter(|f| f.status == FlightStatus::Voided);
        wanted = voided.map(|flight| flight.id.0).collect();
        flights.extend(found);
    }
    Ok(flights)
}

/// In the order of their ids, from the one after `after`; with `status`, only those.
pub async fn list(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    status: Option<FlightStatus>,
    after: Option<FlightId>,
    limit: i64,
) -> QueryResult<Vec<Flight>> {
    let mut query = flights::table
        .filter(flights::organization_id.eq(organization.0))
        .filter(flights::id.gt(after.map_or(Uuid::nil(), Uuid::from)))
        .order(flights::id)
        .limit(limit)
        .select(FlightRow::as_select())
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(flights::status.eq(status.as_str()));
    }
    let rows: Vec<FlightRow> = query.load(conn).await?;
    Ok(rows
        .into_iter()
        .map(Flight::try_from)
        .collect::<Result<_, _>>()?)
}
