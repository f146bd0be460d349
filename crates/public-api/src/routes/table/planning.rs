//! `/planning/sessions`

use domain::planning::{SessionKind, SessionStatus};
use domain::scope::Scope;

use super::row::{Of, ascending, detail, filter, from, ga, list, to};
use crate::routes::{Filter, Form, IdForm, Route, View};

const OF: Of = ga(Scope::Planning, View::Sessions);

pub(super) const LIST: Route = list(
    "/planning/sessions",
    OF,
    FILTERS,
    ascending("starts_at"),
    "Planned sessions",
);

pub(super) const DETAIL: Route = detail(
    "/planning/sessions/{id}",
    OF,
    IdForm::Uuid,
    "One planned session",
);

const FILTERS: &[Filter] = &[
    from("Ends after: what is under way at that moment is included"),
    to("Begins before; a date includes that day"),
    filter(
        "aircraft_id",
        Form::Uuid,
        "Booked on this aircraft or simulator",
    ),
    filter("instructor_id", Form::Uuid, "Given by this instructor"),
    filter(
        "status",
        Form::Enum(SessionStatus::TERMS),
        "Where the session stands",
    ),
    filter("kind", Form::Enum(SessionKind::TERMS), "What is done in it"),
];
