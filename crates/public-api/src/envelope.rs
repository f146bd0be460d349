//! What surrounds the documents. They are ready bytes of JSON and are never parsed here.
//!
//! A list of GA Flight is `{"data":[…],"cursor":…}` with `null` on the last page, as the vendor
//! publishes it; one of TrueFlight is `{"data":[…],"meta":{"next_cursor":…,"limit":50}}`. GA Flight
//! shows no detail; ours is TrueFlight's `{"data":{…}}`, so that `data` always holds what was asked
//! for and members can be added beside it.

use crate::routes::Api;

/// The body of a page of at most `limit` documents.
pub fn list<'a>(
    api: Api,
    documents: impl IntoIterator<Item = &'a [u8]>,
    cursor: Option<&str>,
    limit: u16,
) -> Vec<u8> {
    let mut body = br#"{"data":["#.to_vec();
    for (at, document) in documents.into_iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        body.extend_from_slice(document);
    }
    // A cursor is base64url: nothing in it needs escaping.
    let cursor = cursor.map_or("null".to_owned(), |cursor| format!(r#""{cursor}""#));
    let end = match api {
        Api::GaFlight => format!(r#"],"cursor":{cursor}}}"#),
        Api::TrueFlight => {
            format!(r#"],"meta":{{"next_cursor":{cursor},"limit":{limit}}}}}"#)
        }
    };
    body.extend_from_slice(end.as_bytes());
    body
}

/// The body of a detail.
pub fn detail(document: &[u8]) -> Vec<u8> {
    [br#"{"data":"#, document, b"}"].concat()
}

/// The document with one more member at its end, whose value is JSON already. None when the
/// document is no JSON object.
pub fn with_member(document: &[u8], name: &str, value: &str) -> Option<Vec<u8>> {
    let inner = document
        .trim_ascii()
        .strip_prefix(b"{")?
        .strip_suffix(b"}")?;
    let comma: &[u8] = if inner.trim_ascii().is_empty() {
        b""
    } else {
        b","
    };
    let member = format!(r#""{name}":{value}"#);
    Some([b"{", inner, comma, member.as_bytes(), b"}"].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn documents_are_served_byte_for_byte() {
        let odd: &[u8] = br#"{ "a" : 1.0 }"#;
        assert_eq!(
            text(list(Api::GaFlight, [odd, b"{}"], Some("c"), 50)),
            r#"{"data":[{ "a" : 1.0 },{}],"cursor":"c"}"#
        );
        assert_eq!(
            text(list(Api::GaFlight, [], None, 50)),
            r#"{"data":[],"cursor":null}"#
        );
        assert_eq!(
            text(list(Api::TrueFlight, [odd], Some("c"), 7)),
            r#"{"data":[{ "a" : 1.0 }],"meta":{"next_cursor":"c","limit":7}}"#
        );
        assert_eq!(
            text(list(Api::TrueFlight, [], None, 50)),
            r#"{"data":[],"meta":{"next_cursor":null,"limit":50}}"#
        );
        assert_eq!(text(detail(odd)), r#"{"data":{ "a" : 1.0 }}"#);
    }

    #[test]
    fn a_member_is_added_to_objects_only() {
        let added = |document: &[u8]| with_member(document, "n", "null").map(text);
        assert_eq!(
            added(br#"{"a":{}}"#).as_deref(),
            Some(r#"{"a":{},"n":null}"#)
        );
        assert_eq!(added(b"{ }\n").as_deref(), Some(r#"{ "n":null}"#));
        assert_eq!(added(b"[]"), None);
        assert_eq!(added(b""), None);
    }
}
