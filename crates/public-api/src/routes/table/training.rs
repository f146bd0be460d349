//! `/training-progress` and `/training/signoffs`

use domain::scope::Scope;
use domain::training::ProgressStatus;

use super::row::{Of, addition, ascending, descending, detail, filter, from, ga, list, to};
use crate::routes::{Filter, Form, IdForm, Route, View};

const OF_PROGRESS: Of = ga(Scope::Training, View::TrainingProgress);
const OF_SIGNOFFS: Of = ga(Scope::Signoffs, View::Signoffs);

pub(super) const PROGRESS: Route = list(
    "/training-progress",
    OF_PROGRESS,
    PROGRESS_FILTERS,
    ascending("student_id"),
    "How far each student has come in each program",
);

pub(super) const PROGRESS_OF_ONE: Route = addition(detail(
    "/training-progress/{id}",
    OF_PROGRESS,
    IdForm::Uuid,
    "How far one student has come in one program",
));

pub(super) const SIGNOFFS: Route = list(
    "/training/signoffs",
    OF_SIGNOFFS,
    SIGNOFF_FILTERS,
    descending("signed_at"),
    "Training signoffs",
);

pub(super) const SIGNOFF: Route = addition(detail(
    "/training/signoffs/{id}",
    OF_SIGNOFFS,
    IdForm::Uuid,
    "One training signoff",
));

const PROGRESS_FILTERS: &[Filter] = &[
    filter("student_id", Form::Uuid, "Of this student"),
    filter("program_id", Form::Uuid, "In this program"),
    filter(
        "status",
        Form::Enum(ProgressStatus::TERMS),
        "Where the student stands in the program",
    ),
];

const SIGNOFF_FILTERS: &[Filter] = &[
    filter("student_id", Form::Uuid, "For this student"),
    filter("program_id", Form::Uuid, "In this program"),
    from("Signed at or after"),
    to("Signed before; a date includes that day"),
    filter("instructor_id", Form::Uuid, "By this instructor"),
];
