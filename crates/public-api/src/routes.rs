//! The route table. Routing, scope check, filters, paging, documentation and the security tests
//! read it; nothing about a route stands anywhere else.

mod find;
mod table;

use domain::EventId;
use domain::scope::Scope;

use crate::query::uuid;

pub use find::{Found, find};
pub use table::ROUTES;

/// The path every route of this surface begins with.
pub const BASE_PATH: &str = "/api/v1/public";

/// Items on a page where the request does not say.
pub const DEFAULT_LIMIT: u16 = 50;
/// Items on a page at most.
pub const MAX_LIMIT: u16 = 200;

/// One operation of the API.
#[derive(Debug)]
pub struct Route {
    pub method: Method,
    /// Below [`BASE_PATH`]; a segment in braces is a parameter: `/flights/{id}`.
    pub path: &'static str,
    /// What the key must be allowed.
    pub scope: Scope,
    /// Where the documents are.
    pub view: View,
    pub kind: RouteKind,
    pub stability: Stability,
    /// One line for the documentation.
    pub summary: &'static str,
    /// Whether the route goes beyond the vendor's published list.
    pub addition: bool,
}

/// An HTTP method of the table. `HEAD` is answered wherever `GET` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
}

impl Method {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
        }
    }

    /// Whether a request with this method, as written on the wire, is for the route.
    pub fn serves(self, method: &str) -> bool {
        match self {
            Self::Get => matches!(method, "GET" | "HEAD"),
        }
    }
}

/// A set of documents of the read side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    Flights,
    Fleet,
    Pilots,
    Events,
}

impl View {
    pub const ALL: &'static [Self] = &[Self::Flights, Self::Fleet, Self::Pilots, Self::Events];

    /// Its name in messages and in the read model.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Flights => "flights",
            Self::Fleet => "fleet",
            Self::Pilots => "pilots",
            Self::Events => "events",
        }
    }

    /// One of its documents, in words.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Flights => "flight",
            Self::Fleet => "aircraft",
            Self::Pilots => "pilot",
            Self::Events => "event",
        }
    }
}

#[derive(Debug)]
pub enum RouteKind {
    /// A page of documents: `limit` and `cursor` besides its filters.
    List {
        filters: &'static [Filter],
        sort: Sort,
    },
    /// One document. It takes no parameters.
    Detail { id: IdForm },
}

/// How ids of a resource look. Another text names nothing: 404, without a look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdForm {
    Uuid,
    /// `evt_` and a ULID.
    EventId,
}

impl IdForm {
    /// The id as it is stored, when `text` is one: UUIDs hyphenated and in lower case.
    pub fn parse(self, text: &str) -> Option<String> {
        match self {
            Self::Uuid => uuid(text),
            Self::EventId => text.parse::<EventId>().ok().map(|id| id.to_string()),
        }
    }
}

/// A query parameter that narrows a list.
#[derive(Debug)]
pub struct Filter {
    pub name: &'static str,
    pub form: Form,
    /// One line for the documentation.
    pub summary: &'static str,
}

/// What values a filter takes, and what it narrows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One of these terms.
    Enum(&'static [&'static str]),
    Uuid,
    /// Words to look for: at most so many characters, and so many words.
    Text {
        max: usize,
        words: usize,
    },
    /// A bound of the sort key, which is then an instant. RFC 3339 with an offset, or a date,
    /// which is that whole day in UTC.
    Instant(Bound),
}

/// Which end of the sort key an instant bounds. Together they are half open: at or after `From`,
/// before `To`. A date as `To` includes that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    From,
    To,
}

/// The one order a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// Field of the document; `id` breaks ties.
    pub field: &'static str,
    pub direction: Direction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// What a partner may rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stability {
    /// Changes only by addition.
    Stable,
    /// May change with notice.
    Beta,
}

impl Route {
    /// The whole path template: `/api/v1/public/flights/{id}`.
    pub fn template(&self) -> String {
        format!("{BASE_PATH}{}", self.path)
    }

    /// The filters of a list; none for a detail.
    pub fn filters(&self) -> &'static [Filter] {
        match self.kind {
            RouteKind::List { filters, .. } => filters,
            RouteKind::Detail { .. } => &[],
        }
    }

    pub fn is_list(&self) -> bool {
        matches!(self.kind, RouteKind::List { .. })
    }
}
