//! The public HTTP surface.
//!
//! It has no database. What a request may do is answered by key-service and remembered for a
//! while; what it reads is answered by read-model, in bytes that go out as they came. Routes,
//! filters, cursors and problems are `public_api`'s.

mod admission;
mod app;
mod auth;
mod backend;
mod budget;
mod documents;
mod error;
mod events;
mod failures;
mod gateway;
mod http;
mod keys;
mod last_use;
mod limits;
mod me;
mod metrics;
mod reach;
mod replays;
mod settings;

pub use app::App;
pub use settings::{
    BackendSettings, CursorSettings, HttpSettings, KeySettings, LastUseSettings, LimitSettings,
    Origin, SecretKey, Settings, TrustedProxies,
};
