//! The route tables, one an API. Routing, scope check, filters, paging, documentation and the
//! security tests read them; nothing about a route stands anywhere else.

mod api;
mod find;
mod open;
mod scope;
mod table;
mod view;

use domain::finance::SummaryId;
use domain::{EventId, VtrId};

use crate::openapi;
use crate::query::uuid;

pub use api::Api;
pub use find::{Found, find};
pub use open::Open;
pub use scope::RequiredScope;
pub use view::View;

/// The rows of every API.
pub fn all() -> impl Iterator<Item = &'static Route> + Clone {
    Api::ALL.iter().flat_map(|api| api.routes())
}

/// Items on a page where the request does not say.
pub const DEFAULT_LIMIT: u16 = 50;
/// Items on a page at most.
pub const MAX_LIMIT: u16 = 200;

/// One operation of an API. Nothing in a table is answered without a key: what is, is [`Open`].
#[derive(Debug)]
pub struct Route {
    pub method: Method,
    /// Below the base path of its API; a segment in braces is a parameter: `/flights/{id}`.
    pub path: &'static str,
    /// What the key must be allowed. It says which API the route is of.
    pub scope: RequiredScope,
    /// Where the documents are.
    pub view: View,
    pub kind: RouteKind,
    pub stability: Stability,
    /// One line for the documentation.
    pub summary: &'static str,
    /// Whether the route goes beyond the vendor's published list.
    pub addition: bool,
}

/// Parameters that every list takes besides its filters.
pub const LIST_PARAMETERS: &[&str] = &["limit", "cursor", "updated_since", "fields"];
/// Parameters that every detail takes.
pub const DETAIL_PARAMETERS: &[&str] = &["fields"];

/// An HTTP method of the table. `HEAD` is answered wherever `GET` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
}

impl Method {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }

    /// Whether a request with this method, as written on the wire, is for the route.
    pub fn serves(self, method: &str) -> bool {
        match self {
            Self::Get => matches!(method, "GET" | "HEAD"),
            Self::Post => method == "POST",
        }
    }
}

#[derive(Debug)]
pub enum RouteKind {
    /// A page of documents: [`LIST_PARAMETERS`] besides its filters.
    List {
        filters: &'static [Filter],
        sort: Sort,
    },
    /// One document: [`DETAIL_PARAMETERS`].
    Detail { id: IdForm },
    /// What is known of the caller: organisation, key and locations. It takes no parameters.
    Me,
    /// Something that is done with one document. It takes no parameters and no body.
    Action { id: IdForm, action: Action },
}

/// What a request that is no reading asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// An event goes once more to the endpoints that want it.
    ReplayEvent,
}

/// How ids of a resource look. Another text names nothing: 404, without a look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdForm {
    Uuid,
    /// `evt_` and a ULID.
    EventId,
    /// `vtr_` and a ULID.
    VtrId,
    /// A month or a day and a currency: `2026-05-USD`.
    SummaryId,
}

impl IdForm {
    /// The id as it is stored, when `text` is one: UUIDs hyphenated and in lower case.
    pub fn parse(self, text: &str) -> Option<String> {
        match self {
            Self::Uuid => uuid(text),
            Self::EventId => text.parse::<EventId>().ok().map(|id| id.to_string()),
            Self::VtrId => text.parse::<VtrId>().ok().map(|id| id.to_string()),
            Self::SummaryId => text.parse::<SummaryId>().ok().map(|id| id.to_string()),
        }
    }

    /// An id of this form, for documentation and tests.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Uuid => "3f0c0000-0000-4000-8000-0000000000aa",
            Self::EventId => "evt_01HZX3T9V5Q8W7E6R5T4Y3V2N1",
            Self::VtrId => "vtr_01HZX3T9V5Q8W7E6R5T4Y3V2N1",
            Self::SummaryId => "2026-05-USD",
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
    /// The value where a request does not say; mostly none.
    pub default: Option<&'static str>,
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
    /// A bound of the sort key, which then begins with a date: `2026-05-28`, as the school's
    /// calendar has it.
    Date(Bound),
    /// `true` or `false`.
    Bool,
}

impl Form {
    /// Whether it bounds the sort key; otherwise it is a value that documents are found by.
    pub const fn is_bound(self) -> bool {
        matches!(self, Self::Instant(_) | Self::Date(_))
    }
}

/// Which end of the sort key is bounded. Together they are half open: at or after `From`, before
/// `To`. A date as `To` includes that day, as `Before` it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    From,
    To,
    Before,
}

/// The one order a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// Field of the document; `id` breaks ties.
    pub field: &'static str,
    pub direction: Direction,
    /// The direction in words, where its name does not tell all.
    pub in_words: Option<&'static str>,
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
    pub const fn api(&self) -> Api {
        self.scope.api()
    }

    /// The whole path template: `/api/v1/public/flights/{id}`.
    pub fn template(&self) -> String {
        format!("{}{}", self.api().base_path(), self.path)
    }

    /// The filters of a list; other routes have none.
    pub fn filters(&self) -> &'static [Filter] {
        match self.kind {
            RouteKind::List { filters, .. } => filters,
            RouteKind::Detail { .. } | RouteKind::Me | RouteKind::Action { .. } => &[],
        }
    }

    /// The parameters that the route takes besides its filters.
    pub fn parameters(&self) -> &'static [&'static str] {
        match self.kind {
            RouteKind::List { .. } => LIST_PARAMETERS,
            RouteKind::Detail { .. } => DETAIL_PARAMETERS,
            RouteKind::Me | RouteKind::Action { .. } => &[],
        }
    }

    /// The members of its documents that `fields` may name, in the order of the documents.
    pub fn fields(&self) -> &'static [String] {
        match self.kind {
            RouteKind::List { .. } => openapi::fields(self.view, false),
            RouteKind::Detail { .. } => openapi::fields(self.view, true),
            RouteKind::Me | RouteKind::Action { .. } => &[],
        }
    }

    /// How the id in the path looks, where there is one.
    pub fn id(&self) -> Option<IdForm> {
        match self.kind {
            RouteKind::List { .. } | RouteKind::Me => None,
            RouteKind::Detail { id } | RouteKind::Action { id, .. } => Some(id),
        }
    }

    pub fn is_list(&self) -> bool {
        matches!(self.kind, RouteKind::List { .. })
    }
}
