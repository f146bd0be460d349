//! A school whose flights are submitted, by commands to flight-ops, and an endpoint that hears of it.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use contracts::v1::FlightCommand;
use diesel::sql_types::{BigInt, Timestamptz, Uuid as SqlUuid};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use system_tests::{School, Service, Stack};
use uuid::Uuid;

use super::receiver::{Endpoint, Manner};
use super::world::PATIENCE;

/// The services that a command passes on its way to a receiver.
const SERVICES: [Service; 3] = [
    Service::Keys,
    Service::FlightOps,
    Service::WebhookDispatcher,
];

pub struct Flights {
    pub stack: Stack,
    pub endpoint: Endpoint,
    school: School,
    /// Those that nobody has submitted.
    drafts: Vec<String>,
}

/// When the submission of a flight was committed.
#[derive(QueryableByName)]
pub struct Committed {
    #[diesel(sql_type = SqlUuid)]
    pub flight: Uuid,
    #[diesel(sql_type = Timestamptz)]
    pub at: chrono::DateTime<chrono::Utc>,
}

impl Flights {
    /// So many drafts, and nothing else under way.
    pub async fn drafted(label: &str, count: usize) -> anyhow::Result<Self> {
        let stack = Stack::builder(&format!("bench-{label}"))
            .only(&SERVICES)
            .start()
            .await;
        let endpoint = Endpoint::start(Manner::AtOnce).await?;
        let school = School::open(&stack, endpoint.url.clone(), &["flight.submitted"]).await;
        let drafts = school.draft_flights(&stack, u64::try_from(count)?).await;
        let flights = Self {
            stack,
            endpoint,
            school,
            drafts,
        };
        flights.settled().await?;
        Ok(flights)
    }

    /// Commands that submit so many.
    pub fn take(&mut self, count: usize) -> Vec<FlightCommand> {
        let from = self.drafts.len().saturating_sub(count);
        let organization = &self.school.organization_id;
        let command = |flight_id| FlightCommand {
            organization_id: organization.clone(),
            flight_id,
            ..Default::default()
        };
        self.drafts
            .split_off(from)
            .into_iter()
            .map(command)
            .collect()
    }

    /// When each submission was committed, by the server's own account.
    pub async fn committed(&self) -> anyhow::Result<Vec<Committed>> {
        let organization: Uuid = self.school.organization_id.parse()?;
        let committed = sql_query(
            "SELECT id AS flight, pg_xact_commit_timestamp(xmin) AS at FROM flights
             WHERE organization_id = $1 AND status = 'submitted'",
        )
        .bind::<SqlUuid, _>(organization)
        .load(&mut self.database().await?)
        .await;
        committed.context("the server has to run with track_commit_timestamp = on")
    }

    /// Waits until nothing is owed to the broker.
    async fn settled(&self) -> anyhow::Result<()> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            owed: i64,
        }
        let (mut conn, began) = (self.database().await?, Instant::now());
        loop {
            let count = sql_query("SELECT count(*) AS owed FROM outbox");
            let Row { owed } = count.get_result(&mut conn).await?;
            if owed == 0 {
                // What is on the broker is soon read: nobody asked for it.
                tokio::time::sleep(Duration::from_secs(2)).await;
                return Ok(());
            }
            ensure!(began.elapsed() < PATIENCE, "{owed} messages are still owed");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn database(&self) -> anyhow::Result<AsyncPgConnection> {
        let mut databases = self.stack.databases();
        let own = databases.find(|(service, _)| *service == Service::FlightOps);
        let (_, database) = own.context("flight-ops has a database")?;
        Ok(database.connect().await)
    }
}
