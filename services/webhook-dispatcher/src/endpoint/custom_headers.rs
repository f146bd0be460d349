//! Headers that a school adds to its deliveries: what its receiver asks for, a gateway's key, say.

use std::collections::BTreeMap;

use bytes::Bytes;
use domain::EndpointId;
use egress::{HeaderMap, HeaderName, HeaderValue};
use memchr::memmem;

use crate::entropy::Entropy;
use crate::secrets::{KeyRing, NotSealed, Sealed, Unreadable};

/// Headers of one endpoint at most.
const MOST: usize = 20;
/// Characters of a value at most.
const LONGEST_VALUE: usize = 1_024;
/// Shorter values are no secrets, and are found in much that has nothing to do with them.
const SHORTEST_SECRET: usize = 8;
/// Stands for a value that is not kept.
pub const HIDDEN: &str = "•";
/// What the sender itself says, or what is between two neighbours only (RFC 9110, section 7.6.1).
const RESERVED: &[&str] = &[
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];
const RESERVED_PREFIXES: &[&str] = &["webhook-", "x-ga-webhook-", "x-tf-"];

/// By lower-case name. Values may be credentials, so they are encrypted at rest and not printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CustomHeaders(BTreeMap<String, String>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHeaders {
    #[error("at most {MOST} headers are added")]
    TooMany,
    #[error("`{0}` is no name of a header")]
    Name(String),
    #[error("`{0}` is there twice")]
    Twice(String),
    #[error("`{0}` is set by the platform")]
    Reserved(String),
    #[error(
        "the value of `{0}` holds more than {LONGEST_VALUE} characters, or one that is not visible ASCII"
    )]
    Value(String),
}

impl CustomHeaders {
    /// # Errors
    /// The first that cannot be sent.
    pub fn parse(
        given: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, InvalidHeaders> {
        let mut headers = BTreeMap::new();
        for (shown, value) in given {
            let name = HeaderName::from_bytes(shown.as_bytes())
                .map_err(|_| InvalidHeaders::Name(shown.chars().take(80).collect()))?;
            let name = name.as_str().to_owned();
            let of_ours = RESERVED_PREFIXES.iter().any(|own| name.starts_with(own));
            if of_ours || RESERVED.contains(&name.as_str()) {
                return Err(InvalidHeaders::Reserved(name));
            }
            let visible = value.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
            if !visible || value.len() > LONGEST_VALUE || value.trim() != value {
                return Err(InvalidHeaders::Value(name));
            }
            if headers.insert(name.clone(), value).is_some() {
                return Err(InvalidHeaders::Twice(name));
            }
        }
        if headers.len() > MOST {
            return Err(InvalidHeaders::TooMany);
        }
        Ok(Self(headers))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// Adds them to what is sent. What the platform says itself stays.
    pub fn add_to(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.0 {
            let parsed = (HeaderName::try_from(name), HeaderValue::try_from(value));
            if let (Ok(name), Ok(mut value)) = parsed
                && !headers.contains_key(&name)
            {
                value.set_sensitive(true);
                headers.insert(name, value);
            }
        }
    }

    /// Whether a header that somebody else sent has the name of one of these, or holds its value.
    pub fn are_told(&self, name: &str, value: &str) -> bool {
        self.0.contains_key(name) || self.secrets().any(|own| value.contains(own))
    }

    /// What somebody else sent, with [`HIDDEN`] in the place of whatever it says back of these values.
    pub fn hide_in(&self, text: Bytes) -> Bytes {
        self.secrets()
            .fold(text, |text, secret| without(text, secret.as_bytes()))
    }

    /// The values, and the words of each: where it is `Bearer` and a token, the token alone is as much
    /// of a secret.
    fn secrets(&self) -> impl Iterator<Item = &str> {
        let whole = self.0.values().map(String::as_str);
        let parts = self.0.values().flat_map(|value| value.split(' '));
        whole
            .chain(parts)
            .filter(|secret| secret.len() >= SHORTEST_SECRET)
    }

    /// Encrypts them for `endpoint`. None: there is nothing to encrypt.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn seal(
        &self,
        endpoint: EndpointId,
        key_ring: &KeyRing,
        entropy: &dyn Entropy,
    ) -> Result<Option<Sealed>, NotSealed> {
        if self.is_empty() {
            return Ok(None);
        }
        let text = serde_json::to_vec(&self.0).map_err(|_| NotSealed::Cipher)?;
        key_ring
            .seal(&Self::owner(endpoint), &text, entropy)
            .map(Some)
    }

    /// Decrypts what [`CustomHeaders::seal`] made for the same endpoint.
    ///
    /// # Errors
    /// When it was sealed under a key that is gone, for another endpoint, or changed since.
    pub fn open(
        endpoint: EndpointId,
        key_ring: &KeyRing,
        key_id: &str,
        sealed: &[u8],
    ) -> Result<Self, Unreadable> {
        let text = key_ring.open(&Self::owner(endpoint), key_id, sealed)?;
        serde_json::from_slice(&text)
            .map(Self)
            .map_err(|_| Unreadable::Refused)
    }

    /// Whom they are sealed for: another than the signing secret, so that neither can be put in
    /// the other's place.
    pub fn owner(endpoint: EndpointId) -> Vec<u8> {
        [endpoint.0.as_bytes().as_slice(), b"headers"].concat()
    }
}

/// What ends in the middle of the secret tells most of it, too.
fn without(text: Bytes, secret: &[u8]) -> Bytes {
    let begins = |most: &usize| {
        let begun = secret.get(..*most);
        begun.is_some_and(|begun| text.ends_with(begun))
    };
    let cut = (SHORTEST_SECRET..secret.len()).rev().find(begins);
    if cut.is_none() && memmem::find(&text, secret).is_none() {
        return text;
    }
    let whole = text.len().saturating_sub(cut.unwrap_or_default());
    let mut rest = text.get(..whole).unwrap_or_default();
    let mut hidden = Vec::with_capacity(text.len());
    while let Some((before, after)) = split(rest, secret) {
        hidden.extend_from_slice(before);
        hidden.extend_from_slice(HIDDEN.as_bytes());
        rest = after;
    }
    hidden.extend_from_slice(rest);
    if cut.is_some() {
        hidden.extend_from_slice(HIDDEN.as_bytes());
    }
    hidden.into()
}

/// Around the first `secret`.
fn split<'t>(text: &'t [u8], secret: &[u8]) -> Option<(&'t [u8], &'t [u8])> {
    let (before, from) = text.split_at_checked(memmem::find(text, secret)?)?;
    Some((before, from.get(secret.len()..)?))
}

impl std::fmt::Debug for CustomHeaders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    fn parse(given: &[(&str, &str)]) -> Result<CustomHeaders, InvalidHeaders> {
        let given = given
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        CustomHeaders::parse(given)
    }

    #[test]
    fn they_are_added_and_take_no_place_of_ours() {
        let own = parse(&[("Authorization", "Bearer x y"), ("X-Tenant", "7")]).unwrap();
        assert_eq!(own.names(), ["authorization", "x-tenant"]);
        let mut headers = HeaderMap::new();
        headers.insert("x-tenant", HeaderValue::from_static("ours"));
        own.add_to(&mut headers);
        assert_eq!(headers["x-tenant"], "ours");
        assert_eq!(headers["authorization"], "Bearer x y");
        assert!(!format!("{own:?} {headers:?}").contains("Bearer"));
    }

    #[test]
    fn what_a_receiver_says_back_of_them_is_hidden() {
        let own = parse(&[("Authorization", "Bearer 0123456789"), ("X-Tenant", "7")]).unwrap();
        for (said, kept) in [
            ("", ""),
            ("tenant 7", "tenant 7"),
            ("got Bearer 0123456789, why?", "got •, why?"),
            ("0123456789 and 0123456789", "• and •"),
            ("cut off: Bearer 012345", "cut off: •"),
            ("cut off: 012345678", "cut off: •"),
        ] {
            assert_eq!(own.hide_in(said.into()), kept);
        }
        assert!(own.are_told("x-said", "no 0123456789 here"));
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        use InvalidHeaders as E;
        let name = |name: &str| name.to_owned();
        for (given, error) in [
            (("", "1"), E::Name(name(""))),
            (("a b", "1"), E::Name(name("a b"))),
            (("Host", "1"), E::Reserved(name("host"))),
            (
                ("X-GA-Webhook-Event", "1"),
                E::Reserved(name("x-ga-webhook-event")),
            ),
            (("x-a", "1\r\nx: 2"), E::Value(name("x-a"))),
            (("x-a", " 1"), E::Value(name("x-a"))),
            (("x-a", "é"), E::Value(name("x-a"))),
        ] {
            assert_eq!(parse(&[given]), Err(error));
        }
        assert_eq!(parse(&[("a", "1"), ("A", "2")]), Err(E::Twice(name("a"))));
        assert_eq!(
            parse(&[("a", &"x".repeat(1_025))]),
            Err(E::Value(name("a")))
        );
        let many: Vec<_> = (0..21).map(|n| (format!("x-{n}"), name("1"))).collect();
        assert_eq!(CustomHeaders::parse(many), Err(E::TooMany));
    }

    #[test]
    fn sealed_they_open_for_their_endpoint_only() {
        let ring = KeyRing::try_from(format!("a:{}=", "A".repeat(43))).unwrap();
        let endpoint = |number| EndpointId(uuid::Uuid::from_u128(number));
        let own = parse(&[("x-key", "secret")]).unwrap();
        let sealed = own.seal(endpoint(1), &ring, &OsEntropy).unwrap().unwrap();
        let open = |id| CustomHeaders::open(id, &ring, &sealed.key_id, &sealed.ciphertext);
        assert_eq!(open(endpoint(1)), Ok(own));
        assert_eq!(open(endpoint(2)), Err(Unreadable::Refused));
        let none = CustomHeaders::default();
        assert_eq!(none.seal(endpoint(1), &ring, &OsEntropy).unwrap(), None);
    }
}
