//! Registering an endpoint.

use chrono::{DateTime, Utc};
use domain::api_key::RateLimit;
use domain::webhook::{EndpointStatus, RetryProfile, SigningScheme};
use domain::{EventId, OrgId};
use egress::Target;
use store::{AsyncPgConnection, Db};

use super::announce;
use super::ping_endpoint::{Asking, ping};
use crate::db::endpoints;
use crate::endpoint::{CustomHeaders, Endpoint, Health, Interest, MOST_ENDPOINTS, Metadata};
use crate::entropy::{Entropy, time_ordered_id};
use crate::error::DispatcherError;
use crate::secrets::{KeyRing, Sealed, SigningSecret};

/// What a caller asks for.
pub struct CreateEndpoint {
    pub organization_id: OrgId,
    pub target: Target,
    pub description: Option<String>,
    pub interest: Interest,
    pub scheme: SigningScheme,
    pub headers: CustomHeaders,
    pub metadata: Metadata,
    pub retries: RetryProfile,
    pub rate_limit: Option<RateLimit>,
    pub in_order: bool,
    /// Pings it once it is there.
    pub test: bool,
}

/// What became of it.
pub struct Created {
    pub endpoint: Endpoint,
    /// It is in this answer and nowhere else.
    pub secret: SigningSecret,
    /// The ping that was asked for.
    pub test: Option<EventId>,
}

/// Registers it.
pub async fn create_endpoint(
    db: &Db,
    entropy: &dyn Entropy,
    key_ring: &KeyRing,
    request: CreateEndpoint,
    now: DateTime<Utc>,
) -> Result<Created, DispatcherError> {
    let endpoint = Endpoint {
        id: time_ordered_id(entropy, now)?.into(),
        organization_id: request.organization_id,
        url: request.target.to_string(),
        description: request.description,
        interest: request.interest,
        scheme: request.scheme,
        status: EndpointStatus::Enabled,
        disabled_reason: None,
        header_names: request.headers.names(),
        metadata: request.metadata,
        retries: request.retries,
        rate_limit: request.rate_limit,
        in_order: request.in_order,
        health: Health::HEALTHY,
        previous_secret_until: None,
        created_at: now,
        updated_at: now,
    };
    let secret = SigningSecret::generate(endpoint.scheme, entropy)?;
    let sealed = secret.seal(endpoint.id, key_ring, entropy)?;
    let headers = request.headers.seal(endpoint.id, key_ring, entropy)?;
    let by = Asking {
        requested_by: None,
        traceparent: service_kit::traceparent::current(),
    };
    let (organization, id) = (endpoint.organization_id, endpoint.id);
    let test = db
        .transaction(async |conn| {
            store_endpoint(conn, &endpoint, &sealed, headers.as_ref()).await?;
            announce::endpoint_changed(conn, entropy, organization, id, now).await?;
            match request.test {
                true => ping(conn, entropy, &endpoint, &by, now).await.map(Some),
                false => Ok(None),
            }
        })
        .await?;
    tracing::info!(endpoint_id = %endpoint.id, organization_id = %endpoint.organization_id, "endpoint registered");
    Ok(Created {
        endpoint,
        secret,
        test,
    })
}

async fn store_endpoint(
    conn: &mut AsyncPgConnection,
    endpoint: &Endpoint,
    secret: &Sealed,
    headers: Option<&Sealed>,
) -> Result<(), DispatcherError> {
    endpoints::lock_organization(conn, endpoint.organization_id).await?;
    if endpoints::count(conn, endpoint.organization_id).await? >= MOST_ENDPOINTS {
        return Err(DispatcherError::TooManyEndpoints);
    }
    Ok(endpoints::insert(conn, endpoint, secret, headers).await?)
}
