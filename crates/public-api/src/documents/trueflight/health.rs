//! `health`: without a key, and without an envelope.

use schemars::JsonSchema;
use serde::Serialize;

use crate::documents::Timestamp;

/// That the API can be reached.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct HealthDocument<'a> {
    pub status: HealthStatus,
    /// The version of the API that answers.
    pub version: &'a str,
    /// The time of the answer, as the API's clock has it.
    pub time: Timestamp,
}

/// Whoever cannot answer says nothing, so there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum HealthStatus {
    Ok,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_the_contract_says() {
        let health = HealthDocument {
            status: HealthStatus::Ok,
            version: "1.2.3",
            time: Timestamp("2026-05-28T12:03:11Z".parse().unwrap()),
        };
        assert_eq!(
            serde_json::to_string(&health).unwrap(),
            r#"{"status":"ok","version":"1.2.3","time":"2026-05-28T12:03:11Z"}"#
        );
    }
}
