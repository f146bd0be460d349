//! Writing a flight down.

use contracts::convert::{parse, parse_optional, required};
use contracts::v1;
use domain::flight::{Decided, Flight, NewFlight};
use domain::{FlightId, LocationId, OrgId};
use store::AsyncPgConnection;

use super::entry::{self, RawEntry};
use super::{Command, FlightState, Outcome, school};
use crate::context::Context;
use crate::db::flights;
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

pub struct DraftFlight {
    id: FlightId,
    organization_id: OrgId,
    location_id: Option<LocationId>,
    entry: RawEntry,
    external_reference: Option<String>,
}

impl TryFrom<v1::DraftFlightRequest> for DraftFlight {
    type Error = OpsError;

    fn try_from(request: v1::DraftFlightRequest) -> Result<Self, OpsError> {
        let id: FlightId = parse("id", &request.id)?;
        let mut checks = Checks::default();
        checks.chosen_id("id", id.0);
        let external_reference = checks.reference(request.external_reference.as_deref());
        checks.finish()?;
        Ok(Self {
            id,
            organization_id: parse("organization_id", &request.organization_id)?,
            location_id: parse_optional("location_id", request.location_id.as_deref())?,
            entry: RawEntry::read(required("entry", request.entry)?)?,
            external_reference,
        })
    }
}

impl Command for DraftFlight {
    const NAME: &'static str = "draft_flight";
    type Answer = FlightState;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<FlightState>, OpsError> {
        school(conn, self.organization_id).await?;
        if let Some(present) = flights::find(conn, self.organization_id, self.id).await? {
            return self.repeats(present);
        }
        entry::require_location(conn, self.organization_id, self.location_id).await?;
        let new = NewFlight {
            id: self.id,
            organization_id: self.organization_id,
            location_id: self.location_id,
            entry: self.entry.resolve(conn, self.organization_id).await?,
            external_reference: self.external_reference.clone(),
        };
        let flight = Flight::draft(new, context.now())?;
        if !flights::insert(conn, &flight).await? {
            // Another call of the same id was faster; its row is visible now.
            let present = flights::find(conn, self.organization_id, self.id).await?;
            return self.repeats(present.ok_or(OpsError::IdTaken("flight"))?);
        }
        let mut outgoing = Outgoing::new(context);
        let decided = Decided {
            flight,
            event: None,
        };
        outgoing.decided(&decided);
        outgoing.write(conn).await?;
        Ok(Outcome::Executed(decided.into()))
    }
}

impl DraftFlight {
    fn repeats(&self, present: Flight) -> Result<Outcome<FlightState>, OpsError> {
        let same = entry::is_same(&present, &self.entry)
            && present.location_id == self.location_id
            && present.external_reference == self.external_reference;
        if same {
            Ok(Outcome::AlreadyApplied(present.into()))
        } else {
            Err(OpsError::IdTaken("flight"))
        }
    }
}
