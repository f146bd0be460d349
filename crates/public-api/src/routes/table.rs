//! The rows: a file for each resource, and here all of GA Flight's. TrueFlight's are in
//! [`trueflight`].

mod compliance;
mod events;
mod finance;
mod fleet;
mod flights;
mod maintenance;
mod pilots;
mod planning;
mod row;
mod training;
mod trueflight;
mod vtr;

use super::Route;

pub use trueflight::ROUTES as TRUEFLIGHT;

/// Every route of the GA Flight surface. What the vendor publishes comes with its published scope;
/// everything else is marked as an addition.
pub static GA_FLIGHT: &[Route] = &[
    flights::LIST,
    flights::DETAIL,
    fleet::LIST,
    fleet::DETAIL,
    pilots::LIST,
    pilots::DETAIL,
    compliance::LIST,
    compliance::DETAIL,
    finance::SUMMARIES,
    finance::SUMMARY,
    finance::INVOICES,
    finance::INVOICE,
    maintenance::DUE,
    maintenance::DUE_OF_ONE,
    maintenance::WORK_ORDERS,
    maintenance::WORK_ORDER,
    training::PROGRESS,
    training::PROGRESS_OF_ONE,
    training::SIGNOFFS,
    training::SIGNOFF,
    vtr::LIST,
    vtr::DETAIL,
    planning::LIST,
    planning::DETAIL,
    events::LIST,
    events::DETAIL,
    events::REPLAY,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::routes::{self, Form, RouteKind};

    #[test]
    fn no_two_rows_are_for_the_same_requests() {
        let rows: BTreeSet<_> = routes::all()
            .map(|r| (r.method.as_str(), r.template()))
            .collect();
        assert_eq!(rows.len(), routes::all().count());
    }

    #[test]
    fn no_filter_is_named_twice_or_like_a_common_parameter() {
        for route in routes::all() {
            let mut names: BTreeSet<_> = route.parameters().iter().copied().collect();
            assert!(
                route.filters().iter().all(|f| names.insert(f.name)),
                "{}",
                route.path
            );
        }
    }

    #[test]
    fn instants_bound_only_lists_that_are_sorted_by_time() {
        for route in routes::all() {
            let RouteKind::List { filters, sort } = &route.kind else {
                continue;
            };
            let by_instant = filters.iter().any(|f| matches!(f.form, Form::Instant(_)));
            let by_date = filters.iter().any(|f| matches!(f.form, Form::Date(_)));
            assert!(!by_instant || sort.field.ends_with("_at"), "{}", route.path);
            assert!(!by_instant || !by_date, "{}", route.path);
        }
    }

    /// The vendor's document, in its order.
    const PUBLISHED: [(&str, &str); 17] = [
        ("/pilots", "public.pilots:read"),
        ("/flights", "public.flights:read"),
        ("/fleet", "public.fleet:read"),
        ("/compliance", "public.compliance:read"),
        ("/training-progress", "public.training:read"),
        ("/training/signoffs", "public.signoffs:read"),
        ("/finance-summaries", "public.finance:read"),
        ("/invoices", "public.invoices:read"),
        ("/invoices/{id}", "public.invoices:read"),
        ("/maintenance/due", "public.maintenance:read"),
        ("/maintenance/work-orders", "public.maintenance:read"),
        ("/maintenance/work-orders/{id}", "public.maintenance:read"),
        ("/vtr", "public.vtr:read"),
        ("/vtr/{id}", "public.vtr:read"),
        ("/planning/sessions", "public.planning:read"),
        ("/planning/sessions/{id}", "public.planning:read"),
        ("/events", "public.events:read"),
    ];

    #[test]
    fn scopes_are_those_of_the_published_table_and_the_rest_are_additions() {
        for row in GA_FLIGHT {
            let published = PUBLISHED.iter().find(|(path, _)| *path == row.path);
            assert_eq!(row.addition, published.is_none(), "{}", row.path);
            if let Some((_, scope)) = published {
                assert_eq!(row.scope.as_str(), *scope, "{}", row.path);
            }
        }
    }
}
