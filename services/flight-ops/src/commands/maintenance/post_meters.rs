//! What an aircraft's meters and counts read, or should have been read as.

use chrono::{DateTime, Utc};
use contracts::convert::parse;
use contracts::v1;
use domain::aircraft::{Aircraft, Count, MeterReading};
use domain::meter::{Meter, MeterKind};
use domain::{AircraftId, OrgId, Refusal, Violation};
use serde::Serialize;
use serde_json::Value;
use store::AsyncPgConnection;
use uuid::Uuid;

use super::hangar::{Hangar, read_instant, stated};
use crate::commands::{Command, Outcome, school};
use crate::context::Context;
use crate::db::maintenance::counts::{self, Counted};
use crate::db::maintenance::postings;
use crate::db::meter_readings::{self, Entry, Source};
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

/// Meters in one posting, at most.
const MOST: usize = 50;

pub struct PostMeters {
    id: Uuid,
    organization_id: OrgId,
    aircraft_id: AircraftId,
    posting: Posting,
}

/// The aircraft as it then is.
pub struct Posted(pub Aircraft);

/// What is posted, as it is kept to know it again.
#[derive(Debug, Clone, Serialize)]
struct Posting {
    meters: Vec<Reading>,
    cycles: Option<i64>,
    landings_total: Option<i64>,
    correction: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Reading {
    kind: MeterKind,
    value: Meter,
    engine_position: Option<i32>,
    /// None: now.
    read_at: Option<DateTime<Utc>>,
}

impl TryFrom<v1::PostMetersRequest> for PostMeters {
    type Error = OpsError;

    fn try_from(request: v1::PostMetersRequest) -> Result<Self, OpsError> {
        let id: Uuid = parse("id", &request.id)?;
        let mut checks = Checks::default();
        checks.chosen_id("id", id);
        checks.within("cycles", request.cycles, &(0..=Count::MAX));
        checks.within("landings_total", request.landings_total, &(0..=Count::MAX));
        let count = request.meters.len();
        if count > MOST {
            checks.refuse("meters", "too_many", format!("meters holds at most {MOST}"));
        }
        if count == 0 && request.cycles.is_none() && request.landings_total.is_none() {
            checks.refuse("meters", "required", "a posting holds a reading");
        }
        let mut meters: Vec<Reading> = Vec::with_capacity(count);
        for meter in request.meters {
            let reading = Reading {
                kind: parse("meters.kind", &meter.kind)?,
                value: Meter(meter.value_hundredths),
                engine_position: meter.engine_position,
                read_at: read_instant("meters.read_at", meter.read_at)?,
            };
            checks.within("meters", Some(reading.value.0), &(0..=Meter::MAX.0));
            checks.within("meters", reading.engine_position, &(1..=12));
            if meters.iter().any(|known| known.is_of_meter(&reading)) {
                let detail = format!("{} is given twice", reading.kind);
                checks.refuse("meters", "repeated", detail);
            }
            meters.push(reading);
        }
        checks.finish()?;
        Ok(Self {
            id,
            organization_id: parse("organization_id", &request.organization_id)?,
            aircraft_id: parse("aircraft_id", &request.aircraft_id)?,
            posting: Posting {
                meters,
                cycles: request.cycles,
                landings_total: request.landings_total,
                correction: request.correction,
            },
        })
    }
}

impl Command for PostMeters {
    const NAME: &'static str = "post_meters";
    type Answer = Posted;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Posted>, OpsError> {
        let school = school(conn, self.organization_id).await?.organization;
        let mut hangar = Hangar::open(conn, context, &school, self.aircraft_id).await?;
        let (now, organization) = (hangar.moment.now, school.id);
        let posting = self.as_kept()?;
        let known = postings::find(conn, organization, self.id).await?;
        if let Some(known) = known {
            let same = known.aircraft_id == self.aircraft_id.0 && known.posting == posting;
            return if same {
                Ok(Outcome::AlreadyApplied(Posted(hangar.upkeep.aircraft)))
            } else {
                Err(OpsError::IdTaken("posting"))
            };
        }
        let aircraft = &mut hangar.upkeep.aircraft;
        let entries = self.posting.read(aircraft, now)?;
        let counted = self.posting.count(aircraft)?;
        if !entries.is_empty() {
            meter_readings::append(conn, organization, aircraft.id, &entries, now).await?;
        }
        counts::append(conn, aircraft, &counted, now).await?;
        if !postings::insert(conn, organization, self.id, aircraft.id, posting, now).await? {
            return Err(OpsError::IdTaken("posting"));
        }
        let mut outgoing = Outgoing::new(context);
        hangar.close(conn, &mut outgoing).await?;
        outgoing.write(conn).await?;
        Ok(Outcome::Executed(Posted(hangar.upkeep.aircraft)))
    }
}

impl PostMeters {
    fn as_kept(&self) -> Result<Value, OpsError> {
        let posting = serde_json::to_value(&self.posting);
        let posting = posting.map_err(|e| diesel::result::Error::SerializationError(e.into()));
        Ok(posting?)
    }
}

impl Reading {
    fn is_of_meter(&self, other: &Self) -> bool {
        (self.kind, self.engine_position) == (other.kind, other.engine_position)
    }
}

impl Posting {
    /// Moves the aircraft's meters, and tells by how much.
    fn read(&self, aircraft: &mut Aircraft, now: DateTime<Utc>) -> Result<Vec<Entry>, OpsError> {
        let mut entries = Vec::new();
        for reading in &self.meters {
            let read_at = stated("meters.read_at", reading.read_at, now)?;
            let (kind, engine_position) = (reading.kind, reading.engine_position);
            let mut meters = aircraft.meters.iter_mut();
            let known = meters.find(|m| (m.kind, m.engine_position) == (kind, engine_position));
            let from = known.as_ref().map(|known| known.value);
            if from.is_some_and(|from| reading.value < from) && !self.correction {
                return Err(backwards("meters", &kind.to_string()));
            }
            let reads = MeterReading {
                kind,
                value: reading.value,
                engine_position,
                read_at,
            };
            match known {
                Some(known) if known.value == reading.value => continue,
                Some(known) => *known = reads,
                None => aircraft.meters.push(reads),
            }
            entries.push(Entry {
                kind,
                engine_position,
                from: from.unwrap_or(reading.value),
                to: reading.value,
                source: source(from.is_some()),
                read_at,
            });
        }
        Ok(entries)
    }

    /// Changes the aircraft's counts, and tells by how much.
    fn count(&self, aircraft: &mut Aircraft) -> Result<Vec<Counted>, OpsError> {
        let posted = [
            (Count::Cycles, self.cycles),
            (Count::LandingsTotal, self.landings_total),
        ];
        let mut counted = Vec::new();
        for (count, to) in posted {
            let (Some(to), from) = (to, aircraft.count(count)) else {
                continue;
            };
            if from.is_some_and(|from| to < from) && !self.correction {
                return Err(backwards(count.as_str(), count.as_str()));
            }
            if from != Some(to) {
                aircraft.set_count(count, to);
                counted.push(Counted {
                    count,
                    from: from.unwrap_or(to),
                    to,
                    source: source(from.is_some()),
                });
            }
        }
        Ok(counted)
    }
}

/// A reading of a meter that is known is an entry by hand; its first one opens it.
fn source(is_known: bool) -> Source {
    if is_known {
        Source::Adjustment(None)
    } else {
        Source::Opening
    }
}

fn backwards(pointer: &'static str, what: &str) -> OpsError {
    let detail = format!("{what} reads less than before; only a correction may say so");
    Refusal::Invalid(vec![Violation::new(pointer, "backwards", detail)]).into()
}
