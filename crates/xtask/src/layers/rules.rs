//! Who may import whom.
//!
//! ```text
//! services, cli, bench, system-tests
//!   -> service-kit, bus, store, egress, secrets    (test-support stands beside them, for tests only)
//!     -> contracts, public-api, logbook
//!       -> domain
//! ```

use std::collections::HashMap;

use super::{Import, Member};

/// From the outside in. A member imports from layers further in, never from its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    Domain,
    Contract,
    Platform,
    Top,
}

/// The exceptions within a layer: who, whom, why.
const SIDEWAYS: [(&str, &str, &str); 3] = [
    (
        "bench",
        "system-tests",
        "it measures the services as processes",
    ),
    ("bus", "store", "the relay reads the outbox"),
    ("bus", "service-kit", "messages carry the trace on"),
];

/// What a member never imports, whatever its layer: who, which crates (by the beginning of their
/// names), why.
const FORBIDDEN: [(&str, &[&str], &str); 3] = [
    (
        "domain",
        &[
            "tokio", "futures", "async-", "diesel", "actix", "lapin", "reqwest",
        ],
        "the domain is pure: no I/O, no async, no database, no HTTP",
    ),
    (
        "api-gateway",
        &["store", "diesel", "tokio-postgres"],
        "the gateway has no database",
    ),
    ("test-support", &["store", "bus"], "they are tested with it"),
];

/// Every import that breaks a rule, as a line that names the two and the rule.
pub(super) fn violations(members: &[Member]) -> Vec<String> {
    let known: HashMap<&str, &Member> = members
        .iter()
        .map(|member| (member.name.as_str(), member))
        .collect();
    let mut violations = Vec::new();
    for member in members {
        let Some(layer) = layer(member) else {
            violations.push(format!(
                "`{}` ({}) has no layer yet: give it one in crates/xtask/src/layers/rules.rs",
                member.name, member.path
            ));
            continue;
        };
        for import in &member.imports {
            let broken = forbidden(member, import).or_else(|| {
                let imported = known.get(import.name.as_str())?;
                against_the_layers(member, layer, imported, import.dev)
            });
            if let Some(rule) = broken {
                violations.push(format!(
                    "`{}` imports `{}`: {rule}",
                    member.name, import.name
                ));
            }
        }
    }
    violations
}

fn layer(member: &Member) -> Option<Layer> {
    match member.name.as_str() {
        "domain" => Some(Layer::Domain),
        "contracts" | "public-api" | "logbook" => Some(Layer::Contract),
        "service-kit" | "bus" | "store" | "egress" | "secrets" | "simulator" | "test-support" => {
            Some(Layer::Platform)
        }
        "cli" | "xtask" => Some(Layer::Top),
        _ if is_service(member) || stands_outside(member) => Some(Layer::Top),
        _ => None,
    }
}

fn is_service(member: &Member) -> bool {
    member.path.starts_with("services/")
}

/// Measures and tests whole services, so it may import them.
fn stands_outside(member: &Member) -> bool {
    matches!(member.name.as_str(), "bench" | "system-tests")
}

fn forbidden(member: &Member, import: &Import) -> Option<String> {
    FORBIDDEN
        .iter()
        .find(|(who, crates, _)| {
            *who == member.name && crates.iter().any(|start| import.name.starts_with(start))
        })
        .map(|(_, _, why)| (*why).to_owned())
}

fn against_the_layers(
    member: &Member,
    layer: Layer,
    imported: &Member,
    dev: bool,
) -> Option<String> {
    if imported.name == "test-support" {
        return (!dev && !stands_outside(member))
            .then(|| "test-support is a dev-dependency only".to_owned());
    }
    if is_service(imported) {
        return (!stands_outside(member)).then(|| {
            "nobody imports a service; services talk over the broker, with messages from `contracts`"
                .to_owned()
        });
    }
    let allowed_sideways = SIDEWAYS
        .iter()
        .any(|(who, whom, _)| *who == member.name && *whom == imported.name);
    let inner = self::layer(imported)?;
    (inner >= layer && !allowed_sideways).then(|| {
        format!(
            "imports point inwards (top -> platform -> contract -> domain), and this one runs from \
             {layer:?} to {inner:?}"
        )
    })
}
