//! Who is let in: every check that a request passes before anything is read for it.

use std::sync::Arc;

use actix_web::HttpRequest;
use domain::OrgId;
use domain::api_key::ApiToken;
use public_api::problem::Problem;
use public_api::routes::Route;
use tracing::Span;

use crate::auth;
use crate::error::GatewayError;
use crate::gateway::Gateway;
use crate::keys::KnownKey;

/// Who asks, once all checks have been passed.
pub(crate) struct Caller {
    /// Whose documents are read.
    pub(crate) organization: OrgId,
}

impl Gateway {
    /// The checks stand in the order in which they cost, and in which they tell: nobody learns
    /// about a filter who has no key.
    pub(crate) async fn admit(
        &self,
        request: &HttpRequest,
        route: &Route,
    ) -> Result<Caller, GatewayError> {
        let token = auth::bearer(request.headers())?;
        Span::current().record("key", token.display_prefix());
        let key = self.authenticate(&token).await?;
        key.check_place(request.peer_addr().map(|peer| peer.ip()))?;
        let organization = auth::organization(request.headers())?;
        auth::authorize(&key, organization, route.scope)?;
        Span::current().record("organization", organization.to_string());
        Ok(Caller { organization })
    }

    async fn authenticate(&self, token: &ApiToken) -> Result<Arc<KnownKey>, GatewayError> {
        let key = self.keys.find(token).await?;
        let key = key.ok_or_else(|| Problem::unauthenticated("unknown", "there is no such key"))?;
        key.check_alive(self.now())?;
        Ok(key)
    }
}
