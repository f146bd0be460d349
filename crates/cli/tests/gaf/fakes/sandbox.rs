//! Sandboxes, as flight-ops founds them.

use chrono::{DateTime, Utc};
use contracts::convert::timestamp;
use contracts::v1::{CreateSandboxRequest, CreateSandboxResponse, Fault, Location, Organization};
use domain::OrgId;

use super::flight_ops::State;
use crate::world::{id, org};

/// A sandbox in California for the one organisation there is.
pub fn found(
    state: &mut State,
    request: CreateSandboxRequest,
) -> Result<CreateSandboxResponse, Fault> {
    if request.organization_id != org() {
        return Err(Fault::not_found("organization"));
    }
    let live: OrgId = request.organization_id.parse().unwrap();
    let made_at = three_days_ago();
    state.sandboxes.push((request.organization_id, made_at));
    let made_at = Some(timestamp(made_at));
    let sandbox = live.sandbox().to_string();
    let base = |number, code: &str, active| Location {
        id: id(number),
        organization_id: sandbox.clone(),
        version: 1,
        code: code.to_owned(),
        active,
        created_at: made_at,
        updated_at: made_at,
        ..Default::default()
    };
    Ok(CreateSandboxResponse {
        locations: vec![base(7, "KSQL", false), base(8, "KPAO", true)],
        organization: Some(Organization {
            id: sandbox,
            version: 1,
            name: "School (sandbox)".to_owned(),
            timezone: "America/Los_Angeles".to_owned(),
            created_at: made_at,
            updated_at: made_at,
            ..Default::default()
        }),
        owner: None,
        applied: true,
    })
}

fn three_days_ago() -> DateTime<Utc> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the program reads the same clock"
    )]
    let now = Utc::now();
    now - chrono::TimeDelta::days(3)
}
