//! What the route table says about a view, and what it leaves to us.

use public_api::routes::{self, Direction, RouteKind, View};

/// Reads a view's name.
pub fn view(name: &str) -> Option<View> {
    View::ALL.iter().copied().find(|view| view.as_str() == name)
}

/// The order of a view's list, of the sort key and then the id.
pub fn direction(view: View) -> Direction {
    let list = routes::all()
        .filter(|route| route.view == view)
        .find_map(|route| match route.kind {
            RouteKind::List { sort, .. } => Some(sort.direction),
            RouteKind::Detail { .. } | RouteKind::Me | RouteKind::Action { .. } => None,
        });
    list.unwrap_or(Direction::Ascending)
}

/// What a view's documents are found by, the likely rarest value first: where nothing else tells
/// several filters apart, the first one named here is read from the index, and the others are
/// checked on what it yields.
pub const fn facets(view: View) -> &'static [&'static str] {
    match view {
        View::Flights => &[
            "pilot_id",
            "instructor_id",
            "aircraft_id",
            "location_id",
            "status",
        ],
        View::Fleet => &["location_id", "airworthiness_status", "status"],
        View::Pilots => &["q", "role", "status"],
        View::Compliance => &["subject_id", "type", "status", "subject_type"],
        View::MaintenanceDue => &["aircraft_id", "location_id", "status"],
        View::WorkOrders => &["aircraft_id", "status"],
        View::TrainingProgress => &["student_id", "program_id", "status"],
        View::Signoffs => &["student_id", "instructor_id", "program_id"],
        View::Vtr => &["student_id", "status"],
        View::Invoices => &["customer_id", "overdue", "status"],
        View::FinanceSummaries => &["granularity"],
        View::Sessions => &[
            "instructor_id",
            "aircraft_id",
            "location_id",
            "kind",
            "status",
        ],
        View::Events => &["subject_id", "location_id", "type"],
        View::Organizations => &[],
        View::Locations => &["name"],
    }
}

/// Whether the values of a filter are texts, of which documents are found by the beginnings of the
/// words.
pub fn is_searched(facet: &str) -> bool {
    matches!(facet, "q" | "name")
}

#[cfg(test)]
mod tests {
    use public_api::routes::Form;

    use super::*;

    #[test]
    fn every_documented_filter_is_one_that_documents_are_found_by() {
        for route in routes::all() {
            for filter in route.filters() {
                let found = facets(route.view).contains(&filter.name);
                let is_bound = filter.form.is_bound();
                assert!(found != is_bound, "{} of {}", filter.name, route.path);
                let is_text = matches!(filter.form, Form::Text { .. });
                assert_eq!(is_searched(filter.name), is_text, "{}", filter.name);
            }
        }
    }

    #[test]
    fn lists_of_what_happened_begin_with_the_latest() {
        assert_eq!(direction(View::Flights), Direction::Descending);
        assert_eq!(direction(View::Events), Direction::Descending);
        assert_eq!(direction(View::Fleet), Direction::Ascending);
        assert_eq!(view("pilots"), Some(View::Pilots));
        assert_eq!(view("Pilots"), None);
    }
}
