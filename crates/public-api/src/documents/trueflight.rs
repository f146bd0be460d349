//! The resources of TrueFlight.

mod health;
mod location;
mod me;
mod organization;

pub use health::{HealthDocument, HealthStatus};
pub use location::LocationDocument;
pub use me::{Environment, KeyFields, KeyKind, MeDocument, RateLimitFields};
pub use organization::OrganizationDocument;
