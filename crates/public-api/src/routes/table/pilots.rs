//! `/pilots`

use domain::person::{PersonStatus, Role};
use domain::scope::Scope;

use super::row::{Of, addition, ascending, detail, filter, ga, list};
use crate::routes::{Filter, Form, IdForm, Route, View};

const OF: Of = ga(Scope::Pilots, View::Pilots);

pub(super) const LIST: Route = list(
    "/pilots",
    OF,
    FILTERS,
    ascending("last_name"),
    "Pilot directory",
);

pub(super) const DETAIL: Route = addition(detail("/pilots/{id}", OF, IdForm::Uuid, "One pilot"));

const FILTERS: &[Filter] = &[
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
