use super::*;

use crate::openapi;
use crate::problem::ProblemKind;
use crate::routes::Api;

fn reference(api: Api) -> String {
    page(api, &openapi::document(api).unwrap())
}

#[test]
fn every_operation_event_and_problem_is_on_the_page() {
    for api in Api::ALL {
        let page = reference(*api);
        let paths = api.routes().iter().map(|route| route.template());
        for path in paths.chain(api.open().iter().map(|open| open.template())) {
            assert!(page.contains(&escape(&path)), "{path}");
        }
    }
    let page = reference(Api::GaFlight);
    for event in domain::event::EventType::TERMS {
        assert!(page.contains(&format!("id=\"event-{event}\"")), "{event}");
    }
    for kind in ProblemKind::ALL {
        assert!(page.contains(&format!("/problems/{}", kind.code())));
        let own = problem_page(*kind);
        assert!(own.contains(&prose::inline(kind.advice())), "{own}");
    }
}

#[test]
fn every_link_within_the_page_leads_somewhere() {
    for page in Api::ALL.iter().map(|api| reference(*api)) {
        for target in page.split("href=\"#").skip(1) {
            let id = target.split('"').next().unwrap();
            assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }
}

#[test]
fn the_page_fetches_nothing_from_elsewhere_and_runs_nothing() {
    let page = Api::ALL.iter().map(|api| reference(*api));
    let page: String = page.collect();
    for part in ["src=", "<script", "url(", "@import", "href=\"http"] {
        assert!(!page.contains(part), "{part}");
        assert!(!STYLE.contains(part), "{part}");
    }
}

#[test]
fn markup_in_a_text_is_text() {
    assert_eq!(
        prose::inline("a <b> `<c>`"),
        "a &lt;b&gt; <code>&lt;c&gt;</code>"
    );
}
