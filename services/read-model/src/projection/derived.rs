//! Documents that are derived from several records, or that change with the time.

use domain::moment::Moment;
use public_api::routes::View;

use super::{
    Compliance, FinanceSummaries, Flights, Invoices, MaintenanceDue, Projected, Related,
    TrainingProgress,
};
use crate::record::Record;

/// How the documents of a view come about.
///
/// Projections are pure: the same records and the same date give the same bytes. Between the
/// moment of a projection and its `turns_at` the time must make no difference, so what is written
/// depends on the date in the school's zone, or on a bound that `turns_at` names.
pub trait Derived: Sync {
    fn view(&self) -> View;

    /// Kinds of the records that have a part in documents of the view. The organisation's own
    /// record need not be named for its zone.
    fn kinds(&self) -> &'static [&'static str];

    /// Whether the record may have a part in documents of the view, from what it says itself: who
    /// changes it then holds the view.
    fn has_part(&self, record: &Record) -> bool {
        self.kinds().contains(&record.kind())
    }

    /// The kind whose ids are the documents' ids, where there is one: when such a record is
    /// deleted, a tombstone takes the place of the document.
    fn root(&self) -> Option<&'static str>;

    /// Whether documents of the view may change with the time.
    fn turns(&self) -> bool;

    /// Ids of the documents in which the record has a part. It is asked for the record as it now
    /// is and as it was before.
    fn affected(&self, record: &Record, related: &Related) -> Vec<String>;

    /// The document; none when the records say that it does not exist.
    ///
    /// # Errors
    /// None that a record can cause; the serializer's own are handed through.
    fn project(
        &self,
        id: &str,
        related: &Related,
        moment: &Moment,
    ) -> serde_json::Result<Option<Projected>>;
}

/// Every derived view. A row here, and a part in `affected`, is all it takes.
pub static DERIVED: &[&dyn Derived] = &[
    &Flights,
    &Compliance,
    &MaintenanceDue,
    &TrainingProgress,
    &Invoices,
    &FinanceSummaries,
];

/// The derived view of that name.
pub fn derived(view: View) -> Option<&'static dyn Derived> {
    DERIVED.iter().copied().find(|d| d.view() == view)
}
