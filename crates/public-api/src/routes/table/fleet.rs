//! `/fleet`

use domain::aircraft::{AircraftStatus, Airworthiness};
use domain::scope::Scope;

use super::row::{Of, addition, ascending, detail, filter, ga, list};
use crate::routes::{Filter, Form, IdForm, Route, View};

const OF: Of = ga(Scope::Fleet, View::Fleet);

pub(super) const LIST: Route = list(
    "/fleet",
    OF,
    FILTERS,
    ascending("registration"),
    "Fleet list",
);

pub(super) const DETAIL: Route = addition(detail(
    "/fleet/{id}",
    OF,
    IdForm::Uuid,
    "One aircraft or simulator",
));

const FILTERS: &[Filter] = &[
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
