//! The one HTTP client that leaves the house.
//!
//! Partners tell us where to send, and some will try to have us send inside. So an address is
//! judged twice: its text when it is given ([`Egress::check_url`]) and before every request, and
//! the very address that is dialled, because a name may resolve to something else by then.
//!
//! | what | is decided |
//! |---|---|
//! | scheme | HTTPS. With `allow_loopback`, for development, also `http://` to this machine |
//! | text | refused where the parser would mend it silently or other parsers read it differently: white space, backslashes, slashes missing or too many, `user@` |
//! | host | judged in its normal form, so hexadecimal, octal, short, percent-encoded, full-width and dotted forms of an address are that address, and a name of another script is its `xn--` |
//! | names | two labels at least, and no suffix that means something inside (`.local`, `.internal`, `.svc`) |
//! | addresses | none of [`reserved_blocks`], nor any other form that hides one, and none of the setting `refused_networks` |
//! | several addresses | those that are public are dialled, the others never are |
//! | ports | any but those of other protocols |
//! | redirects | not followed: an answer like any other |
//! | proxies | none, whatever the environment says |
//!
//! What is read of an answer is bounded in time and size. `fuzz/` tries the text and the addresses
//! against an oracle that shares no code with this crate; the tests replay what it found.

mod addresses;
mod client;
mod guard;
mod kept;
mod names;
mod networks;
mod outcome;
mod ports;
mod resolver;
mod settings;
mod target;

pub use addresses::{Block, Reserved, reserved, reserved_blocks};
pub use client::{Egress, EgressError};
pub use networks::{InvalidNetwork, RefusedNetworks};
pub use outcome::{Answer, Failure, FailureKind};
pub use resolver::{Looking, Lookup, SystemLookup};
pub use settings::Settings;
pub use target::{RefusedAddress, Target};

pub use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
