//! `/flights`

use domain::flight::FlightStatus;
use domain::scope::Scope;

use super::row::{Of, addition, descending, detail, filter, from, ga, list, to};
use crate::routes::{Filter, Form, IdForm, Route, View};

const OF: Of = ga(Scope::Flights, View::Flights);

pub(super) const LIST: Route = list(
    "/flights",
    OF,
    FILTERS,
    descending("off_block_at"),
    "Flight records",
);

pub(super) const DETAIL: Route = addition(detail(
    "/flights/{id}",
    OF,
    IdForm::Uuid,
    "One flight record",
));

const FILTERS: &[Filter] = &[
    filter(
        "status",
        Form::Enum(FlightStatus::TERMS),
        "Where the flight stands in its approval",
    ),
    from("Off block at or after"),
    to("Off block before; a date includes that day"),
    filter("pilot_id", Form::Uuid, "Flown by this pilot"),
    filter("instructor_id", Form::Uuid, "Flown with this instructor"),
    filter("aircraft_id", Form::Uuid, "Flown on this aircraft"),
];
