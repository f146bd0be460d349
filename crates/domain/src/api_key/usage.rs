//! That a key was used: when, from where, by what.

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::hide_keys;
use crate::ApiKeyId;

/// Characters of a user agent that are kept.
pub const LONGEST_USER_AGENT: usize = 256;

/// The latest use of a key that somebody knows of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    pub key_id: ApiKeyId,
    pub at: DateTime<Utc>,
    pub address: IpAddr,
    pub user_agent: Option<UserAgent>,
}

/// What a client calls itself, on one line and of a bounded length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAgent(String);

impl UserAgent {
    /// Reads a `User-Agent` header, whatever it holds: what is too long is cut, what would break a
    /// line is a space, and one that holds a key is not kept. None: it says nothing.
    pub fn cut(header: &str) -> Option<Self> {
        if hide_keys(header) != header {
            return Some(Self("(not kept: it held a key)".to_owned()));
        }
        let line: String = header
            .trim()
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(LONGEST_USER_AGENT)
            .collect();
        let line = line.trim();
        (!line.is_empty()).then(|| Self(line.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api_key::{ApiToken, Surface};

    #[test]
    fn a_user_agent_has_an_end_and_one_line() {
        let cut = |text: &str| UserAgent::cut(text).map(|agent| agent.0);
        assert_eq!(cut(" sync/1.0\r\n(x)\0 "), Some("sync/1.0  (x)".into()));
        assert_eq!(cut(" \t\n"), None);
        let long = "é".repeat(LONGEST_USER_AGENT + 9);
        assert_eq!(cut(&long).unwrap().chars().count(), LONGEST_USER_AGENT);
    }

    #[test]
    fn a_user_agent_that_holds_a_key_is_not_kept() {
        for surface in Surface::ALL {
            let token = ApiToken::from_entropy(*surface, &[9; 32]);
            let (_, secret) = token.reveal().split_at(surface.prefix().len());
            for sent in [
                token.reveal(),
                &token.reveal().replace('_', "%5F"),
                &token.reveal().replace('_', "%255F"),
                secret,
            ] {
                let kept = UserAgent::cut(&format!("sync {sent}")).unwrap();
                assert!(!kept.as_str().contains(secret), "{sent}");
            }
        }
    }
}
