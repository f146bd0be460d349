//! A running key-service of a test's own.

use std::time::Duration;

use bus::{Bus, RpcClient};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::rpc::RpcError;
use contracts::v1::{
    ApiKey, ChangeRateLimitRequest, ChangeRateLimitResponse, Fault, KeyServiceClient,
    ListKeysRequest, LookUpKeyRequest, MintKeyRequest, MintKeyResponse, RateLimit,
    RevokeKeyRequest, RevokeKeyResponse, fault::Kind,
};
use diesel_async::AsyncPgConnection;
use domain::api_key::ApiToken;
use service_kit::{Clock, Kit, Service};
use test_support::{TestBroker, TestDatabase, eventually};
use tokio::task::JoinHandle;
use uuid::Uuid;

pub const LIMIT: Duration = Duration::from_secs(10);

/// The service, what it runs on, and a client of it. The clock stands still until it is moved.
pub struct World {
    pub client: KeyServiceClient<RpcClient>,
    pub bus: Bus,
    pub kit: Kit,
    database: TestDatabase,
    /// Kept until the test ends.
    _broker: TestBroker,
    service: JoinHandle<anyhow::Result<()>>,
}

pub fn start_of_time() -> DateTime<Utc> {
    "2026-05-28T12:03:11.123456Z".parse().unwrap()
}

impl World {
    pub async fn start() -> Self {
        let (database, broker) = (
            TestDatabase::create("key-service").await,
            TestBroker::create().await,
        );
        let mut kit = Kit::isolated("key-service");
        kit.clock = Clock::fixed(start_of_time());
        let settings = key_service::Settings {
            database: store::Settings::new(database.url.clone()),
            broker: bus::Settings::new(broker.amqp_url.clone()),
            rpc: key_service::Rpc {
                concurrency: 64.try_into().unwrap(),
            },
        };
        let app = key_service::App::build(settings, kit.clone())
            .await
            .unwrap();
        kit.health.built();
        let service = tokio::spawn(app.run(kit.shutdown.clone()));
        let bus = Bus::connect(&bus::Settings::new(broker.amqp_url.clone()), "test")
            .await
            .unwrap();
        let client = KeyServiceClient::new(RpcClient::new(&bus));
        let world = Self {
            client,
            bus,
            kit,
            database,
            _broker: broker,
            service,
        };
        eventually("the service is ready and answers", LIMIT, async || {
            let ready = world.kit.health.failing().await.is_empty();
            let answers = world
                .client
                .list(ListKeysRequest {
                    organization_id: organization(0),
                })
                .await
                .is_ok();
            (ready && answers).then_some(())
        })
        .await;
        world
    }

    pub async fn connect(&self) -> AsyncPgConnection {
        self.database.connect().await
    }

    pub fn pass(&self, time: TimeDelta) {
        self.kit.clock.advance(time.to_std().unwrap());
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.kit.clock.now()
    }

    pub async fn stop(self) {
        self.kit.shutdown.begin();
        tokio::time::timeout(LIMIT, self.service)
            .await
            .expect("stops in time")
            .unwrap()
            .unwrap();
    }

    pub async fn mint(&self, request: MintKeyRequest) -> (ApiKey, ApiToken) {
        let MintKeyResponse { key, token } = self.client.mint(request).await.unwrap();
        (key.unwrap(), ApiToken::parse(&token).unwrap())
    }

    pub async fn look_up(&self, token: &ApiToken) -> Option<ApiKey> {
        let request = LookUpKeyRequest {
            token_sha256: token.digest().to_vec().into(),
        };
        self.client.look_up(request).await.unwrap().key
    }

    pub async fn list(&self, organization_id: &str) -> Vec<ApiKey> {
        let request = ListKeysRequest {
            organization_id: organization_id.to_owned(),
        };
        self.client.list(request).await.unwrap().keys
    }

    pub async fn revoke(&self, key: &ApiKey) -> Result<RevokeKeyResponse, RpcError> {
        let request = RevokeKeyRequest {
            organization_id: key.organization_id.clone(),
            key_id: key.id.clone(),
            reason: Some("lost laptop".into()),
            revoked_by: Some("ops".into()),
        };
        self.client.revoke(request).await
    }

    /// Gives the key this limit; None: takes its own away.
    pub async fn limit(
        &self,
        key: &ApiKey,
        rate_limit: Option<RateLimit>,
    ) -> Result<ChangeRateLimitResponse, RpcError> {
        let request = ChangeRateLimitRequest {
            organization_id: key.organization_id.clone(),
            key_id: key.id.clone(),
            rate_limit,
            changed_by: Some("ops".into()),
            reason: Some("new contract".into()),
        };
        self.client.change_rate_limit(request).await
    }
}

pub fn organization(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

pub fn rate(requests: u32, seconds: u32) -> Option<RateLimit> {
    Some(RateLimit { requests, seconds })
}

/// A request that is granted.
pub fn request() -> MintKeyRequest {
    MintKeyRequest {
        organization_id: organization(1),
        surface: "ga".into(),
        name: "night sync".into(),
        scopes: vec!["public.flights:read".into(), "public.events:read".into()],
        note: Some("for the warehouse".into()),
        created_by: Some("ops".into()),
        expires_at: None,
        ..Default::default()
    }
}

/// The fault of a refused call.
pub fn fault<T: std::fmt::Debug>(result: Result<T, RpcError>) -> Fault {
    match result {
        Err(RpcError::Fault(fault)) => *fault,
        other => panic!("expected a fault, got {other:?}"),
    }
}

pub fn kind<T: std::fmt::Debug>(result: Result<T, RpcError>) -> Kind {
    fault(result).kind()
}
