//! What is kept of a request and its answer.

use std::collections::BTreeMap;

use egress::{HeaderMap, Target};
use serde::{Serialize, Serializer};

use crate::endpoint::{CustomHeaders, HIDDEN};

/// Headers of an answer that may hold a credential.
const CREDENTIALS: &[&str] = &[
    "authentication-info",
    "authorization",
    "proxy-authorization",
    "set-cookie",
];

/// By lower-case name.
pub type Headers = BTreeMap<String, String>;

/// The headers of an attempt, in JSON by name, as they are stored: written where the attempt is made,
/// which is done by many at a time, while outcomes are recorded by one. The body of its request is the
/// event's; that of its answer is kept besides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exchange {
    /// None: nothing was sent.
    pub request: Option<String>,
    /// None: no answer began.
    pub response: Option<String>,
}

impl Exchange {
    /// Of a request to `target`. Signatures are kept, which are needed to see why a receiver
    /// refused one; sensitive values, which are those of the school's own headers, are not.
    pub fn of_request(target: &Target, headers: &HeaderMap) -> Self {
        let shown = headers.iter().map(|(name, value)| {
            let value = match value.is_sensitive() {
                true => HIDDEN.into(),
                false => String::from_utf8_lossy(value.as_bytes()),
            };
            (name.as_str(), value)
        });
        let host = ("host", target.url().authority().into());
        Self {
            request: json(shown.chain([host])),
            response: None,
        }
    }

    /// Adds the answer's, without what may be a credential, and without what a receiver says back
    /// of the school's `own`.
    pub fn answered(&mut self, headers: &Headers, own: &CustomHeaders) {
        let shown = headers.iter().map(|(name, value)| {
            let hide = CREDENTIALS.contains(&name.as_str()) || own.are_told(name, value);
            (name.as_str(), if hide { HIDDEN } else { value })
        });
        self.response = json(shown);
    }
}

/// What [`json`] wrote; of a name that comes twice, the last.
pub fn read(stored: &str) -> Option<Headers> {
    serde_json::from_str(stored).ok()
}

/// An object. Names and values are text: nothing in them can fail to be written.
fn json<'h, V: Serialize>(headers: impl Iterator<Item = (&'h str, V)>) -> Option<String> {
    let mut text = Vec::with_capacity(512);
    serde_json::Serializer::new(&mut text)
        .collect_map(headers)
        .ok()?;
    String::from_utf8(text).ok()
}

#[cfg(test)]
mod tests {
    use egress::{Egress, HeaderName, HeaderValue, Settings};

    use super::*;

    fn own(value: &str) -> CustomHeaders {
        CustomHeaders::parse([("X-Key".to_owned(), value.to_owned())]).unwrap()
    }

    fn kept(stored: Option<String>) -> Headers {
        read(&stored.unwrap()).unwrap()
    }

    fn headers(given: &[(&str, &str)]) -> Headers {
        let owned = given
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        owned.collect()
    }

    #[test]
    fn what_is_the_schools_own_is_named_and_not_shown() {
        let egress = Egress::new(&Settings::default()).unwrap();
        let target = egress
            .check_url("https://partner.example:8443/hook")
            .unwrap();
        let mut sent = HeaderMap::new();
        let signature = HeaderName::from_static("x-ga-webhook-signature");
        sent.insert(signature, HeaderValue::from_static("sha256=00"));
        own("secret").add_to(&mut sent);
        let exchange = Exchange::of_request(&target, &sent);
        let expected = headers(&[
            ("host", "partner.example:8443"),
            ("x-ga-webhook-signature", "sha256=00"),
            ("x-key", HIDDEN),
        ]);
        assert_eq!(kept(exchange.request), expected);
        assert_eq!(exchange.response, None);
    }

    #[test]
    fn an_answer_gives_no_credential_away() {
        let mut exchange = Exchange::default();
        let answered = headers(&[
            ("content-type", "text/plain"),
            ("set-cookie", "session=1"),
            ("x-key", "anything"),
            ("x-told", "got 0123456789"),
        ]);
        exchange.answered(&answered, &own("0123456789"));
        let expected = headers(&[
            ("content-type", "text/plain"),
            ("set-cookie", HIDDEN),
            ("x-key", HIDDEN),
            ("x-told", HIDDEN),
        ]);
        assert_eq!(kept(exchange.response.take()), expected);

        // A value that is no secret stands in many others.
        exchange.answered(&headers(&[("x-count", "17")]), &own("7"));
        assert_eq!(kept(exchange.response), headers(&[("x-count", "17")]));
    }
}
