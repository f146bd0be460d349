//! Who is let in: every check that a request passes before anything is read for it.

use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::http::header::HeaderMap;
use actix_web::{HttpMessage, HttpRequest};
use domain::api_key::ApiToken;
use public_api::problem::{BadKey, Problem, ProblemKind};
use public_api::routes::Route;
use tracing::Span;

use crate::auth;
use crate::budget::Budget;
use crate::error::GatewayError;
use crate::gateway::Gateway;
use crate::http::client_address;
use crate::keys::{KnownKey, Remembered};
use crate::reach::Reach;

/// Who asks, once all checks have been passed.
pub(crate) struct Caller {
    pub(crate) key: Arc<KnownKey>,
    /// Whose documents are read, and which of them.
    pub(crate) reach: Reach,
}

/// Everything that admission costs is below this function, which is there to be found by
/// `./dev bench admission`.
#[inline(never)]
fn poll_admission<F: Future>(checks: Pin<&mut F>, context: &mut Context<'_>) -> Poll<F::Output> {
    checks.poll(context)
}

impl Gateway {
    pub(crate) async fn admit(
        &self,
        request: &HttpRequest,
        route: &Route,
    ) -> Result<Caller, GatewayError> {
        let mut checks = pin!(self.check(request, route));
        poll_fn(|context| poll_admission(checks.as_mut(), context)).await
    }

    /// The checks stand in the order in which they cost, and in which they tell: nobody learns
    /// about a filter who has no key, and nobody spends an organisation's requests from outside
    /// the networks of its key.
    async fn check(&self, request: &HttpRequest, route: &Route) -> Result<Caller, GatewayError> {
        let address = client_address::of(request, &self.trusted_proxies);
        let key = self.identify(request.headers(), address).await?;
        key.check_network(address)?;
        self.last_uses
            .note(key.id, address, request.headers(), self.now());
        self.spend(request, &key).await?;
        let reach = auth::authorize(&key, request.headers(), route.scope)?;
        Span::current().record("organization", reach.organization.to_string());
        Ok(Caller { key, reach })
    }

    /// The request's key, which is in use. To have none costs the address.
    async fn identify(
        &self,
        headers: &HeaderMap,
        address: Option<IpAddr>,
    ) -> Result<Arc<KnownKey>, GatewayError> {
        let refusal = match auth::bearer(headers) {
            Err(refusal) => refusal,
            Ok(token) => {
                Span::current().record("key", token.display_prefix());
                let Some(key) = self.find_key(&token, address).await? else {
                    return Err(Problem::unauthenticated(BadKey::Unknown).into());
                };
                match key.check_alive(self.now()) {
                    Ok(()) => return Ok(key),
                    Err(refusal) => refusal,
                }
            }
        };
        if refusal.kind == ProblemKind::Unauthenticated {
            self.charge(address).await?;
        }
        Err(refusal.into())
    }

    /// What the token is of; that there is no such key has been charged to the address.
    ///
    /// A token that nothing is known of is charged before anybody is asked about it, so that there
    /// are never more look-ups than an address has failures. Who hangs up meanwhile has paid.
    async fn find_key(
        &self,
        token: &ApiToken,
        address: Option<IpAddr>,
    ) -> Result<Option<Arc<KnownKey>>, GatewayError> {
        let digest = token.digest();
        match self.keys.remembered(&digest).await {
            Remembered::Key(key) => Ok(Some(key)),
            Remembered::Token => {
                let key = self.keys.find(digest).await?;
                if key.is_none() {
                    self.charge(address).await?;
                }
                Ok(key)
            }
            Remembered::Nothing => {
                self.charge(address).await?;
                let found = self.keys.find(digest).await;
                if !matches!(found, Ok(None)) {
                    self.acquit(address);
                }
                found
            }
        }
    }

    /// Takes what the request costs, and notes it for the answer.
    async fn spend(&self, request: &HttpRequest, key: &KnownKey) -> Result<(), GatewayError> {
        let mut budget = Budget::of(key, &self.default_limits, &self.limits);
        let taken = budget.take(&self.limits).await;
        request.extensions_mut().insert(budget);
        taken
    }
}
