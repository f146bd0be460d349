//! From a request to an answer: every check, in its order, and then the reading.

use std::sync::Arc;

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use contracts::v1::{KeyServiceClient, ReadModelClient, WebhookDispatcherClient};
use domain::api_key::Networks;
use public_api::cursor::CursorKey;
use public_api::problem::{Problem, ProblemKind};
use public_api::query;
use public_api::routes::{self, Action, Found, Open, Route, RouteKind};
use service_kit::Clock;
use tokio::sync::Semaphore;

use crate::admission::Caller;
use crate::backend::Backend;
use crate::error::GatewayError;
use crate::http::pages::Pages;
use crate::http::{Answer, observe, size};
use crate::keys::KeyCache;
use crate::last_use::LastUses;
use crate::limits::Limits;
use crate::metrics::GatewayMetrics;
use crate::settings::{LimitSettings, Origin, Settings};

/// Everything that requests share.
pub(crate) struct Gateway {
    pub(crate) keys: Arc<KeyCache<Backend>>,
    pub(crate) read_model: ReadModelClient<Backend>,
    pub(crate) dispatcher: WebhookDispatcherClient<Backend>,
    /// For what is no reading: no two callers share an answer.
    pub(crate) replays: WebhookDispatcherClient<Backend>,
    pub(crate) cursors: CursorKey,
    pub(crate) metrics: GatewayMetrics,
    pub(crate) clock: Clock,
    pub(crate) origin: Origin,
    pub(crate) pages: Pages,
    pub(crate) last_uses: LastUses,
    pub(crate) limits: Arc<Limits>,
    /// Those of everybody who has none of their own.
    pub(crate) default_limits: LimitSettings,
    /// The networks of the proxies in front.
    pub(crate) trusted_proxies: Networks,
    /// One permit a request under way.
    in_flight: Semaphore,
}

impl Gateway {
    pub(crate) fn new(
        settings: &Settings,
        backend: &Backend,
        metrics: GatewayMetrics,
        clock: Clock,
        pages: Pages,
        last_uses: LastUses,
    ) -> Self {
        let timeout = settings.backend.timeout();
        let keys = KeyServiceClient::new(backend.clone()).with_timeout(timeout);
        let reads = backend.sharing_reads();
        Self {
            keys: Arc::new(KeyCache::new(keys, &settings.keys, metrics.clone())),
            read_model: ReadModelClient::new(reads.clone()).with_timeout(timeout),
            dispatcher: WebhookDispatcherClient::new(reads)
                .with_timeout(settings.backend.summary_timeout()),
            replays: WebhookDispatcherClient::new(backend.clone()).with_timeout(timeout),
            cursors: settings.cursors.key.0.clone(),
            metrics,
            clock,
            origin: settings.http.origin.clone(),
            pages,
            last_uses,
            limits: Limits::new(settings.limits.capacity.get()),
            default_limits: settings.limits.clone(),
            trusted_proxies: settings.http.trusted_proxies.0.clone(),
            in_flight: Semaphore::new(settings.http.max_in_flight.get()),
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) async fn answer(&self, request: &HttpRequest) -> Result<Answer, GatewayError> {
        let _permit = self
            .in_flight
            .try_acquire()
            .map_err(|_| GatewayError::Overloaded)?;
        size::check(request)?;
        let (route, id) = match find(request)? {
            Wanted::Route(route, id) => (route, id),
            Wanted::Open(open) => {
                observe::matched(request, open.api(), open.path());
                return self.open(open);
            }
        };
        observe::matched(request, route.api(), route.path);
        let caller = self.admit(request, route).await?;
        self.serve(route, &caller, id, request).await
    }

    async fn serve(
        &self,
        route: &'static Route,
        caller: &Caller,
        id: Option<&str>,
        request: &HttpRequest,
    ) -> Result<Answer, GatewayError> {
        let raw = request.query_string();
        match route.kind {
            RouteKind::List { .. } => {
                let query = query::parse(route, raw)?;
                self.list(caller, route, &query, request.path()).await
            }
            RouteKind::Detail { id: form } => {
                let selection = query::parse_detail(route, raw)?;
                let id = id.and_then(|id| form.parse(id));
                self.detail(caller, route.view, id, &selection).await
            }
            RouteKind::Me => {
                query::parse_empty(route, raw)?;
                self.me(caller).await
            }
            RouteKind::Action { id: form, action } => {
                query::parse_empty(route, raw)?;
                let id = id.and_then(|id| form.parse(id));
                match action {
                    Action::ReplayEvent => self.replay(&caller.reach, id, request.headers()).await,
                }
            }
        }
    }
}

/// What the request is for.
enum Wanted<'r> {
    /// The row, and the id in the path.
    Route(&'static Route, Option<&'r str>),
    Open(Open),
}

/// The row of the route tables for the request.
fn find(request: &HttpRequest) -> Result<Wanted<'_>, Problem> {
    match routes::find(request.method().as_str(), request.path()) {
        Found::Route(route, id) => Ok(Wanted::Route(route, id)),
        Found::Open(open) => Ok(Wanted::Open(open)),
        Found::OtherMethods(allowed) => {
            let allowed = allowed.join(", ");
            let detail = format!("the route does not take this method; allowed: {allowed}");
            Err(Problem::new(ProblemKind::MethodNotAllowed, detail).with_header("Allow", allowed))
        }
        Found::Nothing => Err(Problem::not_found("there is no such route")),
    }
}
