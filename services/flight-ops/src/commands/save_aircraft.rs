//! Adding or changing an aircraft. A meter that is given another reading gets it by an entry of
//! its own; one that is left out stays as it is.

use contracts::convert::required;
use contracts::v1;
use domain::aircraft::{Aircraft, MeterReading};
use store::AsyncPgConnection;

use super::entry::require_location;
use super::saving::{self, Save};
use super::{Command, Outcome};
use crate::context::Context;
use crate::db::meter_readings::{self, Entry, Source};
use crate::error::OpsError;
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
        let meters = meters(wanted, present.as_ref());
        let wanted = Aircraft {
            meters,
            ..wanted.clone()
        };
        let now = context.now();
        let save = saving::decide(wanted, present, now)?;
        let entries = entries(&save);
        let outcome = saving::carry_out(conn, context, save).await?;
        if let Outcome::Executed(saved) = &outcome
            && !entries.is_empty()
        {
            meter_readings::append(conn, saved.organization_id, saved.id, &entries, now).await?;
        }
        Ok(outcome)
    }
}

/// What the meters are to read. Whoever creates an aircraft says what they read at first; when it
/// is there already and has flown since, that is no wish to turn them back.
fn meters(wanted: &Aircraft, present: Option<&Aircraft>) -> Vec<MeterReading> {
    match present {
        None => wanted.meters.clone(),
        Some(present) if wanted.version == 0 => present.meters.clone(),
        Some(present) => merge(&wanted.meters, &present.meters),
    }
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
fn entries(save: &Save<Aircraft>) -> Vec<Entry> {
    let (before, after) = match save {
        Save::Keep(_) => return Vec::new(),
        Save::Create(after) => (&[][..], &after.meters),
        Save::Update { before, after } => (&before.meters[..], &after.meters),
    };
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
