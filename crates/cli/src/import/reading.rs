//! Reads a file into parts that are sent together.

use std::collections::{HashMap, HashSet};
use std::io;

use contracts::v1::{ImportedAircraft, ImportedFlight, ImportedGroundTraining};
use logbook::{GroundTraining, LogbookFlight, Reader, Row, RowContent, Summary};
use tokio::sync::mpsc;

use super::ground::{self, Sessions};
use super::notes::Note;
use super::{aircraft, entry, registration};

/// Rows sent together.
const PART: usize = 200;
/// Aircraft whose type is remembered, and rewritten ids that were noted; as many as a logbook may
/// list.
const MOST_AIRCRAFT: usize = logbook::limits::MAX_AIRCRAFT;

/// Rows of one kind, so that what became of them can be told by kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Aircraft(Vec<ImportedAircraft>),
    Flights(Vec<ImportedFlight>),
    Ground(Vec<ImportedGroundTraining>),
    /// There are only notes.
    Nothing,
}

/// What was read since the last chunk.
#[derive(Debug)]
pub struct Chunk {
    pub part: Part,
    pub notes: Vec<Note>,
    pub rows: u64,
}

/// Why reading ended before the file did.
#[derive(Debug)]
pub enum Stopped {
    File(io::Error),
    /// Nobody takes the chunks any more.
    Unwanted,
}

/// Reads the whole file and hands it out in chunks, waiting while nobody takes them. Blocks.
pub fn read_all<R: io::Read>(
    rows: Reader<R>,
    pilot_id: String,
    chunks: mpsc::Sender<Chunk>,
) -> Result<Summary, Stopped> {
    let mut reading = Reading::new(pilot_id, chunks);
    reading
        .notes
        .extend(rows.warnings().iter().cloned().map(Note::from));
    let mut summary = Summary::default();
    for row in rows {
        let row = row.map_err(Stopped::File)?;
        summary.add(&row);
        reading.take(row)?;
    }
    reading.flush()?;
    Ok(summary)
}

struct Reading {
    pilot_id: String,
    chunks: mpsc::Sender<Chunk>,
    aircraft: Vec<ImportedAircraft>,
    flights: Vec<ImportedFlight>,
    ground: Vec<ImportedGroundTraining>,
    notes: Vec<Note>,
    rows: u64,
    sessions: Sessions,
    /// By registration.
    types: HashMap<String, String>,
    rewritten: HashSet<String>,
}

impl Reading {
    fn new(pilot_id: String, chunks: mpsc::Sender<Chunk>) -> Self {
        Self {
            pilot_id,
            chunks,
            aircraft: Vec::new(),
            flights: Vec::new(),
            ground: Vec::new(),
            notes: Vec::new(),
            rows: 0,
            sessions: Sessions::default(),
            types: HashMap::new(),
            rewritten: HashSet::new(),
        }
    }

    fn take(&mut self, row: Row) -> Result<(), Stopped> {
        let Row {
            line,
            occurrence,
            content,
            warnings,
        } = row;
        self.rows += 1;
        self.notes.extend(warnings.into_iter().map(Note::from));
        match content {
            RowContent::Aircraft(listed) => self.list(&listed, line),
            RowContent::Flight(flight) => {
                // Aircraft go ahead of the flights in them, which would make them by name alone.
                self.send_aircraft()?;
                self.fly(&flight, line, occurrence);
            }
            RowContent::GroundTraining(training) => {
                self.ground.push(self.sessions.alone(&training, line))
            }
            RowContent::Refused => {}
        }
        if self.aircraft.len() >= PART {
            self.send_aircraft()?;
        }
        if self.flights.len() >= PART {
            self.send_flights()?;
        }
        if self.ground.len() >= PART {
            self.send_ground()?;
        }
        if self.notes.len() >= PART {
            self.send(Part::Nothing)?;
        }
        Ok(())
    }

    fn list(&mut self, listed: &logbook::LogbookAircraft, line: u64) {
        let registration = self.registration(&listed.aircraft_id, line);
        let aircraft = aircraft::of(listed, registration.clone(), line, &mut self.notes);
        if let Some(code) = &aircraft.icao_type
            && self.types.len() < MOST_AIRCRAFT
        {
            self.types.insert(registration, code.clone());
        }
        self.aircraft.push(ImportedAircraft {
            line,
            aircraft: Some(aircraft),
        });
    }

    fn fly(&mut self, flight: &LogbookFlight, line: u64, occurrence: u32) {
        let registration = match &flight.aircraft_id {
            Some(id) => self.registration(id, line),
            None => registration::UNKNOWN.to_owned(),
        };
        let aircraft_type = self.types.get(&registration).cloned();
        let entry = entry::of(
            flight,
            registration,
            aircraft_type,
            &self.pilot_id,
            line,
            &mut self.notes,
        );
        let fingerprint = flight.fingerprint();
        if flight.ground_training_minutes + flight.ground_training_given_minutes > 0 {
            let training = GroundTraining {
                date: flight.date,
                received_minutes: flight.ground_training_minutes,
                given_minutes: flight.ground_training_given_minutes,
            };
            self.ground
                .push(ground::session(&training, &fingerprint, occurrence, line));
        }
        self.flights.push(ImportedFlight {
            line,
            fingerprint: fingerprint.to_vec().into(),
            occurrence,
            entry: Some(entry),
        });
    }

    /// The registration for an id, with a note the first time it is not the id itself.
    fn registration(&mut self, id: &str, line: u64) -> String {
        let registration = registration::of(id);
        let rewritten = !registration.eq_ignore_ascii_case(id.trim());
        if rewritten
            && self.rewritten.len() < MOST_AIRCRAFT
            && self.rewritten.insert(registration.clone())
        {
            let reason = format!(
                "is no registration of 2 to 12 letters, digits and hyphens; it became {registration}"
            );
            self.notes
                .push(Note::new(line, "AircraftID", "registration_rewritten", reason).of_value(id));
        }
        registration
    }

    fn flush(&mut self) -> Result<(), Stopped> {
        self.send_aircraft()?;
        self.send_flights()?;
        self.send_ground()?;
        self.send(Part::Nothing)
    }

    fn send_aircraft(&mut self) -> Result<(), Stopped> {
        match std::mem::take(&mut self.aircraft) {
            none if none.is_empty() => Ok(()),
            some => self.send(Part::Aircraft(some)),
        }
    }

    fn send_flights(&mut self) -> Result<(), Stopped> {
        match std::mem::take(&mut self.flights) {
            none if none.is_empty() => Ok(()),
            some => self.send(Part::Flights(some)),
        }
    }

    fn send_ground(&mut self) -> Result<(), Stopped> {
        match std::mem::take(&mut self.ground) {
            none if none.is_empty() => Ok(()),
            some => self.send(Part::Ground(some)),
        }
    }

    fn send(&mut self, part: Part) -> Result<(), Stopped> {
        let notes = std::mem::take(&mut self.notes);
        let rows = std::mem::take(&mut self.rows);
        if part == Part::Nothing && notes.is_empty() && rows == 0 {
            return Ok(());
        }
        self.chunks
            .blocking_send(Chunk { part, notes, rows })
            .map_err(|_| Stopped::Unwanted)
    }
}

#[cfg(test)]
mod tests;
