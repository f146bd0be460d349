//! A database with consumers on it, and what it holds for one organisation.

use std::collections::{BTreeMap, BTreeSet};

use bus::{BatchHandler, Delivery, Outcome};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{
    BigInt, Binary, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::OrgId;
use domain::event::CatalogEvent;
use read_model::consumer::{Consumer, Events, Records};
use read_model::projection::{Totals, contribution, project};
use read_model::record::Record;
use read_model::{Documents, Metrics};
use service_kit::{Clock, Kit};
use store::Db;
use test_support::TestDatabase;
use uuid::Uuid;

use crate::school::{event_message, message};

pub struct World {
    pub database: TestDatabase,
    pub db: Db,
    pub clock: Clock,
}

impl World {
    pub async fn new() -> Self {
        Self::with(Clock::system()).await
    }

    /// With a clock that stands still until it is advanced.
    pub async fn at(now: &str) -> Self {
        Self::with(Clock::fixed(now.parse().unwrap())).await
    }

    async fn with(clock: Clock) -> Self {
        let database = TestDatabase::create("read-model").await;
        let db = Db::connect(
            &store::Settings::new(database.url.as_str()),
            "read-model tests",
        )
        .unwrap();
        Self {
            database,
            db,
            clock,
        }
    }

    /// The service's answers.
    pub fn answers(&self) -> Documents {
        Documents::new(self.db.clone(), self.clock.clone())
    }

    /// A replica of the service, as far as its record queue goes.
    pub fn records(&self) -> Consumer<Records> {
        Consumer::new(self.db.clone(), self.clock.clone(), metrics())
    }

    pub fn events(&self) -> Consumer<Events> {
        Consumer::new(self.db.clone(), self.clock.clone(), metrics())
    }

    /// Applies records in batches as a consumer would, and expects each to be acknowledged.
    pub async fn take(&self, records: &[Record]) {
        self.take_at(&self.clock, records).await;
    }

    /// Applies records at the time of that clock.
    pub async fn take_at(&self, clock: &Clock, records: &[Record]) {
        self.take_messages_at(clock, records.iter().map(message))
            .await;
    }

    pub async fn take_messages(&self, messages: impl IntoIterator<Item = Vec<u8>>) {
        self.take_messages_at(&self.clock, messages).await;
    }

    pub async fn take_messages_at(
        &self,
        clock: &Clock,
        messages: impl IntoIterator<Item = Vec<u8>>,
    ) {
        let consumer: Consumer<Records> = Consumer::new(self.db.clone(), clock.clone(), metrics());
        let deliveries: Vec<Delivery> = messages.into_iter().map(delivery).collect();
        for batch in deliveries.chunks(500) {
            let outcomes = consumer.handle(batch).await.unwrap();
            assert!(
                outcomes.iter().all(|outcome| *outcome == Outcome::Ack),
                "{outcomes:?}"
            );
        }
    }

    pub async fn take_events(&self, events: &[CatalogEvent]) {
        let consumer = self.events();
        for batch in events.chunks(500) {
            let deliveries: Vec<Delivery> = batch
                .iter()
                .map(|event| delivery(event_message(event)))
                .collect();
            let outcomes = consumer.handle(&deliveries).await.unwrap();
            assert!(
                outcomes.iter().all(|outcome| *outcome == Outcome::Ack),
                "{outcomes:?}"
            );
        }
    }
}

fn metrics() -> Metrics {
    Metrics::new(&Kit::isolated("read-model").metrics.meter())
}

pub fn delivery(payload: Vec<u8>) -> Delivery {
    Delivery {
        message_id: Uuid::new_v4().to_string(),
        routing_key: "record.test".to_owned(),
        traceparent: None,
        payload: payload.into(),
        redelivered: false,
    }
}

/// Everything that can be read of an organisation.
#[derive(Debug, PartialEq, Eq, Default)]
pub struct State {
    /// By view and id.
    pub documents: BTreeMap<(String, String), Stored>,
    /// View, id and body of what was deleted.
    pub tombstones: BTreeSet<[String; 3]>,
    /// View, facet, value, sort key and id.
    pub facets: BTreeSet<[String; 5]>,
    /// Without the pilots that have none.
    pub totals: BTreeMap<Uuid, [i64; 5]>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Stored {
    pub version: i64,
    pub sort_key: String,
    pub location_id: Option<Uuid>,
    pub facets: serde_json::Value,
    pub body: String,
    pub detail: Option<String>,
    pub turns_at: Option<DateTime<Utc>>,
}

/// What the database should hold once all of these were the latest.
pub fn expected(latest: &[Record]) -> State {
    expected_at(latest, Clock::system().now())
}

/// What the database should hold at that time once all of these were the latest.
pub fn expected_at(latest: &[Record], now: DateTime<Utc>) -> State {
    let mut state = State::default();
    for document in project(latest, now).unwrap() {
        let view = document.view.as_str().to_owned();
        for facet in &document.facets {
            let (facet, value) = (facet.name.clone(), facet.value.clone());
            state.facets.insert([
                view.clone(),
                facet,
                value,
                document.sort_key.clone(),
                document.id.clone(),
            ]);
        }
        let stored = Stored {
            version: document.version,
            sort_key: document.sort_key,
            location_id: document.location_id.map(|id| id.0),
            facets: serde_json::to_value(&document.facets).unwrap(),
            body: String::from_utf8(document.body).unwrap(),
            detail: document
                .detail
                .map(|detail| String::from_utf8(detail).unwrap()),
            turns_at: document.turns_at,
        };
        state.documents.insert((view, document.id), stored);
    }
    let mut totals: BTreeMap<Uuid, Totals> = BTreeMap::new();
    for ((_, pilot), minutes) in latest.iter().filter_map(contribution) {
        *totals.entry(pilot.0).or_default() += minutes;
    }
    state.totals = totals
        .into_iter()
        .map(|(id, t)| (id, [t.total, t.pic, t.dual_received, t.night, t.instrument]))
        .collect();
    state.totals.retain(|_, minutes| *minutes != [0; 5]);
    state
}

/// What the database holds.
pub async fn state(conn: &mut AsyncPgConnection, organization: OrgId) -> State {
    let (documents, tombstones) = documents(conn, organization).await;
    State {
        documents,
        tombstones,
        facets: facets(conn, organization).await,
        totals: totals(conn, organization).await,
    }
}

async fn documents(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
) -> (BTreeMap<(String, String), Stored>, BTreeSet<[String; 3]>) {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        view: String,
        #[diesel(sql_type = Text)]
        id: String,
        #[diesel(sql_type = BigInt)]
        version: i64,
        #[diesel(sql_type = Text)]
        sort_key: String,
        #[diesel(sql_type = Nullable<SqlUuid>)]
        location_id: Option<Uuid>,
        #[diesel(sql_type = Jsonb)]
        facets: serde_json::Value,
        #[diesel(sql_type = Binary)]
        body: Vec<u8>,
        #[diesel(sql_type = Nullable<Binary>)]
        detail_body: Option<Vec<u8>>,
        #[diesel(sql_type = Nullable<Timestamptz>)]
        turns_at: Option<DateTime<Utc>>,
        #[diesel(sql_type = Bool)]
        deleted: bool,
    }
    let rows: Vec<Row> = sql_query("SELECT * FROM documents WHERE organization_id = $1")
        .bind::<SqlUuid, _>(organization.0)
        .load(conn)
        .await
        .unwrap();
    let (mut documents, mut tombstones) = (BTreeMap::new(), BTreeSet::new());
    for row in rows {
        let body = String::from_utf8(row.body).unwrap();
        if row.deleted {
            tombstones.insert([row.view, row.id, body]);
            continue;
        }
        let stored = Stored {
            version: row.version,
            sort_key: row.sort_key,
            location_id: row.location_id,
            facets: row.facets,
            body,
            detail: row
                .detail_body
                .map(|detail| String::from_utf8(detail).unwrap()),
            turns_at: row.turns_at,
        };
        documents.insert((row.view, row.id), stored);
    }
    (documents, tombstones)
}

async fn facets(conn: &mut AsyncPgConnection, organization: OrgId) -> BTreeSet<[String; 5]> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        view: String,
        #[diesel(sql_type = Text)]
        facet: String,
        #[diesel(sql_type = Text)]
        value: String,
        #[diesel(sql_type = Text)]
        sort_key: String,
        #[diesel(sql_type = Text)]
        id: String,
    }
    let rows: Vec<Row> = sql_query("SELECT * FROM document_facets WHERE organization_id = $1")
        .bind::<SqlUuid, _>(organization.0)
        .load(conn)
        .await
        .unwrap();
    rows.into_iter()
        .map(|row| [row.view, row.facet, row.value, row.sort_key, row.id])
        .collect()
}

async fn totals(conn: &mut AsyncPgConnection, organization: OrgId) -> BTreeMap<Uuid, [i64; 5]> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        pilot_id: Uuid,
        #[diesel(sql_type = BigInt)]
        total_minutes: i64,
        #[diesel(sql_type = BigInt)]
        pic_minutes: i64,
        #[diesel(sql_type = BigInt)]
        dual_received_minutes: i64,
        #[diesel(sql_type = BigInt)]
        night_minutes: i64,
        #[diesel(sql_type = BigInt)]
        instrument_minutes: i64,
    }
    let rows: Vec<Row> = sql_query("SELECT * FROM pilot_totals WHERE organization_id = $1")
        .bind::<SqlUuid, _>(organization.0)
        .load(conn)
        .await
        .unwrap();
    let minutes = |r: &Row| {
        [
            r.total_minutes,
            r.pic_minutes,
            r.dual_received_minutes,
            r.night_minutes,
            r.instrument_minutes,
        ]
    };
    rows.iter()
        .map(|row| (row.pilot_id, minutes(row)))
        .filter(|(_, minutes)| *minutes != [0; 5])
        .collect()
}
