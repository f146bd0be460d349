//! `/events`

use domain::event::EventType;
use domain::scope::Scope;

use super::row::{Of, action, addition, descending, detail, filter, from, ga, list, to};
use crate::routes::{Action, Filter, Form, IdForm, Route, View};

const OF: Of = ga(Scope::Events, View::Events);

pub(super) const LIST: Route = list(
    "/events",
    OF,
    FILTERS,
    descending("occurred_at"),
    "Event log",
);

pub(super) const DETAIL: Route = addition(detail(
    "/events/{id}",
    OF,
    IdForm::EventId,
    "One event, as it was delivered",
));

/// Its own scope: whoever may read what happened may not, for that, have it sent.
pub(super) const REPLAY: Route = addition(action(
    "/events/{id}/replay",
    ga(Scope::EventsReplay, View::Events),
    IdForm::EventId,
    Action::ReplayEvent,
    "Send an event once more to the endpoints that want it",
));

const FILTERS: &[Filter] = &[
    filter(
        "type",
        Form::Enum(EventType::TERMS),
        "Type in the event catalog",
    ),
    from("Occurred at or after"),
    to("Occurred before; a date includes that day"),
    filter("subject_id", Form::Uuid, "About this record"),
];
