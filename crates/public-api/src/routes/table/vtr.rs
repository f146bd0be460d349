//! `/vtr`

use domain::scope::Scope;
use domain::vtr::VtrStatus;

use super::row::{Of, descending, detail, filter, from, ga, list, to};
use crate::routes::{Filter, Form, IdForm, Route, View};

const OF: Of = ga(Scope::Vtr, View::Vtr);

pub(super) const LIST: Route = list(
    "/vtr",
    OF,
    FILTERS,
    descending("issued_at"),
    "Verified Training Records issued by the school",
);

pub(super) const DETAIL: Route = detail(
    "/vtr/{id}",
    OF,
    IdForm::VtrId,
    "One Verified Training Record: what is known of it, never its content",
);

const FILTERS: &[Filter] = &[
    filter(
        "status",
        Form::Enum(VtrStatus::TERMS),
        "Whether it still stands",
    ),
    filter("student_id", Form::Uuid, "Of this student"),
    from("Issued at or after"),
    to("Issued before; a date includes that day"),
];
