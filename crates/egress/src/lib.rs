//! The one HTTP client that leaves the house.
//!
//! Partners tell us where to send. So an address is checked twice: when it is given
//! ([`Egress::check_url`]) and again on the very address that is dialled, because a name may
//! resolve to something else by then. Redirects are not followed, no proxy is taken from the
//! environment, and what is read of an answer is bounded in time and size.

mod addresses;
mod client;
mod outcome;
mod ports;
mod resolver;
mod settings;
mod target;

pub use addresses::reserved_range;
pub use client::{Egress, EgressError};
pub use outcome::{Answer, Failure, FailureKind};
pub use resolver::{Looking, Lookup, SystemLookup};
pub use settings::Settings;
pub use target::{RefusedAddress, Target};

pub use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
