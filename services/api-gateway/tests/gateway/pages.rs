//! The description of the API, which anybody may read.

use domain::scope::Scope;
use public_api::problem::ProblemKind;
use public_api::routes::Api;

use crate::harness::World;

const FILES: [(&str, &str); 9] = [
    ("/openapi.json", "application/json"),
    ("/openapi.yaml", "application/yaml"),
    ("/asyncapi.json", "application/json"),
    ("/asyncapi.yaml", "application/yaml"),
    ("/trueflight/openapi.json", "application/json"),
    ("/trueflight/openapi.yaml", "application/yaml"),
    ("/docs", "text/html; charset=utf-8"),
    ("/trueflight/docs", "text/html; charset=utf-8"),
    ("/docs/style.css", "text/css; charset=utf-8"),
];

#[tokio::test]
async fn they_need_no_key_are_kept_and_asked_about() {
    // Nobody stands behind the gateway: the pages are its own.
    let world = World::without_services(|_| {}).await;
    for (path, content_type) in FILES {
        let reply = world.call(path).send().await;
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.header("content-type"), Some(content_type), "{path}");
        assert_eq!(reply.header("cache-control"), Some("public, max-age=300"));
        let etag = reply.header("etag").unwrap().to_owned();
        let known = world.call(path).header("if-none-match", etag.as_str());
        let known = known.send().await;
        assert_eq!(
            (known.status.as_u16(), known.body.len()),
            (304, 0),
            "{path}"
        );
        assert_eq!(known.header("etag"), Some(&*etag));

        let packed = world
            .call(path)
            .header("accept-encoding", "gzip")
            .send()
            .await;
        assert_eq!(packed.header("content-encoding"), Some("gzip"), "{path}");
        assert!(packed.body.len() < reply.body.len() / 2, "{path}");
        let mut plain = String::new();
        let mut reader = flate2::read::GzDecoder::new(&packed.body[..]);
        std::io::Read::read_to_string(&mut reader, &mut plain).unwrap();
        assert_eq!(plain, reply.text(), "{path}");

        let refused = world.call(path).method("POST").send().await;
        refused.problem(405, "method_not_allowed");
        assert_eq!(refused.header("allow"), Some("GET, HEAD"));
    }
    for (path, api) in [
        ("/openapi.json", Api::GaFlight),
        ("/trueflight/openapi.json", Api::TrueFlight),
    ] {
        let document = world.call(path).send().await.json();
        for route in api.routes() {
            let method = route.method.as_str().to_lowercase();
            let operation = &document["paths"][route.template()][method];
            assert_eq!(operation["x-required-scope"], route.scope.as_str());
        }
    }
}

#[tokio::test]
async fn a_page_may_load_its_style_sheet_and_nothing_else() {
    let world = World::without_services(|_| {}).await;
    let page = world.call("/docs").send().await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'self';"));
    let other = world.call("/nothing").send().await;
    let policy = other.header("content-security-policy").unwrap();
    assert_eq!(policy, "default-src 'none'; frame-ancestors 'none'");
}

#[tokio::test]
async fn every_problem_leads_to_its_page() {
    let origin = || "https://api.example.org".to_owned().try_into().unwrap();
    let world = World::with(|settings| settings.http.origin = origin()).await;
    for kind in ProblemKind::ALL {
        let page = world
            .call(&format!("/problems/{}", kind.code()))
            .send()
            .await;
        assert_eq!(page.status, 200, "{kind:?}");
        assert!(page.text().contains(kind.title()), "{kind:?}");
    }
    let stranger = world.call("/problems/none").send().await;
    assert_eq!(stranger.status, 404);
    let kind = "https://api.example.org/problems/not_found";
    assert_eq!(stranger.json()["type"], kind);
    let key = world.keys.mint(&[Scope::Fleet]);
    let refused = world.get(&key, "/api/v1/public/flights").send().await;
    let kind = "https://api.example.org/problems/insufficient_scope";
    assert_eq!(refused.json()["type"], kind);
}
