//! Everything that is in both.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::both::Both;
use crate::db::health;
use crate::endpoint::Health;
use crate::simulation::tables::Owed;

#[derive(diesel::QueryableByName)]
struct OwedRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    event_id: String,
    #[diesel(sql_type = SqlUuid)]
    endpoint_id: Uuid,
    #[diesel(sql_type = BigInt)]
    sequence: i64,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    subject_id: Option<Uuid>,
    #[diesel(sql_type = Integer)]
    attempt_count: i32,
    #[diesel(sql_type = Integer)]
    probes: i32,
    #[diesel(sql_type = Timestamptz)]
    next_attempt_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    lease_owner: Option<Uuid>,
}

#[derive(diesel::QueryableByName)]
struct EndedRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    sequence: i64,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Integer)]
    attempt_count: i32,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
    /// Those that are written.
    #[diesel(sql_type = BigInt)]
    attempts: i64,
}

#[derive(diesel::QueryableByName)]
struct EndpointRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Bool)]
    closed: bool,
    #[diesel(sql_type = BigInt)]
    next_sequence: i64,
    #[diesel(sql_type = Timestamptz)]
    rate_full_at: DateTime<Utc>,
}

impl Both {
    pub(super) async fn compare_rows(&mut self) {
        self.compare_owed().await;
        self.compare_ended().await;
        self.compare_endpoints().await;
        self.compare_health().await;
    }

    async fn compare_owed(&mut self) {
        let rows: Vec<OwedRow> = diesel::sql_query("SELECT * FROM pending")
            .load(&mut self.conn)
            .await
            .unwrap();
        let rows = rows.into_iter().map(|row| {
            let owed = Owed {
                event: row.event_id,
                endpoint: row.endpoint_id,
                sequence: row.sequence,
                subject: row.subject_id,
                attempts: row.attempt_count,
                probes: row.probes,
                next_attempt_at: row.next_attempt_at,
                lease_owner: row.lease_owner,
            };
            (row.id, owed)
        });
        let rows: BTreeMap<Uuid, Owed> = rows.collect();
        assert_eq!(rows, self.model.owed, "seed {}", self.seed);
    }

    async fn compare_ended(&mut self) {
        let rows: Vec<EndedRow> = diesel::sql_query(
            "SELECT e.*, (SELECT count(*) FROM attempts_made a WHERE a.delivery_id = e.id) AS attempts FROM ended e
             ORDER BY id",
        )
        .load(&mut self.conn)
        .await
        .unwrap();
        let rows = rows.into_iter().map(|row| {
            let attempts = (row.attempt_count, usize::try_from(row.attempts).unwrap());
            (row.id, row.sequence, row.status, attempts, row.last_error)
        });
        let expected = self.model.ended.iter().map(|(id, row)| {
            let written = self
                .model
                .attempts
                .range((*id, 0)..=(*id, i32::MAX))
                .count();
            let (status, error) = (row.status.to_owned(), row.error.map(str::to_owned));
            (*id, row.sequence, status, (row.attempts, written), error)
        });
        let [rows, expected]: [Vec<_>; 2] = [rows.collect(), expected.collect()];
        assert_eq!(rows, expected, "seed {}", self.seed);
    }

    async fn compare_endpoints(&mut self) {
        let rows: Vec<EndpointRow> = diesel::sql_query("SELECT * FROM endpoints ORDER BY id")
            .load(&mut self.conn)
            .await
            .unwrap();
        let rows = rows.into_iter().map(|row| {
            let state = (row.status, row.closed, row.next_sequence);
            (row.id, state, row.rate_full_at)
        });
        let expected = self.model.endpoints.iter().map(|(id, row)| {
            let state = (row.status.to_owned(), row.closed, row.next_sequence);
            (*id, state, row.rate_full_at)
        });
        let [rows, expected]: [Vec<_>; 2] = [rows.collect(), expected.collect()];
        assert_eq!(rows, expected, "seed {}", self.seed);
    }

    async fn compare_health(&mut self) {
        let ids: Vec<Uuid> = self.model.endpoints.keys().copied().collect();
        for row in health::lock(&mut self.conn, &ids).await.unwrap() {
            let expected: Health = self.model.endpoints[&row.id].health;
            assert_eq!(row.health(), expected, "seed {}: {}", self.seed, row.id);
        }
    }
}
