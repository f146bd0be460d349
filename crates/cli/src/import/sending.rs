//! Sends what was read to flight-ops, some parts at the same time.

use std::io;
use std::num::NonZeroUsize;
use std::time::Duration;

use bus::RpcClient;
use contracts::rpc::RpcError;
use contracts::v1::{FlightOpsClient, ImportLogbookRequest, ImportLogbookResponse};
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use tokio::sync::mpsc;

use super::notes::{Note, Notes};
use super::reading::{Chunk, Part};
use crate::output::Output;
use crate::progress::Progress;
use crate::retry::Patience;

/// A part is some hundred rows in one transaction.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Where rows go, and how.
#[derive(Clone)]
pub struct Sender {
    client: FlightOpsClient<RpcClient>,
    /// Organisation, pilot and status; the rows are added.
    book: ImportLogbookRequest,
    patience: Patience,
    /// Parts on their way at the same time.
    concurrency: NonZeroUsize,
}

/// What became of rows of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Taken {
    pub created: u64,
    /// Imported before.
    pub unchanged: u64,
    pub refused: u64,
}

/// What became of everything that was sent.
#[derive(Debug, Default)]
pub struct Tally {
    pub aircraft: Taken,
    pub flights: Taken,
    pub ground_training: Taken,
    pub notes: Notes,
}

/// Why sending ended before everything was sent.
#[derive(Debug)]
pub enum Interrupted {
    Call(RpcError),
    /// The notes could not be written.
    Notes(io::Error),
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Aircraft,
    Flights,
    Ground,
}

type Answer = (Kind, Result<ImportLogbookResponse, RpcError>);

impl Sender {
    pub fn new(
        client: FlightOpsClient<RpcClient>,
        book: ImportLogbookRequest,
        patience: Patience,
        concurrency: NonZeroUsize,
    ) -> Self {
        Self {
            client: client.with_timeout(TIMEOUT),
            book,
            patience,
            concurrency,
        }
    }

    /// Sends chunk after chunk until there are no more, and counts what became of them.
    pub async fn send_all(
        &self,
        mut chunks: mpsc::Receiver<Chunk>,
        tally: &mut Tally,
        progress: &mut Progress,
        output: &mut Output,
    ) -> Result<(), Interrupted> {
        let mut under_way = FuturesUnordered::new();
        loop {
            let room = under_way.len() < self.concurrency.get();
            tokio::select! {
                Some(answer) = under_way.next() => tally.count(answer)?,
                Some(chunk) = chunks.recv(), if room => {
                    progress.advance(chunk.rows, output);
                    chunk.notes.into_iter().try_for_each(|note| tally.note(note))?;
                    let wait = matches!(chunk.part, Part::Aircraft(_));
                    under_way.extend(self.send(chunk.part));
                    // The flights in them come next.
                    while wait && let Some(answer) = under_way.next().await {
                        tally.count(answer)?;
                    }
                }
                else => return Ok(()),
            }
        }
    }

    fn send(&self, part: Part) -> Option<BoxFuture<'static, Answer>> {
        let book = self.book.clone();
        let (kind, request) = match part {
            Part::Aircraft(aircraft) => (Kind::Aircraft, ImportLogbookRequest { aircraft, ..book }),
            Part::Flights(flights) => (Kind::Flights, ImportLogbookRequest { flights, ..book }),
            Part::Ground(ground_training) => (
                Kind::Ground,
                ImportLogbookRequest {
                    ground_training,
                    ..book
                },
            ),
            Part::Nothing => return None,
        };
        let (client, patience) = (self.client.clone(), self.patience);
        // The same rows again change nothing, so a part may be sent again.
        Some(Box::pin(async move {
            (
                kind,
                patience
                    .call(|| client.import_logbook(request.clone()))
                    .await,
            )
        }))
    }
}

impl Tally {
    fn note(&mut self, note: Note) -> Result<(), Interrupted> {
        self.notes.add(note).map_err(Interrupted::Notes)
    }

    fn count(&mut self, (kind, answer): Answer) -> Result<(), Interrupted> {
        let answer = answer.map_err(Interrupted::Call)?;
        let number = |count: i32| u64::try_from(count).unwrap_or_default();
        // Flights make the aircraft that no table lists.
        self.aircraft.created += number(answer.aircraft_created);
        self.flights.created += number(answer.flights_created);
        self.ground_training.created += number(answer.ground_training_created);
        let taken = match kind {
            Kind::Aircraft => &mut self.aircraft,
            Kind::Flights => &mut self.flights,
            Kind::Ground => &mut self.ground_training,
        };
        taken.unchanged += number(answer.unchanged);
        taken.refused += u64::try_from(answer.refused.len()).unwrap_or_default();
        answer
            .refused
            .into_iter()
            .try_for_each(|refusal| self.note(refusal.into()))
    }
}
