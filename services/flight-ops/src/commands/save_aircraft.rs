//! Adding or changing an aircraft. A meter that is given another reading gets it by an entry of
//! its own; one that is left out stays as it is.

use chrono::{DateTime, Utc};
use contracts::convert::required;
use contracts::v1;
use domain::Moment;
use domain::aircraft::{Aircraft, Count, MeterReading};
use store::AsyncPgConnection;

use super::entry::require_location;
use super::maintenance::hangar::Hangar;
use super::saving::{self, Save};
use super::{Command, Outcome, school};
use crate::context::Context;
use crate::db::maintenance::counts::{self, Counted};
use crate::db::meter_readings::{self, Entry, Source};
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

pub struct SaveAircraft(Aircraft);

impl TryFrom<v1::SaveAircraftRequest> for SaveAircraft {
    type Error = OpsError;

    fn try_from(request: v1::SaveAircraftRequest) -> Result<Self, OpsError> {
        let mut aircraft = required("aircraft", request.aircraft)?;
        saving::forget_stamps(&mut aircraft.created_at, &mut aircraft.updated_at);
        let mut checks = Checks::default();
        let aircraft = checks.aircraft(aircraft.try_into()?);
        checks.finish()?;
        Ok(Self(aircraft))
    }
}

impl Command for SaveAircraft {
    const NAME: &'static str = "save_aircraft";
    type Answer = Aircraft;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Aircraft>, OpsError> {
        let Self(wanted) = self;
        let present = saving::take_turn(conn, wanted).await?;
        require_location(conn, wanted.organization_id, wanted.location_id).await?;
        match present {
            None => create(conn, context, wanted).await,
            Some(present) => change(conn, context, wanted, present).await,
        }
    }
}

async fn create(
    conn: &mut AsyncPgConnection,
    context: &Context,
    wanted: &Aircraft,
) -> Result<Outcome<Aircraft>, OpsError> {
    let save = saving::decide(wanted.clone(), None, context.now())?;
    let outcome = saving::carry_out(conn, context, save).await?;
    if let Outcome::Executed(saved) = &outcome {
        append(conn, None, saved, context.now()).await?;
    }
    Ok(outcome)
}

/// Changes an aircraft, whose records may stand against what the caller says of its airworthiness,
/// and whose items may fall due by what its meters are made to read.
async fn change(
    conn: &mut AsyncPgConnection,
    context: &Context,
    wanted: &Aircraft,
    present: Aircraft,
) -> Result<Outcome<Aircraft>, OpsError> {
    let school = school(conn, wanted.organization_id).await?.organization;
    let moment = Moment::at(context.now(), &school.timezone);
    let mut hangar = Hangar::around(conn, present.clone(), moment).await?;
    let upkeep = &mut hangar.upkeep;
    let before = upkeep.declared.clone();
    upkeep.declared = before.revised(&present, wanted);
    upkeep.aircraft = counters_kept(wanted, &present);
    upkeep.judge(moment.today());
    let said_more = upkeep.declared != before;
    let save = saving::decide(upkeep.aircraft.clone(), Some(present.clone()), moment.now)?;
    if matches!(save, Save::Keep(_)) {
        upkeep.aircraft = present.clone();
        if !said_more {
            return Ok(Outcome::AlreadyApplied(present));
        }
    }
    let mut outgoing = Outgoing::new(context);
    hangar.close(conn, &mut outgoing).await?;
    let after = hangar.upkeep.aircraft;
    append(conn, Some(&present), &after, moment.now).await?;
    outgoing.write(conn).await?;
    Ok(Outcome::Executed(after))
}

/// What the aircraft is to be, with the meters and counts that it is to read. Whoever creates an
/// aircraft says what they read at first; when it is there already and has flown since, that is no
/// wish to turn them back.
fn counters_kept(wanted: &Aircraft, present: &Aircraft) -> Aircraft {
    let is_new = wanted.version == 0;
    let (cycles, landings_total) = if is_new {
        (present.cycles, present.landings_total)
    } else {
        (wanted.cycles, wanted.landings_total)
    };
    Aircraft {
        meters: if is_new {
            present.meters.clone()
        } else {
            merge(&wanted.meters, &present.meters)
        },
        cycles,
        landings_total,
        ..wanted.clone()
    }
}

/// Writes down how each meter and count of the saved aircraft came to be what it was not before.
async fn append(
    conn: &mut AsyncPgConnection,
    before: Option<&Aircraft>,
    after: &Aircraft,
    now: DateTime<Utc>,
) -> Result<(), OpsError> {
    let entries = entries(before, after);
    if !entries.is_empty() {
        meter_readings::append(conn, after.organization_id, after.id, &entries, now).await?;
    }
    let counted = |count: &Count| {
        let (from, to) = (before.and_then(|b| b.count(*count)), after.count(*count)?);
        let source = match from {
            Some(from) if from == to => return None,
            Some(_) => Source::Adjustment(None),
            None => Source::Opening,
        };
        let from = from.unwrap_or(to);
        Some(Counted {
            count: *count,
            from,
            to,
            source,
        })
    };
    let counted: Vec<Counted> = Count::ALL.iter().filter_map(counted).collect();
    counts::append(conn, after, &counted, now).await?;
    Ok(())
}

/// The present readings, changed where `wanted` reads otherwise, and then what is new. An equal
/// reading of another day says nothing new.
fn merge(wanted: &[MeterReading], present: &[MeterReading]) -> Vec<MeterReading> {
    let changed = |known: &MeterReading| {
        let reading = reading_of(wanted, known).filter(|reading| reading.value != known.value);
        *reading.unwrap_or(known)
    };
    let new = wanted
        .iter()
        .filter(|reading| reading_of(present, reading).is_none());
    present.iter().map(changed).chain(new.copied()).collect()
}

/// The reading of the same meter as `known`.
fn reading_of<'r>(readings: &'r [MeterReading], known: &MeterReading) -> Option<&'r MeterReading> {
    let mut readings = readings.iter();
    readings.find(|r| (r.kind, r.engine_position) == (known.kind, known.engine_position))
}

/// How each meter of the saved aircraft came to read what it did not read before.
fn entries(before: Option<&Aircraft>, after: &Aircraft) -> Vec<Entry> {
    let (before, after) = (
        before.map_or(&[][..], |before| &before.meters),
        &after.meters,
    );
    let entry = |reading: &MeterReading| {
        let known = reading_of(before, reading).map(|known| known.value);
        let source = match known {
            Some(value) if value == reading.value => return None,
            Some(_) => Source::Adjustment(None),
            None => Source::Opening,
        };
        Some(Entry {
            kind: reading.kind,
            engine_position: reading.engine_position,
            from: known.unwrap_or(reading.value),
            to: reading.value,
            source,
            read_at: reading.read_at,
        })
    };
    after.iter().filter_map(entry).collect()
}
