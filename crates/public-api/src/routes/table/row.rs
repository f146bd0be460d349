//! The pieces that rows are made of.

use domain::scope::{Access, Scope};

use super::super::{
    Action, Bound, Direction, Filter, Form, IdForm, Method, RequiredScope, Route, RouteKind, Sort,
    Stability, View,
};

/// What the routes of a resource have in common: what they need, and what they read.
pub(super) type Of = (RequiredScope, View);

/// A resource of GA Flight.
pub(super) const fn ga(scope: Scope, view: View) -> Of {
    (RequiredScope::GaFlight(scope), view)
}

/// A resource of TrueFlight.
pub(super) const fn trueflight(access: Access, view: View) -> Of {
    (RequiredScope::TrueFlight(access), view)
}

/// A list that the vendor publishes. (The vendor calls the whole platform beta.)
pub(super) const fn list(
    path: &'static str,
    (scope, view): Of,
    filters: &'static [Filter],
    sort: Sort,
    summary: &'static str,
) -> Route {
    Route {
        method: Method::Get,
        path,
        scope,
        view,
        kind: RouteKind::List { filters, sort },
        stability: Stability::Beta,
        summary,
        addition: false,
    }
}

/// A detail that the vendor publishes.
pub(super) const fn detail(
    path: &'static str,
    (scope, view): Of,
    id: IdForm,
    summary: &'static str,
) -> Route {
    Route {
        method: Method::Get,
        path,
        scope,
        view,
        kind: RouteKind::Detail { id },
        stability: Stability::Beta,
        summary,
        addition: false,
    }
}

/// What is known of the caller.
pub(super) const fn me(path: &'static str, (scope, view): Of, summary: &'static str) -> Route {
    Route {
        method: Method::Get,
        path,
        scope,
        view,
        kind: RouteKind::Me,
        stability: Stability::Beta,
        summary,
        addition: false,
    }
}

/// Something to be done with one document.
pub(super) const fn action(
    path: &'static str,
    (scope, view): Of,
    id: IdForm,
    action: Action,
    summary: &'static str,
) -> Route {
    Route {
        method: Method::Post,
        path,
        scope,
        view,
        kind: RouteKind::Action { id, action },
        stability: Stability::Beta,
        summary,
        addition: false,
    }
}

/// The same route, beyond the vendor's published list.
pub(super) const fn addition(route: Route) -> Route {
    Route {
        addition: true,
        ..route
    }
}

pub(super) const fn filter(name: &'static str, form: Form, summary: &'static str) -> Filter {
    Filter {
        name,
        form,
        summary,
        default: None,
    }
}

/// The same filter, with a term that holds where a request names none.
pub(super) const fn defaulting(filter: Filter, default: &'static str) -> Filter {
    Filter {
        default: Some(default),
        ..filter
    }
}

/// The filter `from`.
pub(super) const fn from(summary: &'static str) -> Filter {
    filter("from", Form::Instant(Bound::From), summary)
}

/// The filter `to`.
pub(super) const fn to(summary: &'static str) -> Filter {
    filter("to", Form::Instant(Bound::To), summary)
}

pub(super) const fn ascending(field: &'static str) -> Sort {
    Sort {
        field,
        direction: Direction::Ascending,
        in_words: None,
    }
}

pub(super) const fn descending(field: &'static str) -> Sort {
    Sort {
        field,
        direction: Direction::Descending,
        in_words: None,
    }
}

/// The same order, whose direction is told in these words.
pub(super) const fn told(sort: Sort, in_words: &'static str) -> Sort {
    Sort {
        in_words: Some(in_words),
        ..sort
    }
}
