//! What a school notes at an endpoint for itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Entries of one endpoint at most.
const MOST: usize = 20;
const LONGEST_NAME: usize = 40;
const LONGEST_VALUE: usize = 500;

/// Names and values, which mean nothing here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metadata(BTreeMap<String, String>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "metadata holds at most {MOST} entries, their names 1 to {LONGEST_NAME} characters, their values at most {LONGEST_VALUE}, none of them NUL"
)]
pub struct InvalidMetadata;

impl Metadata {
    /// # Errors
    /// When it is more than is kept.
    pub fn parse(
        given: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, InvalidMetadata> {
        let entries: BTreeMap<String, String> = given.into_iter().collect();
        let fits = |(name, value): (&String, &String)| {
            (1..=LONGEST_NAME).contains(&name.chars().count())
                && value.chars().count() <= LONGEST_VALUE
                && !name.contains('\0')
                && !value.contains('\0')
        };
        if entries.len() > MOST || !entries.iter().all(fits) {
            return Err(InvalidMetadata);
        }
        Ok(Self(entries))
    }

    pub fn entries(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bounded() {
        let one = |name: String, value: String| Metadata::parse([(name, value)]);
        assert!(one("a".repeat(40), "é".repeat(500)).is_ok());
        for (name, value) in [
            (String::new(), String::new()),
            ("a".repeat(41), String::new()),
            ("a".into(), "v".repeat(501)),
            ("a".into(), "\0".into()),
            ("\0".into(), String::new()),
        ] {
            assert_eq!(one(name, value), Err(InvalidMetadata));
        }
        let many = (0..21).map(|n| (n.to_string(), String::new()));
        assert_eq!(Metadata::parse(many), Err(InvalidMetadata));
    }
}
