//! The port for operators: liveness, readiness, metrics. It never carries partners' requests.

use std::net::SocketAddr;

use actix_web::dev::ServerHandle;
use actix_web::http::header::ContentType;
use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::json;

use crate::{Health, Metrics};

/// The running admin server.
pub struct Admin {
    address: SocketAddr,
    handle: ServerHandle,
}

impl Admin {
    /// Binds `address` (port 0 takes a free one) and serves from then on, on a thread of its own,
    /// so that it answers also while the service is busy. To be called from a tokio runtime.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub fn start(address: SocketAddr, health: Health, metrics: Metrics) -> std::io::Result<Self> {
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(health.clone()))
                .app_data(web::Data::new(metrics.clone()))
                .route("/live", web::get().to(live))
                .route("/ready", web::get().to(ready))
                .route("/metrics", web::get().to(page))
        })
        .workers(1)
        .disable_signals()
        .bind(address)?;
        let address = server.addrs().first().copied().unwrap_or(address);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        tracing::info!(%address, "admin server listens");
        Ok(Self { address, handle })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub async fn stop(self) {
        self.handle.stop(false).await;
    }
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "live"}))
}

async fn ready(health: web::Data<Health>) -> HttpResponse {
    let failing = health.failing().await;
    if failing.is_empty() {
        HttpResponse::Ok().json(json!({"status": "ready"}))
    } else {
        HttpResponse::ServiceUnavailable().json(json!({"status": "not ready", "failing": failing}))
    }
}

async fn page(metrics: web::Data<Metrics>) -> HttpResponse {
    match metrics.page() {
        Ok(page) => HttpResponse::Ok()
            .insert_header(("content-type", prometheus::TEXT_FORMAT))
            .body(page),
        Err(error) => HttpResponse::InternalServerError()
            .content_type(ContentType::plaintext())
            .body(error.to_string()),
    }
}
