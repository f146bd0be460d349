//! From a raw query string to a typed query, against a row of the route table.

mod instant;
mod values;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::problem::ProblemError;
use crate::routes::{Bound, DEFAULT_LIMIT, Filter, Form};
use crate::{sort_key, urlencoded};

pub(crate) use values::uuid;

/// What a list request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    pub narrowing: Narrowing,
    /// Items on the page at most, 1 to [`crate::routes::MAX_LIMIT`].
    pub limit: u16,
    /// As sent; [`crate::cursor::open`] says whether it is one.
    pub cursor: Option<String>,
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
}

impl Narrowing {
    /// The same for equal narrowings, however they were written. Bounds go by names that no
    /// filter can have.
    pub fn canonical(&self) -> impl Iterator<Item = (&str, &str)> {
        let facets = self
            .facets
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let from = self.sort_from.iter().map(|value| (">=", value.as_str()));
        let to = self.sort_to.iter().map(|value| ("<", value.as_str()));
        facets.chain(from).chain(to)
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
pub fn parse(filters: &[Filter], raw: &str) -> Result<ListQuery, Vec<ProblemError>> {
    let mut errors = Vec::new();
    let mut found = Found::default();
    for (name, value) in pairs(raw, &mut errors) {
        if !found.names.insert(name.clone()) {
            let detail = format!("`{}` is given more than once", values::shown(&name));
            errors.push(ProblemError::parameter(&name, "repeated_parameter", detail));
        } else if let Err(error) = found.read(filters, &name, &value) {
            errors.push(error);
        } else if name != "cursor" {
            found.sent.push((name, value));
        }
    }
    if let (Some(from), Some(to)) = (found.from, found.to)
        && from > to
    {
        let detail = "`from` is after `to`: no record can lie between them";
        errors.push(ProblemError::parameter("from", "from_after_to", detail));
    }
    if errors.is_empty() {
        Ok(found.query())
    } else {
        Err(errors)
    }
}

/// Checks the query of a detail, which takes no parameters.
pub fn parse_empty(raw: &str) -> Result<(), Vec<ProblemError>> {
    let mut errors = Vec::new();
    for (name, _) in pairs(raw, &mut errors) {
        let detail = format!(
            "`{}` is unknown: this route takes no parameters",
            values::shown(&name)
        );
        errors.push(ProblemError::parameter(&name, "unknown_parameter", detail));
    }
    if errors.is_empty() {
        Ok(())
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

#[derive(Default)]
struct Found {
    names: BTreeSet<String>,
    facets: Vec<(String, String)>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    limit: Option<u16>,
    cursor: Option<String>,
    sent: Vec<(String, String)>,
}

impl Found {
    fn read(&mut self, filters: &[Filter], name: &str, value: &str) -> Result<(), ProblemError> {
        match name {
            "limit" => self.limit = Some(values::limit(value)?),
            "cursor" => self.cursor = Some(value.to_owned()),
            _ => match filters.iter().find(|filter| filter.name == name) {
                Some(filter) => self.narrow(filter, value)?,
                None => return Err(unknown(filters, name)),
            },
        }
        Ok(())
    }

    fn narrow(&mut self, filter: &Filter, value: &str) -> Result<(), ProblemError> {
        let value = match filter.form {
            Form::Enum(terms) => values::term(filter.name, terms, value)?,
            Form::Uuid => values::id(filter.name, value)?,
            Form::Text { max, words } => values::text(filter.name, max, words, value)?,
            Form::Instant(bound) => {
                let at = instant::parse(filter.name, bound, value)?;
                match bound {
                    Bound::From => self.from = Some(at),
                    Bound::To => self.to = Some(at),
                }
                return Ok(());
            }
        };
        self.facets.push((filter.name.to_owned(), value));
        Ok(())
    }

    fn query(mut self) -> ListQuery {
        self.facets.sort();
        ListQuery {
            narrowing: Narrowing {
                facets: self.facets,
                sort_from: self.from.map(sort_key::instant),
                sort_to: self.to.map(sort_key::instant),
            },
            limit: self.limit.unwrap_or(DEFAULT_LIMIT),
            cursor: self.cursor,
            sent: self.sent,
        }
    }
}

fn unknown(filters: &[Filter], name: &str) -> ProblemError {
    let mut allowed: Vec<_> = filters.iter().map(|filter| filter.name).collect();
    allowed.extend(["limit", "cursor"]);
    let detail = format!(
        "`{}` is unknown; allowed: {}",
        values::shown(name),
        allowed.join(", ")
    );
    ProblemError::parameter(&values::shown(name), "unknown_parameter", detail)
}

#[cfg(test)]
mod tests;
