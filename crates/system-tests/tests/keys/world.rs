//! Three gateways, and what stands behind them as far as keys need it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use contracts::v1::{ApiKey, MintKeyRequest, RevokeKeyRequest};
use domain::scope::Scope;
use system_tests::{Ask, Connection, Service, Stack, StackBuilder};
use test_support::eventually;
use uuid::Uuid;

/// For everything that has to happen but takes no set time.
pub const PATIENCE: Duration = Duration::from_secs(60);
pub const GATEWAYS: usize = 3;
/// A list that is empty for everybody here.
pub const FLIGHTS: &str = "/api/v1/public/flights";
pub const LOCATIONS: &str = "/api/external/v1/locations";
pub const FLEET: &str = "/api/v1/public/fleet";

/// The services that a question about flights passes.
const SERVICES: [Service; 3] = [Service::Keys, Service::ReadModel, Service::ApiGateway];

pub struct World {
    pub stack: Stack,
}

/// A key that was just made.
#[derive(Clone)]
pub struct Minted {
    pub id: String,
    pub organization: String,
    pub token: String,
}

impl World {
    pub async fn start(label: &str) -> Self {
        Self::from(Self::builder(label)).await
    }

    /// To be changed before it is started.
    pub fn builder(label: &str) -> StackBuilder {
        Stack::builder(label).only(&SERVICES).gateways(GATEWAYS)
    }

    pub async fn from(builder: StackBuilder) -> Self {
        Self {
            stack: builder.start().await,
        }
    }

    /// A connection to each gateway.
    pub fn connections(&self) -> Vec<Connection> {
        let urls = self.stack.gateway_urls.iter();
        urls.map(|url| Connection::to(url)).collect()
    }

    /// A key that may read the flights of a school of its own.
    pub async fn mint(&self) -> Minted {
        self.mint_as(flights_key(Uuid::new_v4())).await
    }

    pub async fn mint_as(&self, request: MintKeyRequest) -> Minted {
        let organization = request.organization_id.clone();
        let minted = self.stack.keys().mint(request).await.expect("a key");
        Minted {
            id: minted.key.expect("a key").id,
            organization,
            token: minted.token,
        }
    }

    /// Returns once key-service has answered.
    pub async fn revoke(&self, key: &Minted) -> ApiKey {
        let request = RevokeKeyRequest {
            organization_id: key.organization.clone(),
            key_id: key.id.clone(),
            ..Default::default()
        };
        let answer = self.stack.keys().revoke(request).await;
        answer.expect("a revocation").key.expect("a key")
    }

    /// Returns once every gateway has heard of all that happened to keys before the call:
    /// announcements arrive in the order of their making.
    pub async fn heard(&self, connections: &mut [Connection]) {
        let marker = self.mint().await;
        let ask = marker.flights();
        for connection in connections.iter_mut() {
            assert_eq!(connection.status(&ask).await, 200);
        }
        self.revoke(&marker).await;
        for connection in connections {
            refused(connection, &ask).await;
        }
    }
}

/// Waits until the gateway answers with 401; until then it must answer with 200.
pub async fn refused(connection: &mut Connection, ask: &Ask) {
    eventually("the key is refused", PATIENCE, async || {
        match connection.status(ask).await {
            401 => Some(()),
            200 => None,
            other => panic!("{other}"),
        }
    })
    .await;
}

pub fn flights_key(organization: Uuid) -> MintKeyRequest {
    MintKeyRequest {
        organization_id: organization.to_string(),
        surface: "ga".to_owned(),
        name: "keys test".to_owned(),
        scopes: vec![Scope::Flights.as_str().to_owned()],
        ..Default::default()
    }
}

impl Minted {
    /// As its holder asks for flights.
    pub fn flights(&self) -> Ask {
        Ask::get(FLIGHTS)
            .bearer(&self.token)
            .organization(&self.organization)
    }
}

/// The services are processes of their own, with the machine's clock.
pub fn now() -> DateTime<Utc> {
    #[expect(clippy::disallowed_methods, reason = "it is the services' clock")]
    Utc::now()
}
