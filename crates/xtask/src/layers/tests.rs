use super::rules::violations;
use super::{Import, Member};

fn member(path: &str, imports: &[&str]) -> Member {
    let import = |name: &&str| Import {
        name: name.trim_end_matches(" (dev)").to_owned(),
        dev: name.ends_with(" (dev)"),
    };
    Member {
        name: path.rsplit('/').next().unwrap().to_owned(),
        path: path.to_owned(),
        imports: imports.iter().map(import).collect(),
    }
}

/// A small workspace that keeps every rule.
fn good() -> Vec<Member> {
    vec![
        member("crates/domain", &["chrono", "proptest (dev)"]),
        member("crates/contracts", &["domain", "prost"]),
        member("crates/store", &["diesel", "test-support (dev)"]),
        member("crates/service-kit", &["tokio", "actix-web"]),
        member(
            "crates/bus",
            &["contracts", "store", "service-kit", "lapin"],
        ),
        member("crates/test-support", &["contracts", "diesel"]),
        member("crates/cli", &["bus", "contracts", "domain"]),
        member(
            "services/key-service",
            &["bus", "store", "domain", "diesel"],
        ),
        member("services/api-gateway", &["bus", "service-kit", "tokio"]),
        member("bench", &["bus", "key-service", "test-support"]),
    ]
}

/// The good workspace with one more import, and what the check says to it.
fn adding(name: &str, import: &str) -> Vec<String> {
    let mut members = good();
    let extra = member("x", &[import]).imports;
    let changed = members.iter_mut().find(|member| member.name == name);
    changed.unwrap().imports.extend(extra);
    violations(&members)
}

#[test]
fn imports_that_point_inwards_are_fine() {
    assert_eq!(violations(&good()), Vec::<String>::new());
}

#[test]
fn an_import_that_runs_back_is_named_with_its_rule() {
    assert_eq!(
        adding("contracts", "bus"),
        [
            "`contracts` imports `bus`: imports point inwards (top -> platform -> contract -> \
             domain), and this one runs from Contract to Platform"
        ]
    );
    for (from, to) in [
        ("domain", "contracts"),
        ("store", "bus"),
        ("service-kit", "store"),
        ("service-kit", "bus"),
        ("store", "cli"),
        ("store", "bus (dev)"),
    ] {
        assert_eq!(adding(from, to).len(), 1, "{from} -> {to}");
    }
}

#[test]
fn services_are_imported_by_benches_only() {
    for from in ["api-gateway", "cli", "bus", "test-support"] {
        for to in ["key-service", "key-service (dev)"] {
            let found = adding(from, to);
            assert_eq!(found.len(), 1);
            assert!(found[0].contains("nobody imports a service"), "{found:?}");
        }
    }
}

#[test]
fn the_domain_is_pure_and_the_gateway_has_no_database() {
    for import in [
        "tokio",
        "diesel-async",
        "actix-web",
        "lapin",
        "reqwest (dev)",
    ] {
        assert!(adding("domain", import)[0].contains("the domain is pure"));
    }
    for import in ["store", "diesel"] {
        assert!(adding("api-gateway", import)[0].contains("the gateway has no database"));
    }
}

#[test]
fn test_support_is_for_tests_and_needs_nothing_it_tests() {
    assert_eq!(
        adding("key-service", "test-support"),
        ["`key-service` imports `test-support`: test-support is a dev-dependency only"]
    );
    assert!(adding("key-service", "test-support (dev)").is_empty());
    assert_eq!(adding("test-support", "store").len(), 1);
}

#[test]
fn a_new_member_needs_a_layer() {
    let mut members = good();
    members.push(member("crates/helpers", &["bus"]));
    let found = violations(&members);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("`helpers` (crates/helpers) has no layer yet"));
}
