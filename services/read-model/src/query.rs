//! What is asked of a list, checked.

use chrono::{DateTime, Utc};
use contracts::convert;
use contracts::v1::{DocumentIds, ListDocumentsRequest, Position};
use domain::OrgId;
use public_api::routes::{DEFAULT_LIMIT, MAX_LIMIT, View};

use crate::projection::{Facet, keys};
use crate::views;

/// Values a list is narrowed by at most; each costs a look-up for every entry of the first.
const MOST_FACETS: usize = 32;
/// Documents a list is narrowed to at most; all of them are read for a page.
const MOST_IDS: usize = 200;

/// A question to a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    pub organization_id: OrgId,
    pub view: View,
    /// All must hold; the likely rarest first.
    pub facets: Vec<Facet>,
    /// At or after.
    pub sort_from: Option<String>,
    /// Before.
    pub sort_to: Option<String>,
    /// What changed, in the order of the changes, and not the list in its own order.
    pub since: Option<Since>,
    /// Where the page before ended, in the list's own order.
    pub after: Option<Position>,
    /// Of these documents only; each once, in their order.
    pub only: Option<Vec<String>>,
    /// 1 to [`MAX_LIMIT`].
    pub limit: u16,
}

/// From where changes are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// At or after.
    pub at: DateTime<Utc>,
    /// Where the page before ended: the change and the document's id.
    pub after: Option<(DateTime<Utc>, String)>,
}

/// Why a question makes no sense. The gateway checks what partners send, so these are for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidQuery {
    #[error("an organisation's id is a UUID")]
    Organization,
    #[error("there is no such view")]
    View,
    #[error("the view's documents are not found by that name")]
    Facet,
    #[error("the text holds no word to look for")]
    NoWord,
    #[error("a list is narrowed by {MOST_FACETS} values at most")]
    TooManyFacets,
    #[error("a list is narrowed to {MOST_IDS} documents at most")]
    TooManyIds,
    #[error("a text holds a character that no key has")]
    Text,
    #[error("that is no point in time")]
    Since,
    #[error("there is no such position in this list")]
    Position,
}

impl InvalidQuery {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Organization => "invalid_organization",
            Self::View => "unknown_view",
            Self::Facet => "unknown_facet",
            Self::NoWord => "no_word",
            Self::TooManyFacets => "too_many_facets",
            Self::TooManyIds => "too_many_ids",
            Self::Text => "invalid_text",
            Self::Since => "invalid_instant",
            Self::Position => "invalid_position",
        }
    }

    pub(crate) fn field(&self) -> &'static str {
        match self {
            Self::Organization => "organization_id",
            Self::View => "view",
            Self::Facet | Self::NoWord | Self::TooManyFacets => "facets",
            Self::TooManyIds => "only",
            Self::Text => "text",
            Self::Since => "updated_since",
            Self::Position => "after",
        }
    }
}

impl ListQuery {
    /// Documents to read: one more than the page holds tells whether another follows.
    pub fn fetched(&self) -> i64 {
        i64::from(self.limit) + 1
    }
}

impl TryFrom<ListDocumentsRequest> for ListQuery {
    type Error = InvalidQuery;

    fn try_from(request: ListDocumentsRequest) -> Result<Self, InvalidQuery> {
        let view = view(&request.view)?;
        let mut facets = Vec::new();
        for facet in &request.facets {
            facets.extend(values(&facet.name, &facet.value)?);
        }
        facets.extend(request.location_id.map(|id| Facet::new("location_id", id)));
        let since = request.updated_since;
        let since = convert::instant_optional("updated_since", since);
        let (since, after) = match since.map_err(|_| InvalidQuery::Since)? {
            Some(at) => (Some(Since::new(at, request.after)?), None),
            None => (None, request.after),
        };
        let query = Self {
            organization_id: organization(&request.organization_id)?,
            view,
            facets: by_rarity(view, facets)?,
            sort_from: request.sort_from,
            sort_to: request.sort_to,
            since,
            after,
            only: request.only.map(only).transpose()?,
            limit: limit(request.limit),
        };
        if query.texts().any(|text| text.contains('\0')) {
            return Err(InvalidQuery::Text);
        }
        Ok(query)
    }
}

impl ListQuery {
    /// Everything that reaches the database as text. PostgreSQL's texts hold no NUL.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let bounds = self.sort_from.iter().chain(&self.sort_to);
        let after = self.after.iter();
        let after = after.flat_map(|position| [&position.sort_key, &position.id]);
        let changed = self.since.iter().filter_map(|since| since.after.as_ref());
        bounds
            .chain(after)
            .chain(changed.map(|(_, id)| id))
            .chain(self.facets.iter().map(|facet| &facet.value))
            .chain(self.only.iter().flatten())
            .map(String::as_str)
    }
}

impl Since {
    fn new(at: DateTime<Utc>, after: Option<Position>) -> Result<Self, InvalidQuery> {
        let after = after.map(|Position { sort_key, id }| {
            let at = sort_key.parse().map_err(|_| InvalidQuery::Position)?;
            Ok((at, id))
        });
        Ok(Self {
            at,
            after: after.transpose()?,
        })
    }
}

/// A text to search becomes the beginnings of words; everything else stands for itself.
fn values(name: &str, value: &str) -> Result<Vec<Facet>, InvalidQuery> {
    if !views::is_searched(name) {
        return Ok(vec![Facet::new(name, value)]);
    }
    let words: Vec<_> = keys::words(value)
        .map(|word| Facet::new(name, word))
        .collect();
    if words.is_empty() {
        Err(InvalidQuery::NoWord)
    } else {
        Ok(words)
    }
}

fn by_rarity(view: View, mut facets: Vec<Facet>) -> Result<Vec<Facet>, InvalidQuery> {
    let known = views::facets(view);
    if facets
        .iter()
        .any(|facet| !known.contains(&facet.name.as_str()))
    {
        return Err(InvalidQuery::Facet);
    }
    if facets.len() > MOST_FACETS {
        return Err(InvalidQuery::TooManyFacets);
    }
    // Of several words the longest is the rarest.
    facets.sort_by_key(|facet| {
        let place = known.iter().position(|name| *name == facet.name);
        (place, std::cmp::Reverse(facet.value.len()))
    });
    facets.dedup();
    Ok(facets)
}

fn only(DocumentIds { mut ids }: DocumentIds) -> Result<Vec<String>, InvalidQuery> {
    ids.sort();
    ids.dedup();
    if ids.len() > MOST_IDS {
        return Err(InvalidQuery::TooManyIds);
    }
    Ok(ids)
}

pub fn organization(text: &str) -> Result<OrgId, InvalidQuery> {
    text.parse().map_err(|_| InvalidQuery::Organization)
}

pub fn view(name: &str) -> Result<View, InvalidQuery> {
    views::view(name).ok_or(InvalidQuery::View)
}

/// Nothing said means the default.
fn limit(asked: i32) -> u16 {
    match u16::try_from(asked) {
        Ok(0) => DEFAULT_LIMIT,
        Ok(limit) => limit.min(MAX_LIMIT),
        Err(_) if asked > 0 => MAX_LIMIT,
        Err(_) => 1,
    }
}

#[cfg(test)]
mod tests;
