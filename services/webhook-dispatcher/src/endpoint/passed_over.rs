//! Why an event is not owed to an endpoint.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Decided once, when the event comes, and kept with it: what is said later is what was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassedOver {
    /// It did not ask for events of this type.
    Type,
    /// It asked for those of another location only.
    Location,
    /// The event is about an endpoint: for it alone, or for the others.
    OtherEndpoint,
    /// It asked for it, and was disabled.
    Disabled,
}

/// As it is stored with the event.
pub fn stored(passed_over: &BTreeMap<Uuid, PassedOver>) -> Cow<'static, str> {
    // Mostly there is nobody; and nothing in it can fail to be written.
    let text = match passed_over.is_empty() {
        true => None,
        false => serde_json::to_string(passed_over).ok(),
    };
    text.map_or(Cow::Borrowed("{}"), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_stored_by_endpoint_and_read_again() {
        let all = [
            PassedOver::Type,
            PassedOver::Location,
            PassedOver::OtherEndpoint,
            PassedOver::Disabled,
        ];
        let by_endpoint: BTreeMap<_, _> = (1_u128..).map(Uuid::from_u128).zip(all).collect();
        let text = stored(&by_endpoint);
        assert!(text.contains(r#""00000000-0000-0000-0000-000000000003":"other_endpoint""#));
        assert_eq!(
            serde_json::from_str::<BTreeMap<_, _>>(&text).unwrap(),
            by_endpoint
        );
        assert_eq!(stored(&BTreeMap::new()), "{}");
    }
}
