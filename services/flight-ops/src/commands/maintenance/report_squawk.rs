//! Somebody found a defect.

use chrono::{DateTime, Utc};
use contracts::convert::{parse, parse_optional};
use contracts::v1;
use domain::maintenance::{Squawk, SquawkStatus};
use domain::{PersonId, SquawkId};
use store::AsyncPgConnection;

use super::hangar::{Hangar, read_instant, stated};
use crate::commands::{Command, Outcome, school};
use crate::context::Context;
use crate::db::organizations::School;
use crate::db::{aggregates, flights, people};
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

/// Attachments of one squawk, at most.
const MOST: i32 = 1_000;

pub struct ReportSquawk {
    /// As it will stand, but for who reported it, when, and at which reading.
    squawk: Squawk,
    reported_by: Option<PersonId>,
    reported_at: Option<DateTime<Utc>>,
}

impl TryFrom<v1::ReportSquawkRequest> for ReportSquawk {
    type Error = OpsError;

    fn try_from(request: v1::ReportSquawkRequest) -> Result<Self, OpsError> {
        let id: SquawkId = parse("id", &request.id)?;
        let mut checks = Checks::default();
        checks.chosen_id("id", id.0);
        checks.within(
            "attachments_count",
            Some(request.attachments_count),
            &(0..=MOST),
        );
        let chapter = request.ata_chapter.as_deref();
        let reported_by = parse_optional("reported_by_id", request.reported_by_id.as_deref())?;
        let unstamped = DateTime::UNIX_EPOCH;
        let squawk = Squawk {
            id,
            organization_id: parse("organization_id", &request.organization_id)?,
            aircraft_id: parse("aircraft_id", &request.aircraft_id)?,
            version: 0,
            title: checks.name("title", &request.title),
            description: checks.description("description", &request.description),
            severity: parse("severity", &request.severity)?,
            grounds_aircraft: request.grounds_aircraft,
            status: SquawkStatus::Reported,
            ata_chapter: checks.ata_chapter("ata_chapter", chapter),
            reported_by_id: PersonId(id.0),
            reported_at: unstamped,
            reported_meter: None,
            flight_id: parse_optional("flight_id", request.flight_id.as_deref())?,
            deferral: None,
            resolution: None,
            work_order_id: None,
            attachments_count: request.attachments_count,
            alerted: false,
            external_reference: checks.reference(request.external_reference.as_deref()),
            created_at: unstamped,
            updated_at: unstamped,
        };
        checks.finish()?;
        Ok(Self {
            squawk,
            reported_by,
            reported_at: read_instant("reported_at", request.reported_at)?,
        })
    }
}

impl Command for ReportSquawk {
    const NAME: &'static str = "report_squawk";
    type Answer = Squawk;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Squawk>, OpsError> {
        let wanted = &self.squawk;
        let school = school(conn, wanted.organization_id).await?;
        let organization = &school.organization;
        let mut hangar = Hangar::open(conn, context, organization, wanted.aircraft_id).await?;
        let present: Option<Squawk> = aggregates::find(conn, organization.id, wanted.id).await?;
        if let Some(present) = present {
            return self.repeats(present);
        }
        let reported_by_id = self.reporter(conn, &school).await?;
        if let Some(flight) = wanted.flight_id {
            let flight = flights::find(conn, organization.id, flight).await?;
            let of_aircraft = flight.filter(|f| f.entry.aircraft_id == wanted.aircraft_id);
            of_aircraft.ok_or(OpsError::no_such_at("flight_id", "flight of the aircraft"))?;
        }
        let reported = Squawk {
            reported_by_id,
            reported_at: stated("reported_at", self.reported_at, hangar.moment.now)?,
            reported_meter: hangar.upkeep.maintenance_meter(),
            ..wanted.clone()
        };
        hangar.upkeep.squawks.push(reported);
        let mut outgoing = Outgoing::new(context);
        hangar.close(conn, &mut outgoing).await?;
        outgoing.write(conn).await?;
        let reported = hangar.squawk(wanted.id).cloned();
        Ok(Outcome::Executed(
            reported.ok_or(OpsError::no_such("squawk"))?,
        ))
    }
}

impl ReportSquawk {
    async fn reporter(
        &self,
        conn: &mut AsyncPgConnection,
        school: &School,
    ) -> Result<PersonId, OpsError> {
        let Some(person) = self.reported_by else {
            return Ok(school.owner_id);
        };
        let known = people::known(conn, school.organization.id, [person]).await?;
        let known = known.first().copied();
        known.ok_or(OpsError::no_such_at("reported_by_id", "person"))
    }

    /// The report is what the squawk was at first, whatever has become of it.
    fn repeats(&self, present: Squawk) -> Result<Outcome<Squawk>, OpsError> {
        let said = Squawk {
            title: present.title.clone(),
            description: present.description.clone(),
            severity: present.severity,
            grounds_aircraft: present.grounds_aircraft,
            ata_chapter: present.ata_chapter.clone(),
            flight_id: present.flight_id,
            aircraft_id: present.aircraft_id,
            attachments_count: present.attachments_count,
            external_reference: present.external_reference.clone(),
            ..self.squawk.clone()
        };
        let by_same = self
            .reported_by
            .is_none_or(|by| by == present.reported_by_id);
        if said == self.squawk && by_same {
            Ok(Outcome::AlreadyApplied(present))
        } else {
            Err(OpsError::IdTaken("squawk"))
        }
    }
}
