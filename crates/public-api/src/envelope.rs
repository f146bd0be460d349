//! What surrounds the documents. They are ready bytes of JSON and are never parsed here.
//!
//! A list is `{"data":[…],"cursor":…}` with `null` on the last page, as the vendor publishes it.
//! The vendor shows no detail; ours is `{"data":{…}}`, so that `data` always holds what was asked
//! for and members can be added beside it.

/// The body of a page.
pub fn list<'a>(documents: impl IntoIterator<Item = &'a [u8]>, cursor: Option<&str>) -> Vec<u8> {
    let mut body = br#"{"data":["#.to_vec();
    for (at, document) in documents.into_iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        body.extend_from_slice(document);
    }
    body.extend_from_slice(br#"],"cursor":"#);
    match cursor {
        // A cursor is base64url: nothing in it needs escaping.
        Some(cursor) => {
            body.push(b'"');
            body.extend_from_slice(cursor.as_bytes());
            body.push(b'"');
        }
        None => body.extend_from_slice(b"null"),
    }
    body.push(b'}');
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
            text(list([odd, b"{}"], Some("c"))),
            r#"{"data":[{ "a" : 1.0 },{}],"cursor":"c"}"#
        );
        assert_eq!(text(list([], None)), r#"{"data":[],"cursor":null}"#);
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
