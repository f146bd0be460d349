//! Fills the read model with the documents that its own projection makes.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::SimpleAsyncConnection;
use public_api::routes::View;
use read_model::db::documents::{self, Stamps};
use read_model::db::facets::{self, Entry};
use read_model::projection::{self, Projected};
use read_model::record::Record;
use secrecy::SecretString;
use store::AsyncPgConnection;

use super::flights::School;

/// Flights written at once; they have one time of change.
const BATCH: u32 = 500;
/// When the first batch of every school changed; the others follow by the second.
const CHANGED: i64 = 1_767_225_600; // 2026-01-01

/// Two schools after each other, and beside them the others, which take turns.
pub async fn all(
    url: &SecretString,
    big: School,
    small: School,
    others: &[School],
) -> anyhow::Result<()> {
    let one_by_one = async {
        let mut conn = connect(url).await?;
        for school in [small, big] {
            for batch in 0..school.flights.div_ceil(BATCH) {
                write(&mut conn, school, batch).await?;
            }
        }
        anyhow::Ok(())
    };
    let in_turn = async {
        let mut conn = connect(url).await?;
        let longest = others.iter().map(|school| school.flights).max();
        for batch in 0..longest.unwrap_or_default().div_ceil(BATCH) {
            for school in others {
                write(&mut conn, *school, batch).await?;
            }
        }
        anyhow::Ok(())
    };
    tokio::try_join!(one_by_one, in_turn)?;
    // As autovacuum leaves the tables in the long run.
    connect(url)
        .await?
        .batch_execute("VACUUM (ANALYZE) documents, document_facets")
        .await?;
    Ok(())
}

/// When the batch changed.
pub fn changed_at(batch: u32) -> DateTime<Utc> {
    let begin = DateTime::from_timestamp(CHANGED, 0).unwrap_or_default();
    begin + TimeDelta::seconds(i64::from(batch))
}

/// The time of change in the middle of the school's flights.
pub fn half_way(school: School) -> DateTime<Utc> {
    changed_at(school.flights / BATCH / 2)
}

async fn write(conn: &mut AsyncPgConnection, school: School, batch: u32) -> anyhow::Result<()> {
    let flights = batch * BATCH..school.flights.min((batch + 1) * BATCH);
    let records: Vec<Record> = flights
        .map(|n| Ok(Record::Flight(school.flight(n)?.into())))
        .collect::<anyhow::Result<_>>()?;
    let mut documents: Vec<Projected> = projection::project(&records, changed_at(batch))?;
    documents.retain(|document| document.view == View::Flights);
    let place = (school.organization(), View::Flights);
    let stamps: Stamps = BTreeMap::from([(place, changed_at(batch))]);
    documents::add(conn, &documents, &stamps).await?;
    let entries = documents.iter().flat_map(|document| {
        document.facets.iter().map(|facet| Entry {
            organization_id: document.organization_id.0,
            view: document.view.as_str(),
            facet: &facet.name,
            value: &facet.value,
            sort_key: &document.sort_key,
            id: &document.id,
        })
    });
    facets::add(conn, &entries.collect::<Vec<_>>()).await?;
    Ok(())
}

async fn connect(url: &SecretString) -> anyhow::Result<AsyncPgConnection> {
    let mut conn = store::connect_alone(url, "bench").await?;
    conn.batch_execute("SET synchronous_commit = off; SET maintenance_work_mem = '256MB'")
        .await?;
    Ok(conn)
}
