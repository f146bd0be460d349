use std::collections::BTreeSet;

use super::*;
use crate::routes::Api;

#[test]
fn fields_are_those_served_in_their_order() {
    let fields = fields(View::Flights, false);
    assert_eq!(&fields[..3], ["id", "status", "flight_type"]);
    let mut schemas = schemas::generator();
    for view in View::ALL {
        let documented = views::of(*view, &mut schemas).unwrap_or_else(|| panic!("{view:?}"));
        for (detail, described) in [(false, &documented.item), (true, documented.detail())] {
            let served: Vec<_> = described.example.members().iter().map(|(n, _)| n).collect();
            let told: Vec<_> = super::fields(*view, detail).iter().collect();
            assert_eq!(told, served, "{view:?}");
        }
    }
}

#[test]
fn every_row_of_a_table_is_an_operation_with_an_id_of_its_own() {
    for api in Api::ALL {
        check_operations(*api);
    }
}

fn check_operations(api: Api) {
    let document = document(api).unwrap();
    let mut ids = BTreeSet::new();
    for route in api.routes() {
        let method = route.method.as_str().to_lowercase();
        let path = route.template().replace('/', "~1");
        let operation = document.at(&format!("#/paths/{path}/{method}"));
        let operation = operation.unwrap_or_else(|| panic!("{}", route.path));
        assert!(ids.insert(operation.get("operationId").unwrap().text().unwrap()));
        let scope = operation.get("x-required-scope").and_then(Json::text);
        assert_eq!(scope, Some(route.scope.as_str()));
        let parameters = operation.get("parameters").unwrap().items();
        let filters = parameters.iter().filter(|p| p.get("name").is_some());
        let names: Vec<_> = filters.filter_map(|p| p.get("name")?.text()).collect();
        for filter in route.filters() {
            assert!(
                names.contains(&filter.name),
                "{} {}",
                route.path,
                filter.name
            );
        }
    }
}

#[test]
fn every_answer_to_a_key_that_is_let_in_tells_of_its_budgets() {
    for api in Api::ALL {
        check_budgets(*api);
    }
}

fn check_budgets(api: Api) {
    let document = document(api).unwrap();
    let responses = |operation: &Json| operation.get("responses").unwrap().clone();
    let operations = document.get("paths").unwrap().members().iter();
    let operations = operations.flat_map(|(_, item)| item.members());
    let operations = operations.filter(|(_, operation)| operation.get("security").is_none());
    let mut told = 0;
    for (status, response) in operations.flat_map(|(_, o)| responses(o).members().to_vec()) {
        let place = response.get("$ref").and_then(Json::text);
        let response = place.map_or(&response, |place| document.at(place).unwrap());
        let headers = response.get("headers").unwrap();
        let has = |name: &str| headers.get(name).is_some();
        let admitted = !["401", "406", "413", "414", "431"].contains(&&*status);
        assert_eq!(has("RateLimit"), admitted, "{status}");
        assert_eq!(has("RateLimit-Policy"), admitted, "{status}");
        assert_eq!(has("Retry-After"), ["429", "503"].contains(&&*status));
        told += usize::from(status == "429");
    }
    assert_eq!(told, api.routes().len(), "every operation may be limited");
}

#[test]
fn every_event_type_is_described_in_both_documents() {
    let (openapi, asyncapi) = (
        document(Api::GaFlight).unwrap(),
        asyncapi::document().unwrap(),
    );
    for event_type in domain::event::EventType::ALL {
        let webhook = openapi.get("webhooks").unwrap().get(event_type.as_str());
        assert!(webhook.is_some(), "{event_type}");
        let message = format!("#/channels/ga/messages/{event_type:?}");
        assert!(asyncapi.at(&message).is_some(), "{event_type}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn check(root: &Json, value: &Json) {
        match value {
            Json::Object(members) => {
                for (name, value) in members {
                    match (name.as_str(), value) {
                        ("$ref", Json::Text(to)) => assert!(root.at(to).is_some(), "{to}"),
                        _ => check(root, value),
                    }
                }
            }
            Json::List(values) => values.iter().for_each(|value| check(root, value)),
            _ => {}
        }
    }
    let documents = [
        document(Api::GaFlight).unwrap(),
        document(Api::TrueFlight).unwrap(),
        asyncapi::document().unwrap(),
    ];
    for document in documents {
        check(&document, &document);
    }
}

#[test]
fn json_keeps_its_order_and_yaml_quotes_what_could_be_misread() {
    let text =
        r#"{"b":{"z":1,"a":[null,-2.5,true,{"k":"v","l":[]}]},"a":"no","c":"x: y","d":{},"e":"1"}"#;
    let json: Json = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&json).unwrap(), text);
    let expected = "b:\n  z: 1\n  a:\n    - null\n    - -2.5\n    - true\n    - k: v\n      l: []\n\
                    a: \"no\"\nc: \"x: y\"\nd: {}\ne: \"1\"\n";
    assert_eq!(yaml(&json), expected);
}

#[test]
fn what_needs_no_key_says_so_and_has_no_envelope() {
    let document = document(Api::TrueFlight).unwrap();
    for open in Api::TrueFlight.open() {
        let path = open.template().replace('/', "~1");
        let operation = document.at(&format!("#/paths/{path}/get")).unwrap();
        assert!(operation.get("security").unwrap().items().is_empty());
        let answer = operation.at("/responses/200/content/application~1json");
        assert_eq!(
            answer.unwrap().at("/example/status").unwrap().text(),
            Some("ok")
        );
        assert!(operation.at("/responses/401").is_none());
    }
}

#[test]
fn a_list_is_not_found_where_a_test_key_may_have_no_sandbox() {
    for (api, path) in [
        (Api::GaFlight, "~1api~1v1~1public~1flights"),
        (Api::TrueFlight, "~1api~1external~1v1~1locations"),
    ] {
        let document = document(api).unwrap();
        let responses = document.at(&format!("#/paths/{path}/get/responses"));
        let refused = responses.unwrap().get("404").is_some();
        assert_eq!(refused, api == Api::TrueFlight, "{path}");
    }
}

#[test]
fn each_api_describes_its_own_envelope_its_own_keys_and_no_others() {
    let trueflight = document(Api::TrueFlight).unwrap();
    let page = trueflight.at("/components/schemas/LocationPage/properties");
    let names: Vec<_> = page
        .unwrap()
        .members()
        .iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["data", "meta"]);
    let text = trueflight.pretty();
    for foreign in ["X-Org-Id", "gaf_pk_", "/api/v1/public", "IdempotencyKey"] {
        assert!(!text.contains(foreign), "{foreign}");
    }
    for section in [
        "## Locations",
        "## Limits",
        "## Values",
        "## Errors",
        "## Stability",
    ] {
        assert!(text.contains(section), "{section}");
    }
    let ga = document(Api::GaFlight).unwrap().pretty();
    assert!(!ga.contains("tf_live_") && !ga.contains("next_cursor"));
}
