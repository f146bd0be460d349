//! What a request costs its key and its organisation, and what its answer says of that
//! (draft-ietf-httpapi-ratelimit-headers-10).

use std::fmt::Write;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use public_api::problem::{Exhausted, Problem, whole_seconds};

use crate::error::GatewayError;
use crate::keys::KnownKey;
use crate::limits::{Limits, NotTaken, Purse, Subject};
use crate::settings::LimitSettings;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEVELS: HeaderName = HeaderName::from_static("ratelimit");

/// Bytes of such a header: two names, four numbers.
const ROOM: usize = 64;

/// The budgets of one request, in the extensions of the request until it is answered.
#[derive(Debug)]
pub(crate) struct Budget {
    /// The key's, and its organisation's.
    purses: [Purse; 2],
    is_taken: bool,
}

impl Budget {
    /// A limit of the key's own takes the place of every key's, and not of its organisation's.
    pub(crate) fn of(key: &KnownKey, defaults: &LimitSettings, limits: &Limits) -> Self {
        let of_key = key.rate_limit.unwrap_or(defaults.key);
        let organization = Subject::Organization(key.organization);
        Self {
            purses: [
                limits.purse((Subject::Key(key.id), of_key)),
                limits.purse((organization, defaults.organization)),
            ],
            is_taken: false,
        }
    }

    /// One token of each.
    ///
    /// # Errors
    /// When one has none; then neither has lost any.
    pub(crate) async fn take(&mut self, limits: &Limits) -> Result<(), GatewayError> {
        let taken = limits.take(&self.purses).await;
        self.is_taken = taken.is_ok();
        taken.map_err(|not_taken| match not_taken {
            NotTaken::Exhausted { index, retry_after } => {
                Problem::rate_limited(whose(index), retry_after).into()
            }
            NotTaken::Unheard => GatewayError::UnheardLimits,
        })
    }

    /// Once the answer is known: gives back what it does not cost, and tells what is left.
    pub(crate) fn settle(&self, limits: &Limits, status: StatusCode, headers: &mut HeaderMap) {
        if self.is_taken && is_free(status) {
            limits.give_back(&self.purses);
        }
        insert(headers, POLICY, self.policy());
        insert(headers, LEVELS, self.levels(limits));
    }

    /// `"key";q=1000;w=60, "organization";q=5000;w=60`.
    fn policy(&self) -> String {
        self.list(|text, purse| {
            let limit = purse.limit();
            write!(text, ";q={};w={}", limit.requests(), limit.seconds())
        })
    }

    /// `"key";r=999;t=1, "organization";r=4999;t=1`.
    fn levels(&self, limits: &Limits) -> String {
        self.list(|text, purse| {
            let level = limits.level(purse);
            let full_in = whole_seconds(level.full_in);
            write!(text, ";r={};t={full_in}", level.remaining)
        })
    }

    /// A list of items (RFC 9651): each budget's name, with the parameters that `write` appends.
    fn list(&self, write: impl Fn(&mut String, &Purse) -> std::fmt::Result) -> String {
        let mut text = String::with_capacity(ROOM);
        for (index, purse) in self.purses.iter().enumerate() {
            text.push_str(if index == 0 { "\"" } else { ", \"" });
            text.push_str(whose(index).code());
            text.push('"');
            // A string takes whatever is written to it.
            let _ = write(&mut text, purse);
        }
        text
    }
}

/// The budget at this place of [`Budget::purses`].
const fn whose(index: usize) -> Exhausted {
    match index {
        0 => Exhausted::Key,
        _ => Exhausted::Organization,
    }
}

/// Whether the client got nothing that it did not have already.
fn is_free(status: StatusCode) -> bool {
    [
        StatusCode::NOT_MODIFIED,
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::SERVICE_UNAVAILABLE,
    ]
    .contains(&status)
}

fn insert(headers: &mut HeaderMap, name: HeaderName, text: String) {
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.insert(name, value);
    }
}
