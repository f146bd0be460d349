use std::collections::BTreeSet;

use super::*;
use crate::routes::ROUTES;

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
fn every_row_of_the_table_is_an_operation_with_an_id_of_its_own() {
    let document = document().unwrap();
    let mut ids = BTreeSet::new();
    for route in ROUTES {
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
fn every_event_type_is_described_in_both_documents() {
    let (openapi, asyncapi) = (document().unwrap(), asyncapi::document().unwrap());
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
    for document in [document().unwrap(), asyncapi::document().unwrap()] {
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
