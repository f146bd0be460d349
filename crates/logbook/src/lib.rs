//! A pure, streaming reader of ForeFlight logbook exports.
//!
//! An export is one CSV file with two tables: `Aircraft Table`, then
//! `Flights Table`, each with a header of its own, and sometimes with a row of
//! types above it. [`Reader`] finds the tables, reads the columns by name, and
//! yields one [`Row`] for every data row, in the order of the file.
//!
//! ```
//! use logbook::{Reader, RowContent, Summary};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let file = "Flights Table\nDate,AircraftID,TotalTime\n2026-03-01,N51OA,1.6\n";
//! let mut summary = Summary::default();
//! for row in Reader::new(file.as_bytes())? {
//!     let row = row?;
//!     if let RowContent::Flight(flight) = &row.content {
//!         assert_eq!(flight.total_minutes, 96);
//!     }
//!     summary.add(&row);
//! }
//! assert_eq!(summary.flights, 1);
//! # Ok(())
//! # }
//! ```
//!
//! # What is kept, and what is refused
//! - A file is refused as a whole ([`NotALogbook`]) only when it has no
//!   `Flights Table` with a header below it.
//! - A row is refused ([`RowContent::Refused`]) when it cannot be placed: no
//!   readable date or aircraft id, a quote that is never closed, more values
//!   than columns, or a size beyond [`limits`].
//! - Every other row is kept. What was odd in it stands in its
//!   [`Warning`]s, each with line, column, code and reason. No row is dropped
//!   in silence, but for blank ones, and none stops the reading.
//!
//! # Units and zones
//! Durations are whole minutes: decimal hours × 60, rounded half up (1.6 is
//! 96), or `h:mm`. Meters and distances are whole hundredths. Times of day
//! carry no zone in the file; ForeFlight exports them in UTC.
//!
//! # Privacy
//! People, contact data and remarks are held in [`Private`], which does not
//! print itself, and no warning carries a value of such a column.
//!
//! # Memory
//! The reader holds at most one row of the file and one row's worth of text to
//! read again (see [`limits`]), the ids of the aircraft table, and the
//! fingerprints of the last few thousand flights, however long the file is.

mod aircraft;
mod approach;
mod cells;
mod column;
mod error;
mod fields;
mod fleet;
mod flight;
mod header;
mod lines;
mod occurrence;
mod person;
mod private;
mod quotes;
mod reader;
mod records;
mod row;
mod summary;
mod value;
mod vocabulary;
mod warning;

pub mod limits;

pub use aircraft::LogbookAircraft;
pub use approach::Approach;
pub use error::{NotALogbook, OpenError};
pub use flight::{ComponentMinutes, Flags, FlightTimes, Landings, LogbookFlight, MeterReadings};
pub use person::Person;
pub use private::Private;
pub use reader::Reader;
pub use row::{GroundTraining, Row, RowContent};
pub use summary::Summary;
pub use vocabulary::{Category, Class, EngineType, EquipType};
pub use warning::{Warning, WarningCode};
