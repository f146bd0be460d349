//! A running flight-ops of a test's own.

use std::time::Duration;

use bus::{Bus, RpcClient};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::rpc::RpcError;
use contracts::v1::{Fault, FlightOpsClient, ListOrganizationsRequest, fault::Kind};
use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use service_kit::{Clock, Kit, Service};
use test_support::{TestBroker, TestDatabase, eventually};
use tokio::task::JoinHandle;

use crate::hearing::Hearing;

/// How long anything may take before the test fails.
pub const LIMIT: Duration = Duration::from_secs(20);

/// Thirty-two zeros, under which the schools' keys are stored.
const KEY_RING: &str = "test:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// The service, what it runs on, a client of it, and somebody who hears all that it says. The
/// clock stands still until it is moved.
pub struct World {
    pub ops: FlightOpsClient<RpcClient>,
    pub hearing: Hearing,
    pub kit: Kit,
    database: TestDatabase,
    _broker: TestBroker,
    service: JoinHandle<anyhow::Result<()>>,
}

/// With nanoseconds, which PostgreSQL does not keep.
pub fn start_of_time() -> DateTime<Utc> {
    "2026-05-28T12:03:11.123456789Z".parse().unwrap()
}

impl World {
    pub async fn start() -> Self {
        let (database, broker) = (
            TestDatabase::create("flight-ops").await,
            TestBroker::create().await,
        );
        let mut kit = Kit::isolated("flight-ops");
        kit.clock = Clock::fixed(start_of_time());
        let settings = flight_ops::Settings {
            database: store::Settings::new(database.url.clone()),
            broker: bus::Settings::new(broker.amqp_url.clone()),
            secrets: flight_ops::Secrets {
                key_ring: flight_ops::KeyRing::try_from(KEY_RING.to_owned()).unwrap(),
            },
            rpc: flight_ops::Rpc {
                concurrency: 32.try_into().unwrap(),
            },
        };
        let app = flight_ops::App::build(settings, kit.clone()).await.unwrap();
        kit.health.built();
        let service = tokio::spawn(app.run(kit.shutdown.clone()));
        let bus = Bus::connect(&bus::Settings::new(broker.amqp_url.clone()), "test")
            .await
            .unwrap();
        let ops = FlightOpsClient::new(RpcClient::new(&bus)).with_timeout(LIMIT);
        let hearing = Hearing::begin(&bus);
        let world = Self {
            ops,
            hearing,
            kit,
            database,
            _broker: broker,
            service,
        };
        eventually("the service is ready and answers", LIMIT, async || {
            let ready = world.kit.health.failing().await.is_empty();
            let request = ListOrganizationsRequest {
                after_id: None,
                limit: 1,
            };
            let quick = world.ops.clone().with_timeout(Duration::from_millis(500));
            (ready && quick.list_organizations(request).await.is_ok()).then_some(())
        })
        .await;
        world
    }

    /// A pool of connections to the service's database.
    pub fn db(&self) -> store::Db {
        store::Db::connect(&store::Settings::new(self.database.url.clone()), "test").unwrap()
    }

    pub async fn connect(&self) -> AsyncPgConnection {
        self.database.connect().await
    }

    /// A connection to another database of the same server.
    pub async fn connect_to_server(&self) -> AsyncPgConnection {
        let url = self.database.url.replace(&self.database.name, "postgres");
        AsyncPgConnection::establish(&url).await.unwrap()
    }

    pub fn database_name(&self) -> &str {
        &self.database.name
    }

    /// Runs SQL that has no answer.
    pub async fn sql(&self, sql: &str) -> Result<(), diesel::result::Error> {
        use diesel_async::SimpleAsyncConnection;
        self.connect().await.batch_execute(sql).await
    }

    /// The one number that a query answers with, as `n`.
    pub async fn number(&self, sql: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            n: i64,
        }
        let row: Row = diesel::sql_query(sql)
            .get_result(&mut self.connect().await)
            .await
            .unwrap();
        row.n
    }

    pub fn pass(&self, time: TimeDelta) {
        self.kit.clock.advance(time.to_std().unwrap());
    }

    /// The time as the service keeps it.
    pub fn now(&self) -> DateTime<Utc> {
        chrono::SubsecRound::trunc_subsecs(self.kit.clock.now(), 6)
    }

    /// Waits until everything owed has been published.
    pub async fn nothing_owed(&self) {
        eventually("an empty outbox", LIMIT, async || {
            (self.number("SELECT count(*) AS n FROM outbox").await == 0).then_some(())
        })
        .await;
    }

    pub fn has_ended(&self) -> bool {
        self.service.is_finished()
    }

    /// Begins the soft shutdown and waits for its end.
    pub async fn stop(&mut self) {
        self.kit.shutdown.begin();
        let ended = tokio::time::timeout(LIMIT, &mut self.service).await;
        ended.expect("stops in time").unwrap().unwrap();
    }
}

/// The fault of a call that was refused.
pub fn fault<T: std::fmt::Debug>(answer: Result<T, RpcError>) -> Fault {
    match answer {
        Err(RpcError::Fault(fault)) => *fault,
        other => panic!("a fault was expected, not {other:?}"),
    }
}

/// The kind and code of a call that was refused.
pub fn refusal<T: std::fmt::Debug>(answer: Result<T, RpcError>) -> (Kind, String) {
    let fault = fault(answer);
    (fault.kind(), fault.code)
}

/// The fields that a call was refused for, with their codes.
pub fn fields<T: std::fmt::Debug>(answer: Result<T, RpcError>) -> Vec<(String, String)> {
    let fields = fault(answer).fields.into_iter();
    fields.map(|field| (field.pointer, field.code)).collect()
}
