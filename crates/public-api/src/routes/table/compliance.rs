//! `/compliance`

use domain::compliance::{ComplianceStatus, ComplianceType, SubjectType};
use domain::scope::Scope;

use super::row::{Of, addition, ascending, detail, filter, ga, list, told};
use crate::routes::{Bound, Filter, Form, IdForm, Route, View};

const OF: Of = ga(Scope::Compliance, View::Compliance);

pub(super) const LIST: Route = list(
    "/compliance",
    OF,
    FILTERS,
    told(
        ascending("valid_until"),
        "ascending, what does not expire last",
    ),
    "Medicals, licences, insurances and other papers, with how they stand today",
);

pub(super) const DETAIL: Route = addition(detail(
    "/compliance/{id}",
    OF,
    IdForm::Uuid,
    "One compliance record",
));

const FILTERS: &[Filter] = &[
    filter("type", Form::Enum(ComplianceType::TERMS), "Kind of paper"),
    filter(
        "status",
        Form::Enum(ComplianceStatus::TERMS),
        "How it stands today, in the school's time zone",
    ),
    filter(
        "subject_type",
        Form::Enum(SubjectType::TERMS),
        "Whom or what it is about",
    ),
    filter(
        "subject_id",
        Form::Uuid,
        "About this person, aircraft or organisation",
    ),
    filter(
        "expiring_before",
        Form::Date(Bound::Before),
        "Good until a day before this date; what does not expire is left out",
    ),
];
