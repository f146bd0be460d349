//! From a raw query string to a typed query, against a row of the route table.

mod instant;
mod selection;
mod values;

use std::borrow::Cow;
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::problem::ProblemError;
use crate::routes::{Bound, DEFAULT_LIMIT, Filter, Form, Route};
use crate::{sort_key, urlencoded};

pub use selection::Selection;
pub(crate) use values::uuid;

/// What a list request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    pub narrowing: Narrowing,
    /// Items on the page at most, 1 to [`crate::routes::MAX_LIMIT`].
    pub limit: u16,
    /// As sent; [`crate::cursor::open`] says whether it is one.
    pub cursor: Option<String>,
    /// What is shown of each document.
    pub selection: Selection,
    /// Every parameter as it was sent, decoded, but for the cursor.
    sent: Vec<(String, String)>,
}

/// Which documents of a view are asked for: all that is said here must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrowing {
    /// Filter name and value, in the order of the names.
    pub facets: Vec<(String, String)>,
    /// The sort key is at or after this.
    pub sort_from: Option<String>,
    /// The sort key is before this.
    pub sort_to: Option<String>,
    /// Changed at or after this; the list is then in the order of the changes, and holds what is
    /// gone as well.
    pub updated_since: Option<DateTime<Utc>>,
}

impl Narrowing {
    /// The same for equal narrowings, however they were written. Bounds go by names that no
    /// filter can have.
    pub fn canonical(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let facets = self.facets.iter();
        let facets = facets.map(|(name, value)| (name.as_str(), value.into()));
        let from = self.sort_from.iter().map(|value| (">=", value.into()));
        let to = self.sort_to.iter().map(|value| ("<", value.into()));
        let since = self.updated_since.iter();
        let since = since.map(|at| ("updated >=", sort_key::instant(*at).into()));
        facets.chain(from).chain(to).chain(since)
    }
}

impl ListQuery {
    /// The query of the page that begins at `cursor`, without the question mark.
    pub fn page_at(&self, cursor: &str) -> String {
        let cursor = ("cursor", cursor);
        let sent = self
            .sent
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs = sent.chain([cursor]);
        let pairs = pairs.map(|(name, value)| {
            format!("{}={}", urlencoded::encode(name), urlencoded::encode(value))
        });
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// Reads the query of a list. Every error is found, not only the first.
pub fn parse(route: &Route, raw: &str) -> Result<ListQuery, Vec<ProblemError>> {
    read(route, raw).map(Found::query)
}

/// Reads the query of a detail.
pub fn parse_detail(route: &Route, raw: &str) -> Result<Selection, Vec<ProblemError>> {
    read(route, raw).map(|found| found.selection)
}

/// Checks the query of a route that takes no parameters.
pub fn parse_empty(route: &Route, raw: &str) -> Result<(), Vec<ProblemError>> {
    read(route, raw).map(|_| ())
}

fn read(route: &Route, raw: &str) -> Result<Found, Vec<ProblemError>> {
    let mut errors = Vec::new();
    let mut found = Found::default();
    for (name, value) in pairs(raw, &mut errors) {
        if !found.names.insert(name.clone()) {
            let detail = format!("`{}` is given more than once", values::shown(&name));
            errors.push(ProblemError::parameter(&name, "repeated_parameter", detail));
        } else if let Err(error) = found.read(route, &name, &value) {
            errors.push(error);
        } else if name != "cursor" {
            found.sent.push((name, value));
        }
    }
    if let (Some((lower, from)), Some((upper, to))) = (&found.from, &found.to)
        && (from > to || found.to_ends_a_day && from == to)
    {
        let detail = format!("`{lower}` is after `{upper}`: no record can lie between them");
        errors.push(ProblemError::parameter(lower, "from_after_to", detail));
    }
    if errors.is_empty() {
        Ok(found.with_defaults(route))
    } else {
        Err(errors)
    }
}

/// Decoded names and values; what cannot be decoded is an error.
fn pairs(raw: &str, errors: &mut Vec<ProblemError>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for pair in raw.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match (urlencoded::decode(name), urlencoded::decode(value)) {
            (Ok(name), Ok(value)) => pairs.push((name, value)),
            (Err(malformed), _) | (_, Err(malformed)) => {
                let detail = format!("`{}` is not well encoded: {malformed}", values::shown(name));
                errors.push(ProblemError::parameter(
                    &values::shown(name),
                    "malformed_encoding",
                    detail,
                ));
            }
        }
    }
    pairs
}

/// Before the sort key of every date.
const NO_DATE: &str = "0";

#[derive(Default)]
struct Found {
    names: BTreeSet<String>,
    facets: Vec<(String, String)>,
    /// Name of the filter, and the sort key it bounds with.
    from: Option<(&'static str, String)>,
    to: Option<(&'static str, String)>,
    /// The upper bound was given as a date: it is the end of that day, and no range begins there.
    to_ends_a_day: bool,
    /// The lower bound where dates are asked for, and no first one is named.
    dated: Option<&'static str>,
    updated_since: Option<DateTime<Utc>>,
    limit: Option<u16>,
    cursor: Option<String>,
    selection: Selection,
    sent: Vec<(String, String)>,
}

impl Found {
    fn read(&mut self, route: &Route, name: &str, value: &str) -> Result<(), ProblemError> {
        let is_common = route.parameters().contains(&name);
        match name {
            "limit" if is_common => self.limit = Some(values::limit(value)?),
            "cursor" if is_common => self.cursor = Some(value.to_owned()),
            "updated_since" if is_common => {
                self.updated_since = Some(instant::parse(name, Bound::From, value)?);
            }
            "fields" if is_common => self.selection = Selection::parse(value, route.fields())?,
            _ => match route.filters().iter().find(|filter| filter.name == name) {
                Some(filter) => self.narrow(filter, value)?,
                None => return Err(unknown(route, name)),
            },
        }
        Ok(())
    }

    fn narrow(&mut self, filter: &'static Filter, value: &str) -> Result<(), ProblemError> {
        let value = match filter.form {
            Form::Enum(terms) => values::term(filter.name, terms, value)?,
            Form::Bool => values::term(filter.name, &["true", "false"], value)?,
            Form::Uuid => values::id(filter.name, value)?,
            Form::Text { max, words } => values::text(filter.name, max, words, value)?,
            Form::Instant(bound) => {
                let at = instant::parse(filter.name, bound, value)?;
                self.to_ends_a_day |= bound == Bound::To && instant::is_date(value);
                self.bound(filter, bound, sort_key::instant(at));
                return Ok(());
            }
            Form::Date(bound) => {
                let day = instant::parse_date(filter.name, bound, value)?;
                // What has no date lies before all dates: bounds leave it out, at either end.
                self.dated = Some(NO_DATE);
                self.to_ends_a_day |= bound == Bound::To;
                self.bound(filter, bound, day.to_string());
                return Ok(());
            }
        };
        self.facets.push((filter.name.to_owned(), value));
        Ok(())
    }

    fn bound(&mut self, filter: &'static Filter, bound: Bound, key: String) {
        let side = match bound {
            Bound::From => &mut self.from,
            Bound::To | Bound::Before => &mut self.to,
        };
        *side = Some((filter.name, key));
    }

    /// What the route takes for granted where the request does not say.
    fn with_defaults(mut self, route: &Route) -> Self {
        for filter in route.filters() {
            if let Some(default) = filter.default
                && !self.names.contains(filter.name)
            {
                self.facets
                    .push((filter.name.to_owned(), default.to_owned()));
            }
        }
        self
    }

    fn query(mut self) -> ListQuery {
        self.facets.sort();
        ListQuery {
            narrowing: Narrowing {
                facets: self.facets,
                sort_from: self
                    .from
                    .map(|(_, key)| key)
                    .or_else(|| self.dated.map(str::to_owned)),
                sort_to: self.to.map(|(_, key)| key),
                updated_since: self.updated_since,
            },
            limit: self.limit.unwrap_or(DEFAULT_LIMIT),
            cursor: self.cursor,
            selection: self.selection,
            sent: self.sent,
        }
    }
}

fn unknown(route: &Route, name: &str) -> ProblemError {
    let filters = route.filters().iter().map(|filter| filter.name);
    let allowed: Vec<_> = filters.chain(route.parameters().iter().copied()).collect();
    let shown = values::shown(name);
    let detail = if allowed.is_empty() {
        format!("`{shown}` is unknown: this route takes no parameters")
    } else {
        format!("`{shown}` is unknown; allowed: {}", allowed.join(", "))
    };
    ProblemError::parameter(&shown, "unknown_parameter", detail)
}

#[cfg(test)]
mod tests;
