use chrono::{DateTime, Utc};
use contracts::convert::{instant, instant_optional};
use contracts::v1::{ApiKey, RateLimit};
use domain::api_key::ApiToken;

/// What the model remembers of a key.
pub struct Known {
    pub id: String,
    pub organization: usize,
    pub token: ApiToken,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub replaces: Option<String>,
    pub rate_limit: Option<RateLimit>,
    pub retires_at: Option<DateTime<Utc>>,
}

impl Known {
    pub fn ends_at(&self) -> Option<DateTime<Utc>> {
        match (self.expires_at, self.retires_at) {
            (Some(expires), Some(retires)) => Some(expires.min(retires)),
            (one, other) => one.or(other),
        }
    }

    pub fn lives(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.ends_at().is_none_or(|at| now < at)
    }

    pub fn equals(&self, key: &ApiKey) {
        assert_eq!(key.id, self.id);
        assert_eq!(instant("created_at", key.created_at), Ok(self.created_at));
        assert_eq!(
            instant_optional("expires_at", key.expires_at),
            Ok(self.ends_at())
        );
        assert_eq!(
            instant_optional("retires_at", key.retires_at),
            Ok(self.retires_at)
        );
        assert_eq!(key.replaces, self.replaces);
        assert_eq!(key.rate_limit, self.rate_limit);
        assert_eq!(
            instant_optional("revoked_at", key.revoked_at),
            Ok(self.revoked_at)
        );
    }
}
