//! Taking in a part of a logbook: many rows in one transaction. The same rows again change
//! nothing; a row that breaks a rule is refused by itself, and the others go in.

mod aircraft;
mod flights;
mod ground_training;
mod refusal;

use contracts::convert::{parse, parse_optional};
use contracts::v1;
use domain::{LocationId, OrgId, PersonId};
use store::AsyncPgConnection;

use super::entry::require_location;
use super::{Command, Outcome, school};
use crate::context::Context;
use crate::db::ground_training::GroundTraining;
use crate::db::{self, people};
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

use aircraft::Fleet;
use flights::FlightRow;
pub use refusal::Refusal;

/// Rows of one request. What a row becomes fits into one statement, and the transaction is over
/// before anybody waits for it.
const MOST_ROWS: usize = 1_000;

/// Whose logbook it is, and where its flights go.
struct Book {
    organization_id: OrgId,
    location_id: Option<LocationId>,
    pilot_id: PersonId,
    /// The flights are submitted, by the pilot; otherwise they stay drafts.
    submitted: bool,
}

pub struct ImportLogbook {
    book: Book,
    aircraft: Vec<domain::aircraft::Aircraft>,
    flights: Vec<FlightRow>,
    ground_training: Vec<GroundTraining>,
    /// Rows that cannot be read, or break a rule by themselves.
    refused: Vec<Refusal>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    pub aircraft_created: usize,
    pub flights_created: usize,
    pub ground_training_created: usize,
    /// Rows that had been imported before.
    pub unchanged: usize,
    /// In the order of the file.
    pub refused: Vec<Refusal>,
}

impl TryFrom<v1::ImportLogbookRequest> for ImportLogbook {
    type Error = OpsError;

    fn try_from(request: v1::ImportLogbookRequest) -> Result<Self, OpsError> {
        let rows = request.aircraft.len() + request.flights.len() + request.ground_training.len();
        let mut checks = Checks::default();
        if rows > MOST_ROWS {
            checks.refuse(
                "flights",
                "too_many",
                format!("a request holds at most {MOST_ROWS} rows"),
            );
        }
        if !matches!(request.status.as_str(), "draft" | "submitted") {
            checks.refuse(
                "status",
                "unknown",
                "imported flights are `draft` or `submitted`",
            );
        }
        checks.finish()?;
        let book = Book {
            organization_id: parse("organization_id", &request.organization_id)?,
            location_id: parse_optional("location_id", request.location_id.as_deref())?,
            pilot_id: parse("pilot_id", &request.pilot_id)?,
            submitted: request.status == "submitted",
        };
        let mut refused = Vec::new();
        let aircraft = refusal::readable(request.aircraft, &mut refused, |row| {
            aircraft::read(&book, row)
        });
        let flights = refusal::readable(request.flights, &mut refused, |row| {
            flights::read(&book, row)
        });
        let ground_training =
            refusal::readable(request.ground_training, &mut refused, ground_training::read);
        Ok(Self {
            book,
            aircraft,
            flights,
            ground_training,
            refused,
        })
    }
}

impl Command for ImportLogbook {
    const NAME: &'static str = "import_logbook";
    type Answer = Imported;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Imported>, OpsError> {
        let Self {
            book,
            aircraft,
            flights,
            ground_training,
            refused,
        } = self;
        let organization = book.organization_id;
        self.check_book(conn).await?;
        let mut imported = Imported {
            refused: refused.clone(),
            ..Imported::default()
        };
        let flights = flights::of_known_people(conn, book, flights, &mut imported.refused).await?;

        let mut outgoing = Outgoing::new(context);
        let fleet = Fleet::complete(conn, context, book, aircraft, &flights).await?;
        imported.aircraft_created = fleet.created.len();
        imported.unchanged += fleet.listed_before;
        fleet.created.iter().for_each(|new| outgoing.record(new));

        let now = context.now();
        let decided = flights::decide(book, &flights, &fleet, now, &mut imported.refused);
        let new = flights::insert(conn, &decided).await?;
        imported.flights_created = new.len();
        imported.unchanged += decided.len() - new.len();
        new.iter().for_each(|decided| outgoing.decided(decided));

        imported.ground_training_created = match ground_training::in_order(ground_training) {
            rows if rows.is_empty() => 0,
            rows => {
                db::ground_training::insert_all(conn, organization, book.pilot_id, &rows, now)
                    .await?
            }
        };
        imported.unchanged += ground_training.len() - imported.ground_training_created;

        outgoing.write(conn).await?;
        imported.refused.sort_by_key(|refusal| refusal.line);
        Ok(imported.into_outcome())
    }
}

impl ImportLogbook {
    async fn check_book(&self, conn: &mut AsyncPgConnection) -> Result<(), OpsError> {
        let Book {
            organization_id,
            location_id,
            pilot_id,
            ..
        } = self.book;
        school(conn, organization_id).await?;
        if people::known(conn, organization_id, [pilot_id])
            .await?
            .is_empty()
        {
            return Err(OpsError::no_such_at("pilot_id", "person"));
        }
        require_location(conn, organization_id, location_id).await
    }
}

impl Imported {
    fn into_outcome(self) -> Outcome<Self> {
        match self.aircraft_created + self.flights_created + self.ground_training_created {
            0 => Outcome::AlreadyApplied(self),
            _ => Outcome::Executed(self),
        }
    }
}
