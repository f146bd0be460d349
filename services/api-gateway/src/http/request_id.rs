//! The id by which a request is found again.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use chrono::{DateTime, Utc};
use domain::api_key::hide_keys;
use uuid::{NoContext, Timestamp, Uuid};

pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Characters of a client's own id at most.
const MAX_LEN: usize = 64;

/// The client's own id where it has a safe one, otherwise a new UUIDv7.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId(String);

impl RequestId {
    pub(crate) fn of(headers: &HeaderMap, now: DateTime<Utc>) -> Self {
        let own = headers.get(&HEADER).and_then(|value| value.to_str().ok());
        match own.filter(|id| is_safe(id)) {
            Some(id) => Self(id.to_owned()),
            None => Self::new(now),
        }
    }

    fn new(now: DateTime<Utc>) -> Self {
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        let at = Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos());
        Self(Uuid::new_v7(at).to_string())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Letters, digits and a few signs: always a valid header.
    pub(crate) fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// It is written to logs and documents, so it holds nothing that means anything there, and no key.
fn is_safe(id: &str) -> bool {
    (1..=MAX_LEN).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
        && hide_keys(id) == id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(own: &[u8]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_bytes(own).unwrap());
        RequestId::of(&headers, DateTime::UNIX_EPOCH)
            .as_str()
            .to_owned()
    }

    #[test]
    fn a_safe_id_is_kept_and_any_other_replaced() {
        assert_eq!(of(b"job-7.retry_2:a"), "job-7.retry_2:a");
        let long = "x".repeat(MAX_LEN + 1);
        let with_a_key = b"gaf_pk_1".as_slice();
        for unsafe_id in [
            &b""[..],
            b"a b",
            b"<x>",
            b"a\"b",
            b"\xe4",
            long.as_bytes(),
            with_a_key,
        ] {
            let id = of(unsafe_id);
            assert_eq!(
                Uuid::try_parse(&id).unwrap().get_version_num(),
                7,
                "{unsafe_id:?}"
            );
        }
        assert_eq!(of(&long.as_bytes()[1..]), long[1..]);
    }

    #[test]
    fn new_ids_differ_within_the_same_moment() {
        let now = DateTime::UNIX_EPOCH;
        assert_ne!(RequestId::new(now), RequestId::new(now));
    }
}
