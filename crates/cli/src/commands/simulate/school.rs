//! Which school, from when to when.

use bus::RpcClient;
use chrono::NaiveDate;
use chrono_tz::Tz;
use contracts::v1::{FlightOpsClient, ListOrganizationsRequest};
use domain::{LocationId, OrgId};
use simulator::Setting;
use uuid::Uuid;

use super::{Simulate, days_before, today};
use crate::failure::{Failure, Status};
use crate::session::Session;

/// What is simulated.
pub struct Plan {
    pub organization: OrgId,
    pub location: Option<LocationId>,
    pub zone: Tz,
    pub seed: u64,
    pub aircraft: usize,
    pub from: NaiveDate,
    /// The last day that was sent before.
    pub after: Option<NaiveDate>,
    pub to: NaiveDate,
}

impl Plan {
    pub fn new(asked: &Simulate, session: &Session, org: OrgId, zone: Tz) -> Result<Self, Failure> {
        let today = today(session, zone);
        let from = asked.from.unwrap_or_else(|| days_before(today, 365));
        let to = asked.to.unwrap_or_else(|| days_before(today, 1));
        if to >= today {
            let message =
                format!("{to} is not over yet, and what has not happened is not recorded");
            return Err(Failure::bad_input("not_over_yet", message));
        }
        if to < from {
            let message = format!("the last day, {to}, is before the first, {from}");
            return Err(Failure::bad_input("out_of_order", message));
        }
        Ok(Self {
            organization: org,
            location: asked.location,
            zone,
            seed: asked.seed,
            aircraft: asked.aircraft.get(),
            from,
            after: asked.after,
            to,
        })
    }

    pub fn setting(&self) -> Setting {
        Setting {
            organization: self.organization,
            location: self.location,
            zone: self.zone,
            seed: self.seed,
            first_day: self.from,
            aircraft: self.aircraft,
        }
    }
}

/// Where the organisation's clocks hang.
pub async fn zone_of(client: &FlightOpsClient<RpcClient>, org: OrgId) -> Result<Tz, Failure> {
    // Lists go on after an id: the one before this organisation's.
    let before = org.0.as_u128().checked_sub(1).map(Uuid::from_u128);
    let request = ListOrganizationsRequest {
        after_id: before.map(|id| id.to_string()),
        limit: 1,
    };
    let found = client.list_organizations(request).await;
    let found = found.map_err(|error| Failure::of_call("flight-ops", error))?;
    let known = found
        .organizations
        .into_iter()
        .find(|o| o.id == org.to_string());
    let Some(known) = known else {
        let message = format!("there is no organisation {org}");
        return Err(Failure::new(Status::NotFound, "not_found", message)
            .next("`gaf org list` shows them all."));
    };
    zone(&known.timezone)
}

/// A zone that a service named.
pub fn zone(name: &str) -> Result<Tz, Failure> {
    name.parse().map_err(|_| {
        let message = format!("{name} is no time zone that is known here");
        Failure::new(Status::Failed, "unknown_zone", message)
    })
}
