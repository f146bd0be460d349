//! Both ledgers, and what is told of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use store::Db;
use test_support::TestDatabase;
use uuid::Uuid;

use crate::db::claims::Openings;
use crate::entropy::{OsEntropy, time_ordered_id};
use crate::ledger::{Ledger, Postgres};
use crate::settings::HealthSettings;
use crate::simulation::dice::Dice;
use crate::simulation::news;
use crate::simulation::receivers::endpoint;
use crate::simulation::tables::{At, Endpoint, Tables};
use test_support::Chance;

pub(super) struct Both {
    pub(super) seed: u64,
    pub(super) chance: Chance,
    pub(super) dice: Dice,
    _database: TestDatabase,
    pub(super) conn: AsyncPgConnection,
    pub(super) postgres: Postgres,
    pub(super) model: Tables,
    pub(super) health: HealthSettings,
    pub(super) owners: Vec<Uuid>,
    /// In which each delivery came that came in one.
    pub(super) consignments: BTreeMap<Uuid, Uuid>,
    /// Goes on with every statement, so that no two things have the same time.
    pub(super) now: At,
    pub(super) events: usize,
    /// What has happened at all, by its name.
    pub(super) seen: BTreeSet<&'static str>,
}

pub(super) const ENDPOINTS: usize = 6;
const LEASE: Duration = Duration::from_secs(3_600);

impl Both {
    pub(super) async fn new(seed: u64) -> Self {
        let database = TestDatabase::create("webhook-dispatcher").await;
        let db = Db::connect(&store::Settings::new(database.url.clone()), "test").unwrap();
        let health = HealthSettings {
            disable_after_s: 60,
            ..crate::simulation::world::health()
        };
        let mut both = Self {
            seed,
            chance: Chance::new(seed),
            dice: Dice::new(seed),
            conn: database.connect().await,
            _database: database,
            postgres: Postgres {
                straight: db.clone(),
                db,
                entropy: Arc::new(OsEntropy),
                health,
            },
            model: Tables::new(Duration::from_secs(60)),
            health,
            owners: Vec::new(),
            consignments: BTreeMap::new(),
            now: DateTime::from_timestamp_millis(news::BEGIN).unwrap(),
            events: 0,
            seen: BTreeSet::new(),
        };
        for number in 0..ENDPOINTS {
            both.add_endpoint(number).await;
        }
        for _ in 0..3 {
            both.register().await;
        }
        both
    }

    pub(super) async fn sql(&mut self, statement: &str) {
        self.conn.batch_execute(statement).await.unwrap();
    }

    /// Later than everything before, by up to two seconds.
    pub(super) fn tick(&mut self) -> At {
        let micros = self.chance.between(1, 2_000_000);
        self.now += TimeDelta::microseconds(i64::try_from(micros).unwrap());
        self.now
    }

    pub(super) fn new_id(&mut self) -> Uuid {
        time_ordered_id(&self.dice, self.now).unwrap()
    }

    async fn add_endpoint(&mut self, number: usize) {
        let row = Endpoint {
            rate: [None, None, None, Some((3, 1)), Some((40, 7)), None][number],
            in_order: number % 2 == 1,
            ..Endpoint::new(news::organization(number % 2))
        };
        let (requests, seconds) = match row.rate {
            Some((requests, seconds)) => (requests.to_string(), seconds.to_string()),
            None => ("NULL".to_owned(), "NULL".to_owned()),
        };
        self.sql(&format!(
            "INSERT INTO endpoints (id, organization_id, url, event_types, scheme, secret_ciphertext, secret_key_id,
                                    created_at, updated_at, rate_requests, rate_seconds, rate_full_at, in_order)
             VALUES ('{}', '{}', 'https://x', '{{*}}', 'ga', '', 'a', now(), to_timestamp(0), {requests}, {seconds},
                     to_timestamp(0), {})",
            endpoint(number), row.organization, row.in_order,
        ))
        .await;
        self.model.endpoints.insert(endpoint(number), row);
    }

    pub(super) async fn register(&mut self) {
        let owner = self.new_id();
        self.postgres.register(owner, LEASE).await.unwrap();
        self.model.register(owner, LEASE, self.now);
        self.owners.push(owner);
    }

    pub(super) fn openings(&mut self) -> Openings {
        let listed = (0..ENDPOINTS).filter(|_| self.chance.is(40));
        let listed: Vec<usize> = listed.collect();
        let each = i32::try_from(self.chance.below(5)).unwrap();
        Openings {
            total: i64::try_from(1 + self.chance.below(12)).unwrap(),
            each,
            listed: listed
                .into_iter()
                .map(|number| {
                    let opening = i32::try_from(self.chance.below(9)).unwrap();
                    (endpoint(number), opening)
                })
                .collect(),
        }
    }
}
