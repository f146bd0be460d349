//! RabbitMQ for the services: a connection that heals itself, confirmed publishing, consuming in
//! batches, requests and answers, the outbox relay.
//!
//! Nothing here decides what a message means. What is acknowledged has been handled; what was
//! confirmed is on disk at the broker.

mod broadcasts;
mod bundle;
mod connection;
mod consume;
pub mod dead_letters;
mod declare;
mod message;
pub mod outbox;
mod publish;
pub mod readiness;
mod rpc;

pub use broadcasts::{Broadcaster, Confirm, Heard, broadcasts, invalidations};
pub use connection::{Bus, BusError, Settings};
pub use consume::{BatchHandler, ConsumeOptions, Outcome, Transient, consume};
pub use message::{Delivery, OutMessage};
pub use publish::{PublishError, Publisher};
pub use rpc::client::{RpcClient, RpcOptions};
pub use rpc::server::{ServeOptions, serve};
