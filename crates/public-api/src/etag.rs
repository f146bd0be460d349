//! Entity tags (RFC 9110, section 8.8.3).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A strong entity tag: equal exactly when the bodies are equal byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ETag(String);

impl ETag {
    /// From the first 128 bits of the body's SHA-256.
    pub fn of(body: &[u8]) -> Self {
        let digest = Sha256::digest(body);
        let half = digest.get(..16).unwrap_or_default();
        Self(format!("\"{}\"", URL_SAFE_NO_PAD.encode(half)))
    }

    /// As in the header, with its quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an `If-None-Match` names this tag: a list of tags, or `*`. Compared weakly
    /// (RFC 9110, section 13.1.2): `W/"x"` names `"x"`. What cannot be read names nothing.
    pub fn is_named_by(&self, if_none_match: &str) -> bool {
        if if_none_match.trim() == "*" {
            return true;
        }
        let mut rest = if_none_match.trim_start();
        while let Some((tag, after)) = take_tag(rest) {
            if tag == self.0 {
                return true;
            }
            rest = after
                .trim_start()
                .strip_prefix(',')
                .unwrap_or_default()
                .trim_start();
        }
        false
    }
}

/// The opaque tag at the beginning, with its quotes and without `W/`, and what follows it. A
/// comma may stand inside the quotes.
fn take_tag(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix("W/").unwrap_or(text);
    let inner = text.strip_prefix('"')?;
    let end = inner.find('"')?;
    text.split_at_checked(end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_tag_is_quoted_and_follows_the_bytes() {
        let tag = ETag::of(b"{}");
        assert!(
            tag.as_str().starts_with('"')
                && tag.as_str().ends_with('"')
                && tag.as_str().len() == 24
        );
        assert_eq!(tag, ETag::of(b"{}"));
        assert_ne!(tag, ETag::of(b"{ }"));
    }

    #[test]
    fn it_is_named_alone_weakly_in_a_list_and_by_a_star() {
        let tag = ETag::of(b"{}");
        let t = tag.as_str();
        for named in [
            t.to_owned(),
            format!("W/{t}"),
            format!("\"a,b\", W/\"c\" ,{t}"),
            format!("{t}, \"z\""),
            "*".to_owned(),
            " * ".to_owned(),
        ] {
            assert!(tag.is_named_by(&named), "{named}");
        }
        let bare = t.trim_matches('"').to_owned();
        for other in [
            String::new(),
            bare.clone(),
            format!("\"{bare}"),
            "\"x\"".into(),
            format!("\"x\" {t}"),
            format!("w/{t}"),
        ] {
            assert!(!tag.is_named_by(&other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn no_header_panics(header: String) {
            ETag::of(b"").is_named_by(&header);
        }
    }
}
