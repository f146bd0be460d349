//! `/locations`

use domain::scope::Access;

use super::row::{Of, addition, ascending, detail, filter, list, trueflight};
use crate::routes::{Filter, Form, IdForm, Route, View};

const OF: Of = trueflight(Access::Read, View::Locations);

pub(super) const LIST: Route = addition(list(
    "/locations",
    OF,
    FILTERS,
    ascending("name"),
    "The locations that the key opens",
));

pub(super) const DETAIL: Route =
    addition(detail("/locations/{id}", OF, IdForm::Uuid, "One location"));

const FILTERS: &[Filter] = &[filter(
    "name",
    Form::Text { max: 100, words: 8 },
    "Words of the name, each by its beginning",
)];
