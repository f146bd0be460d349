//! What became of several flights.

use contracts::rpc::RpcError;
use contracts::v1::FlightResponse;
use domain::FlightId;
use domain::meter::Meter;
use serde::Serialize;

use crate::failure::{Failure, Status};
use crate::output::Answer;
use crate::session::Session;
use crate::text::{Columns, count};

/// Flights that a table shows; more are only counted.
const MOST_SHOWN: usize = 50;

/// What became of one flight.
#[derive(Debug, Serialize)]
pub struct Outcome {
    id: FlightId,
    /// False: it was so before.
    applied: bool,
    status: Option<String>,
    version: Option<i64>,
    /// What approval moved the aircraft's meters by.
    posted: Vec<Posted>,
    /// Meters that did not begin where the flight before had ended.
    discrepancies: Vec<Discrepancy>,
    error: Option<Failure>,
}

#[derive(Debug, Serialize)]
struct Posted {
    kind: String,
    from: String,
    to: String,
}

#[derive(Debug, Serialize)]
struct Discrepancy {
    kind: String,
    expected: String,
    found: String,
}

#[derive(Debug, Serialize)]
pub struct Outcomes {
    #[serde(skip)]
    did: &'static str,
    applied: u64,
    unchanged: u64,
    failed: u64,
    flights: Vec<Outcome>,
}

impl Outcome {
    pub fn new(id: FlightId, answer: Result<FlightResponse, RpcError>) -> Self {
        let (response, error) = match answer {
            Ok(response) => (response, None),
            Err(error) => (
                FlightResponse::default(),
                Some(Failure::of_call("flight-ops", error)),
            ),
        };
        let posted = response.posted.into_iter().map(|p| Posted {
            kind: p.kind,
            from: Meter(p.from_hundredths).to_decimal(),
            to: Meter(p.to_hundredths).to_decimal(),
        });
        let discrepancies = response.discrepancies.into_iter().map(|d| Discrepancy {
            kind: d.kind,
            expected: Meter(d.expected_hundredths).to_decimal(),
            found: Meter(d.found_hundredths).to_decimal(),
        });
        Self {
            id,
            applied: response.applied,
            status: response.flight.as_ref().map(|flight| flight.status.clone()),
            version: response.flight.map(|flight| flight.version),
            posted: posted.collect(),
            discrepancies: discrepancies.collect(),
            error,
        }
    }

    /// What a person should know of it.
    fn remark(&self) -> String {
        if let Some(error) = &self.error {
            return error.message.clone();
        }
        let posted = self
            .posted
            .iter()
            .map(|p| format!("{} {} → {}", p.kind, p.from, p.to));
        let odd = self
            .discrepancies
            .iter()
            .map(|d| format!("{} began at {}, not at {}", d.kind, d.found, d.expected));
        posted.chain(odd).collect::<Vec<_>>().join("; ")
    }
}

impl Outcomes {
    pub fn new(did: &'static str) -> Self {
        Self {
            did,
            applied: 0,
            unchanged: 0,
            failed: 0,
            flights: Vec::new(),
        }
    }

    pub fn push(&mut self, outcome: Outcome) {
        match (&outcome.error, outcome.applied) {
            (Some(_), _) => self.failed += 1,
            (None, true) => self.applied += 1,
            (None, false) => self.unchanged += 1,
        }
        self.flights.push(outcome);
    }

    /// Shows what became of the flights. Where some failed, that is the command's failure too.
    pub fn tell(mut self, session: &mut Session) -> Result<(), Failure> {
        if let [Outcome { error, .. }] = self.flights.as_mut_slice()
            && let Some(failure) = error.take()
        {
            return Err(failure);
        }
        session.show(&self)?;
        self.failure().map_or(Ok(()), Err)
    }

    /// Several failures of one kind have its exit code; a mixture has the general one.
    fn failure(&self) -> Option<Failure> {
        let mut kinds = self
            .flights
            .iter()
            .filter_map(|f| f.error.as_ref())
            .map(|e| (e.status, e.code.as_str()));
        let first = kinds.next()?;
        let (status, code) = if kinds.all(|kind| kind == first) {
            first
        } else {
            (Status::Failed, "several")
        };
        let (failed, all) = (self.failed, self.flights.len());
        let failure = Failure::new(
            status,
            code,
            format!("{failed} of {all} flights could not be {}", self.did),
        );
        Some(failure.next(
            "The list above says why. The others are done; the command may be repeated for all.",
        ))
    }
}

impl Answer for Outcomes {
    fn text(&self) -> String {
        let mut summary = format!("{} {}", count(self.applied, "flight"), self.did);
        if self.unchanged > 0 {
            summary = format!("{summary}, {} unchanged", self.unchanged);
        }
        if self.failed > 0 {
            summary = format!("{summary}, {} failed", self.failed);
        }
        let all_fit = self.flights.len() <= MOST_SHOWN;
        let worth = |flight: &&Outcome| all_fit || flight.error.is_some();
        let mut columns = Columns::new(["id", "status", "version", "remark"]).figures(&[2]);
        let mut rows = 0;
        for flight in self.flights.iter().filter(worth).take(MOST_SHOWN) {
            let status = flight.status.clone().unwrap_or_else(|| "failed".to_owned());
            let version = flight.version.map(|v| v.to_string()).unwrap_or_default();
            columns.row([flight.id.to_string(), status, version, flight.remark()]);
            rows += 1;
        }
        match rows {
            0 => format!("{summary}."),
            _ => format!("{columns}\n\n{summary}."),
        }
    }
}
