//! `/maintenance`

use domain::maintenance::{DueStatus, WorkOrderStatus};
use domain::scope::Scope;

use super::row::{Of, addition, ascending, descending, detail, filter, from, ga, list, to, told};
use crate::routes::{Filter, Form, IdForm, Route, View};

const OF_DUE: Of = ga(Scope::Maintenance, View::MaintenanceDue);
const OF_ORDERS: Of = ga(Scope::Maintenance, View::WorkOrders);

pub(super) const DUE: Route = list(
    "/maintenance/due",
    OF_DUE,
    DUE_FILTERS,
    told(
        ascending("worst_status"),
        "the worst first, then by `registration`",
    ),
    "What is due on each aircraft, the worst first",
);

pub(super) const DUE_OF_ONE: Route = addition(detail(
    "/maintenance/due/{id}",
    OF_DUE,
    IdForm::Uuid,
    "What is due on one aircraft, item by item",
));

pub(super) const WORK_ORDERS: Route = list(
    "/maintenance/work-orders",
    OF_ORDERS,
    ORDER_FILTERS,
    descending("opened_at"),
    "Work orders",
);

pub(super) const WORK_ORDER: Route = detail(
    "/maintenance/work-orders/{id}",
    OF_ORDERS,
    IdForm::Uuid,
    "One work order",
);

const DUE_FILTERS: &[Filter] = &[
    filter("aircraft_id", Form::Uuid, "Of this aircraft"),
    filter(
        "status",
        Form::Enum(DueStatus::TERMS),
        "The worst of its items stands so",
    ),
];

const ORDER_FILTERS: &[Filter] = &[
    filter(
        "status",
        Form::Enum(WorkOrderStatus::TERMS),
        "How far the work has come",
    ),
    filter("aircraft_id", Form::Uuid, "On this aircraft"),
    from("Opened at or after"),
    to("Opened before; a date includes that day"),
];
