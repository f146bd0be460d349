//! The HTTP server.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use futures::FutureExt;
use public_api::problem::Problem;

use super::{Answer, observe, respond};
use crate::error::GatewayError;
use crate::gateway::Gateway;
use crate::settings::HttpSettings;

/// How long a client may take to close after an answer that ends the connection.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// A server that listens, and serves once it is polled.
pub(crate) struct Bound {
    pub(crate) address: SocketAddr,
    pub(crate) server: Server,
}

/// Binds the public port.
pub(crate) fn bind(settings: &HttpSettings, gateway: web::Data<Gateway>) -> std::io::Result<Bound> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(gateway.clone())
            .wrap(Compress::default())
            .wrap(from_fn(observe::observe))
            .default_service(web::to(serve))
    });
    let server = match settings.workers {
        Some(workers) => server.workers(workers.get()),
        None => server,
    };
    let server = server
        .max_connections(settings.max_connections.get())
        .client_request_timeout(Duration::from_millis(settings.head_timeout_ms))
        .client_disconnect_timeout(DISCONNECT_TIMEOUT)
        .keep_alive(Duration::from_secs(settings.keep_alive_seconds))
        // A client that has closed its side waits for nothing: its request is dropped.
        .h1_allow_half_closed(false)
        .tcp_nodelay(true)
        .disable_signals()
        .bind(settings.address)?;
    let address = server.addrs().first().copied().unwrap_or(settings.address);
    Ok(Bound {
        address,
        server: server.run(),
    })
}

/// The one handler of all routes.
async fn serve(request: HttpRequest, gateway: web::Data<Gateway>) -> HttpResponse {
    let answer = match gateway.pages.answer(&request) {
        Some(page) => page.map_err(GatewayError::from),
        None => guarded(gateway.answer(&request))
            .await
            .map(|answer| answer.into_response(&request)),
    };
    answer.unwrap_or_else(|error| {
        let (problem, origin) = (Problem::from(error), gateway.origin.as_str());
        respond::refuse(&problem, origin, &request, &observe::request_id(&request))
    })
}

/// A handler that panics fails its own request and no other.
async fn guarded(
    answer: impl Future<Output = Result<Answer, GatewayError>>,
) -> Result<Answer, GatewayError> {
    AssertUnwindSafe(answer)
        .catch_unwind()
        .await
        .unwrap_or(Err(GatewayError::Panicked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_internal_problem() {
        let outcome = guarded(async { panic!("a bug") }).await;
        assert_eq!(Problem::from(outcome.unwrap_err()).kind.status(), 500);
    }
}
