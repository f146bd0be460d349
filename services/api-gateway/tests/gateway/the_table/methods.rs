//! Methods, and paths that are none.

use public_api::routes::{self, Method};

use super::path;
use crate::harness::World;

#[tokio::test]
async fn every_route_has_its_methods_and_no_others() {
    let world = World::start().await;
    for method in [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW",
    ] {
        for route in routes::all().filter(|route| !route.method.serves(method)) {
            let allowed = match route.method {
                Method::Get => "GET, HEAD",
                Method::Post => "POST",
            };
            let reply = world.call(&path(route)).method(method).send().await;
            assert_eq!(reply.status, 405, "{method} {}", route.path);
            assert_eq!(
                reply.header("allow"),
                Some(allowed),
                "{method} {}",
                route.path
            );
            if method != "HEAD" {
                reply.problem(405, "method_not_allowed");
            }
        }
    }
    for stranger in [
        "/",
        "/api/v1/public",
        "/api/v1/public/flight",
        "/api/v1/public/flights/",
        "/api/v1/public/flights/1/2",
        "/api/v1/public/flights/1/replay",
        "/api/v2/public/flights",
        "/api/external/v1",
        "/api/external/v1/flights",
        "/api/external/v1/health/",
        "/api/external/v2/me",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            world
                .call(stranger)
                .method(method)
                .send()
                .await
                .problem(404, "not_found");
        }
    }
}
