//! `approved → voided`, with a replacement that is submitted at once.

use contracts::convert::{parse, required};
use contracts::v1;
use domain::flight::{Amendment, Discrepancy, Flight, FlightStatus, Replacement};
use domain::{FlightId, Moment};
use store::AsyncPgConnection;

use super::entry::{self, RawEntry};
use super::maintenance::hangar::Hangar;
use super::meters::{Cause, aircraft_of, move_meters, uncount_landings};
use super::target::{Loaded, Target};
use super::{Command, Outcome, save};
use crate::context::Context;
use crate::db::flights;
use crate::db::meter_readings::{self, Source};
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

pub struct AmendFlight {
    target: Target,
    replacement_id: FlightId,
    entry: RawEntry,
}

/// Both flights, and the meters that could not be turned back.
pub struct Amended {
    pub voided: Flight,
    pub replacement: Flight,
    pub discrepancies: Vec<Discrepancy>,
}

impl TryFrom<v1::AmendFlightRequest> for AmendFlight {
    type Error = OpsError;

    fn try_from(request: v1::AmendFlightRequest) -> Result<Self, OpsError> {
        let replacement_id: FlightId = parse("replacement_id", &request.replacement_id)?;
        let mut checks = Checks::default();
        checks.chosen_id("replacement_id", replacement_id.0);
        checks.finish()?;
        Ok(Self {
            target: required("command", request.command)?.try_into()?,
            replacement_id,
            entry: RawEntry::read(required("entry", request.entry)?)?,
        })
    }
}

impl Command for AmendFlight {
    const NAME: &'static str = "amend_flight";
    type Answer = Amended;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Amended>, OpsError> {
        let target = &self.target;
        let Loaded {
            flight,
            actor,
            school,
        } = target.load(conn).await?;
        let present = flights::find(conn, target.organization_id, self.replacement_id).await?;
        if let Some(replacement) = present {
            return self.repeats(flight, replacement);
        }
        target.expects(&flight)?;
        let aircraft = aircraft_of(conn, &flight).await?;
        let posted = meter_readings::posted_by(conn, flight.organization_id, flight.id).await?;
        let entry = self.entry.resolve(conn, target.organization_id).await?;
        let new = Replacement {
            id: self.replacement_id,
            entry,
        };
        let now = context.now();
        let Amendment {
            voided,
            replacement,
            taken_back,
        } = flight.amend(new, actor, &posted, &aircraft, now)?;

        save(conn, &voided).await?;
        if !flights::insert(conn, &replacement.flight).await? {
            return Err(OpsError::IdTaken("flight"));
        }
        let mut outgoing = Outgoing::new(context);
        outgoing.record(&voided);
        outgoing.decided(&replacement);
        let cause = Cause {
            source: Source::Adjustment(Some(voided.id)),
            read_at: now,
            now,
        };
        let moment = Moment::at(now, &school.timezone);
        let mut hangar = Hangar::around(conn, aircraft, moment).await?;
        let aircraft = &mut hangar.upkeep.aircraft;
        move_meters(conn, aircraft, &taken_back.moved, cause).await?;
        uncount_landings(conn, aircraft, &voided, now).await?;
        hangar.close(conn, &mut outgoing).await?;
        outgoing.write(conn).await?;
        let discrepancies = taken_back.discrepancies;
        Ok(Outcome::Executed(Amended {
            voided,
            replacement: replacement.flight,
            discrepancies,
        }))
    }
}

impl AmendFlight {
    fn repeats(&self, flight: Flight, replacement: Flight) -> Result<Outcome<Amended>, OpsError> {
        let same = flight.status == FlightStatus::Voided
            && replacement.replaces_id == Some(flight.id)
            && self.target.made(replacement.submitted)
            && entry::is_same(&replacement, &self.entry);
        if !same {
            return Err(OpsError::IdTaken("flight"));
        }
        self.target.expected(&flight)?;
        Ok(Outcome::AlreadyApplied(Amended {
            voided: flight,
            replacement,
            discrepancies: Vec::new(),
        }))
    }
}
