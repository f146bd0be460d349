//! `gaf import`

mod pilot;

use std::fs::File;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use contracts::v1::ImportLogbookRequest;
use domain::OrgId;
use logbook::{OpenError, Reader, Summary};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::args::OrgArg;
use crate::failure::{Failure, Status};
use crate::import::notes::Notes;
use crate::import::reading::{self, Stopped};
use crate::import::report::{Book, Report};
use crate::import::sending::{Interrupted, Sender, Tally};
use crate::progress::Progress;
use crate::retry::Patience;
use crate::session::Session;

const AFTER_HELP: &str = "\
The same file again changes nothing, so an import that was interrupted is simply repeated.

Every row is either imported or refused with a warning that names its line. Not imported at all are
remarks and people, which are personal data, and distances and times of duty.

Where the file has a date and no times, the flight begins at 00:00 UTC of its day, and the record
says that its times are not recorded. The pilot in command is the pilot, also where the pilot was
taught: a logbook gives the instructor a name and no identity.

Exits with 0 when the file was read, whatever the warnings, and with 2 when it is no logbook.";

/// Import a ForeFlight logbook
#[derive(Debug, Args)]
#[command(after_long_help = AFTER_HELP)]
pub struct Import {
    /// The exported file (CSV)
    file: PathBuf,
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    pilot: pilot::PilotArg,
    /// What the flights are afterwards
    #[arg(long = "as", value_enum, default_value_t = As::Submitted, value_name = "STATUS")]
    status: As,
    /// Write every warning to this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    warnings: Option<PathBuf>,
    /// How many parts of 200 rows are on their way at the same time
    #[arg(long, default_value = "4", value_name = "N")]
    concurrency: NonZeroUsize,
    #[command(flatten)]
    patience: Patience,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum As {
    Submitted,
    Draft,
}

impl As {
    fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Draft => "draft",
        }
    }
}

/// Chunks read ahead of those on their way.
const READ_AHEAD: usize = 2;

impl Import {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let org = self.org.resolve(session)?;
        // First of all, so that nothing is begun for a file that is none.
        let mut progress = session.progress("rows");
        let rows = open(session.directory.join(&self.file), &progress).await?;
        let notes = self
            .warnings
            .as_ref()
            .map(|path| create(&session.directory.join(path)))
            .transpose()?;
        let client = session.flight_ops().await?;
        let pilot_id = self
            .pilot
            .resolve(&client, org, self.patience)
            .await?
            .to_string();

        let (sender, chunks) = mpsc::channel(READ_AHEAD);
        let reading = read_beside(rows, pilot_id.clone(), sender);
        let mut tally = Tally {
            notes: Notes::new(notes),
            ..Tally::default()
        };
        let book = self.book(org, &pilot_id);
        let sender = Sender::new(client, book, self.patience, self.concurrency);
        let sent = sender
            .send_all(chunks, &mut tally, &mut progress, &mut session.output)
            .await;
        // Reading ends by itself now: at the end of the file, or because nobody takes more.
        let read = reading.await;
        progress.finish();
        sent.map_err(|why| interrupted(why, &tally))?;
        let summary =
            read.map_err(|panic| Failure::new(Status::Failed, "failed", panic.to_string()))??;

        let (organization_id, status) = (org.to_string(), self.status.as_str());
        let book = Book {
            organization_id,
            pilot_id,
            status,
            summary,
        };
        let taken = [tally.aircraft, tally.flights, tally.ground_training];
        session.show(&Report::new(book, taken, tally.notes.finish()?))
    }

    fn book(&self, org: OrgId, pilot_id: &str) -> ImportLogbookRequest {
        ImportLogbookRequest {
            organization_id: org.to_string(),
            pilot_id: pilot_id.to_owned(),
            status: self.status.as_str().to_owned(),
            ..Default::default()
        }
    }
}

/// Opens a logbook: it has a table of flights, whatever may be odd in it.
async fn open(
    path: PathBuf,
    progress: &Progress,
) -> Result<Reader<impl Read + Send + use<>>, Failure> {
    let shown = path.display().to_string();
    let unreadable = |error: std::io::Error| {
        Failure::bad_input(
            "unreadable_file",
            format!("{shown} cannot be read: {error}"),
        )
        .next("Give the path of the exported CSV file.")
    };
    let file = File::open(&path).map_err(unreadable)?;
    let bytes = file.metadata().map_err(unreadable)?.len();
    let file = progress.over_file(file, bytes);
    let opened = tokio::task::spawn_blocking(move || Reader::new(file)).await;
    match opened.map_err(|panic| Failure::new(Status::Failed, "failed", panic.to_string()))? {
        Ok(rows) => Ok(rows),
        Err(OpenError::NotALogbook(why)) => {
            let failure = Failure::bad_input(
                "not_a_logbook",
                format!("{shown} is no ForeFlight logbook: {why}"),
            );
            Err(failure.next(
                "Export it anew (ForeFlight web, Logbook, Export) and give that file as it is.",
            ))
        }
        Err(OpenError::Io(error)) => Err(unreadable(error)),
        Err(other) => Err(Failure::bad_input(
            "not_a_logbook",
            format!("{shown}: {other}"),
        )),
    }
}

fn create(path: &Path) -> Result<File, Failure> {
    File::create(path).map_err(|error| {
        Failure::bad_input(
            "unwritable_file",
            format!("{} cannot be written: {error}", path.display()),
        )
    })
}

/// The file is read on a thread of its own, which waits while the services are slower.
fn read_beside<R: Read + Send + 'static>(
    rows: Reader<R>,
    pilot_id: String,
    sender: mpsc::Sender<reading::Chunk>,
) -> JoinHandle<Result<Summary, Failure>> {
    tokio::task::spawn_blocking(move || {
        reading::read_all(rows, pilot_id, sender).map_err(|stopped| match stopped {
            Stopped::File(error) => {
                Failure::new(Status::Failed, "unreadable_file", format!("reading the file failed half-way: {error}"))
                    .next("What was read until then is imported; repeat the import with a file that can be read.")
            }
            Stopped::Unwanted => Failure::new(Status::Failed, "interrupted", "the import was interrupted"),
        })
    })
}

fn interrupted(why: Interrupted, tally: &Tally) -> Failure {
    let failure = match why {
        Interrupted::Call(error) => Failure::of_call("flight-ops", error),
        Interrupted::Notes(error) => Failure::new(
            Status::Failed,
            "unwritable_file",
            format!("the warnings cannot be written: {error}"),
        ),
    };
    let created = tally.flights.created;
    failure.next(format!(
        "{created} flights are imported. Repeat the command: it goes on where it ended."
    ))
}
