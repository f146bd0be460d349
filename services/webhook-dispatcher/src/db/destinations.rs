//! What it takes to reach an endpoint: these columns of `endpoints`, wherever they are read.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::health;
use crate::schema::endpoints;

#[derive(Debug, Clone, Queryable, Selectable, QueryableByName)]
#[diesel(table_name = endpoints, check_for_backend(diesel::pg::Pg))]
pub struct DestinationRow {
    pub url: String,
    pub scheme: String,
    pub secret_ciphertext: Vec<u8>,
    pub secret_key_id: String,
    pub previous_secret_ciphertext: Option<Vec<u8>>,
    pub previous_secret_key_id: Option<String>,
    pub previous_secret_until: Option<DateTime<Utc>>,
    pub headers_ciphertext: Option<Vec<u8>>,
    pub headers_key_id: Option<String>,
    pub retries: String,
    pub health: String,
    pub consecutive_failures: i32,
}

impl DestinationRow {
    /// Nothing need be noted when an attempt arrives.
    pub fn is_well(&self) -> bool {
        self.is_healthy() && self.consecutive_failures == 0
    }

    /// It is sent everything as it comes.
    pub fn is_healthy(&self) -> bool {
        self.health == health::HEALTHY
    }

    /// It is sent nothing but probes.
    pub fn is_failing(&self) -> bool {
        self.health == health::FAILING
    }

    /// Until when the secret before signs, its key's name, and the secret.
    pub fn previous_secret(&self) -> Option<(DateTime<Utc>, &str, &[u8])> {
        Some((
            self.previous_secret_until?,
            self.previous_secret_key_id.as_deref()?,
            self.previous_secret_ciphertext.as_deref()?,
        ))
    }

    /// The key's name, and the school's own headers.
    pub fn headers(&self) -> Option<(&str, &[u8])> {
        Some((
            self.headers_key_id.as_deref()?,
            self.headers_ciphertext.as_deref()?,
        ))
    }
}
