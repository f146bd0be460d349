//! A log of a test's own, filled by the day.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use service_kit::{Clock, Kit};
use test_support::TestDatabase;
use uuid::Uuid;

use crate::metrics::DispatcherMetrics;
use crate::retention::Keeper;
use crate::retention::keeper::Round;
use crate::settings::RetentionSettings;

pub const LIMIT: Duration = Duration::from_secs(10);

/// Organisations.
pub const SHORT: Uuid = Uuid::from_u128(1);
pub const LONG: Uuid = Uuid::from_u128(2);
pub const OTHER: Uuid = Uuid::from_u128(3);

/// Days are counted from the first that the migration makes.
pub struct Shelf {
    pub database: TestDatabase,
    pub keeper: Keeper,
    first: NaiveDate,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct First {
    #[diesel(sql_type = Text)]
    day: String,
}

const TABLES: [&str; 3] = ["attempts", "ended", "events"];

impl Shelf {
    pub async fn new() -> Self {
        let database = TestDatabase::create("webhook-dispatcher").await;
        let first = "SELECT right(min(inhrelid::regclass::text), 8) AS day FROM pg_inherits
                     WHERE inhparent = 'ended'::regclass AND inhrelid::regclass::text ~ '[0-9]$'";
        let mut conn = database.connect().await;
        let First { day } = diesel::sql_query(first)
            .get_result(&mut conn)
            .await
            .unwrap();
        let first = NaiveDate::parse_from_str(&day, "%Y%m%d").unwrap();
        let keeper = Keeper {
            database_url: database.url.clone().into(),
            clock: Clock::fixed(first.and_hms_opt(12, 0, 1).unwrap().and_utc()),
            // The tests set the one and not the other.
            clock_tolerance: TimeDelta::MAX,
            metrics: DispatcherMetrics::new(&Kit::isolated("test").metrics.meter()),
            settings: RetentionSettings::default(),
        };
        Self {
            database,
            keeper,
            first,
        }
    }

    fn day(&self, day: i64) -> NaiveDate {
        self.first + TimeDelta::days(day)
    }

    pub fn noon(&self, day: i64) -> DateTime<Utc> {
        self.day(day).and_hms_opt(12, 0, 0).unwrap().and_utc()
    }

    /// A second past noon. Days only come.
    pub fn set_day(&self, day: i64) {
        let at = self.noon(day) + TimeDelta::seconds(1);
        let clock = &self.keeper.clock;
        clock.advance((at - clock.now()).to_std().unwrap());
    }

    pub async fn round(&self) -> Round {
        self.keeper.round().await.unwrap().expect("it is our turn")
    }

    pub fn table(&self, day: i64, parent: &str) -> String {
        format!("{parent}_{}", self.day(day).format("%Y%m%d"))
    }

    pub async fn sql(&self, statement: &str) -> diesel::QueryResult<()> {
        self.database.connect().await.batch_execute(statement).await
    }

    pub async fn count(&self, query: &str) -> i64 {
        let mut conn = self.database.connect().await;
        let counted: Number = diesel::sql_query(query)
            .get_result(&mut conn)
            .await
            .unwrap();
        counted.number
    }

    async fn counts(&self, table: impl Fn(&str) -> String) -> [i64; 3] {
        let mut counts = [0; 3];
        for (count, parent) in counts.iter_mut().zip(TABLES) {
            let query = format!("SELECT count(*) AS number FROM {}", table(parent));
            *count = self.count(&query).await;
        }
        counts
    }

    /// Attempts, what ended, events.
    pub async fn rows(&self) -> [i64; 3] {
        self.counts(str::to_owned).await
    }

    pub async fn rows_of_day(&self, day: i64) -> [i64; 3] {
        self.counts(|parent| self.table(day, parent)).await
    }

    /// Rows that no day was made for.
    pub async fn unplaced(&self) -> i64 {
        let counts = self.counts(|parent| format!("{parent}_default")).await;
        counts.iter().sum()
    }

    pub async fn keeps(&self, organization: Uuid, days: u32) {
        let chosen = format!("INSERT INTO retention VALUES ('{organization}', {days}, now())");
        self.sql(&chosen).await.unwrap();
    }

    async fn events(&self, organization: Uuid, day: i64, count: u32) {
        let events = format!(
            "INSERT INTO events (id, organization_id, type, occurred_at, body, created_at)
             SELECT first_event_of('{}') || lpad({} || '0' || n, 16, '0'), '{organization}', 'flight.created', '{noon}',
                    '', '{noon}'
             FROM generate_series(1, {count}) n",
            self.day(day),
            organization.as_u128(),
            noon = self.noon(day),
        );
        self.sql(&events).await.unwrap();
    }

    /// Events of that day, each delivered on it at the first attempt.
    pub async fn delivered(&self, organization: Uuid, day: i64, count: u32) {
        self.events(organization, day, count).await;
        let (noon, date) = (self.noon(day), self.day(day));
        let delivered = format!(
            "WITH done AS (
                 INSERT INTO ended (id, event_id, endpoint_id, organization_id, sequence, replay, status,
                                    attempt_count, created_at, completed_at)
                 SELECT overlay(first_uuid_of('{date}')::text placing right(id, 12) from 25)::uuid, id,
                        gen_random_uuid(), organization_id, 1, 0, 'succeeded', 1, '{noon}', '{noon}'
                 FROM events WHERE organization_id = '{organization}' AND created_at = '{noon}'
                 RETURNING id
             )
             INSERT INTO attempts (delivery_id, number, started_at, duration_ms, status_code, response_excerpt)
             SELECT id, 1, '{noon}', 5, 200, '' FROM done"
        );
        self.sql(&delivered).await.unwrap();
    }

    /// Events of that day, owed and free since then.
    pub async fn owed(&self, organization: Uuid, day: i64, count: u32) {
        self.events(organization, day, count).await;
        let (noon, date) = (self.noon(day), self.day(day));
        let owed = format!(
            "INSERT INTO owed (id, event_id, endpoint_id, organization_id, sequence, replay, attempt_count,
                               next_attempt_at, created_at)
             SELECT overlay(first_uuid_of('{date}')::text placing right(id, 12) from 25)::uuid, id,
                    gen_random_uuid(), organization_id, 1, 0, 0, '{noon}', '{noon}'
             FROM events WHERE organization_id = '{organization}' AND created_at = '{noon}'"
        );
        self.sql(&owed).await.unwrap();
    }

    /// One of the events that ended is owed once more since that day.
    pub async fn sent_again(&self, organization: Uuid, day: i64) {
        let (noon, date) = (self.noon(day), self.day(day));
        let again = format!(
            "INSERT INTO owed (id, event_id, endpoint_id, organization_id, sequence, replay, attempt_count,
                               next_attempt_at, created_at)
             SELECT first_uuid_of('{date}'), event_id, endpoint_id, organization_id, 9, 1, 0, '{noon}', '{noon}'
             FROM ended WHERE organization_id = '{organization}' LIMIT 1"
        );
        self.sql(&again).await.unwrap();
    }
}
