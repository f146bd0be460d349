//! `fields=`: which members of a document are asked for.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::problem::ProblemError;

use super::values::shown;

/// Members that are there whatever is asked for: what a document is known by, and that it is gone.
/// No document that is not gone has the last two.
const ALWAYS: [&str; 3] = ["id", "deleted", "deleted_at"];

/// Top-level members of a document. Nothing said means all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection(Option<BTreeSet<String>>);

impl Selection {
    /// Reads names, separated by commas, each one of `allowed`.
    pub(super) fn parse(value: &str, allowed: &[String]) -> Result<Self, ProblemError> {
        let mut names = BTreeSet::new();
        for name in value.split(',') {
            if !allowed.iter().any(|known| known == name) {
                let allowed = allowed.join(", ");
                let detail = format!("`{}` is no field; allowed: {allowed}", shown(name));
                return Err(ProblemError::parameter("fields", "unknown_field", detail));
            }
            names.insert(name.to_owned());
        }
        Ok(Self(Some(names)))
    }

    /// Whether the member is served, where a document has it.
    pub fn has(&self, name: &str) -> bool {
        match &self.0 {
            Some(names) => names.contains(name) || ALWAYS.contains(&name),
            None => true,
        }
    }

    /// Whether every member is served.
    pub fn is_all(&self) -> bool {
        self.0.is_none()
    }

    /// The document with the selected members only: in its own order, each value byte for byte.
    ///
    /// # Errors
    /// Where `document` is no JSON object.
    pub fn of(&self, document: &[u8]) -> serde_json::Result<Vec<u8>> {
        if self.is_all() {
            return Ok(document.to_vec());
        }
        let mut json = serde_json::Deserializer::from_slice(document);
        let members = json.deserialize_map(Members)?;
        json.end()?;
        let mut kept = b"{".to_vec();
        for (name, value) in members.iter().filter(|(name, _)| self.has(name)) {
            if kept.len() > 1 {
                kept.push(b',');
            }
            serde_json::to_writer(&mut kept, name)?;
            kept.push(b':');
            kept.extend_from_slice(value.get().as_bytes());
        }
        kept.push(b'}');
        Ok(kept)
    }
}

/// The members of an object in their order, the values unread.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn selection(value: &str) -> Selection {
        let allowed = ["id", "status", "hobbs_start", "departure"].map(str::to_owned);
        Selection::parse(value, &allowed).unwrap()
    }

    fn of(value: &str, document: &str) -> String {
        String::from_utf8(selection(value).of(document.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn what_is_selected_keeps_its_order_and_its_bytes() {
        let document = r#"{ "id":"a", "status" : "draft","hobbs_start":2274.30,"departure":{"ident": "KIOW"} }"#;
        assert_eq!(
            of("departure,hobbs_start", document),
            r#"{"id":"a","hobbs_start":2274.30,"departure":{"ident": "KIOW"}}"#
        );
        assert_eq!(
            of("status,status", document),
            r#"{"id":"a","status":"draft"}"#
        );
        assert_eq!(of("status", "{}"), "{}");
        let all = Selection::default().of(document.as_bytes()).unwrap();
        assert_eq!(all, document.as_bytes());
    }

    #[test]
    fn a_document_that_is_gone_says_so_whatever_is_selected() {
        let gone = r#"{"id":"a","deleted":true,"deleted_at":"2026-05-28T12:00:00Z"}"#;
        assert_eq!(of("status", gone), gone);
    }

    #[test]
    fn only_known_names_are_taken() {
        let allowed = ["id".to_owned(), "status".to_owned()];
        for (value, name) in [
            ("", ""),
            ("colour", "colour"),
            ("id,", ""),
            ("id, status", " status"),
        ] {
            let error = Selection::parse(value, &allowed).unwrap_err();
            assert_eq!(error.code, "unknown_field");
            assert_eq!(
                error.detail,
                format!("`{name}` is no field; allowed: id, status")
            );
        }
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in ["", "[]", "1", "{", "{} {}", "null"] {
            assert!(selection("id").of(text.as_bytes()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(document: Vec<u8>) {
            let _ = selection("id").of(&document);
        }
    }
}
