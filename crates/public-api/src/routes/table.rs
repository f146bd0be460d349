//! The rows.

use domain::aircraft::{AircraftStatus, Airworthiness};
use domain::event::EventType;
use domain::flight::FlightStatus;
use domain::person::{PersonStatus, Role};
use domain::scope::Scope;

use super::{
    Bound, Direction, Filter, Form, IdForm, Method, Route, RouteKind, Sort, Stability, View,
};

/// Every route of the GA Flight surface. The lists are the vendor's published ones (the vendor
/// calls the whole platform beta); the details are additions.
pub static ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/flights",
        scope: Scope::Flights,
        view: View::Flights,
        kind: RouteKind::List {
            filters: FLIGHT_FILTERS,
            sort: descending("off_block_at"),
        },
        stability: Stability::Beta,
        summary: "Flight records",
        addition: false,
    },
    Route {
        method: Method::Get,
        path: "/flights/{id}",
        scope: Scope::Flights,
        view: View::Flights,
        kind: RouteKind::Detail { id: IdForm::Uuid },
        stability: Stability::Beta,
        summary: "One flight record",
        addition: true,
    },
    Route {
        method: Method::Get,
        path: "/fleet",
        scope: Scope::Fleet,
        view: View::Fleet,
        kind: RouteKind::List {
            filters: FLEET_FILTERS,
            sort: ascending("registration"),
        },
        stability: Stability::Beta,
        summary: "Fleet list",
        addition: false,
    },
    Route {
        method: Method::Get,
        path: "/fleet/{id}",
        scope: Scope::Fleet,
        view: View::Fleet,
        kind: RouteKind::Detail { id: IdForm::Uuid },
        stability: Stability::Beta,
        summary: "One aircraft or simulator",
        addition: true,
    },
    Route {
        method: Method::Get,
        path: "/pilots",
        scope: Scope::Pilots,
        view: View::Pilots,
        kind: RouteKind::List {
            filters: PILOT_FILTERS,
            sort: ascending("last_name"),
        },
        stability: Stability::Beta,
        summary: "Pilot directory",
        addition: false,
    },
    Route {
        method: Method::Get,
        path: "/pilots/{id}",
        scope: Scope::Pilots,
        view: View::Pilots,
        kind: RouteKind::Detail { id: IdForm::Uuid },
        stability: Stability::Beta,
        summary: "One pilot",
        addition: true,
    },
    Route {
        method: Method::Get,
        path: "/events",
        scope: Scope::Events,
        view: View::Events,
        kind: RouteKind::List {
            filters: EVENT_FILTERS,
            sort: descending("occurred_at"),
        },
        stability: Stability::Beta,
        summary: "Event log",
        addition: false,
    },
    Route {
        method: Method::Get,
        path: "/events/{id}",
        scope: Scope::Events,
        view: View::Events,
        kind: RouteKind::Detail {
            id: IdForm::EventId,
        },
        stability: Stability::Beta,
        summary: "One event, as it was delivered",
        addition: true,
    },
];

const FLIGHT_FILTERS: &[Filter] = &[
    filter(
        "status",
        Form::Enum(FlightStatus::TERMS),
        "Where the flight stands in its approval",
    ),
    filter("from", Form::Instant(Bound::From), "Off block at or after"),
    filter(
        "to",
        Form::Instant(Bound::To),
        "Off block before; a date includes that day",
    ),
    filter("pilot_id", Form::Uuid, "Flown by this pilot"),
    filter("instructor_id", Form::Uuid, "Flown with this instructor"),
    filter("aircraft_id", Form::Uuid, "Flown on this aircraft"),
];

const FLEET_FILTERS: &[Filter] = &[
    filter(
        "status",
        Form::Enum(AircraftStatus::TERMS),
        "Whether the school operates it",
    ),
    filter(
        "airworthiness_status",
        Form::Enum(Airworthiness::TERMS),
        "Whether it may fly",
    ),
];

const PILOT_FILTERS: &[Filter] = &[
    filter(
        "status",
        Form::Enum(PersonStatus::TERMS),
        "Whether the person is active",
    ),
    filter(
        "role",
        Form::Enum(Role::TERMS),
        "What the person does at the school",
    ),
    filter(
        "q",
        Form::Text { max: 100, words: 8 },
        "Words of the name or call sign, each by its beginning",
    ),
];

const EVENT_FILTERS: &[Filter] = &[
    filter(
        "type",
        Form::Enum(EventType::TERMS),
        "Type in the event catalog",
    ),
    filter("from", Form::Instant(Bound::From), "Occurred at or after"),
    filter(
        "to",
        Form::Instant(Bound::To),
        "Occurred before; a date includes that day",
    ),
    filter("subject_id", Form::Uuid, "About this record"),
];

const fn filter(name: &'static str, form: Form, summary: &'static str) -> Filter {
    Filter {
        name,
        form,
        summary,
    }
}

const fn ascending(field: &'static str) -> Sort {
    Sort {
        field,
        direction: Direction::Ascending,
    }
}

const fn descending(field: &'static str) -> Sort {
    Sort {
        field,
        direction: Direction::Descending,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_rows_are_for_the_same_requests() {
        let rows: BTreeSet<_> = ROUTES.iter().map(|r| (r.method.as_str(), r.path)).collect();
        assert_eq!(rows.len(), ROUTES.len());
    }

    #[test]
    fn no_filter_is_named_twice_or_like_a_common_parameter() {
        for route in ROUTES {
            let mut names = BTreeSet::from(["limit", "cursor"]);
            assert!(
                route.filters().iter().all(|f| names.insert(f.name)),
                "{}",
                route.path
            );
        }
    }

    #[test]
    fn instants_bound_only_lists_that_are_sorted_by_time() {
        for route in ROUTES {
            let RouteKind::List { filters, sort } = &route.kind else {
                continue;
            };
            let bounded = filters.iter().any(|f| matches!(f.form, Form::Instant(_)));
            assert!(!bounded || sort.field.ends_with("_at"), "{}", route.path);
        }
    }

    /// The vendor's document, for the routes that are built.
    #[test]
    fn scopes_are_those_of_the_published_table() {
        let published = [
            ("/pilots", "public.pilots:read"),
            ("/flights", "public.flights:read"),
            ("/fleet", "public.fleet:read"),
            ("/events", "public.events:read"),
        ];
        for (path, scope) in published {
            let row = ROUTES.iter().find(|r| r.path == path).unwrap();
            assert_eq!((row.scope.as_str(), row.addition), (scope, false));
        }
        assert!(ROUTES.iter().filter(|r| !r.is_list()).all(|r| r.addition));
    }
}
